package dev.sluice.applier.cli;

import dev.sluice.applier.program.Plan;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** How plans are printed. */
enum PlanOutput {
  TEXT,
  JSON;

  /**
   * What is printed.
   *
   * @param more members of each plan's tree
   */
  record Planned(List<Plan> plans, Map<String, Object> more) {
    Planned {
      plans = List.copyOf(plans);
      more = Map.copyOf(more);
    }
  }

  void print(Planned planned, PrintWriter out) {
    switch (this) {
      case TEXT -> planned.plans().forEach(plan -> out.print(plan.text()));
      case JSON -> {
        JsonMapper json = JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();
        List<Map<String, Object>> trees = new ArrayList<>();
        for (Plan plan : planned.plans()) {
          Map<String, Object> tree = new TreeMap<>(plan.tree());
          tree.putAll(planned.more());
          trees.add(tree);
        }
        out.println(json.writeValueAsString(trees));
      }
    }
    out.flush();
  }
}
