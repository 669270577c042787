@NullMarked
package dev.sluice.applier.iptables.trace;

import org.jspecify.annotations.NullMarked;
