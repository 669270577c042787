package dev.sluice.local.bench.log.fanout;

import dev.sluice.local.bench.BenchException;
import dev.sluice.local.bench.log.fanout.Poller.Standing;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetSocketAddress;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Many pollers on one thread of their own, so that they take little of the machine beside the
 * broker. For one other thread.
 */
final class Pollers implements AutoCloseable {
  private static final Duration STEP = Duration.ofMillis(5);

  private final List<Poller> pollers = new ArrayList<>();
  private final Selector selector;
  private final Thread thread = Thread.ofPlatform().name("pollers").daemon().unstarted(this::poll);
  private volatile Optional<Throwable> failure = Optional.empty();
  private volatile boolean ending;

  private Pollers(Selector selector) {
    this.selector = selector;
  }

  /**
   * Connects them all, and lets them poll.
   *
   * @param from the offset at which all begin
   * @throws IOException if the broker refuses
   */
  static Pollers start(int number, InetSocketAddress broker, FetchCalls calls, long from)
      throws IOException {
    Pollers all = new Pollers(Selector.open());
    try {
      for (int i = 0; i < number; i++) {
        all.pollers.add(new Poller(broker, calls, from));
      }
      all.thread.start();
      return all;
    } catch (IOException | RuntimeException | Error e) {
      all.close();
      throw e;
    }
  }

  private void poll() {
    try {
      for (Poller poller : pollers) {
        poller.start(selector);
      }
      while (!ending) {
        int _ = selector.select(Pollers::read);
      }
    } catch (IOException | RuntimeException | Error e) {
      failure = Optional.of(e);
    }
  }

  private static void read(SelectionKey key) {
    try {
      ((Poller) key.attachment()).read();
    } catch (IOException e) {
      throw new BenchException("a poller's connection: " + e, e);
    }
  }

  /**
   * Waits until each was answered: then each has a request at the broker.
   *
   * @throws BenchException if one was not in time, or fails
   */
  void awaitAnswered(Duration limit) throws InterruptedException {
    await("answered", limit, standing -> standing.answers() > 0);
  }

  /**
   * Waits until each has come to an offset.
   *
   * @throws BenchException if one has not in time, or fails
   */
  void awaitPosition(long offset, Duration limit) throws InterruptedException {
    await("at offset " + offset, limit, standing -> standing.position() >= offset);
  }

  private void await(String what, Duration limit, Predicate<Standing> state)
      throws InterruptedException {
    long deadline = System.nanoTime() + limit.toNanos();
    while (!pollers.stream().map(Poller::standing).allMatch(state)) {
      if (failure.isPresent()) {
        throw new BenchException("polling: " + failure.get(), failure.get());
      }
      if (System.nanoTime() - deadline > 0) {
        long others = pollers.stream().map(Poller::standing).filter(state.negate()).count();
        throw new BenchException(
            "%d of %d pollers are not %s after %d s"
                .formatted(others, pollers.size(), what, limit.toSeconds()));
      }
      Thread.sleep(STEP);
    }
  }

  /**
   * What they have come to until now.
   *
   * @param answers of the broker to all
   * @param bytes of the broker to all
   * @param cpu what their thread has used
   */
  record Total(long answers, long bytes, Duration cpu) {
    Total minus(Total before) {
      return new Total(answers - before.answers, bytes - before.bytes, cpu.minus(before.cpu));
    }
  }

  /** The sum over all pollers. */
  Total total() {
    long answers = 0;
    long bytes = 0;
    for (Poller poller : pollers) {
      Standing standing = poller.standing();
      answers += standing.answers();
      bytes += standing.bytes();
    }
    long cpu = ManagementFactory.getThreadMXBean().getThreadCpuTime(thread.threadId());
    return new Total(answers, bytes, Duration.ofNanos(Math.max(0, cpu)));
  }

  /**
   * Ends polling.
   *
   * @return what has come to each poller
   */
  List<Arrivals> end() throws InterruptedException {
    ending = true;
    selector.wakeup();
    thread.join();
    return pollers.stream().map(Poller::arrivals).toList();
  }

  /** Ends polling and all connections. Idempotent. */
  @Override
  public void close() throws IOException {
    ending = true;
    selector.wakeup();
    boolean interrupted = joined();
    try (Selector _ = selector) {
      for (Poller poller : pollers) {
        poller.close();
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** Its thread waits for nobody, once woken. */
  private boolean joined() {
    boolean interrupted = false;
    while (true) {
      try {
        thread.join();
        return interrupted;
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
  }
}
