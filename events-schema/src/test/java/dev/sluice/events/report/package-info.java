@NullMarked
package dev.sluice.events.report;

import org.jspecify.annotations.NullMarked;
