package dev.sluice.applier.cli;

import dev.sluice.events.event.Change;
import dev.sluice.events.event.HistoryEntry;
import dev.sluice.events.event.Moment;
import dev.sluice.events.host.Launch;
import dev.sluice.events.log.HistoryReader.HistoryBatch;
import dev.sluice.events.log.HistoryReader.Item;
import dev.sluice.events.log.StateReader.Undecodable;
import dev.sluice.events.model.ObjectKey;
import dev.sluice.events.model.ServiceName;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Predicate;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import tools.jackson.databind.json.JsonMapper;

/** {@code sluice history}: the audit trail. */
@Command(
    name = "history",
    mixinStandardHelpOptions = true,
    description = {
      "Prints the changes on the log, one a line: revision, time, the watcher's epoch, cause"
          + " (observed, or resync: found by comparison), the API server's version of the object,"
          + " when it changed in the cluster where that is known, the object, and what differs from"
          + " before.",
      "",
      "A moment is " + MomentConverter.FORMS + ".",
      "Records that can't be read are told on standard error; the exit code is 1 then."
    },
    footer = {
      "",
      "Examples:",
      "  sluice history --bootstrap-servers kafka:9092 --since 15m",
      "  sluice history --bootstrap-servers kafka:9092 --service shop/web --since 2d",
      "  sluice history --bootstrap-servers kafka:9092 --object Node/node-1 -o json",
      "  sluice history --bootstrap-servers kafka:9092 --since now --follow"
    })
final class HistoryCommand implements Callable<Integer> {
  /** No change is so late: who asks for it begins at the log's end. */
  private static final Instant AFTER_ALL = Instant.ofEpochMilli(Long.MAX_VALUE);

  /** How it is printed. */
  enum Output {
    TABLE,
    JSON
  }

  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private LogOptions log = new LogOptions();

  @Option(
      names = "--since",
      paramLabel = "MOMENT",
      converter = MomentConverter.class,
      description = "Changes from then on, of a revision that one included. Default: all.")
  private Optional<Moment> since = Optional.empty();

  @Option(
      names = "--until",
      paramLabel = "MOMENT",
      converter = MomentConverter.class,
      description = "Changes until then, included. Default: now.")
  private Optional<Moment> until = Optional.empty();

  @Option(
      names = "--object",
      paramLabel = "KIND/NS/NAME",
      converter = ObjectFilter.KeyConverter.class,
      description = "Only changes of this object, such as Service/shop/web or Node/node-1.")
  private Optional<ObjectKey> object = Optional.empty();

  @Option(
      names = "--service",
      paramLabel = "NS/NAME",
      converter = ObjectFilter.ServiceConverter.class,
      description = "Only changes of this Service and of its EndpointSlices.")
  private Optional<ServiceName> service = Optional.empty();

  @Option(
      names = {"-f", "--follow"},
      description = "Go on with changes as they come, until interrupted.")
  private boolean follow;

  @Option(
      names = {"-o", "--output"},
      defaultValue = "table",
      paramLabel = "FORMAT",
      description = "table, or json: one object a line. Default: table.")
  private Output output = Output.TABLE;

  private boolean undecodable;
  private boolean passedUntil;

  @Override
  public Integer call() throws IOException, InterruptedException {
    check();
    PrintWriter err = spec.commandLine().getErr();
    try (OpenLog opened = log.open(err);
        HistoryStream history = follow ? opened.follow(from()) : opened.history(from(), 0);
        ProgressLine progress = ProgressLine.on(err, "reading " + opened.historyTopic())) {
      if (output == Output.TABLE) {
        print(ChangeText.HEADER);
      }
      boolean first = true;
      Optional<HistoryBatch> batch = history.next();
      while (batch.isPresent() && !passedUntil) {
        progress.erase();
        if (first && !batch.get().items().isEmpty()) {
          noteBeginning(batch.get());
          first = false;
        }
        batch.get().items().forEach(this::item);
        if (!batch.get().atEnd()) {
          progress.at(batch.get().share());
        }
        batch = history.next();
      }
    }
    return undecodable ? Launch.FAILED : 0;
  }

  private void check() {
    if (object.isPresent() && service.isPresent()) {
      throw new ParameterException(spec.commandLine(), "--object and --service exclude each other");
    }
    if (follow && until.isPresent()) {
      throw new ParameterException(spec.commandLine(), "--follow and --until exclude each other");
    }
  }

  /** Where reading begins: record times are event times, so a time can be looked up. */
  private Optional<Instant> from() {
    return since.flatMap(
        moment ->
            switch (moment) {
              case Moment.AtTime(Instant time) -> Optional.of(time);
              case Moment.Now() -> Optional.of(AFTER_ALL);
              case Moment.AtRevision _ -> Optional.empty();
            });
  }

  /** What was asked for may reach back further than what is kept. */
  private void noteBeginning(HistoryBatch batch) {
    Optional<HistoryEntry> first = batch.entries().stream().findFirst();
    if (first.isPresent() && batch.fromTheFirst() && first.get().number() > 1) {
      long number = first.get().number();
      boolean asked =
          since
              .map(
                  moment ->
                      switch (moment) {
                        case Moment.AtRevision(long revision) -> revision < number;
                        case Moment.AtTime(Instant time) ->
                            time.isBefore(first.get().change().revision().time());
                        case Moment.Now() -> false;
                      })
              .orElse(true);
      if (asked) {
        warn(
            "what was before revision %d, %s, is no longer kept"
                .formatted(number, first.get().change().revision().time()));
      }
    }
  }

  private void item(Item item) {
    switch (item) {
      case Item.Bad(Undecodable record) -> {
        undecodable = true;
        warn(ChangeText.unreadable(record));
      }
      case Item.Read(HistoryEntry entry) -> entry(entry);
    }
  }

  private void entry(HistoryEntry entry) {
    Change change = entry.change();
    if (until.isPresent() && !until.get().includes(change.revision())) {
      passedUntil = true;
      return;
    }
    boolean asked =
        !(since.orElse(Moment.NOW) instanceof Moment.AtRevision(long number))
            || entry.number() >= number;
    if (asked && filter().test(change)) {
      print(
          switch (output) {
            case TABLE -> ChangeText.row(entry);
            case JSON -> JsonMapper.shared().writeValueAsString(ChangeText.tree(entry));
          });
    }
  }

  private Predicate<Change> filter() {
    return object
        .map(ObjectFilter::object)
        .or(() -> service.map(ObjectFilter::service))
        .orElse(change -> true);
  }

  private void print(String line) {
    spec.commandLine().getOut().println(line);
    spec.commandLine().getOut().flush();
  }

  private void warn(String line) {
    spec.commandLine().getErr().println(spec.qualifiedName() + ": " + line);
    spec.commandLine().getErr().flush();
  }
}
