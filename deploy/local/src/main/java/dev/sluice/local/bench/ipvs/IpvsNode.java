package dev.sluice.local.bench.ipvs;

import dev.sluice.applier.forwarding.NodePolicy;
import dev.sluice.applier.forwarding.VirtualServer;
import dev.sluice.applier.iptables.Command;
import dev.sluice.applier.iptables.IptablesTools;
import dev.sluice.applier.iptables.IptablesTools.Variant;
import dev.sluice.applier.ipvs.IpvsBackend;
import dev.sluice.applier.ipvs.IpvsSysctls;
import dev.sluice.applier.ipvs.NodeKernel;
import dev.sluice.applier.program.Backend.Refusal;
import dev.sluice.events.model.IpFamily;
import dev.sluice.events.model.ServiceName;
import dev.sluice.local.bench.BenchException;
import dev.sluice.local.lab.NetworkNamespace;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The applier's back end for IPVS and IPv4, in the network namespace of the thread that makes it;
 * for threads in that namespace, one at a time. What it has written stays.
 */
public final class IpvsNode implements AutoCloseable {
  private static final Duration TOOL_LIMIT = Duration.ofMinutes(1);

  private final NodeKernel kernel = new NodeKernel();
  private final IpvsBackend backend;

  /**
   * Writes nothing yet.
   *
   * @param work where the lock of iptables is
   * @throws IOException if the kernel refuses, or there is no iptables-legacy
   */
  public IpvsNode(Path work) throws IOException {
    // namespaces would share the usual lock
    List<String> prefix = List.of("env", "XTABLES_LOCKFILE=" + work.resolve("xtables.lock"));
    IptablesTools tools =
        IptablesTools.find(Optional.of(Variant.LEGACY), new Command(prefix, TOOL_LIMIT));
    backend =
        new IpvsBackend(
            IpvsBackend.Settings.DEFAULTS,
            IpFamily.IPV4,
            tools,
            kernel,
            new IpvsSysctls(Path.of("/")),
            Clock.systemUTC());
  }

  /**
   * What something took, in nanoseconds.
   *
   * @param all from the call to its end
   * @param kernel of this, from sending to the kernel to its last answer
   */
  public record Taken(long all, long kernel) {}

  /**
   * Removes all virtual servers of a namespace that is about to go, and waits for it: else the
   * kernel does so later, while something else is measured.
   */
  static void empty(NetworkNamespace node) {
    var _ = node.exec(TOOL_LIMIT, "ipvsadm", "-C").orThrow();
  }

  /** Plans without writing. */
  void plan(NodePolicy policy, Map<ServiceName, List<VirtualServer>> servers) {
    backend.plan(policy, servers);
  }

  /**
   * Plans, and brings the kernel to all that was planned.
   *
   * @throws BenchException if the kernel refuses any of it
   */
  public Taken write(NodePolicy policy, Map<ServiceName, List<VirtualServer>> servers)
      throws IOException {
    long kernelBefore = kernel.nanos();
    long start = System.nanoTime();
    backend.plan(policy, servers);
    var _ = backend.apply();
    long end = System.nanoTime();
    List<Refusal> refusals = backend.refusals();
    if (!refusals.isEmpty()) {
      throw new BenchException("the kernel refuses " + refusals.getFirst());
    }
    return new Taken(end - start, kernel.nanos() - kernelBefore);
  }

  @Override
  public void close() {
    kernel.close();
  }
}
