package dev.sluice.events.kubernetes;

import dev.sluice.events.model.ClusterObject;
import java.time.Instant;
import java.util.Optional;

/**
 * An object as its source has it.
 *
 * @param resourceVersion the API server's version of it; empty where it comes from a file
 * @param triggerTime when the change happened that this version reflects (annotation {@code
 *     endpoints.kubernetes.io/last-change-trigger-time}), where it is known
 */
public record ObservedObject(
    ClusterObject object, String resourceVersion, Optional<Instant> triggerTime) {}
