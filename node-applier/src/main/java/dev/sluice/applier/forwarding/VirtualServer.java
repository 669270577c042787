package dev.sluice.applier.forwarding;

import dev.sluice.events.model.IpFamily;

/** A front end of a Service port, and what becomes of connections to it. */
public record VirtualServer(
    ServicePortName name, IpFamily family, FrontEnd frontEnd, Verdict verdict) {}
