package dev.sluice.local.bench.log.path;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.local.apiserver.ApiResource;
import dev.sluice.local.apiserver.FakeCluster;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ApiServicesTest {
  private final FakeCluster cluster = new FakeCluster();
  private final ApiServices services = new ApiServices(cluster, 3, 2);

  @Test
  void everyServiceHasASliceAndEndpointsOfItsOwn() {
    assertThat(cluster.list(ApiResource.SERVICES)).hasSize(3);
    assertThat(cluster.list(ApiResource.ENDPOINT_SLICES)).hasSize(3);
    assertThat(services.objects()).isEqualTo(7);
    assertThat(services.destinations()).hasSize(6);
  }

  @Test
  void eachChangeReplacesOneEndpointAndASecondRoundPutsItBack() {
    Set<String> before = services.destinations();

    int first = services.replaceNext();
    int second = services.replaceNext();

    assertThat(second).isGreaterThan(first);
    assertThat(services.destinations()).hasSize(6).contains("10.128.0.2:8080", "10.128.0.34:8080");
    assertThat(cluster.list(ApiResource.ENDPOINT_SLICES).toString())
        .contains("10.128.0.2\"", "10.128.0.34\"", "10.128.0.64\"")
        .doesNotContain("10.128.0.0\"", "10.128.0.32\"");
    for (int i = 0; i < 4; i++) {
      int _ = services.replaceNext();
    }
    assertThat(services.destinations()).isEqualTo(before);
  }
}
