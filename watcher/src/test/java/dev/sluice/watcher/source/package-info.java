/** Tests of the sources, with real files and a fake API server. */
@NullMarked
package dev.sluice.watcher.source;

import org.jspecify.annotations.NullMarked;
