package dev.sluice.local.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@KernelTest
@Timeout(value = 1, unit = TimeUnit.MINUTES)
class NetworkNamespaceTest {
  @Test
  void callsAndCommandsSeeOnlyTheNamespacesInterfaces() throws Exception {
    try (NetworkNamespace namespace = NetworkNamespace.create("test")) {
      assertThat(namespace.call(() -> Files.readString(Path.of("/proc/thread-self/net/dev"))))
          .contains("lo:")
          .doesNotContain("eth");
      assertThat(namespace.exec("ip", "-o", "link").orThrow().out().lines())
          .singleElement()
          .asString()
          .contains("lo:", "UP");
    }
  }

  @Test
  void aParameterIsSetForTheNamespaceAlone() {
    try (NetworkNamespace changed = NetworkNamespace.create("test");
        NetworkNamespace other = NetworkNamespace.create("test")) {
      changed.sysctl("net.ipv4.ip_default_ttl", "77");

      assertThat(timeToLive(changed)).isEqualTo("77");
      assertThat(timeToLive(other)).isEqualTo("64");
    }
  }

  private static String timeToLive(NetworkNamespace namespace) {
    return namespace.exec("sysctl", "-n", "net.ipv4.ip_default_ttl").orThrow().out().strip();
  }

  @Test
  void aCommandThatTakesTooLongIsKilledAndNamed() {
    try (NetworkNamespace namespace = NetworkNamespace.create("test")) {
      assertThatThrownBy(() -> namespace.exec(Duration.ofMillis(200), "sleep", "60"))
          .isInstanceOf(LabException.class)
          .hasMessageContaining("sleep 60");
    }
  }

  @Test
  void aFailedCommandKeepsItsWords() {
    try (NetworkNamespace namespace = NetworkNamespace.create("test")) {
      Execution execution = namespace.exec("ip", "link", "show", "absent");

      assertThat(execution.exitCode()).isEqualTo(1);
      assertThatThrownBy(execution::orThrow).hasMessageContaining("absent");
    }
  }

  @Test
  void closeRemovesItAndMayBeCalledTwice() {
    NetworkNamespace namespace = NetworkNamespace.create("test");
    assertThat(namespace.file()).exists();

    namespace.close();
    namespace.close();

    assertThat(namespace.file()).doesNotExist();
    assertThatThrownBy(() -> namespace.run(() -> {}))
        .isInstanceOf(LabException.class)
        .hasMessageContaining("ENOENT");
  }
}
