/** The watcher: one for a whole cluster, from Kubernetes (or manifests in a folder) to the log. */
@NullMarked
package dev.sluice.watcher;

import org.jspecify.annotations.NullMarked;
