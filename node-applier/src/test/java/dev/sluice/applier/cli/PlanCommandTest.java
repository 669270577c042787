package dev.sluice.applier.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class PlanCommandTest {
  private static final String SHOP = "../deploy/examples/shop";

  private record Run(int exitCode, String out, String err) {}

  private static Run run(String... words) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    CommandLine command =
        Sluice.commandLine().setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
    int exitCode = command.execute(words);
    return new Run(exitCode, out.toString(), err.toString());
  }

  private static Run plan(String manifests, String... more) {
    String[] words = {"plan", "--manifests", manifests, "--node-name", "node-1"};
    String[] mode = {"--proxy-mode", "iptables"};
    return run(
        java.util.stream.Stream.of(words, mode, more)
            .flatMap(java.util.Arrays::stream)
            .toArray(String[]::new));
  }

  @Test
  void theSameManifestsGiveTheSameDigestInTextAndJson() {
    Run text = plan(SHOP, "--family", "ipv4");
    JsonNode json =
        JsonMapper.shared().readTree(plan(SHOP, "--family", "ipv4", "-o", "json").out());

    assertThat(text.exitCode()).isZero();
    assertThat(text.out()).contains("# digest: " + json.get(0).get("digest").stringValue());
    assertThat(json.get(0).get("tables").get("nat").get("chains").propertyNames())
        .contains("KUBE-SVC-TCOU7JCQXEZGVUNU");
  }

  @Test
  void withoutAFamilyBothArePlanned() {
    assertThat(JsonMapper.shared().readTree(plan(SHOP, "-o", "json").out())).hasSize(2);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--nodeport-addresses primary|-A KUBE-SERVICES -d 192.0.2.11/32 -m addrtype",
        "--iptables-localhost-nodeports=false|-A KUBE-SERVICES ! -d 127.0.0.0/8 -m addrtype",
        "--iptables-localhost-nodeports|-A KUBE-SERVICES -m addrtype --dst-type LOCAL",
        "--detect-local-mode BridgeInterface --pod-bridge-interface cni0|! -i cni0 -p tcp",
        "--detect-local-mode InterfaceNamePrefix --pod-interface-name-prefix veth|! -i veth+ -p",
      })
  void flagsShapeTheRules(String flags, String expected) {
    Run plan = plan(SHOP, ("--family ipv4 " + flags).split(" "));

    assertThat(plan.err()).isEmpty();
    assertThat(plan.out()).contains(expected);
  }

  @Test
  void aBrokenFileIsNamedAndTheRestIsStillPlanned(@TempDir Path folder) throws IOException {
    Files.copy(Path.of(SHOP, "nodes.yaml"), folder.resolve("nodes.yaml"));
    Files.copy(Path.of(SHOP, "web.yaml"), folder.resolve("web.yaml"));
    Files.writeString(
        folder.resolve("broken.yaml"),
        "apiVersion: v1\nkind: Service\nmetadata: {name: b, namespace: n}\nspec: {clusterIP: nope}\n");

    Run plan = plan(folder.toString());

    assertThat(plan.exitCode()).isEqualTo(1);
    assertThat(plan.err()).contains("broken.yaml").contains("line 1").contains("nope");
    assertThat(plan.out()).contains("shop/web:http");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "plan --manifests X --node-name n --proxy-mode iptables|no folder",
        "plan --manifests ../deploy/examples/shop --node-name x --proxy-mode iptables|Node/x",
        "plan --manifests ../deploy/examples/shop --node-name node-1 --proxy-mode magic|magic",
        "plan --node-name node-1 --proxy-mode iptables|--manifests",
        "apply --bootstrap-servers h:1 --node-name n --proxy-mode iptables --cluster-cidr 10|10",
        "apply --bootstrap-servers h:1 --node-name n --proxy-mode iptables --sync-period 0s|0s",
        "apply --bootstrap-servers h:1 --node-name n --proxy-mode iptables --sync-period 5|5",
        "apply --bootstrap-servers h --node-name n --proxy-mode iptables|h",
        "apply --bootstrap-servers h:1 --node-name n --proxy-mode iptables --detect-local-mode x|NodeCIDR",
        "plan --manifests ../deploy/examples/shop --node-name node-1 --proxy-mode iptables --detect-local-mode BridgeInterface|--pod-bridge-interface",
        "plan --manifests ../deploy/examples/shop --node-name node-1 --proxy-mode iptables --pod-interface-name-prefix veth|ClusterCIDR",
        "plan --manifests ../deploy/examples/shop --node-name node-1 --proxy-mode iptables --detect-local-mode InterfaceNamePrefix --pod-interface-name-prefix a/b|a/b",
        "plan --manifests ../deploy/examples/shop --node-name node-1 --proxy-mode iptables --nodeport-addresses primary,10.0.0.0/8|primary",
        "plan --manifests ../deploy/examples/shop --node-name node-1 --proxy-mode iptables --nodeport-addresses 10.0.0|10.0.0",
        "plan --manifests ../deploy/examples/shop --node-name node-1 --proxy-mode ipvs"
            + " --ipvs-scheduler fair|none of: rr",
        "apply --bootstrap-servers h:1 --node-name n --drain-timeout soon|soon",
        "cleanup|--proxy-mode",
        "cleanup --proxy-mode auto|iptables, ipvs, all",
        "nonsense|nonsense",
      })
  void wrongUseIsOneLineAndExitCodeTwo(String words, String named) {
    Run run = run(words.split(" "));

    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err().lines()).hasSize(1);
    assertThat(run.err()).contains(named).contains("--help");
    assertThat(run.out()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"apply", "plan", "cleanup"})
  void helpShowsAnExample(String command) {
    Run help = run(command, "--help");

    assertThat(help.exitCode()).isZero();
    assertThat(help.out()).containsPattern("Examples?:").contains("  sluice " + command + " --");
  }

  @Test
  void autoPlansForTheModeThatTheNumberOfServicesDecidesAndSaysWhy() {
    Run named = plan(SHOP, "--family", "ipv4");
    Run auto = run("plan", "--manifests", SHOP, "--node-name", "node-1", "--family", "ipv4");

    assertThat(auto.exitCode()).isZero();
    assertThat(auto.out()).isEqualTo(named.out());
    assertThat(auto.err())
        .matches(
            "mode iptables: auto means iptables, decided at revision [0-9]+ with [0-9]+ Services,"
                + " which are fewer than 1000\n");
  }
}
