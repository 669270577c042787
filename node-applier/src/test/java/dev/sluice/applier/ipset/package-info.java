@NullMarked
package dev.sluice.applier.ipset;

import org.jspecify.annotations.NullMarked;
