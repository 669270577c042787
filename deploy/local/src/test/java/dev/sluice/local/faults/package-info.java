/** Tests of it. */
@NullMarked
package dev.sluice.local.faults;

import org.jspecify.annotations.NullMarked;
