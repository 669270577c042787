package dev.sluice.applier.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.applier.cli.PlanOutput.Planned;
import dev.sluice.events.event.Moment;
import dev.sluice.events.image.ClusterImage;
import dev.sluice.events.manifest.ManifestFolder;
import dev.sluice.events.model.IpFamily;
import dev.sluice.events.report.AppliedProgram;
import dev.sluice.events.report.Latencies;
import dev.sluice.events.report.NodeHealth;
import dev.sluice.events.report.NodeReport;
import dev.sluice.events.report.NodeSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class NodePastTest {
  private static final Instant TIME = Instant.parse("2026-03-01T12:00:00Z");

  private final List<String> remarks = new ArrayList<>();
  private final ClusterImage image = shop();

  private static ClusterImage shop() {
    try {
      return ManifestImage.of(
          new ManifestFolder(Path.of("../deploy/examples/shop"), Clock.systemUTC())
              .scan()
              .objects());
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  @Test
  void modeAndFlagsAreThoseThatTheNodeToldAndItsReportsAreCompared() throws Exception {
    NodeSettings settings = settings(1, "ipvs", Map.of("--node-addresses", "192.0.2.11"));
    Map<String, String> digests = digests(settings);
    NodeRecords records =
        new NodeRecords(
            List.of(settings), List.of(report("ipvs", digests), report("ipvs", Map.of())));

    Planned planned = past(Moment.NOW, Map.of()).plan(records, Optional.empty(), remarks::add);

    assertThat(planned.plans().getFirst().text()).contains("ipvsadm --restore");
    assertThat(planned.more()).containsEntry("mode", "ipvs");
    assertThat(remarks).element(0).asString().contains("settings since revision 1");
    assertThat(remarks).element(1).asString().contains("node-1: the same digest was reported");
    assertThat(remarks).element(2).asString().contains("node-1: another digest was reported");
  }

  @Test
  void aReportOfTheSameDigestsInAnotherModeIsNotTheSame() throws Exception {
    NodeSettings settings = settings(1, "iptables", Map.of());
    NodeRecords records =
        new NodeRecords(List.of(settings), List.of(report("ipvs", digests(settings))));

    var _ = past(Moment.NOW, Map.of()).plan(records, Optional.of(IpFamily.IPV4), remarks::add);

    assertThat(remarks).last().asString().contains("another digest was reported");
  }

  @Test
  void whatIsGivenCountsInsteadAndNothingIsComparedThen() throws Exception {
    NodeSettings settings = settings(1, "iptables", Map.of("--cluster-cidr", "10.244.0.0/16"));
    NodeRecords records =
        new NodeRecords(List.of(settings), List.of(report("iptables", digests(settings))));

    Planned planned =
        past(Moment.NOW, Map.of("--masquerade-all", "true"))
            .plan(records, Optional.of(IpFamily.IPV4), remarks::add);

    assertThat(planned.plans().getFirst().digest().toString())
        .isNotEqualTo(digests(settings).get("IPv4"))
        .isEqualTo(
            digests(
                    settings(
                        1,
                        "iptables",
                        Map.of("--cluster-cidr", "10.244.0.0/16", "--masquerade-all", "true")))
                .get("IPv4"));
    assertThat(remarks).anyMatch(line -> line.contains("but for --masquerade-all"));
    assertThat(remarks).last().asString().contains("not compared");
  }

  @Test
  void aNodeThatHasToldNothingIsPlannedByTheCommandLine() throws Exception {
    Planned planned =
        past(Moment.NOW, Map.of("--proxy-mode", "iptables"))
            .plan(new NodeRecords(List.of(), List.of()), Optional.empty(), remarks::add);

    assertThat(planned.plans()).hasSize(2);
    assertThat(remarks).first().asString().contains("has told no settings");
    assertThat(remarks).last().asString().contains("no report of revision");
  }

  @Test
  void aTimeChoosesAmongSettingsOfOneRevision() throws Exception {
    NodeSettings first = settings(image.revision(), "iptables", Map.of("--masquerade-all", "true"));
    NodeSettings second =
        new NodeSettings(
            "node-1",
            "manifests",
            1,
            image.revision(),
            TIME.plusSeconds(60),
            "iptables",
            1,
            Map.of());
    NodeRecords records = new NodeRecords(List.of(first, second), List.of());

    assertThat(digest(records, Moment.NOW)).isEqualTo(digests(second).get("IPv4"));
    assertThat(remarks).anyMatch(line -> line.contains("--at TIME chooses"));
    assertThat(digest(records, new Moment.AtTime(TIME.plusSeconds(59))))
        .isEqualTo(digests(first).get("IPv4"));
  }

  @Test
  void anotherFormatOrClusterIsTold() throws Exception {
    NodeSettings later =
        new NodeSettings("node-1", "manifests", 1, 1, TIME, "iptables", 99, Map.of());
    NodeSettings another =
        new NodeSettings("node-1", "another", 1, 1, TIME.plusSeconds(1), "ipvs", 1, Map.of());

    var _ = digest(new NodeRecords(List.of(later, another), List.of()), Moment.NOW);

    assertThat(remarks).first().asString().contains("programs of format 99");
  }

  @Test
  void aNodeThatWasNotThereIsNamed() {
    NodePast past = new NodePast("node-9", image, Moment.NOW, Map.of());

    assertThatThrownBy(
            () -> past.plan(new NodeRecords(List.of(), List.of()), Optional.empty(), remarks::add))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("no Node/node-9 at revision " + image.revision());
  }

  private String digest(NodeRecords records, Moment moment) throws IOException {
    return past(moment, Map.of())
        .plan(records, Optional.of(IpFamily.IPV4), remarks::add)
        .plans()
        .getFirst()
        .digest()
        .toString();
  }

  private Map<String, String> digests(NodeSettings settings) throws IOException {
    Map<String, String> digests = new TreeMap<>();
    past(Moment.NOW, Map.of())
        .plan(new NodeRecords(List.of(settings), List.of()), Optional.empty(), _ -> {})
        .plans()
        .forEach(plan -> digests.put(plan.family().toString(), plan.digest().toString()));
    return digests;
  }

  private NodePast past(Moment moment, Map<String, String> given) {
    return new NodePast("node-1", image, moment, given);
  }

  private static NodeSettings settings(long revision, String mode, Map<String, String> options) {
    return new NodeSettings("node-1", "manifests", 1, revision, TIME, mode, 1, options);
  }

  private NodeReport report(String mode, Map<String, String> digests) {
    return new NodeReport(
        "node-1",
        "manifests",
        1,
        Optional.of(new AppliedProgram(image.revision(), TIME, TIME, mode, digests, 1)),
        NodeHealth.of(true, Optional.empty(), Map.of()),
        Latencies.NONE,
        TIME,
        1000,
        false);
  }
}
