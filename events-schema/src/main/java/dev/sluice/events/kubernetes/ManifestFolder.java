package dev.sluice.events.kubernetes;

import dev.sluice.events.model.ObjectKey;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * What the manifests in a folder say. Files are read again only when they changed; what can't be
 * read keeps its last good state. Blocks; owned by one thread.
 */
public final class ManifestFolder {
  private final Path root;
  private final Clock clock;
  private Map<String, ManifestState> files = new TreeMap<>();

  /**
   * One look at the folder.
   *
   * @param objects in the order of their files' paths
   * @param unreadable keys that are there, and have no good state
   * @param whole whether nothing else can be there
   * @param problems by relative path, or the folder's own where that is the problem
   * @param directories all that were listed, as real paths
   */
  public record Scan(
      List<ObservedObject> objects,
      Set<ObjectKey> unreadable,
      boolean whole,
      Map<String, String> problems,
      Set<Path> directories) {

    /** Whether it says the same of the objects. */
    public boolean sameObjects(Scan other) {
      return whole == other.whole
          && unreadable.equals(other.unreadable)
          && objects.equals(other.objects);
    }

    /** Whether it lacks an object that {@code other} has. */
    public boolean lacksSomeOf(Scan other) {
      Set<ObjectKey> keys = new HashSet<>(unreadable);
      objects.forEach(object -> keys.add(object.object().key()));
      return other.objects.stream().anyMatch(object -> !keys.contains(object.object().key()));
    }
  }

  public ManifestFolder(Path root, Clock clock) {
    this.root = root;
    this.clock = clock;
  }

  /**
   * Looks at the folder.
   *
   * @throws IOException if the folder itself can't be listed; then nothing is known
   */
  public Scan scan() throws IOException {
    ManifestTree tree = ManifestTree.walk(root);
    Map<String, String> problems = new TreeMap<>(tree.unlisted());
    Map<String, ManifestState> next = new TreeMap<>();
    for (Map.Entry<String, Path> file : tree.files().entrySet()) {
      String name = file.getKey();
      try {
        next.put(name, read(file.getValue(), Optional.ofNullable(files.get(name))));
      } catch (NoSuchFileException e) {
        // deleted since it was listed: the same as never listed
      }
    }
    files.forEach(
        (name, state) -> {
          if (tree.isUnderUnlisted(name)) {
            next.putIfAbsent(name, state);
          }
        });
    files = next;
    return collect(tree, problems);
  }

  private ManifestState read(Path file, Optional<ManifestState> last) throws NoSuchFileException {
    try {
      FileSignature signature = FileSignature.of(file, clock.instant());
      if (last.isPresent() && last.get().signature().provesUnchanged(signature)) {
        return last.get();
      }
      return ManifestState.of(signature, ManifestFile.read(file), last);
    } catch (NoSuchFileException e) {
      throw e;
    } catch (IOException e) {
      return ManifestState.unreadable("can't be read: " + e, last);
    } catch (StackOverflowError e) {
      return ManifestState.unreadable("is nested too deeply", last);
    }
  }

  private Scan collect(ManifestTree tree, Map<String, String> problems) {
    Map<ObjectKey, String> owners = new HashMap<>();
    List<ObservedObject> objects = new ArrayList<>();
    Set<ObjectKey> unreadable = new HashSet<>();
    boolean whole = tree.unlisted().isEmpty();
    for (Map.Entry<String, ManifestState> file : files.entrySet()) {
      ManifestState state = file.getValue();
      List<String> reasons = new ArrayList<>(state.problems());
      for (ObservedObject object : state.objects()) {
        ObjectKey key = object.object().key();
        String owner = owners.putIfAbsent(key, file.getKey());
        if (owner == null) {
          objects.add(object);
        } else {
          reasons.add(key + " is in " + owner + " already: only that is used");
        }
      }
      unreadable.addAll(state.unreadable());
      whole &= state.whole();
      if (!reasons.isEmpty()) {
        problems.merge(file.getKey(), String.join("; ", reasons), (a, b) -> a + "; " + b);
      }
    }
    unreadable.removeAll(owners.keySet());
    return new Scan(objects, unreadable, whole, problems, tree.directories());
  }
}
