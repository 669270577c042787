package dev.sluice.local.bench.iptables;

import dev.sluice.applier.forwarding.NodePolicy;
import dev.sluice.applier.forwarding.VirtualServer;
import dev.sluice.applier.iptables.IptablesCompiler;
import dev.sluice.applier.iptables.IptablesCompiler.Compilation;
import dev.sluice.applier.iptables.IptablesOptions;
import dev.sluice.applier.iptables.RestoreScript;
import dev.sluice.applier.program.ProgramDiff;
import dev.sluice.events.model.IpFamily;
import dev.sluice.local.bench.traffic.Workload;
import java.util.List;
import java.util.Map;

/** What the applier writes, by its own compiler. Pure. */
record SluiceRules(IptablesCompiler compiler, Compilation compilation) implements RuleSet {
  private static final NodePolicy POLICY = Workload.POLICY;

  static SluiceRules of(IpFamily family, List<VirtualServer> servers) {
    IptablesCompiler compiler = new IptablesCompiler(family, IptablesOptions.DEFAULTS, true);
    return new SluiceRules(
        compiler, compiler.update(compiler.start(POLICY), POLICY, Workload.byService(servers)));
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
