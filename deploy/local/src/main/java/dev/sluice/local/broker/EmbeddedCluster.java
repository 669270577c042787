package dev.sluice.local.broker;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.common.Uuid;

/**
 * Several brokers that are one cluster, each in a child JVM and a controller too: to see what
 * happens when one dies. They end with {@link #close}, by force, and with this JVM.
 *
 * <p>Methods block, and are for one thread.
 */
public final class EmbeddedCluster implements AutoCloseable {
  private static final String LOOPBACK = "127.0.0.1";
  private static final Duration START_LIMIT = Duration.ofMinutes(2);

  private final String clusterId = Uuid.randomUuid().toString();
  private final List<Path> folders = new ArrayList<>();
  private final List<Integer> ports = new ArrayList<>();
  private final List<BrokerChild> children = new ArrayList<>();

  private final String host;

  private EmbeddedCluster(String host) {
    this.host = host;
  }

  /**
   * Starts as many brokers, and returns when all are there, which takes some five seconds.
   *
   * @param data the folder of their data; made if absent
   * @throws BrokerStartException if one ends, or they don't find together within two minutes
   */
  public static EmbeddedCluster start(Path data, int brokers) {
    return start(data, brokers, LOOPBACK);
  }

  /**
   * The same at another address.
   *
   * @param host an address of the calling thread's network namespace, where clients reach the
   *     brokers; {@link #restart} must be called in that namespace too
   * @throws BrokerStartException as above
   */
  public static EmbeddedCluster start(Path data, int brokers, String host) {
    EmbeddedCluster cluster = new EmbeddedCluster(host);
    try {
      cluster.configure(data.toAbsolutePath(), brokers);
      for (int id = 1; id <= brokers; id++) {
        cluster.children.add(cluster.launch(id));
      }
      cluster.awaitAll();
      return cluster;
    } catch (IOException e) {
      cluster.close();
      throw new BrokerStartException("brokers not started: " + e.getMessage(), e);
    } catch (RuntimeException | Error e) {
      cluster.close();
      throw e;
    }
  }

  private void configure(Path data, int brokers) throws IOException {
    List<Integer> controllerPorts = new ArrayList<>();
    Set<Integer> taken = new HashSet<>();
    for (int id = 1; id <= brokers; id++) {
      folders.add(Files.createDirectories(data.resolve("broker-" + id)));
      ports.add(freePort(host, taken));
      controllerPorts.add(freePort(LOOPBACK, taken));
    }
    for (int id = 1; id <= brokers; id++) {
      Path folder = folders.get(id - 1);
      Path logs = Files.createDirectories(folder.resolve("log"));
      ServerProperties content =
          new ServerProperties(id, logs, host, ports.get(id - 1), host, controllerPorts);
      Files.writeString(folder.resolve("server.properties"), content.text());
    }
  }

  private static int freePort(String host, Set<Integer> taken) throws IOException {
    int port = FreePort.on(host);
    return taken.add(port) ? port : freePort(host, taken);
  }

  private BrokerChild launch(int id) throws IOException {
    Path folder = folders.get(id - 1);
    return BrokerChild.start(
        folder.resolve("server.properties"),
        folder.resolve("log"),
        clusterId,
        folder.resolve("broker.log"));
  }

  /** {@code HOST:PORT} of all, as clients take it. */
  public String bootstrapServers() {
    return ports.stream().map(port -> host + ":" + port).collect(Collectors.joining(","));
  }

  /** A broker's process id, for tests that pause it. */
  public long pid(int id) {
    return children.get(id - 1).pid();
  }

  /** Ends a broker by SIGKILL; returns when its process is gone. Ids are 1 and on. */
  public void kill(int id) {
    children.get(id - 1).kill();
  }

  /** How many there are. */
  public int size() {
    return children.size();
  }

  /**
   * Starts all again, which were killed, on their data; returns when all are there.
   *
   * @throws BrokerStartException as {@link #start}
   */
  public void restartAll() {
    for (int id = 1; id <= children.size(); id++) {
      relaunch(id);
    }
    awaitAll();
  }

  /**
   * Starts a broker again that was killed, on its data; returns when all are there.
   *
   * @throws BrokerStartException as {@link #start}
   */
  public void restart(int id) {
    relaunch(id);
    awaitAll();
  }

  private void relaunch(int id) {
    try {
      children.set(id - 1, launch(id));
    } catch (IOException e) {
      throw new BrokerStartException("broker " + id + " not started: " + e.getMessage(), e);
    }
  }

  private void awaitAll() {
    long deadline = System.nanoTime() + START_LIMIT.toNanos();
    Map<String, Object> config =
        Map.of(
            AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers(),
            AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, 2000,
            AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, 2000);
    Admin admin = Admin.create(config);
    try {
      while (!allThere(admin)) {
        failIfOver(deadline);
        Thread.sleep(50);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new BrokerStartException("interrupted while brokers were starting", e);
    } finally {
      admin.close(Duration.ZERO);
    }
  }

  private boolean allThere(Admin admin) throws InterruptedException {
    try {
      return admin.describeCluster().nodes().get().size() == children.size();
    } catch (ExecutionException e) {
      return false;
    }
  }

  private void failIfOver(long deadline) {
    for (int id = 1; id <= children.size(); id++) {
      BrokerChild child = children.get(id - 1);
      if (!child.isAlive()) {
        throw new BrokerStartException("broker " + id + " ended:\n" + child.tail());
      }
    }
    if (System.nanoTime() - deadline >= 0) {
      throw new BrokerStartException(
          "not all brokers are ready; the first one says:\n" + children.getFirst().tail());
    }
  }

  /** Ends all at once, by force. Idempotent. */
  @Override
  public void close() {
    children.forEach(BrokerChild::kill);
  }
}
