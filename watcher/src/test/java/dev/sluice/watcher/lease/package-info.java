/** Tests of the election. */
@NullMarked
package dev.sluice.watcher.lease;

import org.jspecify.annotations.NullMarked;
