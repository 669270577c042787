package dev.sluice.applier.cli;

import dev.sluice.applier.preparation.KernelModules;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.OptionalInt;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How many clients the kernel remembers for each endpoint of a Service with session affinity: the
 * parameter ip_list_tot of the module xt_recent (net/netfilter/xt_recent.c), 100 unless told
 * otherwise. A client too many makes it forget the one that it has not seen for longest.
 */
final class RecentClients {
  private static final Logger LOG = LoggerFactory.getLogger(RecentClients.class);
  private static final int ENOUGH = KernelModules.RECENT_CLIENTS;

  private RecentClients() {}

  /**
   * Warns if that is few.
   *
   * @param root the root of the file system; another one in tests
   */
  static void check(Path root) {
    OptionalInt limit = limit(root);
    if (limit.isPresent() && limit.getAsInt() < ENOUGH) {
      LOG.warn(
          "session affinity remembers {} clients an endpoint; for more, load the module with"
              + " \"options xt_recent ip_list_tot={}\" in /etc/modprobe.d, or by {}",
          limit.getAsInt(),
          ENOUGH,
          PrepareNodeCommand.NAME);
    }
  }

  /** The limit; empty before the module is loaded, and where it can't be told. */
  static OptionalInt limit(Path root) {
    Path file = root.resolve("sys/module/xt_recent/parameters/ip_list_tot");
    try {
      return OptionalInt.of(Integer.parseInt(Files.readString(file).strip()));
    } catch (NoSuchFileException e) {
      return OptionalInt.empty();
    } catch (IOException | NumberFormatException e) {
      LOG.warn("module parameter file={} can't be read: {}", file, e.toString());
      return OptionalInt.empty();
    }
  }
}
