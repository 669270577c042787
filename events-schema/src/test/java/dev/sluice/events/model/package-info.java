@NullMarked
package dev.sluice.events.model;

import org.jspecify.annotations.NullMarked;
