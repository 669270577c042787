/** Tests of the lab itself, with real namespaces and packets. */
@NullMarked
package dev.sluice.local.lab;

import org.jspecify.annotations.NullMarked;
