@NullMarked
package dev.sluice.applier.netlink;

import org.jspecify.annotations.NullMarked;
