/** What it takes to read a kernel back and to repair it, by mode and size. */
@NullMarked
package dev.sluice.local.bench.drift;

import org.jspecify.annotations.NullMarked;
