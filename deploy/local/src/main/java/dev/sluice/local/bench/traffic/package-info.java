/**
 * Connections through a node to many equal Services, and what they take: the Services, the network
 * namespaces around the node, those who connect, and the tools that load what the node forwards by.
 *
 * <p>May know what a virtual server is, and the lab. One thread, beside the server's own.
 */
@NullMarked
package dev.sluice.local.bench.traffic;

import org.jspecify.annotations.NullMarked;
