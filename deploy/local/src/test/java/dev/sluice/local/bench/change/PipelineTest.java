package dev.sluice.local.bench.change;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PipelineTest {
  private static final ChangeCluster CLUSTER = new ChangeCluster(12);

  private final Pipeline pipeline = new Pipeline();
  private List<String> loaded = List.of();

  @BeforeEach
  void load() {
    loaded = pipeline.apply(ChangeKind.records(CLUSTER.objects()));
  }

  @Test
  void everyEndpointOfBothFamiliesIsInTheScripts() {
    int endpoints = 11 * ChangeCluster.ENDPOINTS + ChangeCluster.MANY;

    assertThat(loaded)
        .allSatisfy(
            script ->
                assertThat(script.lines().filter(line -> line.contains("--to-destination")))
                    .hasSize(endpoints));
  }

  @ParameterizedTest
  @EnumSource(ChangeKind.class)
  void aChangeTouchesOneServiceAndWhatUnmakesItComesBackToTheSame(ChangeKind kind) {
    List<String> made = pipeline.apply(kind.made(CLUSTER));
    List<String> unmade = pipeline.apply(kind.unmade(CLUSTER));

    assertThat(made.getFirst()).isNotEmpty().isNotEqualTo(unmade.getFirst());
    assertThat(ownChains(made.getFirst())).hasSize(1).isEqualTo(ownChains(unmade.getFirst()));
    assertThat(unmade.getFirst().lines().filter(line -> line.startsWith("-A KUBE-SVC-")))
        .isNotEmpty()
        .isSubsetOf(loaded.getFirst().lines().toList());
    assertThat(pipeline.apply(kind.made(CLUSTER))).isEqualTo(made);
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "SERVICE")
  void anEndpointIsReplacedByOneThatTheServiceDidNotHave(ChangeKind kind) {
    List<String> made = destinations(pipeline.apply(kind.made(CLUSTER)).getFirst());
    List<String> unmade = destinations(pipeline.apply(kind.unmade(CLUSTER)).getFirst());

    assertThat(made).doesNotHaveDuplicates().hasSameSizeAs(unmade);
    assertThat(made.stream().filter(one -> !unmade.contains(one))).hasSize(1);
  }

  private static List<String> destinations(String script) {
    return script
        .lines()
        .filter(line -> line.contains("--to-destination"))
        .map(line -> line.substring(line.indexOf("--to-destination")))
        .toList();
  }

  private static List<String> ownChains(String script) {
    return script.lines().filter(line -> line.startsWith(":KUBE-SVC-")).toList();
  }
}
