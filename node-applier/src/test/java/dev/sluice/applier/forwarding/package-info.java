@NullMarked
package dev.sluice.applier.forwarding;

import org.jspecify.annotations.NullMarked;
