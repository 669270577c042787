@NullMarked
package dev.sluice.events.image;

import org.jspecify.annotations.NullMarked;
