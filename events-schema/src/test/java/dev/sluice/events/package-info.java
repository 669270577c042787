/** Tests across packages, and fixtures that they share. */
@NullMarked
package dev.sluice.events;

import org.jspecify.annotations.NullMarked;
