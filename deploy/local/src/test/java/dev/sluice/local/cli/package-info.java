/** Tests of the command line, in this JVM and through the scripts. */
@NullMarked
package dev.sluice.local.cli;

import org.jspecify.annotations.NullMarked;
