@NullMarked
package dev.sluice.applier.runtime;

import org.jspecify.annotations.NullMarked;
