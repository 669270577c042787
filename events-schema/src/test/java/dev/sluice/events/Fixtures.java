package dev.sluice.events;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.events.kubernetes.ManifestFile;
import dev.sluice.events.kubernetes.ObservedObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;

/** Kubernetes manifests as they stand under {@code fixtures}. */
public final class Fixtures {
  private Fixtures() {}

  /** The only object of a file. */
  public static ObservedObject observed(String file) {
    try {
      ManifestFile read = ManifestFile.read(Path.of("src/test/resources/fixtures", file));
      assertThat(read.problems()).isEmpty();
      assertThat(read.objects()).hasSize(1);
      return read.objects().getFirst();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
