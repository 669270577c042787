@NullMarked
package dev.sluice.events.host;

import org.jspecify.annotations.NullMarked;
