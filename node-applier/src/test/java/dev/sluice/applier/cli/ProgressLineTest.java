package dev.sluice.applier.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

class ProgressLineTest {
  private final StringWriter written = new StringWriter();

  @Test
  void itIsWrittenOverAndErasedInTheEnd() {
    try (ProgressLine line = ProgressLine.always(new PrintWriter(written), "reading")) {
      Awaitility.await()
          .atMost(Duration.ofSeconds(30))
          .until(
              () -> {
                line.at(0.5);
                return !written.toString().isEmpty();
              });
    }

    assertThat(written.toString()).isEqualTo("\r\u001b[Kreading: 50 %\r\u001b[K");
  }

  @Test
  void shortWorkSaysNothing() {
    try (ProgressLine line = ProgressLine.always(new PrintWriter(written), "reading")) {
      line.erase();
    }

    assertThat(written.toString()).isEmpty();
  }
}
