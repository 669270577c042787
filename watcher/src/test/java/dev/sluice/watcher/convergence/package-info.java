@NullMarked
package dev.sluice.watcher.convergence;

import org.jspecify.annotations.NullMarked;
