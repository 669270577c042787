@NullMarked
package dev.sluice.applier.cli;

import org.jspecify.annotations.NullMarked;
