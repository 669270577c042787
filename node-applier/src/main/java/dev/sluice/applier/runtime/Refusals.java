package dev.sluice.applier.runtime;

import dev.sluice.applier.runtime.Reconciler.Outcome;
import java.util.Map;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the kernel refuses, told once when it begins and once when it ends. For one thread. */
final class Refusals {
  private static final Logger LOG = LoggerFactory.getLogger(Refusals.class);

  private Map<String, String> known = Map.of();

  /** Takes note; returns the reasons by object and family. */
  Map<String, String> note(Outcome outcome) {
    Map<String, String> reasons = new TreeMap<>();
    outcome
        .refusals()
        .forEach(
            (family, all) ->
                all.forEach(one -> reasons.put(one.object() + " " + family, one.reason())));
    long revision = outcome.work().image().revision();
    reasons.forEach(
        (object, reason) -> {
          if (!known.containsKey(object)) {
            LOG.error("refused revision={} object=\"{}\" reason=\"{}\"", revision, object, reason);
          }
        });
    for (String object : known.keySet()) {
      if (!reasons.containsKey(object)) {
        LOG.info("no longer refused revision={} object=\"{}\"", revision, object);
      }
    }
    known = reasons;
    return reasons;
  }
}
