package dev.sluice.applier.iptables;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tools that have outlived the program that ran them, as they do where it was killed alone. One
 * that waits for the lock of the tables has its script already, and would write what was to be then
 * over what its program's successor has read, and written, in between.
 */
public final class OrphanedTools {
  /** The environment variable by which a tool names the process that runs it. */
  static final String MARK = "SLUICE_TOOL_OF";

  private static final Logger LOG = LoggerFactory.getLogger(OrphanedTools.class);
  private static final Pattern MARKED = Pattern.compile("(?:^|\0)" + MARK + "=(\\d{1,18})\0");
  private static final long LIMIT_SECONDS = 20;

  private OrphanedTools() {}

  /**
   * Kills those of this network namespace, and waits until they are gone. A commit that the kernel
   * has begun is finished. To be called before the kernel is read for the first time. Blocks.
   *
   * @param processes where the kernel tells of processes
   * @return how many there were
   * @throws IOException if one of them does not end within 20 seconds
   */
  public static int end(Path processes) throws IOException {
    List<ProcessHandle> orphans =
        ProcessHandle.allProcesses().filter(each -> isOrphan(processes, each)).toList();
    for (ProcessHandle orphan : orphans) {
      LOG.warn(
          "ending pid={} command={}: a tool of an applier that is gone",
          orphan.pid(),
          orphan.info().command().orElse("unknown"));
      boolean _ = orphan.destroyForcibly();
    }
    for (ProcessHandle orphan : orphans) {
      awaitEnd(orphan);
    }
    return orphans.size();
  }

  private static boolean isOrphan(Path processes, ProcessHandle tool) {
    Path process = processes.resolve(Long.toString(tool.pid()));
    try {
      OptionalLong runBy = runBy(Files.readAllBytes(process.resolve("environ")));
      return runBy.isPresent()
          && !hasAncestor(tool, runBy.getAsLong())
          && network(process).equals(network(processes.resolve("self")));
    } catch (IOException e) {
      return false; // it has ended, or is somebody else's
    }
  }

  /** The process that a tool with this environment was run by; its number may be another's now. */
  static OptionalLong runBy(byte[] environment) {
    Matcher found = MARKED.matcher(new String(environment, StandardCharsets.UTF_8));
    return found.find() ? OptionalLong.of(Long.parseLong(found.group(1))) : OptionalLong.empty();
  }

  private static boolean hasAncestor(ProcessHandle process, long pid) {
    return Stream.iterate(
            process.parent(), Optional::isPresent, each -> each.flatMap(ProcessHandle::parent))
        .anyMatch(each -> each.orElseThrow().pid() == pid);
  }

  private static Path network(Path process) throws IOException {
    return Files.readSymbolicLink(process.resolve("ns/net"));
  }

  private static void awaitEnd(ProcessHandle orphan) throws IOException {
    try {
      var _ = orphan.onExit().get(LIMIT_SECONDS, TimeUnit.SECONDS);
    } catch (TimeoutException | ExecutionException e) {
      throw new IOException("a tool of an applier that is gone does not end: " + orphan.pid(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while a tool was ending", e);
    }
  }
}
