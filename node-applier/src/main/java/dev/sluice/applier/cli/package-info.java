/** The {@code sluice} command line, one class a subcommand: it wires what the other packages do. */
@NullMarked
package dev.sluice.applier.cli;

import org.jspecify.annotations.NullMarked;
