package dev.sluice.events.model;

/** An object on the log: what a proxy reads of it, and nothing else. */
public sealed interface ClusterObject permits Service, EndpointSlice, Node {
  ObjectKey key();
}
