package dev.sluice.applier.cli;

import dev.sluice.applier.forwarding.NodePolicy;
import dev.sluice.applier.forwarding.VirtualServer;
import dev.sluice.applier.program.Backend;
import dev.sluice.applier.program.Backend.Refusal;
import dev.sluice.applier.program.ObjectChange;
import dev.sluice.applier.program.Plan;
import dev.sluice.applier.program.PlanSequence;
import dev.sluice.applier.program.PlanSequence.Step;
import dev.sluice.applier.program.ProgramDigest;
import dev.sluice.events.model.IpAddress;
import dev.sluice.events.model.IpFamily;
import dev.sluice.events.model.ServiceName;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Where a node's program goes: a kernel, or nowhere but to be shown. Used by one thread. */
interface ProgramTarget {
  /**
   * What one family holds now.
   *
   * @param plan all of it, where it is only shown
   * @param changes what differs from before, where it is only shown
   * @param refusals what the kernel refuses
   */
  record Programmed(
      IpFamily family,
      ProgramDigest digest,
      Optional<Plan> plan,
      List<ObjectChange> changes,
      List<Refusal> refusals) {}

  /**
   * Goes on by what has changed.
   *
   * @param addresses those of the node's interfaces, as far as they are known without a kernel
   * @throws IOException if the kernel can't be read or refuses all
   */
  List<Programmed> advance(
      NodePolicy policy, Set<IpAddress> addresses, Map<ServiceName, List<VirtualServer>> changed)
      throws IOException, InterruptedException;

  /** Only shows it. Pure. */
  static ProgramTarget shown(Map<IpFamily, PlanSequence> plans) {
    return (policy, addresses, changed) -> {
      List<Programmed> programmed = new ArrayList<>();
      plans.forEach(
          (family, sequence) -> {
            Step step = sequence.next(policy, addresses, changed);
            programmed.add(
                new Programmed(
                    family,
                    step.plan().digest(),
                    Optional.of(step.plan()),
                    step.changes(),
                    List.of()));
          });
      return programmed;
    };
  }

  /** Writes it to a kernel, by the thread that may. */
  static ProgramTarget kernel(List<Backend> backends, KernelThread thread) {
    return (policy, addresses, changed) ->
        thread.call(
            () -> {
              List<Programmed> programmed = new ArrayList<>();
              for (Backend backend : backends) {
                backend.plan(policy, changed);
                var _ = backend.apply();
                programmed.add(
                    new Programmed(
                        backend.family(),
                        backend.digest(),
                        Optional.empty(),
                        List.of(),
                        backend.refusals()));
              }
              return programmed;
            });
  }
}
