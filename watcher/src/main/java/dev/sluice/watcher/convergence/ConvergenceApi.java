package dev.sluice.watcher.convergence;

import dev.sluice.events.log.FleetFollower;
import dev.sluice.events.log.KafkaSettings;
import dev.sluice.events.log.NodesUpkeep;
import dev.sluice.events.log.Topics;
import dev.sluice.events.report.Standings;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers {@code GET /v1/convergence}: whether every live node has a revision, or has dropped an
 * endpoint; waits for it where it is asked to. One look at the nodes serves all who wait. Works on
 * one Vert.x context of its own; its methods may be called from any thread.
 */
public final class ConvergenceApi {
  /** Where it is served. */
  public static final String PATH = "/v1/convergence";

  private static final Logger log = LoggerFactory.getLogger(ConvergenceApi.class);

  /** All that has changed within that time is looked at once. */
  private static final long GATHER_MILLIS = 20;

  /** Waits end, and reports get old, by themselves. */
  private static final long LOOK_MILLIS = 200;

  private static final long UPKEEP_MILLIS = Duration.ofHours(1).toMillis();
  private static final long START_OVER_MILLIS = 1000;
  private static final int MOST_WAITING = 10_000;

  /** Of all who wait, and some more, so that those who are too many are told so. */
  public static final int MOST_CONNECTIONS = MOST_WAITING + 1_000;

  private final Vertx vertx;
  private final Context context;
  private final Clock clock;
  private final Supplier<FleetFollower> followers;
  private final NodesUpkeep upkeep;
  private final Map<Integer, Counter> answers = new HashMap<>();
  private final AtomicInteger waitingNow = new AtomicInteger();
  private final Set<Waiting> waiting = new LinkedHashSet<>();
  private FleetFollower follower;
  private boolean lookDue;
  private boolean closed;
  private String lastError = "";

  private record Waiting(Goal goal, Instant deadline, Promise<Answer> answer) {
    // each is another one, whatever it waits for
    @Override
    public boolean equals(Object other) {
      return this == other;
    }

    @Override
    public int hashCode() {
      return System.identityHashCode(this);
    }
  }

  private ConvergenceApi(
      Vertx vertx, KafkaSettings kafka, Topics topics, MeterRegistry registry, Clock clock) {
    this.vertx = vertx;
    this.context = vertx.getOrCreateContext();
    this.clock = clock;
    upkeep = new NodesUpkeep(vertx, kafka, topics);
    followers = () -> new FleetFollower(vertx, kafka, topics, clock);
    follower = followers.get();
    for (int status : List.of(200, 400, 408, 503)) {
      answers.put(
          status,
          Counter.builder("sluice.watcher.convergence.answers")
              .description("Answers of " + PATH + " by HTTP status")
              .tag("code", Integer.toString(status))
              .register(registry));
    }
    Gauge.builder("sluice.watcher.convergence.waiting", waitingNow, AtomicInteger::get)
        .description("Requests that wait for the nodes")
        .register(registry);
  }

  /** Starts to follow the log. Requests may come at once; they wait until it has been read. */
  public static ConvergenceApi start(
      Vertx vertx, KafkaSettings kafka, Topics topics, MeterRegistry registry, Clock clock) {
    ConvergenceApi api = new ConvergenceApi(vertx, kafka, topics, registry, clock);
    api.context.runOnContext(
        start -> {
          api.follow();
          vertx.setPeriodic(LOOK_MILLIS, id -> api.look());
          vertx.setPeriodic(UPKEEP_MILLIS, id -> api.keepUp());
        });
    return api;
  }

  private void follow() {
    FleetFollower next = follower;
    next.exceptionHandler(this::tell)
        .undecodableHandler(
            record ->
                log.warn(
                    "event=undecodable-record topic={} offset={} reason=\"{}\"",
                    record.topic(),
                    record.offset(),
                    record.reason()));
    next.ended().onFailure(e -> context.runOnContext(ended -> startOver(next, e)));
    next.start(this::changed);
  }

  /** What was read can't be continued: nothing is known any more. */
  private void startOver(FleetFollower old, Throwable reason) {
    if (!closed && follower == old) {
      log.error("event=convergence-starts-over reason=\"{}\"", reason.toString());
      follower = followers.get();
      old.close();
      vertx.setTimer(START_OVER_MILLIS, id -> follow());
    }
  }

  /** Answers a request, on its own context. */
  public void handle(HttpServerRequest request) {
    Context own = vertx.getOrCreateContext();
    Map<String, List<String>> parameters = new HashMap<>();
    request.params().names().forEach(name -> parameters.put(name, request.params().getAll(name)));
    Promise<Answer> answer = Promise.promise();
    request.response().closeHandler(gone -> answer.tryFail("the asker has gone"));
    answer.future().onSuccess(ready -> own.runOnContext(answering -> answer(request, ready)));
    context.runOnContext(asked -> ask(parameters, answer));
  }

  private void answer(HttpServerRequest request, Answer answer) {
    Counter counter = answers.get(answer.status());
    if (counter != null) {
      counter.increment();
    }
    request
        .response()
        .setStatusCode(answer.status())
        .putHeader("Content-Type", "application/json")
        .end(answer.body().encode() + "\n");
  }

  private void ask(Map<String, List<String>> parameters, Promise<Answer> answer) {
    Question question;
    try {
      question = Question.parse(parameters);
    } catch (IllegalArgumentException e) {
      answer.tryComplete(Answer.wrong(String.valueOf(e.getMessage())));
      return;
    }
    if (closed || waiting.size() >= MOST_WAITING) {
      answer.tryComplete(Answer.busy(closed ? "this watcher ends" : "too many wait already"));
      return;
    }
    Instant now = clock.instant();
    waiting.add(
        new Waiting(new Goal(question.subject(), now), now.plus(question.patience()), answer));
    changed();
  }

  private void changed() {
    if (!lookDue && !waiting.isEmpty()) {
      lookDue = true;
      vertx.setTimer(
          GATHER_MILLIS,
          id -> {
            lookDue = false;
            look();
          });
    }
  }

  private void look() {
    if (waiting.isEmpty()) {
      waitingNow.set(0);
      return;
    }
    Instant now = clock.instant();
    Standings standings = follower.standings();
    for (Iterator<Waiting> all = waiting.iterator(); all.hasNext(); ) {
      if (over(all.next(), standings, now)) {
        all.remove();
      }
    }
    waitingNow.set(waiting.size());
  }

  private boolean over(Waiting one, Standings standings, Instant now) {
    if (one.answer().future().isComplete()) {
      return true;
    }
    boolean late = !now.isBefore(one.deadline());
    if (!follower.atEnd()) {
      return late && one.answer().tryComplete(Answer.notReady());
    }
    Goal.Missing missing = one.goal().look(follower.fleet(), standings, now);
    return (missing.nothing() || late) && one.answer().tryComplete(Answer.of(missing, standings));
  }

  /** Topics that are not there yet would fill the log. */
  private void tell(Throwable error) {
    String reason = String.valueOf(error.getMessage());
    if (!reason.equals(lastError)) {
      lastError = reason;
      log.warn("event=convergence-waits reason=\"{}\"", reason);
    }
  }

  private void keepUp() {
    if (closed || !follower.atEnd()) {
      return;
    }
    upkeep
        .run(follower.fleet())
        .onSuccess(removed -> log.info("event=nodes-upkeep removed={}", removed))
        .onFailure(e -> log.warn("event=nodes-upkeep-failed reason=\"{}\"", e.getMessage()));
  }

  /** Ends it; whoever waits is told so. */
  public Future<Void> close() {
    Promise<Void> done = Promise.promise();
    context.runOnContext(
        end -> {
          closed = true;
          waiting.forEach(one -> one.answer().tryComplete(Answer.busy("this watcher ends")));
          waiting.clear();
          follower.close().onComplete(ended -> done.complete());
        });
    return done.future();
  }
}
