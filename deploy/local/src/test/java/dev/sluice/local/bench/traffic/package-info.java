/** Tests of the Services that are measured, and of what ab's report says. */
@NullMarked
package dev.sluice.local.bench.traffic;

import org.jspecify.annotations.NullMarked;
