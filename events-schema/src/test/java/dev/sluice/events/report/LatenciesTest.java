package dev.sluice.events.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LatenciesTest {
  @ParameterizedTest
  @CsvSource({
    "0, 1",
    "1, 1",
    "2, 2",
    "3, 3",
    "4, 4",
    "5, 6",
    "6, 6",
    "7, 8",
    "8, 8",
    "9, 12",
    "12, 12",
    "13, 16",
    "1000, 1024",
    "1025, 1536",
    "1537, 2048"
  })
  void aTimeIsCountedUnderTheNextLimit(long millis, long limit) {
    assertThat(Latencies.limit(millis)).isEqualTo(limit);
  }

  @Test
  void percentilesOfTheSumAreThoseOfAllChangesWithinALimit() {
    long seed = 20260301;
    Random random = new Random(seed);
    List<Long> all = new ArrayList<>();
    List<Latencies> nodes = new ArrayList<>();
    for (int node = 0; node < 20; node++) {
      TreeMap<Long, Long> counts = new TreeMap<>();
      for (int change = 0; change < random.nextInt(50); change++) {
        long millis = random.nextInt(1 + random.nextInt(5000));
        all.add(millis);
        counts.merge(Latencies.limit(millis), 1L, Long::sum);
      }
      nodes.add(new Latencies(counts, 600));
    }
    all.sort(Long::compare);
    Latencies sum = Latencies.sum(nodes);

    assertThat(sum.count()).as("seed %d", seed).isEqualTo(all.size());
    for (double part : new double[] {0.5, 0.9, 0.99, 1}) {
      long exact = all.get((int) Math.ceil(part * all.size()) - 1);
      assertThat(sum.percentile(part)).contains(Latencies.limit(exact));
    }
  }

  @Test
  void nothingHasNoPercentile() {
    assertThat(Latencies.NONE.percentile(0.5)).isEmpty();
    assertThat(Latencies.sum(List.of())).isEqualTo(Latencies.NONE);
    assertThat(new Latencies(Map.of(3L, 1L), 10).percentile(0.01)).contains(3L);
  }
}
