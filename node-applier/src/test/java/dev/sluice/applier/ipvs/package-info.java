@NullMarked
package dev.sluice.applier.ipvs;

import org.jspecify.annotations.NullMarked;
