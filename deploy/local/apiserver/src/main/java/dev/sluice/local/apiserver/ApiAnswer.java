package dev.sluice.local.apiserver;

import io.vertx.core.json.JsonObject;

/** What an API server says to one request. */
record ApiAnswer(int code, JsonObject body) {

  static ApiAnswer ok(JsonObject body) {
    return new ApiAnswer(200, body);
  }

  static ApiAnswer failure(int code, String reason, String message) {
    return new ApiAnswer(code, status(code, reason, message));
  }

  /** A failure as the API words it, also inside of a watch. */
  static JsonObject status(int code, String reason, String message) {
    return head("v1", "Status")
        .put("metadata", new JsonObject())
        .put("status", "Failure")
        .put("code", code)
        .put("reason", reason)
        .put("message", message);
  }

  static JsonObject head(String apiVersion, String kind) {
    return new JsonObject().put("apiVersion", apiVersion).put("kind", kind);
  }
}
