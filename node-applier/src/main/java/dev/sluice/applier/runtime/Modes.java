package dev.sluice.applier.runtime;

import dev.sluice.applier.program.Backend;
import dev.sluice.applier.program.Backend.Written;
import dev.sluice.events.model.IpFamily;
import dev.sluice.events.model.ProxyMode;
import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The modes that are in use: the one that forwards, and those that give way to it. Blocks; used by
 * the applier's worker thread alone.
 */
final class Modes {
  private static final Logger LOG = LoggerFactory.getLogger(Modes.class);

  private final ModeBackends factory;
  private final Clock clock;
  private final Map<ProxyMode, Mode> started = new EnumMap<>(ProxyMode.class);

  /** Modes that an applier before this one may have left in the kernel. */
  private final Set<ProxyMode> leftOver = EnumSet.noneOf(ProxyMode.class);

  private Optional<Mode> active = Optional.empty();
  private boolean lookForLeftOver;

  Modes(ModeBackends factory, Clock clock) {
    this.factory = factory;
    this.clock = clock;
    leftOver.addAll(factory.abilities().able());
  }

  /** The mode that forwards; empty before the first. */
  Optional<Mode> active() {
    return active;
  }

  /** The modes that have not left the kernel yet. */
  List<ProxyMode> leaving() {
    return started.values().stream().filter(Mode::leaving).map(Mode::name).toList();
  }

  /**
   * A mode that is to take over: with the back ends it had, if it was leaving.
   *
   * @throws IOException if it can't be started
   */
  Mode start(ProxyMode name) throws IOException {
    Mode known = started.get(name);
    Mode mode = known == null ? new Mode(name, factory.start(name)) : known;
    mode.stay();
    leftOver.remove(name);
    started.put(name, mode);
    return mode;
  }

  /** From now on this mode forwards; every other one gives way once this has all Services. */
  void turnTo(Mode mode) {
    active = Optional.of(mode);
    started.values().stream().filter(other -> other != mode).forEach(Mode::giveWay);
  }

  /** The kernel was brought up to date, or read back: what is left over may be looked at. */
  void lookAgain() {
    lookForLeftOver |= !leftOver.isEmpty();
    started.values().forEach(Mode::lookWhetherItIsOver);
  }

  /** When timed work is due next; may have passed already. */
  Optional<Instant> due() {
    return lookForLeftOver
        ? Optional.of(Instant.EPOCH)
        : started.values().stream()
            .filter(mode -> mode.leaving() || isActive(mode))
            .map(Mode::due)
            .flatMap(Optional::stream)
            .min(Instant::compareTo);
  }

  private boolean isActive(Mode mode) {
    return active.filter(one -> one == mode).isPresent();
  }

  /** What timed work came to, by family. */
  record Ticked(Map<IpFamily, Written> written, Map<IpFamily, IOException> failures) {}

  /** Does the timed work that is due, of the mode that forwards and of those that give way. */
  Ticked tick() {
    Instant now = clock.instant();
    Ticked ticked = new Ticked(new EnumMap<>(IpFamily.class), new EnumMap<>(IpFamily.class));
    for (Mode mode : started.values()) {
      if (mode.leaving() || isActive(mode)) {
        mode.due(now).forEach(backend -> tick(mode, backend, now, ticked));
      }
    }
    return ticked;
  }

  private static void tick(Mode mode, Backend backend, Instant now, Ticked ticked) {
    mode.lookWhetherItIsOver();
    try {
      ticked.written.merge(backend.family(), backend.tick(), Written::plus);
    } catch (IOException e) {
      if (mode.leaving()) {
        mode.leaveFailed(backend, e, now);
      } else {
        ticked.failures.put(backend.family(), e);
      }
    }
  }

  /**
   * Has every mode that gives way go on with it. Only to be called while the kernel has all
   * Services by the mode that forwards.
   */
  void leave() {
    if (lookForLeftOver) {
      lookForLeftOver = false;
      List.copyOf(leftOver).forEach(this::startLeftOver);
    }
    Instant now = clock.instant();
    for (Mode mode : List.copyOf(started.values())) {
      if (mode.leave(now)) {
        started.remove(mode.name());
        mode.close();
        if (mode.used()) {
          LOG.info("mode={} left", mode.name());
        }
      }
    }
  }

  private void startLeftOver(ProxyMode name) {
    try {
      start(name).giveWay();
    } catch (IOException e) {
      LOG.warn("mode={} left over? error=\"{}\"", name, e.getMessage());
    }
  }

  /** Lets go of all back ends; the kernel keeps what it has. */
  void close() {
    started.values().forEach(Mode::close);
    started.clear();
  }
}
