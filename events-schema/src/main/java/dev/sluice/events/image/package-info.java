/**
 * The cluster as the log has it: an image is immutable and stands for one revision; a delta leads
 * from one image to the next. A snapshot is just another delta, so start-up, resync and steady
 * state are one path. Pure.
 */
@NullMarked
package dev.sluice.events.image;

import org.jspecify.annotations.NullMarked;
