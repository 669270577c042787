/**
 * A fake Kubernetes cluster, as far as a watcher sees one: its objects, the Leases that leaders are
 * elected by, and any number of API servers in front of it, each with faults of its own. Over HTTP,
 * so that other processes can use it. Knows nothing of Sluice. Everything is thread-safe.
 */
@NullMarked
package dev.sluice.local.apiserver;

import org.jspecify.annotations.NullMarked;
