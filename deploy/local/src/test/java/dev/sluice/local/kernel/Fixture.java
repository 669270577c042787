package dev.sluice.local.kernel;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Objects;

/** Files in the folder {@code kernel} of the test resources. */
final class Fixture {
  private Fixture() {}

  static String text(String file) {
    try (InputStream stream = Fixture.class.getResourceAsStream("/kernel/" + file)) {
      return new String(Objects.requireNonNull(stream, file).readAllBytes(), UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
