/** Tests of what is shown to people. */
@NullMarked
package dev.sluice.local.demo;

import org.jspecify.annotations.NullMarked;
