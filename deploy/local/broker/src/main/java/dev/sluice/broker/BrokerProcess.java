package dev.sluice.broker;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import kafka.Kafka;
import kafka.tools.StorageTool;

/**
 * Formats the storage if that was never done, then runs {@code kafka.Kafka}: one JVM start instead
 * of two.
 *
 * <p>The parent holds the other end of standard input. Its end, by whatever signal, closes it, and
 * the broker goes too; nothing that the parent would have to do in time.
 */
public final class BrokerProcess {
  private static final long ORDERLY_SHUTDOWN_MILLIS = 10_000;

  private BrokerProcess() {}

  /**
   * Runs until SIGTERM or the end of standard input.
   *
   * @param args the path of server.properties, the folder that its {@code log.dirs} names, and the
   *     id of the cluster, for a folder that is new
   */
  public static void main(String[] args) {
    if (args.length != 3) {
      System.err.println("usage: BrokerProcess SERVER-PROPERTIES LOG-FOLDER CLUSTER-ID");
      System.exit(2);
    }
    Thread.ofPlatform().name("parent-watch").daemon().start(() -> exitAtEndOf(System.in));
    if (!Files.exists(Path.of(args[1], "meta.properties"))) {
      format(args[0], args[2]);
    }
    Kafka.main(new String[] {args[0]});
  }

  private static void format(String properties, String clusterId) {
    String[] command = {"format", "-t", clusterId, "-c", properties};
    int exit = StorageTool.execute(command, System.err);
    if (exit != 0) {
      System.exit(exit);
    }
  }

  private static void exitAtEndOf(InputStream input) {
    try {
      while (input.read() >= 0) {
        // nothing is ever said; only the end counts
      }
    } catch (IOException e) {
      System.err.println("standard input: " + e);
    }
    Thread.ofPlatform().name("last-resort").daemon().start(BrokerProcess::haltLater);
    System.exit(0);
  }

  private static void haltLater() {
    try {
      Thread.sleep(ORDERLY_SHUTDOWN_MILLIS);
    } catch (InterruptedException e) {
      System.err.println("interrupted while shutting down");
    }
    Runtime.getRuntime().halt(1);
  }
}
