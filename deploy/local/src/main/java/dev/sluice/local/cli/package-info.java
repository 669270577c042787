/**
 * The {@code sluice-local} command line: one class a subcommand.
 *
 * <p>Standard output carries the lines that scripts wait for, standard error everything else. Exit
 * code 0: done, or ended by SIGTERM or SIGINT; 1: failed; 2: wrong use. Commands run on the main
 * thread.
 */
@NullMarked
package dev.sluice.local.cli;

import org.jspecify.annotations.NullMarked;
