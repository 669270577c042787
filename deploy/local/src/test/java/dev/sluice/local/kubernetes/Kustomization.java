package dev.sluice.local.kubernetes;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sluice.local.SluiceHome;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** What {@code kubectl kustomize} makes of a folder. */
public final class Kustomization {
  private static final String FILE = "kustomization.yaml";

  private Kustomization() {}

  /** The folder that all of them are in. */
  public static Path root() {
    return SluiceHome.find().resolve("deploy/kubernetes");
  }

  /** All folders that are built by themselves: not the components. */
  public static List<Path> all() throws IOException {
    return folders("Kustomization");
  }

  /** All components, which are built with something else. */
  public static List<Path> components() throws IOException {
    return folders("Component");
  }

  private static List<Path> folders(String kind) throws IOException {
    try (Stream<Path> files = Files.walk(root())) {
      return files
          .filter(file -> file.getFileName().toString().equals(FILE))
          .filter(file -> kind.equals(documents(text(file)).getFirst().get("kind")))
          .map(Path::getParent)
          .sorted()
          .toList();
    }
  }

  /** Builds a folder; its documents as they would be applied. */
  public static List<Map<String, Object>> build(Path folder) throws IOException {
    return documents(run(folder));
  }

  /** Builds the base with a component. */
  public static List<Map<String, Object>> buildWith(Path component) throws IOException {
    Path overlay = Files.createTempDirectory("sluice-overlay").toRealPath();
    Path base = overlay.relativize(root().resolve("base").toRealPath());
    try {
      Files.writeString(
          overlay.resolve(FILE),
          "resources: [%s]\ncomponents: [%s]\n"
              .formatted(base, overlay.relativize(component.toRealPath())));
      return build(overlay);
    } finally {
      Files.deleteIfExists(overlay.resolve(FILE));
      Files.delete(overlay);
    }
  }

  private static String run(Path folder) throws IOException {
    Path errors = Files.createTempFile("kustomize", ".err");
    try {
      Process process =
          new ProcessBuilder("kubectl", "kustomize", folder.toString())
              .redirectError(errors.toFile())
              .start();
      String output = new String(process.getInputStream().readAllBytes(), UTF_8);
      int code = process.waitFor();
      // a warning is a field that is to go
      if (code != 0 || Files.size(errors) > 0) {
        throw new AssertionError(
            "kubectl kustomize %s ended with %d: %s"
                .formatted(folder, code, Files.readString(errors)));
      }
      return output;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    } finally {
      Files.delete(errors);
    }
  }

  @SuppressWarnings("unchecked") // a manifest is a mapping
  private static List<Map<String, Object>> documents(String yaml) {
    List<Map<String, Object>> documents = new ArrayList<>();
    for (Object document : new Load(LoadSettings.builder().build()).loadAllFromString(yaml)) {
      documents.add((Map<String, Object>) document);
    }
    return documents;
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
