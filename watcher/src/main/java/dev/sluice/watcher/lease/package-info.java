/**
 * Which of several watchers publishes: by a Lease of Kubernetes, or without any election. Knows
 * nothing of the log, whose own fencing is what keeps a leader that was replaced from writing; the
 * Lease only sees to it that there is one leader, and soon another one. Results come on the Vert.x
 * context that asked; requests run on a thread of their own.
 */
@NullMarked
package dev.sluice.watcher.lease;

import org.jspecify.annotations.NullMarked;
