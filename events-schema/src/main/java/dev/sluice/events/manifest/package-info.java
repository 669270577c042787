/**
 * Reads a folder of manifests again and again, and keeps the last good state of what can't be read.
 * Blocks; a folder belongs to the thread that uses it.
 */
@NullMarked
package dev.sluice.events.manifest;

import org.jspecify.annotations.NullMarked;
