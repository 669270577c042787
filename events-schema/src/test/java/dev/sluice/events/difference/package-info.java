@NullMarked
package dev.sluice.events.difference;

import org.jspecify.annotations.NullMarked;
