package dev.sluice.local.system;

import dev.sluice.applier.program.Backend;
import dev.sluice.applier.program.ModeAbilities;
import dev.sluice.applier.runtime.ModeBackends;
import dev.sluice.events.model.IpFamily;
import dev.sluice.events.model.ProxyMode;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/** A node that can do iptables and IPVS, and writes nothing. */
final class FakeModes implements ModeBackends {
  private final FakeBackend iptables = new FakeBackend();
  private final FakeBackend ipvs = new FakeBackend();
  private final AtomicInteger failuresLeft = new AtomicInteger();

  FakeBackend iptables() {
    return iptables;
  }

  FakeBackend ipvs() {
    return ipvs;
  }

  /** The next attempts to start a mode fail. */
  void failStarts(int times) {
    failuresLeft.set(times);
  }

  @Override
  public List<IpFamily> families() {
    return List.of(IpFamily.IPV4);
  }

  @Override
  public ModeAbilities abilities() {
    return new ModeAbilities(Map.of());
  }

  @Override
  public List<Backend> start(ProxyMode mode) throws IOException {
    if (failuresLeft.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
      throw new IOException(mode + " has a bad start");
    }
    return switch (mode) {
      case IPTABLES -> List.of(iptables);
      case IPVS -> List.of(ipvs);
    };
  }
}
