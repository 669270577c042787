@NullMarked
package dev.sluice.applier.health;

import org.jspecify.annotations.NullMarked;
