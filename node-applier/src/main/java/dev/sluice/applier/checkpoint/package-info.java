/**
 * What a node needs to forward without the log: the cluster as the kernel last accepted it, in a
 * file. The record, its bytes and whether it may be used are pure; {@code CheckpointStore} alone
 * touches files. Knows nothing of kernels and of when it is written.
 */
@NullMarked
package dev.sluice.applier.checkpoint;

import org.jspecify.annotations.NullMarked;
