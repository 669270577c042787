package dev.sluice.events.kubernetes;

import dev.sluice.events.kubernetes.ManifestFile.Problem;
import dev.sluice.events.model.ObjectKey;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * What is known of one file. Immutable.
 *
 * @param objects the last good state of each
 * @param unreadable keys of objects that are in the file, and have no good state
 * @param whole whether nothing else can be in the file
 * @param problems empty while all is well
 */
record ManifestState(
    FileSignature signature,
    List<ObservedObject> objects,
    Set<ObjectKey> unreadable,
    boolean whole,
    List<String> problems) {

  /** The state after reading, given the one before. */
  static ManifestState of(
      FileSignature signature, ManifestFile read, Optional<ManifestState> last) {
    List<String> problems = read.problems().stream().map(ManifestState::text).toList();
    List<ObservedObject> objects =
        read.objects().stream().map(ManifestState::withoutVersion).collect(Collectors.toList());
    if (read.problems().stream().allMatch(problem -> problem.key().isPresent())) {
      Set<ObjectKey> broken =
          read.problems().stream().flatMap(p -> p.key().stream()).collect(Collectors.toSet());
      objects.removeIf(object -> broken.contains(object.object().key()));
      List<ObservedObject> kept = lastGood(broken, last);
      objects.addAll(kept);
      kept.forEach(object -> broken.remove(object.object().key()));
      return new ManifestState(signature, objects, broken, true, problems);
    }
    // Where the text ends in an error, nobody knows what else should have been there.
    return last.map(state -> state.keeping(signature, problems))
        .orElseGet(() -> new ManifestState(signature, objects, Set.of(), false, problems));
  }

  /** The state of a file that can't be read, given the one before. */
  static ManifestState unreadable(String reason, Optional<ManifestState> last) {
    List<String> problems = List.of(reason);
    return last.map(state -> state.keeping(FileSignature.NONE, problems))
        .orElseGet(
            () -> new ManifestState(FileSignature.NONE, List.of(), Set.of(), false, problems));
  }

  private ManifestState keeping(FileSignature newSignature, List<String> newProblems) {
    return new ManifestState(newSignature, objects, unreadable, whole, newProblems);
  }

  private static List<ObservedObject> lastGood(
      Set<ObjectKey> broken, Optional<ManifestState> last) {
    Map<ObjectKey, ObservedObject> known =
        last.stream()
            .flatMap(state -> state.objects.stream())
            .collect(
                Collectors.toMap(o -> o.object().key(), Function.identity(), (first, b) -> first));
    List<ObservedObject> kept = new ArrayList<>();
    for (ObjectKey key : new HashSet<>(broken)) {
      Optional.ofNullable(known.get(key)).ifPresent(kept::add);
    }
    return kept;
  }

  /** A version in a file is a left-over of some export, and orders nothing. */
  private static ObservedObject withoutVersion(ObservedObject object) {
    return new ObservedObject(object.object(), "", object.triggerTime());
  }

  private static String text(Problem problem) {
    return "line " + problem.line() + ": " + problem.reason();
  }
}
