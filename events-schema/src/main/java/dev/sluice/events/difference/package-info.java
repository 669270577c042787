/**
 * What differs between two versions of an object, or between two images, field by field. Pure; any
 * thread. Knows the model and the image, and no format that it is shown in.
 */
@NullMarked
package dev.sluice.events.difference;

import org.jspecify.annotations.NullMarked;
