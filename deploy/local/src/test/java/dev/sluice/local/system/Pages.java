package dev.sluice.local.system;

import dev.sluice.local.lab.NetworkNamespace;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** The pages that a program serves inside a namespace. */
record Pages(NetworkNamespace namespace, String host, int healthPort, int metricsPort) {
  /**
   * An answer.
   *
   * @param type the header Content-Type
   * @param options the header X-Content-Type-Options
   * @param weight the header X-Load-Balancing-Endpoint-Weight
   */
  record Page(int status, String type, String options, String weight, String body) {}

  Page healthz() {
    return get(healthPort, "/healthz");
  }

  Page livez() {
    return get(healthPort, "/livez");
  }

  Page readyz() {
    return get(healthPort, "/readyz");
  }

  Page metrics() {
    return get(metricsPort, "/metrics");
  }

  /** Whatever a program serves there; status 0 where nothing listens. */
  Page get(int port, String path) {
    return namespace.<Page, RuntimeException>call(
        () -> {
          try {
            return page(URI.create("http://" + host + ":" + port + path));
          } catch (IOException e) {
            return new Page(0, "", "", "", e.toString());
          }
        });
  }

  // not java.net.http: its client connects on threads that are not in the namespace
  private static Page page(URI uri) throws IOException {
    HttpURLConnection connection = (HttpURLConnection) uri.toURL().openConnection();
    connection.setRequestProperty("Connection", "close");
    connection.setConnectTimeout(2000);
    connection.setReadTimeout(5000);
    int status = connection.getResponseCode();
    try (InputStream body =
        status < 400 ? connection.getInputStream() : connection.getErrorStream()) {
      return new Page(
          status,
          header(connection, "Content-Type"),
          header(connection, "X-Content-Type-Options"),
          header(connection, "X-Load-Balancing-Endpoint-Weight"),
          new String(body.readAllBytes(), StandardCharsets.UTF_8));
    }
  }

  private static String header(HttpURLConnection connection, String name) {
    return Optional.ofNullable(connection.getHeaderField(name)).orElse("");
  }
}
