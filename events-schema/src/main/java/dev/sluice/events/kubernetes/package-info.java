/**
 * Reads what the Kubernetes API says, as trees of maps and lists, into the model: from a watch or
 * from a file alike. Pure, but for {@code ManifestFile.read}; any thread.
 */
@NullMarked
package dev.sluice.events.kubernetes;

import org.jspecify.annotations.NullMarked;
