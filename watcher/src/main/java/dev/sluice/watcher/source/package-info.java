/**
 * Where the objects of a cluster come from: the Kubernetes API or a folder of manifests. A source
 * says what it sees and keeps no opinion on what is on the log. Listeners are called on the Vert.x
 * context that started the source.
 */
@NullMarked
package dev.sluice.watcher.source;

import org.jspecify.annotations.NullMarked;
