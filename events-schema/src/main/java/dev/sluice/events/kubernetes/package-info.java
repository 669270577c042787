/**
 * Reads what the Kubernetes API says, as trees of maps and lists, into the model: from a watch or
 * from a file alike. The mapping is pure, any thread; {@code ManifestFolder} reads files, and
 * belongs to the thread that uses it.
 */
@NullMarked
package dev.sluice.events.kubernetes;

import org.jspecify.annotations.NullMarked;
