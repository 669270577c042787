package dev.sluice.applier.runtime;

import dev.sluice.applier.program.Backend;
import dev.sluice.applier.program.Backend.Leaving;
import dev.sluice.applier.program.Backend.Refusal;
import dev.sluice.events.image.ClusterImage;
import dev.sluice.events.model.IpFamily;
import dev.sluice.events.model.ProxyMode;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A mode that was started: its back ends, what they were last asked to forward, and how far they
 * have given way to another mode. For the applier's worker thread.
 */
final class Mode {
  private static final Logger LOG = LoggerFactory.getLogger(Mode.class);

  /** Nothing waits for what is left over, and a kernel that is busy may take it soon. */
  static final Duration LEAVE_AGAIN = Duration.ofSeconds(5);

  private final ProxyMode name;
  private final List<Backend> backends;
  private final List<Backend> notLeft = new ArrayList<>();
  private ClusterImage planned = ClusterImage.EMPTY;
  private boolean leaveDue;
  private boolean used;
  private Optional<Instant> leaveAgain = Optional.empty();

  Mode(ProxyMode name, List<Backend> backends) {
    this.name = name;
    this.backends = List.copyOf(backends);
  }

  ProxyMode name() {
    return name;
  }

  List<Backend> backends() {
    return backends;
  }

  /** The image whose Services the back ends know. */
  ClusterImage planned() {
    return planned;
  }

  void planned(ClusterImage image) {
    planned = image;
    used = true;
  }

  /** It gives way from now on, if it doesn't already. */
  void giveWay() {
    if (notLeft.isEmpty()) {
      notLeft.addAll(backends);
      leaveDue = true;
    }
  }

  /** It is wanted again. */
  void stay() {
    notLeft.clear();
    leaveDue = false;
    leaveAgain = Optional.empty();
  }

  boolean leaving() {
    return !notLeft.isEmpty();
  }

  /** When there is something to do, besides what changes; may have passed already. */
  Optional<Instant> due() {
    if (leaveDue) {
      return Optional.of(Instant.EPOCH);
    }
    // one that failed is let be until it is tried again
    return leaveAgain.or(
        () -> inUse().map(Backend::due).flatMap(Optional::stream).min(Instant::compareTo));
  }

  /** The back ends whose timed work is due. */
  List<Backend> due(Instant now) {
    return leaveAgain.isPresent()
        ? List.of()
        : inUse()
            .filter(backend -> backend.due().filter(time -> !time.isAfter(now)).isPresent())
            .toList();
  }

  private Stream<Backend> inUse() {
    return (leaving() ? notLeft : backends).stream();
  }

  /** Its timed work may have been the last. */
  void lookWhetherItIsOver() {
    leaveDue = leaving();
  }

  /**
   * Goes on with giving way, where there is anything to do.
   *
   * @return whether it is over
   */
  boolean leave(Instant now) {
    boolean again = leaveAgain.filter(time -> !time.isAfter(now)).isPresent();
    if (!leaving() || !(leaveDue || again)) {
      return false;
    }
    boolean first = notLeft.size() == backends.size();
    leaveDue = false;
    leaveAgain = Optional.empty();
    for (Backend backend : List.copyOf(notLeft)) {
      try {
        if (backend.leave() == Leaving.DONE) {
          notLeft.remove(backend);
        }
      } catch (IOException e) {
        leaveFailed(backend, e, now);
      }
    }
    if (first && leaving() && leaveAgain.isEmpty()) {
      used = true;
      LOG.info("mode={} leaving; what open connections need of it stays for now", name);
    }
    return !leaving();
  }

  void leaveFailed(Backend backend, IOException e, Instant now) {
    leaveAgain = Optional.of(now.plus(LEAVE_AGAIN));
    LOG.warn("mode={} family={} leaving error=\"{}\"", name, backend.family(), e.getMessage());
  }

  /** What the kernel refuses, by family. */
  Map<IpFamily, List<Refusal>> refusals() {
    Map<IpFamily, List<Refusal>> refusals = new EnumMap<>(IpFamily.class);
    backends.forEach(backend -> refusals.put(backend.family(), backend.refusals()));
    return refusals;
  }

  /** What its back ends have planned. */
  NodeProgram program() {
    return NodeProgram.of(name, backends);
  }

  /** Whether there was anything of it to leave the kernel, as far as is known. */
  boolean used() {
    return used;
  }

  void close() {
    backends.forEach(Backend::close);
  }
}
