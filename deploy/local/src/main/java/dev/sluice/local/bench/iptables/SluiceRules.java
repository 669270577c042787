package dev.sluice.local.bench.iptables;

import dev.sluice.applier.forwarding.NodeConfig;
import dev.sluice.applier.forwarding.NodePolicy;
import dev.sluice.applier.forwarding.VirtualServer;
import dev.sluice.applier.iptables.IptablesCompiler;
import dev.sluice.applier.iptables.IptablesCompiler.Compilation;
import dev.sluice.applier.iptables.IptablesOptions;
import dev.sluice.applier.iptables.RestoreScript;
import dev.sluice.applier.program.ProgramDiff;
import dev.sluice.events.model.IpFamily;
import dev.sluice.events.model.Node;
import dev.sluice.events.model.ServiceName;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What the applier writes, by its own compiler. Pure. */
record SluiceRules(IptablesCompiler compiler, Compilation compilation) implements RuleSet {
  /** As on a node with default flags, and no way to tell pods. */
  private static final NodePolicy POLICY =
      NodeConfig.DEFAULTS.on(new Node("bench", List.of(), "", List.of(), false, false));

  static SluiceRules of(IpFamily family, List<VirtualServer> servers) {
    Map<ServiceName, List<VirtualServer>> byName = new LinkedHashMap<>();
    servers.forEach(server -> byName.put(server.name().service(), List.of(server)));
    IptablesCompiler compiler = new IptablesCompiler(family, IptablesOptions.DEFAULTS, true);
    return new SluiceRules(compiler, compiler.update(compiler.start(POLICY), POLICY, byName));
  }

  @Override
  public String load() {
    return RestoreScript.of(compilation.program());
  }

  @Override
  public Step changed(VirtualServer server) {
    Compilation after =
        compiler.update(compilation, POLICY, Map.of(server.name().service(), List.of(server)));
    String script =
        RestoreScript.of(
            compilation.program(),
            ProgramDiff.between(compilation.program(), after.program(), after.changed()));
    return new Step(script, new SluiceRules(compiler, after));
  }
}
