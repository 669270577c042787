package dev.sluice.local.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.platform.engine.UniqueId;

class ShareFilterTest {
  private static final List<UniqueId> TESTS =
      IntStream.range(0, 1000)
          .mapToObj(i -> UniqueId.forEngine("junit-jupiter").append("method", "test" + i))
          .toList();

  @Test
  void everyTestIsOfOneShare() {
    List<ShareFilter> shares =
        List.of(new ShareFilter("1/3"), new ShareFilter("2/3"), new ShareFilter("3/3"));

    assertThat(TESTS)
        .allSatisfy(
            test -> assertThat(shares.stream().filter(share -> share.includes(test))).hasSize(1));
  }

  @Test
  void sharesAreOfASize() {
    ShareFilter half = new ShareFilter("1/2");

    assertThat(TESTS.stream().filter(half::includes).count()).isBetween(400L, 600L);
  }

  @Test
  void withoutThePropertyEveryTestIsIncluded() {
    assertThat(TESTS).allMatch(new ShareFilter()::includes);
  }

  @Test
  void aShareThatIsNoneIsRefused() {
    assertThatThrownBy(() -> new ShareFilter("3/2")).hasMessageContaining("tests.share");
    assertThatThrownBy(() -> new ShareFilter("0/2")).hasMessageContaining("tests.share");
    assertThatThrownBy(() -> new ShareFilter("2")).hasMessageContaining("tests.share");
  }
}
