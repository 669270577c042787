/** Tests of what becomes of tracked UDP flows when Services change, and of netlink itself. */
@NullMarked
package dev.sluice.local.conntrack;

import org.jspecify.annotations.NullMarked;
