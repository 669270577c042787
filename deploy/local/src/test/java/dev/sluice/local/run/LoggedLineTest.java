package dev.sluice.local.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import org.junit.jupiter.api.Test;

class LoggedLineTest {
  private final LoggedLine line =
      LoggedLine.parse(
          "2026-01-31T14:02:07.123Z INFO  Applier applied revision=42 services=3 writes=1 start=true");

  @Test
  void hasItsTimeAndTheNumbersThatItNames() {
    assertThat(line.time()).isEqualTo(Instant.parse("2026-01-31T14:02:07.123Z"));
    assertThat(line.number("revision")).hasValue(42);
    assertThat(line.number("writes")).hasValue(1);
  }

  @Test
  void hasNoNumberWhereNoneIsNamed() {
    assertThat(line.number("start")).isEmpty();
    assertThat(line.number("vision")).isEmpty();
  }

  @Test
  void whatIsNoLogLineIsRefused() {
    assertThatThrownBy(() -> LoggedLine.parse("Exception in thread main"))
        .isInstanceOf(ProgramException.class)
        .hasMessageContaining("Exception in thread main");
  }
}
