/**
 * Tests of what the applier makes of a kernel: manifests in, and then packets, or what the kernel
 * lists.
 */
@NullMarked
package dev.sluice.local.kernel;

import org.jspecify.annotations.NullMarked;
