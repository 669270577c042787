@NullMarked
package dev.sluice.applier.conntrack;

import org.jspecify.annotations.NullMarked;
