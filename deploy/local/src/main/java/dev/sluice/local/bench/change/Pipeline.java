package dev.sluice.local.bench.change;

import dev.sluice.applier.forwarding.NodePolicy;
import dev.sluice.applier.forwarding.VirtualServer;
import dev.sluice.applier.iptables.IptablesCompiler;
import dev.sluice.applier.iptables.IptablesCompiler.Compilation;
import dev.sluice.applier.iptables.IptablesKey;
import dev.sluice.applier.iptables.IptablesOptions;
import dev.sluice.applier.iptables.RestoreScript;
import dev.sluice.applier.program.ProgramDiff;
import dev.sluice.events.event.LogRecord;
import dev.sluice.events.model.IpFamily;
import dev.sluice.events.model.ServiceName;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * All that an applier computes for records of the log: decoded, folded into the image, forwarded,
 * compiled for both families, compared, and written as scripts. No kernel, no Kafka. One thread.
 */
final class Pipeline {
  private final Forwarding forwarding = new Forwarding();
  private final List<Family> families = new ArrayList<>();

  Pipeline() {
    for (IpFamily family : IpFamily.values()) {
      families.add(new Family(new IptablesCompiler(family, IptablesOptions.DEFAULTS, true)));
    }
  }

  /** Takes records; gives the scripts of both families. */
  List<String> apply(List<LogRecord> records) {
    Forwarding.Forwarded forwarded = forwarding.apply(records);
    return families.stream()
        .map(family -> family.script(forwarded.policy(), forwarded.servers()))
        .toList();
  }

  private static final class Family {
    private final IptablesCompiler compiler;
    private Compilation current;

    Family(IptablesCompiler compiler) {
      this.compiler = compiler;
      current = compiler.start(NodePolicy.NOTHING_KNOWN);
    }

    String script(NodePolicy policy, Map<ServiceName, List<VirtualServer>> servers) {
      Compilation next = compiler.update(current, policy, servers);
      ProgramDiff<IptablesKey, String> diff =
          ProgramDiff.between(current.program(), next.program(), next.changed());
      String script = RestoreScript.of(current.program(), diff);
      current = next;
      return script;
    }
  }
}
