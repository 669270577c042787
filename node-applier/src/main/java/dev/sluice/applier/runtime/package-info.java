/**
 * The running applier: follows the log on its Vert.x context, and brings the kernel along on one
 * worker thread.
 */
@NullMarked
package dev.sluice.applier.runtime;

import org.jspecify.annotations.NullMarked;
