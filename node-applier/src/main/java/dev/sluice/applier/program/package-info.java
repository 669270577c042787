/**
 * What a kernel shall hold, whatever its kind: keyed immutable objects, their difference and their
 * digest. Pure; any thread.
 */
@NullMarked
package dev.sluice.applier.program;

import org.jspecify.annotations.NullMarked;
