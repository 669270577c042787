package dev.sluice.local.lab;

import dev.sluice.applier.netlink.NamespaceKernel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A named network namespace, as {@code ip netns} knows it, with loopback up.
 *
 * <p>Removed by {@link #close} and at the JVM's orderly end. Sockets and processes inside keep the
 * kernel's part of it alive, so end those first. Any thread.
 */
public final class NetworkNamespace implements AutoCloseable {
  private static final Duration DEFAULT_LIMIT = Duration.ofSeconds(30);
  private static final Duration PATIENCE = Duration.ofSeconds(3);
  private static final Path FOLDER = Path.of("/run/netns");
  private static final AtomicInteger COUNTER = new AtomicInteger();

  private final String name;
  private final Thread shutdownHook = new Thread(this::delete, "netns-delete");
  private boolean closed;

  private NetworkNamespace(String name) {
    this.name = name;
  }

  /**
   * Makes a namespace of its own, named {@code sluice-ROLE-PID-NUMBER}.
   *
   * @param role what it is, for whoever lists the namespaces
   * @throws LabException if the kernel refuses, as it does to all but root
   */
  public static NetworkNamespace create(String role) {
    String name =
        "sluice-%s-%d-%d".formatted(role, ProcessHandle.current().pid(), COUNTER.getAndIncrement());
    NetworkNamespace namespace = new NetworkNamespace(name);
    host("ip", "netns", "add", name).orThrow();
    try {
      // refused where the JVM is ending already; then it must not stay behind either
      Runtime.getRuntime().addShutdownHook(namespace.shutdownHook);
      namespace.configure("link set lo up");
      return namespace;
    } catch (RuntimeException | Error e) {
      namespace.close();
      throw e;
    }
  }

  /** The name, as {@code ip netns} and {@code ip -n} take it. */
  public String name() {
    return name;
  }

  /** The file that stands for it, as {@code nsenter --net=} takes it. */
  public Path file() {
    return FOLDER.resolve(name);
  }

  /** What {@link #call} runs inside a namespace. */
  public interface Body<T, E extends Exception> {
    /** Runs on a thread of its own that has entered the namespace. */
    T call() throws E;
  }

  /** What {@link #run} runs inside a namespace. */
  public interface Action<E extends Exception> {
    /** Runs on a thread of its own that has entered the namespace. */
    void run() throws E;
  }

  /**
   * Runs the body inside and waits for it. The sockets that it opens, the processes and the
   * platform threads that it starts live in the namespace, and may outlive the call.
   *
   * <p>Not so what is read from {@code /proc/net}, {@link java.net.NetworkInterface} included: that
   * is the main thread's, whoever reads it. {@code /proc/thread-self/net} is the namespace's.
   *
   * @throws E whatever the body throws
   * @throws LabException if the namespace can't be entered, or the wait is interrupted
   */
  @SuppressWarnings("unchecked") // the body throws nothing checked but E
  public <T, E extends Exception> T call(Body<T, E> body) throws E {
    FutureTask<T> task =
        new FutureTask<>(
            () -> {
              enter();
              return body.call();
            });
    Thread inside = Thread.ofPlatform().name(name).daemon().start(task);
    try {
      return task.get();
    } catch (InterruptedException e) {
      giveUp(inside);
      throw new LabException("interrupted while waiting for a call in " + name, e);
    } catch (ExecutionException e) {
      Throwable cause = Objects.requireNonNull(e.getCause());
      if (cause instanceof Error error) {
        throw error;
      }
      throw (E) cause;
    }
  }

  /** Ends with the interrupted flag set; what the body has opened it may close, for a while. */
  private static void giveUp(Thread inside) {
    inside.interrupt();
    try {
      inside.join(PATIENCE);
    } catch (InterruptedException e) {
      // asked twice: then not even that
    }
    Thread.currentThread().interrupt();
  }

  /** Like {@link #call}, without a result. */
  public <E extends Exception> void run(Action<E> action) throws E {
    Boolean _ =
        this.<Boolean, E>call(
            () -> {
              action.run();
              return true;
            });
  }

  private void enter() {
    try {
      NamespaceKernel.enter(file());
    } catch (IOException e) {
      throw new LabException("namespace " + name + " not entered: " + e.getMessage(), e);
    }
  }

  /** Runs a command inside, for at most 30 seconds; see {@link #exec(Duration, String...)}. */
  public Execution exec(String... command) {
    return exec(DEFAULT_LIMIT, command);
  }

  /**
   * Runs a command inside and gives its exit code and output, whatever they are.
   *
   * @throws LabException if it can't be started, or has not ended in time and was killed
   */
  public Execution exec(Duration limit, String... command) {
    return this.<Execution, RuntimeException>call(() -> Execution.of(limit, "", List.of(command)));
  }

  /**
   * Sets a kernel parameter below /proc/sys/net in this namespace.
   *
   * @param key with dots or slashes, such as {@code net/ipv4/ip_forward}
   * @throws LabException if there is no such parameter, or its value is refused
   */
  public void sysctl(String key, String value) {
    Path file = Path.of("/proc/sys", key.replace('.', '/'));
    // The kernel shows a thread the parameters of its own namespace.
    this.<RuntimeException>run(
        () -> {
          try {
            Files.writeString(file, value);
          } catch (IOException e) {
            throw new LabException(file + " = " + value + " in " + name + ": " + e, e);
          }
        });
  }

  /** Runs {@code ip} commands, one a line, in one process. */
  void configure(String... lines) {
    List<String> command = List.of("ip", "-n", name, "-batch", "-");
    Execution done = Execution.of(DEFAULT_LIMIT, String.join("\n", lines) + "\n", command);
    if (done.exitCode() != 0) {
      throw new LabException(
          "ip in " + name + ": " + done.err().strip() + "\nof:\n" + String.join("\n", lines));
    }
  }

  private static Execution host(String... command) {
    return Execution.of(DEFAULT_LIMIT, "", List.of(command));
  }

  /**
   * Removes the namespace with its interfaces. Idempotent.
   *
   * @throws LabException if {@code ip netns delete} fails
   */
  @Override
  public void close() {
    delete();
    try {
      Runtime.getRuntime().removeShutdownHook(shutdownHook);
    } catch (IllegalStateException e) {
      // this JVM is shutting down and has deleted it by the hook
    }
  }

  /** Whoever comes second waits for the first: a JVM that ends must not do so in between. */
  private synchronized void delete() {
    if (closed) {
      return;
    }
    closed = true;
    boolean interrupted = Thread.interrupted(); // what was given up must be removed all the same
    try {
      host("ip", "netns", "delete", name).orThrow();
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
