/**
 * Sluice's own programs as child processes in the lab's namespaces, looked at from outside as an
 * operator would: log, health, metrics, exit code.
 *
 * <p>Knows the lab and the scripts in deploy/bin, and nothing of what the programs do. Any thread.
 */
@NullMarked
package dev.sluice.local.run;

import org.jspecify.annotations.NullMarked;
