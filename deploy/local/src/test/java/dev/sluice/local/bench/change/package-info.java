/** Tests that the measured changes are what they are said to be, and that they are measured. */
@NullMarked
package dev.sluice.local.bench.change;

import org.jspecify.annotations.NullMarked;
