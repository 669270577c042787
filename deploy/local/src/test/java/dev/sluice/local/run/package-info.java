/** Tests of how the programs are run and looked at. */
@NullMarked
package dev.sluice.local.run;

import org.jspecify.annotations.NullMarked;
