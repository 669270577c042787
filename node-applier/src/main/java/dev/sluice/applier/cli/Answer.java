package dev.sluice.applier.cli;

import dev.sluice.applier.forwarding.Explanation;
import java.io.PrintWriter;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** The same answer as text, with line ends, and as a tree for JSON. */
record Answer(String text, Map<String, Object> tree) {
  /** How it is printed. */
  enum Output {
    TEXT,
    JSON
  }

  /** What becomes of a packet. */
  static Answer of(String nodeName, String sender, Explanation explanation, List<String> chains) {
    return new Answer(
        ExplanationText.of(nodeName, sender, explanation, chains),
        ExplanationTree.of(nodeName, explanation, chains));
  }

  static Answer noFrontEnd(String reason) {
    return new Answer(reason + "\n", Map.of("outcome", "NoFrontEnd", "reason", reason));
  }

  void print(Output output, PrintWriter out) {
    switch (output) {
      case TEXT -> out.print(text);
      case JSON ->
          out.println(
              JsonMapper.builder()
                  .enable(SerializationFeature.INDENT_OUTPUT)
                  .build()
                  .writeValueAsString(tree));
    }
    out.flush();
  }
}
