package dev.sluice.applier.cli;

import dev.sluice.events.event.Change;
import dev.sluice.events.event.HistoryEntry;
import dev.sluice.events.event.Moment;
import dev.sluice.events.event.Revision;
import dev.sluice.events.image.ClusterImage;
import dev.sluice.events.image.Rewind;
import dev.sluice.events.log.HistoryReader.HistoryBatch;
import dev.sluice.events.model.LoadBalancerAddress;
import dev.sluice.events.model.Service;
import dev.sluice.events.model.ServiceName;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * Which changes made a Service's front ends what they are at a moment.
 *
 * @param last the last of them, in their order
 * @param all how many the log has
 * @param problems what of the log can't be read, one line each
 */
record FrontEndChanges(
    ServiceName service, List<HistoryEntry> last, int all, List<String> problems) {
  /**
   * Reads those up to a revision. Blocks.
   *
   * @param most how many to keep
   */
  static FrontEndChanges read(
      OpenLog log, long through, ServiceName service, int most, Consumer<Double> progress)
      throws IOException, InterruptedException {
    Deque<HistoryEntry> last = new ArrayDeque<>();
    List<String> problems = new ArrayList<>();
    int[] all = {0};
    scan(
        log,
        through,
        progress,
        problems,
        entry -> {
          if (ObjectFilter.service(service).test(entry.change())) {
            all[0]++;
            last.add(entry);
            if (last.size() > most) {
              last.remove();
            }
          }
        });
    return new FrontEndChanges(service, List.copyOf(last), all[0], problems);
  }

  /**
   * The Service that was the last to have a front end up to a revision, if any ever had. Blocks.
   */
  static Optional<ServiceName> owner(
      OpenLog log, long through, PacketTarget.Socket socket, Consumer<Double> progress)
      throws IOException, InterruptedException {
    List<ServiceName> owners = new ArrayList<>();
    scan(
        log,
        through,
        progress,
        new ArrayList<>(),
        entry ->
            versions(entry.change())
                .filter(service -> has(service, socket))
                .forEach(service -> owners.add(service.name())));
    return owners.isEmpty() ? Optional.empty() : Optional.of(owners.getLast());
  }

  private static Stream<Service> versions(Change change) {
    return Stream.of(change.before(), change.after())
        .flatMap(Optional::stream)
        .filter(Service.class::isInstance)
        .map(Service.class::cast);
  }

  private static boolean has(Service service, PacketTarget.Socket socket) {
    boolean addressed =
        service.clusterIps().contains(socket.address())
            || service.externalIps().contains(socket.address())
            || service.loadBalancerAddresses().stream()
                .map(LoadBalancerAddress::ip)
                .anyMatch(socket.address()::equals);
    return service.ports().stream()
        .filter(port -> port.protocol() == socket.protocol())
        .anyMatch(
            port ->
                (addressed && port.port() == socket.port()) || port.nodePort() == socket.port());
  }

  private static void scan(
      OpenLog log,
      long through,
      Consumer<Double> progress,
      List<String> problems,
      Consumer<HistoryEntry> taker)
      throws IOException, InterruptedException {
    try (HistoryStream history = log.history(Optional.empty(), through)) {
      Optional<HistoryBatch> batch = history.next();
      while (batch.isPresent()) {
        batch.get().entries().stream().filter(entry -> entry.number() <= through).forEach(taker);
        batch.get().undecodable().stream().map(ChangeText::unreadable).forEach(problems::add);
        progress.accept(batch.get().share());
        batch = history.next();
      }
    }
  }

  /**
   * Adds them to an answer.
   *
   * @param image what the answer is about
   * @param outcome what becomes of the same packet by another image, in words; empty where there is
   *     no packet
   */
  Answer addTo(
      Answer answer, ClusterImage image, Optional<Function<ClusterImage, String>> outcome) {
    StringBuilder text = new StringBuilder(answer.text());
    List<Map<String, Object>> trees = new ArrayList<>();
    text.append("\nchanges of %s and its EndpointSlices%s\n".formatted(service, shown()));
    for (HistoryEntry entry : last) {
      Optional<String> before =
          outcome.map(function -> function.apply(before(image, entry.number())));
      text.append(heading(entry));
      ChangeText.fieldLines(entry.change())
          .forEach(line -> text.append("      ").append(line).append('\n'));
      before.ifPresent(words -> text.append("    before: ").append(words).append('\n'));
      Map<String, Object> tree = new LinkedHashMap<>(ChangeText.tree(entry));
      before.ifPresent(words -> tree.put("outcomeBefore", words));
      trees.add(tree);
    }
    Map<String, Object> tree = new LinkedHashMap<>(answer.tree());
    tree.put("service", service.toString());
    tree.put("changes", trees);
    return new Answer(text.toString(), tree);
  }

  private String shown() {
    if (all == 0) {
      return ": the log has none";
    }
    return last.size() == all ? "" : ", the last %d of %d".formatted(last.size(), all);
  }

  private static String heading(HistoryEntry entry) {
    Revision revision = entry.change().revision();
    return "  revision %d, %s, %s, %s%s: %s\n"
        .formatted(
            revision.number(),
            revision.time(),
            revision.cause().text(),
            entry.change().key(),
            revision.resourceVersion().isEmpty()
                ? ""
                : " (resourceVersion " + revision.resourceVersion() + ")",
            ChangeText.verb(entry.change()));
  }

  /** The image with this Service as it was before a change; all else is left as it is. */
  private ClusterImage before(ClusterImage image, long number) {
    if (number == 1) {
      return ClusterImage.EMPTY;
    }
    Rewind rewind = new Rewind(image, new Moment.AtRevision(number - 1));
    last.forEach(rewind::replay);
    return rewind.apply();
  }
}
