package dev.sluice.applier.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class ExplainCommandTest {
  private static final Path EXAMPLES = Path.of("../deploy/examples");
  private static final Path GOLDEN = Path.of("src/test/resources/golden/explain");

  private record Run(int exitCode, String out, String err) {}

  private static Run run(List<String> words) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    CommandLine command =
        Sluice.commandLine().setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
    int exitCode = command.execute(words.toArray(String[]::new));
    return new Run(exitCode, out.toString(), err.toString());
  }

  private static Run explain(Path manifests, String words) {
    List<String> all = new ArrayList<>(List.of("explain", "--manifests", manifests.toString()));
    all.addAll(List.of("--proxy-mode", "iptables"));
    all.addAll(List.of(words.split(" ")));
    return run(all);
  }

  private static Run shop(String words) {
    return explain(
        EXAMPLES.resolve("shop"), "--node-name node-1 --cluster-cidr 10.244.0.0/16 " + words);
  }

  private static JsonNode shopJson(String words) {
    Run run = shop(words + " -o json");
    assertThat(run.exitCode()).as(run.err()).isZero();
    return JsonMapper.shared().readTree(run.out());
  }

  /** The questions of a golden file begin with a dollar sign; what follows is the answer. */
  @ParameterizedTest
  @CsvSource({"shop", "quickstart"})
  void theExamplesAreExplainedSo(String example) throws IOException {
    Path golden = GOLDEN.resolve(example + ".txt");
    String expected = Files.readString(golden);
    StringBuilder answers = new StringBuilder();
    for (String line : (Iterable<String>) expected.lines()::iterator) {
      if (line.startsWith("$ ")) {
        Run run = explain(EXAMPLES.resolve(example), line.substring(2));
        assertThat(run.err()).isEmpty();
        assertThat(run.exitCode()).isZero();
        answers.append(line).append('\n').append(run.out());
      }
    }
    if (Boolean.getBoolean("golden.update")) {
      Files.writeString(golden, answers);
    }

    assertThat(answers).hasToString(Files.readString(golden)).isNotEmpty();
  }

  @Test
  void theDocumentationShowsTrueAnswers() throws IOException {
    String page = Files.readString(Path.of("../deploy/docs/explain.md"));
    Matcher shown =
        Pattern.compile(
                "```console\n\\$ deploy/bin/sluice (.*?[^\\\\])\n(.*?)```\n", Pattern.DOTALL)
            .matcher(page);
    int number = 0;
    for (; shown.find(); number++) {
      String words =
          shown.group(1).replace("\\\n", " ").replace("deploy/examples", EXAMPLES.toString());
      assertThat(run(List.of(words.split(" +"))).out()).isEqualTo(shown.group(2));
    }

    assertThat(number).isEqualTo(3);
  }

  @Test
  void withoutASenderItIsAClientOutside() {
    JsonNode packet = shopJson("10.96.17.4:80").get("packet");

    assertThat(packet.get("source").stringValue()).isEqualTo("198.18.0.1");
    assertThat(packet.get("sentByNode").booleanValue()).isFalse();
    assertThat(shop("10.96.17.4:80").out()).startsWith("from a client outside (198.18.0.1)");
  }

  @ParameterizedTest
  @CsvSource({
    "node,       192.0.2.11,  true",
    "192.0.2.11, 192.0.2.11,  true",
    "127.0.0.1,  127.0.0.1,   true",
    "192.0.2.12, 192.0.2.12,  false",
  })
  void theNodeItselfIsToldByItsAddresses(String from, String source, boolean sentByNode) {
    JsonNode packet = shopJson("10.96.17.4:80 --from " + from).get("packet");

    assertThat(packet.get("source").stringValue()).isEqualTo(source);
    assertThat(packet.get("sentByNode").booleanValue()).isEqualTo(sentByNode);
  }

  @Test
  void whatTheNodeSendsToItselfComesFromThereToo() {
    assertThat(source("127.0.0.1:30080")).isEqualTo("127.0.0.1");
    assertThat(source("198.51.100.7:1 --local-address 198.51.100.7")).isEqualTo("198.51.100.7");
    assertThat(source("[2001:db8::11]:1")).isEqualTo("2001:db8::11");
  }

  private static String source(String words) {
    return shopJson(words + " --from node").get("packet").get("source").stringValue();
  }

  @Test
  void furtherAddressesOfTheNodeHaveNodePortsToo() {
    assertThat(shopJson("198.51.100.7:30080").get("outcome").stringValue()).isEqualTo("Untouched");
    assertThat(
            shopJson("198.51.100.7:30080 --local-address 198.51.100.7,198.51.100.8")
                .get("outcome")
                .stringValue())
        .isEqualTo("Forwarded");
  }

  @ParameterizedTest
  @CsvSource({
    "--from 10.244.1.11,                        false", // an endpoint of this node
    "--from 10.244.2.11,                        true", // one of another node
    "--from 10.244.2.11 --in-interface cni0,    false",
    "--from 10.244.1.11 --in-interface eth0,    true",
    "--from node,                               true",
  })
  void podsMayBeToldByTheirInterface(String from, boolean masqueraded) {
    String mode = " --detect-local-mode BridgeInterface --pod-bridge-interface cni0 ";
    JsonNode targets = shopJson("10.96.17.4:80" + mode + from).get("targets");

    // the last is no sender, so its masquerading does not come from reaching itself
    assertThat(targets.get(2).get("masqueraded").booleanValue()).isEqualTo(masqueraded);
  }

  @Test
  void theFlagsOfTheProxyCount() {
    assertThat(shopJson("10.96.17.4:80 --masquerade-all").get("steps").toString())
        .contains("MASQUERADE_ALL");
    assertThat(
            shopJson("192.0.2.11:30080 --nodeport-addresses 198.51.100.0/24")
                .get("outcome")
                .stringValue())
        .isEqualTo("Untouched");
  }

  @Test
  void aServiceIsItsClusterIp() {
    JsonNode byName = shopJson("kube-system/kube-dns:dns");
    JsonNode byAddress = shopJson("10.96.0.10:53/udp");

    assertThat(byName).isEqualTo(byAddress);
    assertThat(byName.get("packet").get("protocol").stringValue()).isEqualTo("udp");
    assertThat(shopJson("kube-system/kube-dns:53/tcp")).isEqualTo(shopJson("10.96.0.10:53/TCP"));
  }

  @Test
  void aServiceWithoutAnAddressIsNamed() {
    Run run = shop("shop/database");

    assertThat(run.exitCode()).isZero();
    assertThat(run.out()).startsWith("shop/database is headless");
    assertThat(shopJson("shop/payments").get("reason").stringValue()).contains("ExternalName");
  }

  @Test
  void aBrokenFileIsNamedAndTheRestIsStillExplained(@TempDir Path folder) throws IOException {
    for (String file : List.of("nodes.yaml", "web.yaml")) {
      Files.copy(EXAMPLES.resolve("shop").resolve(file), folder.resolve(file));
    }
    Files.writeString(
        folder.resolve("broken.yaml"),
        "apiVersion: v1\nkind: Service\nmetadata: {name: b, namespace: n}\nspec: {clusterIP: no}\n");

    Run run = explain(folder, "--node-name node-1 10.96.17.4:80");

    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.err().lines()).singleElement().asString().contains("broken.yaml");
    assertThat(run.out()).contains("is the ClusterIP of shop/web:http");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--manifests X --node-name n 10.0.0.1:80|no folder",
        "--manifests S --node-name x 10.0.0.1:80|Node/x",
        "--manifests S --node-name node-1|TARGET",
        "--manifests S 10.0.0.1:80|--node-name",
        "--manifests S --mode 10.0.0.1:80|exclude each other",
        "--manifests S --mode --node-name x|Node/x",
        "--node-name node-1 10.0.0.1:80|--manifests",
        "--manifests S --bootstrap-servers h:1 --node-name node-1 10.0.0.1:80|--bootstrap-servers",
        "--bootstrap-servers h --node-name node-1 10.0.0.1:80|h",
        "--cluster c --node-name node-1 10.0.0.1:80|--bootstrap-servers",
        "--manifests S --node-name node-1 10.0.0.1|10.0.0.1",
        "--manifests S --node-name node-1 10.0.0.1:0|no port",
        "--manifests S --node-name node-1 10.0.0.1:99999|99999",
        "--manifests S --node-name node-1 10.0.0.1:80/icmp|icmp",
        "--manifests S --node-name node-1 10.0.0.256:80|10.0.0.256",
        "--manifests S --node-name node-1 shop/nothing|shop/nothing",
        "--manifests S --node-name node-1 kube-system/kube-dns:53|53/udp, 53/tcp, 9153/tcp",
        "--manifests S --node-name node-1 10.0.0.1:80 --from nobody|nobody",
        "--manifests S --node-name node-1 10.0.0.1:80 --from ::1|::1",
        "--manifests S --node-name node-1 10.0.0.1:80 --from node --in-interface a|--in-interface",
        "--manifests S --node-name node-1 10.0.0.1:80 --local-address x|x",
      })
  void wrongUseIsOneLineAndExitCodeTwo(String words, String named) {
    List<String> all = new ArrayList<>(List.of("explain", "--proxy-mode", "iptables"));
    all.addAll(List.of(words.replace(" S ", " " + EXAMPLES.resolve("shop") + " ").split(" ")));

    Run run = run(all);

    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err().lines()).singleElement().asString().contains(named, "--help");
    assertThat(run.out()).isEmpty();
  }

  @Test
  void whatAutoMeansIsExplainedByTheNumberOfServices() {
    Run text =
        run(List.of("explain", "--mode", "--manifests", EXAMPLES.resolve("shop").toString()));
    Run json =
        run(
            List.of(
                "explain",
                "--mode",
                "-o",
                "json",
                "--node-name",
                "node-1",
                "--manifests",
                EXAMPLES.resolve("shop").toString()));

    assertThat(text.exitCode()).isZero();
    assertThat(text.out())
        .containsPattern(
            "auto means iptables, decided at revision \\d+ with \\d+ Services, which are fewer than 1000\n")
        .containsPattern("Services that a proxy serves: \\d+ of \\d+\n")
        .contains("limits: a watcher's defaults, ipvs from 1000 on, iptables again below 800\n");
    JsonNode tree = JsonMapper.shared().readTree(json.out());
    assertThat(tree.get("auto").stringValue()).isEqualTo("iptables");
    assertThat(tree.get("reason").get("limit").intValue()).isEqualTo(1000);
    assertThat(tree.has("node")).as("no node of these manifests is this machine").isFalse();
  }

  @Test
  void helpShowsAnExample() {
    Run help = run(List.of("explain", "--help"));

    assertThat(help.exitCode()).isZero();
    assertThat(help.out()).contains("Examples:").contains("  sluice explain 10.96.17.4:80 --from");
  }
}
