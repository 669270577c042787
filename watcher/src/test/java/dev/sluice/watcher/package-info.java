/** Tests of the arrows between packages. */
@NullMarked
package dev.sluice.watcher;

import org.jspecify.annotations.NullMarked;
