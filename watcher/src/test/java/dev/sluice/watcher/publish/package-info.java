/** Tests of what is published, without Kafka. */
@NullMarked
package dev.sluice.watcher.publish;

import org.jspecify.annotations.NullMarked;
