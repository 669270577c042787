@NullMarked
package dev.sluice.events.kubernetes;

import org.jspecify.annotations.NullMarked;
