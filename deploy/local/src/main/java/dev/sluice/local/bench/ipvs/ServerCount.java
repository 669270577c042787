package dev.sluice.local.bench.ipvs;

import dev.sluice.applier.ipvs.IpvsKernel;
import dev.sluice.applier.ipvs.ServerKey;
import dev.sluice.events.model.IpFamily;
import dev.sluice.local.bench.BenchException;
import dev.sluice.local.lab.NetworkNamespace;
import java.io.IOException;
import java.util.Set;

/** How many virtual servers and destinations of IPv4 there are. */
record ServerCount(long servers, long destinations) {
  /**
   * As the kernel has it in a namespace. By netlink: /proc/net/ip_vs leaves some out while another
   * namespace has some, too.
   */
  static ServerCount in(NetworkNamespace node) throws IOException {
    return node.<ServerCount, IOException>call(
        () -> {
          try (IpvsKernel kernel = new IpvsKernel()) {
            return of(kernel);
          }
        });
  }

  private static ServerCount of(IpvsKernel kernel) throws IOException {
    Set<ServerKey> servers = kernel.servers(IpFamily.IPV4).keySet();
    long destinations = 0;
    for (ServerKey server : servers) {
      destinations += kernel.destinations(server).size();
    }
    return new ServerCount(servers.size(), destinations);
  }

  /**
   * Makes sure that a loader has loaded what it should have.
   *
   * @throws BenchException otherwise
   */
  void require(ServerCount expected, String loader) {
    if (!equals(expected)) {
      throw new BenchException("%s: the kernel has %s of %s".formatted(loader, this, expected));
    }
  }

  @Override
  public String toString() {
    return servers + " virtual servers with " + destinations + " destinations";
  }
}
