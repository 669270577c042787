package dev.sluice.watcher.convergence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.events.model.IpAddress;
import dev.sluice.watcher.convergence.Question.Subject;
import io.netty.handler.codec.http.QueryStringDecoder;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class QuestionTest {
  @Test
  void aRevisionOrAddressesAreAskedFor() {
    assertThat(question("revision=42&wait=1m30s"))
        .isEqualTo(new Question(new Subject.HasRevision(42), Duration.ofSeconds(90)));
    assertThat(question("endpoint=10.244.1.2"))
        .isEqualTo(
            new Question(
                new Subject.HasDropped(Set.of(IpAddress.parse("10.244.1.2"))), Duration.ZERO));
    assertThat(question("endpoint=10.244.1.2,fd00::2&wait=500ms").subject())
        .isEqualTo(
            new Subject.HasDropped(
                Set.of(IpAddress.parse("10.244.1.2"), IpAddress.parse("fd00::2"))));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "''                              | either revision or endpoint",
        "wait=3s                         | either revision or endpoint",
        "revision=1&endpoint=10.0.0.1    | either revision or endpoint",
        "revision=1&revision=2           | revision is given more than once",
        "revision=                       | revision: \"\" is none",
        "revision=-1                     | revision: \"-1\" is none",
        "revision=9999999999999999999999 | is none",
        "endpoint=                       | endpoint: \"\" is no address",
        "endpoint=10.0.0.1,web           | endpoint: \"web\" is no address",
        "endpoint=10.0.0.1&wait=soon     | wait: \"soon\" is no duration",
        "endpoint=10.0.0.1&wait=6m       | longer than 5m",
        "endpiont=10.0.0.1               | there is no parameter \"endpiont\""
      })
  void whatIsWrongIsNamed(String query, String reason) {
    assertThatThrownBy(() -> question(query))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(reason);
  }

  private static Question question(String query) {
    return Question.parse(new QueryStringDecoder(query, false).parameters());
  }
}
