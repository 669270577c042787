/** Tests of the system as a whole: a real broker, real kernels in namespaces, real processes. */
@NullMarked
package dev.sluice.local.system;

import org.jspecify.annotations.NullMarked;
