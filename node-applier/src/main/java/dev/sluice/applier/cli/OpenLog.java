package dev.sluice.applier.cli;

import dev.sluice.events.event.Moment;
import dev.sluice.events.host.HostVertx;
import dev.sluice.events.log.HistoryReader;
import dev.sluice.events.log.KafkaSettings;
import dev.sluice.events.log.LogReadException;
import dev.sluice.events.log.NodesReader;
import dev.sluice.events.log.PastReader;
import dev.sluice.events.log.PastState;
import dev.sluice.events.log.StateReader.Undecodable;
import dev.sluice.events.log.Topics;
import dev.sluice.events.report.NodeEntry;
import dev.sluice.events.report.NodeReport;
import dev.sluice.events.report.NodeSettings;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The log as a command reads it: its calls block, and it has a Vert.x of its own. */
final class OpenLog implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(OpenLog.class);
  private static final long NEVER_MILLIS = Duration.ofDays(1000).toMillis();
  private static final Duration CLOSE_LIMIT = Duration.ofSeconds(5);

  private final Vertx vertx =
      Vertx.vertx(
          HostVertx.options()
              .setEventLoopPoolSize(1)
              .setWorkerPoolSize(2)
              // whoever takes history may let the reader wait, as a pager does
              .setBlockedThreadCheckInterval(NEVER_MILLIS));
  private final KafkaSettings kafka;
  private final Topics topics;
  private final Duration patience;
  private Optional<PrintWriter> err = Optional.empty();

  /**
   * Does not connect yet.
   *
   * @param patience how long to wait for the log's next records
   */
  OpenLog(KafkaSettings kafka, Topics topics, Duration patience) {
    this.kafka = kafka;
    this.topics = topics;
    this.patience = patience;
  }

  /**
   * The cluster at a moment.
   *
   * @throws IOException if the log can't be read to its end, does not hold the whole cluster, or
   *     does not tell of that moment
   */
  PastState at(Moment moment) throws IOException, InterruptedException {
    try (ProgressLine line =
        err.map(writer -> ProgressLine.on(writer, "reading " + topics.history()))
            .orElseGet(ProgressLine::none)) {
      return await(new PastReader(vertx, kafka, topics, patience).progress(line::at).at(moment));
    }
  }

  /** From now on it is told there how far reading has come, if that is a terminal. */
  OpenLog progress(PrintWriter writer) {
    err = Optional.of(writer);
    return this;
  }

  /**
   * The history to its end.
   *
   * @param from where to begin; empty: at the first change there is
   * @param through a revision that is known to be on the log; 0: none
   */
  HistoryStream history(Optional<Instant> from, long through) {
    HistoryReader reader = new HistoryReader(vertx, kafka, topics);
    return new HistoryStream(reader, listener -> reader.readThrough(from, through, listener));
  }

  /** The history, and what is written from now on; never ends by itself. */
  HistoryStream follow(Optional<Instant> from) {
    HistoryReader reader = new HistoryReader(vertx, kafka, topics);
    return new HistoryStream(reader, listener -> reader.follow(from, listener));
  }

  /** What the history's topic is called. */
  String historyTopic() {
    return topics.history();
  }

  /**
   * What a node has told of itself.
   *
   * @param problems takes what of the topic can't be read, a line each
   * @throws IOException if the nodes topic can't be read to its end
   */
  NodeRecords nodes(String nodeName, Consumer<String> problems)
      throws IOException, InterruptedException {
    Map<String, NodeSettings> settings = new LinkedHashMap<>();
    List<NodeReport> reports = new ArrayList<>();
    Promise<NodeRecords> end = Promise.promise();
    AtomicReference<String> lastError = new AtomicReference<>("no answer");
    NodesReader reader = new NodesReader(vertx, kafka, topics);
    reader.exceptionHandler(
        e -> {
          lastError.set(String.valueOf(e.getMessage()));
          if (LogReadException.refused(e)) {
            end.tryFail(e);
          }
        });
    reader.ended().onFailure(end::tryFail);
    reader.start(
        batch -> {
          for (NodesReader.TimedEntry timed : batch.entries()) {
            switch (timed.entry()) {
              case NodeEntry.Reported(NodeReport report) when report.node().equals(nodeName) ->
                  reports.add(report);
              case NodeEntry.Configured(NodeSettings one) when one.node().equals(nodeName) ->
                  settings.put(one.key(), one);
              case NodeEntry.Forgotten(String key) -> settings.remove(key);
              default -> {} // of another node
            }
          }
          batch.undecodable().stream().map(Undecodable::inWords).forEach(problems);
          if (batch.atEnd()) {
            end.tryComplete(new NodeRecords(List.copyOf(settings.values()), reports));
          }
        });
    vertx.setTimer(
        patience.toMillis(),
        _ ->
            end.tryFail(
                new IOException(
                    "topic %s at %s could not be read to its end within %s s: %s"
                        .formatted(
                            topics.nodes(),
                            kafka.bootstrapServers(),
                            patience.toSeconds(),
                            lastError.get()))));
    return await(end.future().eventually(reader::close));
  }

  /**
   * Waits for a result of the log.
   *
   * @throws IOException if it failed, with its reason
   */
  static <T> T await(Future<T> future) throws IOException, InterruptedException {
    try {
      return future.toCompletionStage().toCompletableFuture().get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException defect) {
        throw defect;
      }
      String reason =
          Optional.ofNullable(e.getCause()).map(Throwable::getMessage).orElse(e.toString());
      throw new IOException(reason, e);
    }
  }

  @Override
  public void close() {
    try {
      vertx
          .close()
          .toCompletionStage()
          .toCompletableFuture()
          .get(CLOSE_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException | TimeoutException e) {
      // the answer is there, and the process ends anyhow
      LOG.debug("Vert.x was not closed", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
