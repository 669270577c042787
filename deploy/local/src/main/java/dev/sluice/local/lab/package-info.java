/**
 * A node, its pods and an outside client as network namespaces of this machine: real packets for
 * tests, the quickstart and benchmarks, with the host's own network untouched.
 *
 * <p>Linux and root only. Knows nothing of Sluice's other packages. A namespace is entered by a
 * fresh platform thread each time, since it belongs to a thread; virtual threads and pools must not
 * be used inside.
 */
@NullMarked
package dev.sluice.local.lab;

import org.jspecify.annotations.NullMarked;
