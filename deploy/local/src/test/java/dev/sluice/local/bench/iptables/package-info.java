/** Tests of the rules that are measured, of what is told of them, and that a bench runs. */
@NullMarked
package dev.sluice.local.bench.iptables;

import org.jspecify.annotations.NullMarked;
