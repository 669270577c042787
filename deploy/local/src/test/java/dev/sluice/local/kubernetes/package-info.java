/** What stands in deploy/kubernetes, held against the API's model and against what programs do. */
@NullMarked
package dev.sluice.local.kubernetes;

import org.jspecify.annotations.NullMarked;
