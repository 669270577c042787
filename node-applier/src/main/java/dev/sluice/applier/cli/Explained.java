package dev.sluice.applier.cli;

import dev.sluice.events.image.ClusterImage;
import dev.sluice.events.model.ServiceName;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * An answer, with what it takes to look up what led to it.
 *
 * @param socket what the packet is sent to; empty where there is no packet
 * @param service the Service that decides, or that was asked for
 * @param outcome what becomes of the same packet by another image, in words
 */
record Explained(
    Answer answer,
    Optional<PacketTarget.Socket> socket,
    Optional<ServiceName> service,
    Optional<Function<ClusterImage, String>> outcome) {
  /** Why no packet can be sent to a Service that the cluster has not. */
  static final String NOT_THERE = " is not there";

  /** A Service that no packet can be sent to. */
  static Explained noFrontEnd(ServiceName service, String reason) {
    return new Explained(
        Answer.noFrontEnd(service + reason),
        Optional.empty(),
        Optional.of(service),
        Optional.empty());
  }

  /**
   * The answer, with the changes that led to it: those of the Service that decides, or that was the
   * last to have had the front end. Blocks.
   *
   * @param image what the answer is about
   * @param most how many changes to tell
   * @param problems takes what can't be read, a line each
   * @throws IOException if the history can't be read, or has never had the Service that was named
   */
  Answer withChanges(
      OpenLog log, ClusterImage image, int most, List<String> problems, Consumer<Double> progress)
      throws IOException, InterruptedException {
    Optional<ServiceName> owner = service;
    if (owner.isEmpty() && socket.isPresent()) {
      owner = FrontEndChanges.owner(log, image.revision(), socket.get(), progress);
    }
    if (owner.isEmpty()) {
      return answer;
    }
    FrontEndChanges found =
        FrontEndChanges.read(log, image.revision(), owner.get(), most, progress);
    problems.addAll(found.problems());
    if (found.all() == 0 && image.service(owner.get()).isEmpty()) {
      throw new IOException("there is no Service " + owner.get() + ", and the log has had none");
    }
    return found.addTo(answer, image, outcome);
  }
}
