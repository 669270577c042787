package dev.sluice.applier.health;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.events.model.ServiceName;
import org.junit.jupiter.api.Test;

class HealthAnswerTest {
  private static ServiceHealth health(int endpoints) {
    return new ServiceHealth(ServiceName.parse("shop/web"), 32080, endpoints);
  }

  @Test
  void saysWhatKubeProxySaysToTheLetter() {
    assertThat(HealthAnswer.of(health(2), true))
        .isEqualTo(
            new HealthAnswer(
                200,
                2,
                "{\n\t\"service\": {\n\t\t\"namespace\": \"shop\",\n\t\t\"name\": \"web\"\n\t},\n"
                    + "\t\"localEndpoints\": 2,\n\t\"serviceProxyHealthy\": true\n}"));
  }

  @Test
  void aNodeWithoutEndpointsIsUnavailable() {
    HealthAnswer answer = HealthAnswer.of(health(0), true);

    assertThat(answer.status()).isEqualTo(503);
    assertThat(answer.weight()).isZero();
    assertThat(answer.body()).contains("\"localEndpoints\": 0", "\"serviceProxyHealthy\": true");
  }

  @Test
  void aNodeWhoseKernelLagsBehindIsUnavailableWhateverItHas() {
    HealthAnswer answer = HealthAnswer.of(health(3), false);

    assertThat(answer.status()).isEqualTo(503);
    assertThat(answer.weight()).isEqualTo(3);
    assertThat(answer.body()).contains("\"serviceProxyHealthy\": false");
  }
}
