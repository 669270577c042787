package dev.sluice.local.broker;

import java.io.IOException;
import java.io.Reader;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.DescribeClusterResult;
import org.apache.kafka.common.Uuid;

/**
 * A Kafka broker, its own and only controller, in a child JVM.
 *
 * <p>The child ends with {@link #close}, with this JVM's orderly end, and with its sudden one (it
 * watches a pipe from here). What was written stays in the data folder for the next start.
 *
 * <p>Started by a thread inside a network namespace, the broker lives in that namespace. Methods
 * block and may be called by any thread.
 */
public final class EmbeddedBroker implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(4);

  private final BrokerChild child;
  private final String host;
  private final int port;
  private final Thread shutdownHook;

  private EmbeddedBroker(BrokerChild child, String host, int port) {
    this.child = child;
    this.host = host;
    this.port = port;
    this.shutdownHook = new Thread(() -> child.end(PATIENCE), "broker-end");
    Runtime.getRuntime().addShutdownHook(shutdownHook);
  }

  /** Starts a broker on a free port of 127.0.0.1; see {@link #start(BrokerSettings)}. */
  public static EmbeddedBroker start(Path data) {
    return start(BrokerSettings.in(data));
  }

  /**
   * Starts a broker and returns when it answers clients, which takes two to three seconds.
   *
   * @throws BrokerStartException if it ends, or does not answer within the time allowed, or its
   *     files can't be written, or Sluice isn't built; the message holds the last lines of its log
   */
  public static EmbeddedBroker start(BrokerSettings settings) {
    EmbeddedBroker broker;
    try {
      broker = launch(settings);
    } catch (IOException e) {
      throw new BrokerStartException("broker not started: " + e.getMessage(), e);
    }
    try {
      broker.awaitReady(settings);
      return broker;
    } catch (RuntimeException | Error e) {
      broker.close();
      throw e;
    }
  }

  private static EmbeddedBroker launch(BrokerSettings settings) throws IOException {
    Path data = Files.createDirectories(settings.data().toAbsolutePath());
    Path logFolder = Files.createDirectories(data.resolve("log"));
    int port = settings.port() == 0 ? FreePort.on(settings.listen()) : settings.port();
    Path properties = data.resolve("server.properties");
    ServerProperties content =
        new ServerProperties(
            1,
            logFolder,
            settings.listen(),
            port,
            settings.advertised(),
            List.of(controllerPort(port)));
    Files.writeString(properties, content.text());
    BrokerChild child =
        BrokerChild.start(
            properties, logFolder, Uuid.randomUuid().toString(), data.resolve("broker.log"));
    return new EmbeddedBroker(child, settings.advertised(), port);
  }

  private static int controllerPort(int clientPort) throws IOException {
    int port = FreePort.on("127.0.0.1");
    return port == clientPort ? controllerPort(clientPort) : port;
  }

  private void awaitReady(BrokerSettings settings) {
    long deadline = System.nanoTime() + settings.startTimeout().toNanos();
    try {
      awaitConnect(deadline);
      awaitCluster(deadline, settings.data().resolve("log").resolve("meta.properties"));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new BrokerStartException("interrupted while the broker was starting", e);
    }
  }

  /** Waits by plain connects first: a Kafka client logs a warning for every failed one. */
  private void awaitConnect(long deadline) throws InterruptedException {
    while (!accepts()) {
      failIfOver(deadline, "nothing listens");
      Thread.sleep(20);
    }
  }

  private boolean accepts() {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(host, port), 500);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  private void awaitCluster(long deadline, Path metadata) throws InterruptedException {
    Map<String, Object> config =
        Map.of(
            AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers(),
            AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, 1000,
            AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, 1000);
    Admin admin = Admin.create(config);
    try {
      while (!isOurs(admin, metadata)) {
        failIfOver(deadline, "it accepts connections, but doesn't answer");
        Thread.sleep(20);
      }
    } finally {
      admin.close(Duration.ZERO);
    }
  }

  /**
   * Whether the broker that answers has joined its cluster, before which no topic can be made, and
   * is the one that was started: another may have had the port before.
   */
  private static boolean isOurs(Admin admin, Path metadata) throws InterruptedException {
    try {
      DescribeClusterResult cluster = admin.describeCluster();
      return !cluster.nodes().get().isEmpty() && cluster.clusterId().get().equals(id(metadata));
    } catch (ExecutionException e) {
      return false;
    }
  }

  private static String id(Path metadata) {
    Properties properties = new Properties();
    try (Reader reader = Files.newBufferedReader(metadata)) {
      properties.load(reader);
    } catch (NoSuchFileException e) {
      return ""; // not formatted yet
    } catch (IOException e) {
      throw new BrokerStartException("can't read " + metadata, e);
    }
    return properties.getProperty("cluster.id", "");
  }

  private void failIfOver(long deadline, String state) {
    if (!child.isAlive()) {
      throw new BrokerStartException("the broker ended while starting:\n" + child.tail());
    }
    if (System.nanoTime() - deadline >= 0) {
      throw new BrokerStartException(
          "the broker at " + bootstrapServers() + " is not ready: " + state + "\n" + child.tail());
    }
  }

  /** {@code HOST:PORT}, as clients take it. */
  public String bootstrapServers() {
    return ServerProperties.bracketed(host) + ":" + port;
  }

  /** The TCP port it listens on. */
  public int port() {
    return port;
  }

  /** The child's process id, for tests that kill it. */
  public long pid() {
    return child.pid();
  }

  /**
   * Blocks until the broker's process has ended, for whatever reason, and gives its exit code.
   *
   * @throws InterruptedException if the calling thread is interrupted; the broker runs on
   */
  public int awaitEnd() throws InterruptedException {
    return child.await();
  }

  /** Ends the broker in order, or by force after four seconds. Idempotent. */
  @Override
  public void close() {
    child.end(PATIENCE);
    try {
      Runtime.getRuntime().removeShutdownHook(shutdownHook);
    } catch (IllegalStateException e) {
      // this JVM is shutting down and runs the hook anyway
    }
  }
}
