package dev.sluice.local.bench.change;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 2, unit = TimeUnit.MINUTES)
class ChangeBenchTest {
  @Test
  void everyKindAndSizeGivesALine() {
    StringWriter told = new StringWriter();

    new ChangeBench(List.of(4, 6), 0, 20).run(new PrintWriter(told));

    for (ChangeKind kind : ChangeKind.values()) {
      String line = Pattern.quote(kind.title()) + " +[46]( +\\d+\\.\\d+){3}";
      assertThat(told.toString().lines().filter(one -> one.matches(line))).hasSize(2);
    }
  }

  @Test
  void whatCanNotBeMeasuredIsRefused() {
    assertThatIllegalArgumentException().isThrownBy(() -> new ChangeBench(List.of(3), 1, 10));
    assertThatIllegalArgumentException().isThrownBy(() -> new ChangeBench(List.of(4), -1, 10));
    assertThatIllegalArgumentException().isThrownBy(() -> new ChangeBench(List.of(4), 1, 0));
  }
}
