@NullMarked
package dev.sluice.events.log;

import org.jspecify.annotations.NullMarked;
