@NullMarked
package dev.sluice.applier;

import org.jspecify.annotations.NullMarked;
