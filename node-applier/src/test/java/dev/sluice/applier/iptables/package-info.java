@NullMarked
package dev.sluice.applier.iptables;

import org.jspecify.annotations.NullMarked;
