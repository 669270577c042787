/** Checkpoints as bytes and as files, and what they are good for. */
@NullMarked
package dev.sluice.applier.checkpoint;

import org.jspecify.annotations.NullMarked;
