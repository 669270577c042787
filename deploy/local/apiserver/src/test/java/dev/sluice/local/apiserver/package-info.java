/** Tests of the fake API server. */
@NullMarked
package dev.sluice.local.apiserver;

import org.jspecify.annotations.NullMarked;
