package dev.sluice.local.monitoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sluice.applier.iptables.Command;
import dev.sluice.local.SluiceHome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class MonitoringFilesTest {
  private static final Path FOLDER = SluiceHome.find().resolve("deploy/monitoring");
  private static final int WIDTH = 24;
  private static final Pattern ALERT = Pattern.compile("- alert: (\\w+)");

  private final JsonNode dashboard = read(FOLDER.resolve("dashboard.json"));

  private static JsonNode read(Path file) {
    return JsonMapper.shared().readTree(file.toFile());
  }

  /** As deploy/verify provides it; elsewhere it may be missing. */
  private static Command.Result promtool(String... arguments) throws IOException {
    boolean there =
        Arrays.stream(System.getenv().getOrDefault("PATH", "").split(":"))
            .anyMatch(folder -> Files.isExecutable(Path.of(folder, "promtool")));
    if (!"required".equals(System.getenv("SLUICE_KERNEL_TESTS"))) {
      assumeTrue(there, "no promtool here");
    }
    List<String> words = new ArrayList<>(List.of("promtool"));
    words.addAll(List.of(arguments));
    return new Command(List.of(), Duration.ofMinutes(2)).run("", words.toArray(String[]::new));
  }

  @Test
  void prometheusTakesTheAlerts() throws IOException {
    Command.Result result = promtool("check", "rules", FOLDER.resolve("alerts.yaml").toString());

    assertThat(result.ok()).as(result.output() + result.errors()).isTrue();
    assertThat(result.output()).contains("SUCCESS");
  }

  @Test
  void eachAlertFiresWhereItShouldAndKeepsQuietWhereItShould() throws IOException {
    Command.Result result =
        promtool("test", "rules", FOLDER.resolve("alerts_test.yaml").toString());

    assertThat(result.ok()).as(result.output() + result.errors()).isTrue();
    String tests = Files.readString(FOLDER.resolve("alerts_test.yaml"));
    assertThat(alerts()).isNotEmpty();
    for (String alert : alerts()) {
      assertThat(tests).contains("name: " + alert + " fires", "name: " + alert + " keeps quiet");
    }
  }

  private static List<String> alerts() throws IOException {
    return ALERT
        .matcher(Files.readString(FOLDER.resolve("alerts.yaml")))
        .results()
        .map((MatchResult match) -> match.group(1))
        .toList();
  }

  @Test
  void eachAlertLeadsToASectionThatSaysWhatItAsksOfYou() throws IOException {
    String rules = Files.readString(FOLDER.resolve("alerts.yaml"));
    List<String> sections =
        Files.readAllLines(SluiceHome.find().resolve("deploy/docs/operate.md")).stream()
            .filter(line -> line.startsWith("### "))
            .map(line -> line.substring("### ".length()))
            .toList();

    assertThat(sections).containsExactlyInAnyOrderElementsOf(alerts());
    for (String alert : alerts()) {
      assertThat(rules)
          .contains("runbook_url: deploy/docs/operate.md#" + alert.toLowerCase(Locale.ROOT));
    }
  }

  @Test
  void prometheusTakesEveryExpressionOfTheDashboard(@TempDir Path folder) throws IOException {
    List<String> expressions =
        panels()
            .flatMap(panel -> panel.path("targets").valueStream())
            .map(target -> target.get("expr").asString())
            .toList();
    assertThat(expressions).hasSizeGreaterThan(30);
    StringBuilder rules = new StringBuilder("groups:\n  - name: dashboard\n    rules:\n");
    for (int i = 0; i < expressions.size(); i++) {
      String expression =
          expressions
              .get(i)
              .replace("$__rate_interval", "5m")
              .replaceAll("\\$(cluster|node|mode)", ".*");
      assertThat(expression).as("variables that are not known").doesNotContain("$");
      rules.append("      - record: panel:%d\n        expr: >-\n          ".formatted(i));
      rules.append(expression).append('\n');
    }
    Path file = Files.writeString(folder.resolve("dashboard.yaml"), rules);

    Command.Result result = promtool("check", "rules", file.toString());

    assertThat(result.ok()).as(result.output() + result.errors()).isTrue();
    assertThat(result.output()).contains(expressions.size() + " rules found");
  }

  private Stream<JsonNode> panels() {
    return dashboard.get("panels").valueStream();
  }

  @Test
  void theDashboardIsOneThatGrafanaTakes() {
    assertThat(dashboard.get("title").asString()).isEqualTo("Sluice");
    assertThat(dashboard.get("schemaVersion").asInt()).isGreaterThan(30);
    assertThat(variables()).containsExactly("datasource", "cluster", "mode", "node");
    Set<Integer> ids = new HashSet<>();
    Set<List<Integer>> taken = new HashSet<>();
    panels()
        .forEach(
            panel -> {
              String title = panel.get("title").asString();
              assertThat(ids.add(panel.get("id").asInt())).as("id of " + title).isTrue();
              cells(panel.get("gridPos"), title)
                  .forEach(cell -> assertThat(taken.add(cell)).as("place of " + title).isTrue());
            });
  }

  private List<String> variables() {
    return dashboard
        .get("templating")
        .get("list")
        .valueStream()
        .map(variable -> variable.get("name").asString())
        .toList();
  }

  private static List<List<Integer>> cells(JsonNode place, String title) {
    int x = place.get("x").asInt();
    int w = place.get("w").asInt();
    assertThat(x + w).as("right edge of " + title).isLessThanOrEqualTo(WIDTH);
    List<List<Integer>> cells = new ArrayList<>();
    for (int column = x; column < x + w; column++) {
      for (int line = 0; line < place.get("h").asInt(); line++) {
        cells.add(List.of(column, place.get("y").asInt() + line));
      }
    }
    return cells;
  }

  @Test
  void everyPanelSaysWhatItShowsInWhichUnitFromWhichSource() {
    panels()
        .filter(panel -> !panel.get("type").asString().equals("row"))
        .forEach(
            panel -> {
              String title = panel.get("title").asString();
              assertThat(panel.path("description").asString("")).as(title).isNotBlank();
              assertThat(panel.at("/fieldConfig/defaults/unit").asString(""))
                  .as(title)
                  .isNotBlank();
              assertThat(panel.get("targets")).as(title).isNotEmpty();
              Set<String> refIds = new HashSet<>();
              panel
                  .get("targets")
                  .forEach(
                      target -> {
                        assertThat(target.at("/datasource/uid").asString(""))
                            .as(title)
                            .isEqualTo("${datasource}");
                        assertThat(refIds.add(target.get("refId").asString())).as(title).isTrue();
                      });
            });
  }

  @Test
  void everyAlertLeadsToWhatItAsksOf() throws IOException {
    String alerts = Files.readString(FOLDER.resolve("alerts.yaml"));
    for (String alert : alerts()) {
      assertThat(alerts)
          .contains("runbook_url: deploy/docs/operate.md#" + alert.toLowerCase(Locale.ROOT));
    }
  }
}
