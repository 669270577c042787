package dev.sluice.watcher.convergence;

import dev.sluice.events.report.Standings;
import dev.sluice.events.report.Standings.Apart;
import dev.sluice.events.report.Standings.Live;
import dev.sluice.watcher.convergence.Goal.Missing;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.function.Function;

/**
 * An answer over HTTP.
 *
 * @param body JSON
 */
record Answer(int status, JsonObject body) {
  private static final int OK = 200;
  private static final int WRONG = 400;
  private static final int BUSY = 503;
  private static final int LATE = 408; // not 504, which some clients ask again for by themselves

  /** A list of nodes in an answer need not be longer. */
  private static final int MOST_NODES = 50;

  /** How it stands, whether all is as it should be or not. */
  static Answer of(Missing missing, Standings standings) {
    JsonObject body = new JsonObject().put("converged", missing.nothing());
    missing.target().ifPresent(revision -> body.put("revision", revision));
    missing.reason().ifPresent(reason -> body.put("reason", reason));
    body.put("logRevision", standings.revision());
    body.put("liveNodes", standings.live().size());
    put(body, "behind", missing.behind(), Answer::tree);
    put(body, "notLive", standings.apart(), Answer::tree);
    return new Answer(missing.nothing() ? OK : LATE, body);
  }

  /** The log has not been read to its end. */
  static Answer notReady() {
    return new Answer(
        LATE,
        new JsonObject()
            .put("converged", false)
            .put("reason", "the log has not been read to its end"));
  }

  static Answer wrong(String reason) {
    return new Answer(WRONG, new JsonObject().put("error", reason));
  }

  static Answer busy(String reason) {
    return new Answer(BUSY, new JsonObject().put("error", reason));
  }

  private static <T> void put(
      JsonObject body, String name, List<T> nodes, Function<T, JsonObject> tree) {
    JsonArray array = new JsonArray();
    nodes.stream().limit(MOST_NODES).map(tree).forEach(array::add);
    body.put(name, array);
    if (nodes.size() > MOST_NODES) {
      body.put(name + "Besides", nodes.size() - MOST_NODES);
    }
  }

  private static JsonObject tree(Live node) {
    JsonObject tree =
        new JsonObject()
            .put("node", node.report().node())
            .put("revision", node.report().revision())
            .put("ageSeconds", node.age().toMillis() / 1000.0);
    node.report().health().waitingFor().ifPresent(reason -> tree.put("waitingFor", reason));
    if (!node.report().health().errors().isEmpty()) {
      tree.put("errors", new JsonObject(java.util.Map.copyOf(node.report().health().errors())));
    }
    return tree;
  }

  private static JsonObject tree(Apart node) {
    return new JsonObject().put("node", node.node()).put("reason", node.reason());
  }
}
