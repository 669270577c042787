/** Tests of what is told of modes, and that the bench runs. */
@NullMarked
package dev.sluice.local.bench.modes;

import org.jspecify.annotations.NullMarked;
