package dev.sluice.local.faults;

import dev.sluice.events.model.IpFamily;
import dev.sluice.local.run.ApplierProgram;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;

/** Kills an applier at a moment that is chosen at random. For one thread. */
final class Killing {
  /** When. */
  enum Aim {
    /** While it starts. */
    START,
    /** While it follows the log. */
    ANY,
    /** While it writes to the kernel. */
    WRITE,
    /** The same, and its tools with it, as the end of a container does. */
    WRITE_WITH_TOOLS
  }

  /**
   * What was done.
   *
   * @param writing whether the kernel was being written at that moment, as far as could be seen
   */
  record Killed(Aim aim, boolean writing) {}

  private static final Duration LONGEST_START = Duration.ofSeconds(2);
  private static final Duration LONGEST_WAIT = Duration.ofMillis(500);
  private static final Duration WRITE_LIMIT = Duration.ofSeconds(10);
  private static final Duration LONGEST_INTO_WRITE = Duration.ofMillis(5);

  private final FaultNode node;
  private final Random random;
  private final List<Aim> next = new ArrayList<>();
  private final int newcomers;
  private int known;

  /**
   * @param newcomers how many Services come at once, to have something to write
   */
  Killing(FaultNode node, Random random, int newcomers) {
    this.node = node;
    this.random = random;
    this.newcomers = newcomers;
  }

  /** Chooses; of as many as there are, each comes once. */
  Aim aim() {
    if (next.isEmpty()) {
      next.addAll(List.of(Aim.values()));
      Collections.shuffle(next, random);
    }
    return next.removeLast();
  }

  /** Kills an applier that has just been started, or one that is ready. */
  Killed kill(Aim aim, ApplierProgram applier, Churn churn) {
    return switch (aim) {
      case START -> at(aim, applier, LONGEST_START);
      case ANY -> at(aim, applier, LONGEST_WAIT);
      case WRITE, WRITE_WITH_TOOLS -> writing(aim, applier, churn);
    };
  }

  private Killed at(Aim aim, ApplierProgram applier, Duration longest) {
    LockSupport.parkNanos(random.nextLong(longest.toNanos()));
    boolean writing = !tools(applier).isEmpty();
    applier.kill();
    return new Killed(aim, writing);
  }

  private Killed writing(Aim aim, ApplierProgram applier, Churn churn) {
    return churn.<Killed>quietly(
        (log, cluster) -> {
          int first = known;
          known += newcomers;
          long before = virtualServers(applier);
          log.publish(cluster.newcomers(first, newcomers, 2));
          boolean seen = awaitWrite(applier, before);
          LockSupport.parkNanos(random.nextLong(LONGEST_INTO_WRITE.toNanos()));
          List<ProcessHandle> tools = tools(applier);
          applier.kill();
          if (aim == Aim.WRITE_WITH_TOOLS) {
            tools.forEach(ProcessHandle::destroyForcibly);
          }
          boolean writing = seen && (!tools.isEmpty() || isHalf(first));
          log.publish(cluster.farewell(first, newcomers));
          return new Killed(aim, writing);
        });
  }

  /** Whether it was seen that writing has begun. */
  private boolean awaitWrite(ApplierProgram applier, long before) {
    long deadline = System.nanoTime() + WRITE_LIMIT.toNanos();
    while (System.nanoTime() - deadline < 0) {
      boolean begun =
          switch (node.mode()) {
            case IPTABLES_LEGACY, IPTABLES_NFT -> !tools(applier).isEmpty();
            // what was published before may still come, but is less
            case IPVS -> virtualServers(applier) > before + newcomers / 4;
          };
      if (begun) {
        return true;
      }
    }
    return false;
  }

  /**
   * How many the applier's kernel has; 0 without IPVS. A tool that listed them would be too late.
   */
  private static long virtualServers(ApplierProgram applier) {
    Path table = Path.of("/proc", Long.toString(applier.pid()), "net", "ip_vs");
    try {
      return Files.readString(table).lines().filter(line -> !line.startsWith(" ")).count();
    } catch (IOException e) {
      return 0;
    }
  }

  private boolean isHalf(int first) {
    long found = 0;
    for (IpFamily family : IpFamily.values()) {
      found += node.newcomers(family, first, newcomers);
    }
    return found > 0 && found < (long) newcomers * IpFamily.values().length;
  }

  /** The tools that write rules for an applier at this moment. */
  private static List<ProcessHandle> tools(ApplierProgram applier) {
    return ProcessHandle.of(applier.pid()).stream()
        .flatMap(ProcessHandle::descendants)
        .filter(Killing::writes)
        .toList();
  }

  private static boolean writes(ProcessHandle process) {
    try {
      Path words = Path.of("/proc", Long.toString(process.pid()), "cmdline");
      return Files.readString(words).contains("-restore");
    } catch (IOException e) {
      return false; // it has ended
    }
  }
}
