package dev.sluice.local.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.applier.iptables.IptablesBackend;
import dev.sluice.applier.iptables.IptablesTools.Variant;
import dev.sluice.events.model.IpFamily;
import dev.sluice.local.SluiceHome;
import dev.sluice.local.lab.KernelTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What is planned on a laptop is what a node has. */
@SystemTest
@KernelTest
class PlanSystemTest {
  @TempDir Path folder;

  static List<Path> examples() throws IOException {
    try (Stream<Path> folders = Files.list(SluiceHome.find().resolve("deploy/examples"))) {
      return folders.filter(Files::isDirectory).sorted().toList();
    }
  }

  @ParameterizedTest
  @MethodSource("examples")
  void thePlanIsTakenByTheToolsAndItsDigestIsTheNodes(Path example, TestLog log) throws Exception {
    String manifests = manifests(example);
    String nodeName = nodeName(manifests);
    for (IpFamily family : IpFamily.values()) {
      Path plan = folder.resolve(family + ".rules");
      Files.writeString(
          plan, plan(example, nodeName, "--family", family.toString().toLowerCase(Locale.ROOT)));
      for (Variant variant : Variant.values()) {
        try (KernelNode node = KernelNode.create(variant)) {
          node.testRestore(family, plan);
        }
      }
    }

    // with the flags of a RunningApplier
    String[] asApplied = {"--nodeport-addresses", "127.0.0.0/8", "--output", "json"};
    JsonNode json = JsonMapper.shared().readTree(plan(example, nodeName, asApplied));

    try (KernelNode node = KernelNode.create(Variant.NFT)) {
      List<IptablesBackend> backends = node.backends();
      long revision = log.scribe().publish(manifests);
      try (RunningApplier applier = RunningApplier.startFor(nodeName, log, backends)) {
        applier.awaitApplied(revision);
        List<String> digests = new ArrayList<>();
        json.forEach(family -> digests.add(family.get("digest").asString()));
        assertThat(digests)
            .isEqualTo(backends.stream().map(backend -> backend.digest().toString()).toList());
      }
    }
  }

  private static String plan(Path example, String nodeName, String... more) throws Exception {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "plan",
                "--manifests",
                example.toString(),
                "--node-name",
                nodeName,
                "--proxy-mode",
                "iptables"));
    arguments.addAll(List.of(more));
    Program.Ended ended = Program.run("sluice", arguments.toArray(String[]::new));
    assertThat(ended.errors()).isEmpty();
    assertThat(ended.exitCode()).isZero();
    return ended.output();
  }

  private static String manifests(Path example) throws IOException {
    try (Stream<Path> files = Files.list(example)) {
      List<String> texts = new ArrayList<>();
      for (Path file : files.sorted().toList()) {
        texts.add(Files.readString(file));
      }
      return String.join("\n---\n", texts);
    }
  }

  private static String nodeName(String manifests) {
    return Scribe.objects(manifests).stream()
        .map(observed -> observed.object().key())
        .filter(key -> key.kind() == dev.sluice.events.model.ObjectKey.Kind.NODE)
        .findFirst()
        .orElseThrow()
        .name();
  }
}
