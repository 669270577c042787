package dev.sluice.local.system;

import dev.sluice.local.SluiceHome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Metrics and labels, as they are scraped or as expressions name them.
 *
 * @param metrics as in a sample's line
 */
record MonitoringNames(Set<String> metrics, Set<String> labels) {
  private static final Pattern METRIC =
      Pattern.compile("\\b(?:sluice|kubeproxy|jvm)_[a-z0-9_]+\\b");
  private static final Pattern MATCHERS = Pattern.compile("\\{([^{}]*)}");
  private static final Pattern MATCHER = Pattern.compile("([a-z_]+)\\s*(?:=~|!~|!=|=)\\s*\"");
  private static final Pattern GROUPING =
      Pattern.compile("\\b(?:by|on|without|ignoring|group_left|group_right)\\s*\\(([^()]*)\\)");
  private static final Pattern SAMPLE = Pattern.compile("^([a-z0-9_]+)(\\{.*})? \\S+$");

  /** What pages of metrics have. */
  static MonitoringNames scraped(String... pages) {
    Set<String> metrics = new TreeSet<>();
    Set<String> labels = new TreeSet<>();
    Arrays.stream(pages)
        .flatMap(String::lines)
        .map(SAMPLE::matcher)
        .filter(Matcher::matches)
        .forEach(
            sample -> {
              metrics.add(sample.group(1));
              labels.addAll(matched(sample.group(0)));
            });
    return new MonitoringNames(metrics, labels);
  }

  /** What the dashboard and the alerts name. */
  static MonitoringNames ofFiles() throws IOException {
    Path folder = SluiceHome.find().resolve("deploy/monitoring");
    Set<String> metrics = new TreeSet<>();
    Set<String> labels = new TreeSet<>();
    for (String file : List.of("alerts.yaml", "dashboard.json")) {
      // within JSON, quotes are escaped
      String text = Files.readString(folder.resolve(file)).replace("\\\"", "\"");
      METRIC.matcher(text).results().map(MatchResult::group).forEach(metrics::add);
      text.lines()
          .filter(line -> METRIC.matcher(line).find())
          .forEach(line -> labels.addAll(matched(line)));
    }
    return new MonitoringNames(metrics, labels);
  }

  private static Set<String> matched(String line) {
    Set<String> labels = new TreeSet<>();
    MATCHERS
        .matcher(line)
        .results()
        .flatMap(braces -> MATCHER.matcher(braces.group(1)).results())
        .forEach(label -> labels.add(label.group(1)));
    GROUPING
        .matcher(line)
        .results()
        .flatMap(group -> Arrays.stream(group.group(1).split(",")))
        .map(String::strip)
        .filter(label -> !label.isEmpty())
        .forEach(labels::add);
    return labels;
  }

  Set<String> labelsBut(String... given) {
    return labels.stream()
        .filter(label -> !List.of(given).contains(label))
        .collect(Collectors.toCollection(TreeSet::new));
  }
}
