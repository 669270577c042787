/**
 * From what a source sees to what the log says: compares the two, guards the log against mistakes,
 * and writes the difference. ChangeDetector, PublishedState, RevisionSequence and the guards are
 * pure; the rest runs on one Vert.x context.
 */
@NullMarked
package dev.sluice.watcher.publish;

import org.jspecify.annotations.NullMarked;
