@NullMarked
package dev.sluice.applier.preparation;

import org.jspecify.annotations.NullMarked;
