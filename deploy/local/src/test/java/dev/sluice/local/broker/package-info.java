/** Tests that start a real broker; each takes a few seconds. */
@NullMarked
package dev.sluice.local.broker;

import org.jspecify.annotations.NullMarked;
