package dev.sluice.events.host;

/** Says how a program is. Called on an event loop: must not block. */
@FunctionalInterface
public interface HealthCheck {
  HealthReport report();
}
