/**
 * Two layouts of iptables rules for the same Services, Sluice's and kube-proxy's, measured side by
 * side: loading, changing, and what a packet pays.
 *
 * <p>Workload, rules, table and statistics are pure. The rest runs tools and connects inside
 * network namespaces of its own; one thread.
 */
@NullMarked
package dev.sluice.local.bench.iptables;

import org.jspecify.annotations.NullMarked;
