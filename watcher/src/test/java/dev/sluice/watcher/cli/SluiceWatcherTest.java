package dev.sluice.watcher.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.events.host.Launch;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

class SluiceWatcherTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "--manifests x, --bootstrap-servers",
    "--bootstrap-servers nowhere, nowhere",
    "--bootstrap-servers k:1 --cluster a/b, --cluster",
    "--bootstrap-servers k:1 --kafka-config /no/such/file, /no/such/file",
    "--bootstrap-servers k:1 --manifests a --kubeconfig b, exclude each other",
    "--bootstrap-servers k:1 --cluster-id here, --manifests",
    "--bootstrap-servers k:1 --kubeconfig /no/such/file, /no/such/file",
    "--bootstrap-servers k:1 --replication-factor 0, --replication-factor",
    "--bootstrap-servers k:1 --auto-mode-services 799, --auto-mode-services-back 800",
    "--bootstrap-servers k:1 --auto-mode-services-back 0, --auto-mode-services-back 0",
    "--bootstrap-servers k:1 --auto-mode-services many, --auto-mode-services",
    "--bootstrap-servers k:1 --metrics-bind-address 1, --metrics-bind-address",
    "--bootstrap-servers k:1 --manifests a --leader-elect, --manifests has none",
    "--bootstrap-servers k:1 --cluster Two_ --leader-elect, --leader-elect-resource-name",
    "--bootstrap-servers k:1 --leader-elect-resource-namespace A, --leader-elect-resource-namespace",
    "--bootstrap-servers k:1 --leader-elect-lease-duration 1500ms, whole seconds",
    "--bootstrap-servers k:1 --leader-elect-renew-deadline 15s, less than the lease duration",
    "--bootstrap-servers k:1 --leader-elect-retry-period 5s, 2.2 times",
    "--bootstrap-servers k:1 --manifest a, --manifests"
  })
  void wrongUseIsOneLineAndExitCodeTwo(String arguments, String named) {
    int code = execute(arguments.split(" "));

    assertThat(code).isEqualTo(Launch.WRONG_USE);
    assertThat(err.toString()).startsWith("sluice-watcher: ").contains(named).hasLineCount(1);
  }

  @Test
  void helpShowsEveryOptionAndAnExample() {
    int code = execute("--help");

    assertThat(code).isZero();
    assertThat(out.toString())
        .contains("--bootstrap-servers", "--kafka-config", "--cluster", "--manifests")
        .contains("--cluster-id", "--kubeconfig", "--allow-mass-delete", "--replication-factor")
        .contains("--healthz-bind-address", "--metrics-bind-address", "Examples:")
        .contains("--auto-mode-services", "--auto-mode-services-back", "--allow-older-versions")
        .contains("--leader-elect", "--leader-elect-resource-name", "--leader-elect-identity");
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "topics, a subcommand is missing",
    "topics create, --bootstrap-servers",
    "topics create --bootstrap-servers k:1 --cluster a/b, --cluster",
    "topics create --bootstrap-servers k:1 --replication-factor 0, --replication-factor",
    "topics create --bootstrap-servers k:1 --manifests a, --manifests"
  })
  void aSubcommandHasItsOwnOptions(String arguments, String named) {
    int code = execute(arguments.split(" "));

    assertThat(code).isEqualTo(Launch.WRONG_USE);
    assertThat(err.toString()).startsWith("sluice-watcher topics").contains(named).hasLineCount(1);
  }

  @Test
  void anAddressInUseIsAFailureInOneLine() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      int code =
          execute(
              "--bootstrap-servers", "127.0.0.1:1",
              "--manifests", "nowhere",
              "--healthz-bind-address", "127.0.0.1:" + taken.getLocalPort());

      assertThat(code).isEqualTo(Launch.FAILED);
      assertThat(err.toString()).contains("can't serve health").hasLineCount(1);
    }
  }

  private int execute(String... arguments) {
    CommandLine command = SluiceWatcher.commandLine();
    command.setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true));
    return command.execute(arguments);
  }
}
