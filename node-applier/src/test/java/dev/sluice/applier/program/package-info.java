@NullMarked
package dev.sluice.applier.program;

import org.jspecify.annotations.NullMarked;
