package dev.sluice.local.apiserver;

import io.vertx.core.json.JsonObject;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.function.Consumer;

/** A watch that a client has open. Guarded by its server. */
final class OpenWatch {
  private final Consumer<String> connection;
  private final Runnable end;
  private final Queue<JsonObject> kept = new ArrayDeque<>();

  /**
   * @param connection takes an event's JSON
   * @param end ends the connection
   */
  OpenWatch(Consumer<String> connection, Runnable end) {
    this.connection = connection;
    this.end = end;
  }

  void send(JsonObject event) {
    connection.accept(event.encode());
  }

  /** For later. */
  void keep(JsonObject event) {
    kept.add(event);
  }

  /** Sends what was kept. */
  void flush() {
    while (!kept.isEmpty()) {
      send(kept.remove());
    }
  }

  void end() {
    end.run();
  }
}
