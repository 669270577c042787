/** Records of the log held against the JSON Schemas that are published with it. */
@NullMarked
package dev.sluice.events.schema;

import org.jspecify.annotations.NullMarked;
