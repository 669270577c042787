@NullMarked
package dev.sluice.applier.bootstrap;

import org.jspecify.annotations.NullMarked;
