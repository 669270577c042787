/**
 * How long a change takes from the API server's watch event into a node's kernel, through real
 * programs: watcher, broker, applier. The API server is a fake one in this process.
 *
 * <p>Measured from outside: by the programs' logs, on the machine's one clock. One thread.
 */
@NullMarked
package dev.sluice.local.bench.log.path;

import org.jspecify.annotations.NullMarked;
