package dev.sluice.events.kubernetes;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * The manifest files under a folder. Links are followed, and nothing is listed twice. What begins
 * with a dot is passed over: editors' files, and the {@code ..data} that the files of a mounted
 * ConfigMap are links into.
 *
 * @param files real paths by path relative to the folder; of several names of one file the first
 * @param unlisted reasons by relative path: what is there and can't be followed
 * @param directories real paths of all that were listed
 */
record ManifestTree(Map<String, Path> files, Map<String, String> unlisted, Set<Path> directories) {

  /**
   * @throws IOException if {@code root} itself can't be listed
   */
  static ManifestTree walk(Path root) throws IOException {
    Walk walk = new Walk();
    walk.list("", root.toRealPath());
    return new ManifestTree(walk.files, walk.unlisted, walk.directories);
  }

  /** Whether a file of that relative path could be there without having been listed. */
  boolean isUnderUnlisted(String name) {
    return unlisted.keySet().stream()
        .anyMatch(path -> name.equals(path) || name.startsWith(path + "/"));
  }

  private static final class Walk {
    final Map<String, Path> files = new TreeMap<>();
    final Map<String, String> unlisted = new TreeMap<>();
    final Set<Path> directories = new HashSet<>();
    private final Set<Path> seen = new HashSet<>();

    void list(String prefix, Path directory) throws IOException {
      List<Path> children = new ArrayList<>();
      try (DirectoryStream<Path> stream = Files.newDirectoryStream(directory)) {
        stream.forEach(children::add);
      } catch (DirectoryIteratorException e) {
        throw e.getCause();
      }
      directories.add(directory);
      children.sort(Comparator.comparing(child -> child.getFileName().toString()));
      for (Path child : children) {
        String name = child.getFileName().toString();
        if (!name.startsWith(".")) {
          visit(prefix + name, child);
        }
      }
    }

    private void visit(String name, Path child) {
      try {
        Path real = child.toRealPath();
        boolean directory = Files.isDirectory(real);
        boolean manifest = isManifest(name) && Files.isRegularFile(real);
        if ((directory || manifest) && seen.add(real)) {
          if (directory) {
            list(name + "/", real);
          } else {
            files.put(name, real);
          }
        }
      } catch (NoSuchFileException e) {
        if (Files.isSymbolicLink(child)) {
          unlisted.put(name, "the link leads nowhere");
        } // else it was deleted since it was listed
      } catch (IOException e) {
        unlisted.put(name, "can't be listed: " + e);
      }
    }

    private static boolean isManifest(String name) {
      String lower = name.toLowerCase(Locale.ROOT);
      return lower.endsWith(".yaml") || lower.endsWith(".yml") || lower.endsWith(".json");
    }
  }
}
