@NullMarked
package dev.sluice.events.event;

import org.jspecify.annotations.NullMarked;
