/** Tests of the command line. */
@NullMarked
package dev.sluice.watcher.cli;

import org.jspecify.annotations.NullMarked;
