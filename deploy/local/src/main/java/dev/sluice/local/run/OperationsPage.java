package dev.sluice.local.run;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sluice.local.lab.NetworkNamespace;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;

/**
 * A page that a program serves to its operators, such as {@code /healthz}.
 *
 * @param namespace from where it is asked for
 * @param url its address
 */
public record OperationsPage(NetworkNamespace namespace, String url) {
  private static final Duration LIMIT = Duration.ofSeconds(2);

  /** Gets the page; empty unless it answers 200. */
  public Optional<String> get() {
    return namespace.<Optional<String>, RuntimeException>call(this::fetch);
  }

  private Optional<String> fetch() {
    try {
      HttpURLConnection connection = (HttpURLConnection) URI.create(url).toURL().openConnection();
      // a connection that is kept would be used again for the same address of another namespace
      connection.setRequestProperty("Connection", "close");
      connection.setConnectTimeout(Math.toIntExact(LIMIT.toMillis()));
      connection.setReadTimeout(Math.toIntExact(LIMIT.toMillis()));
      if (connection.getResponseCode() != HttpURLConnection.HTTP_OK) {
        return Optional.empty();
      }
      try (InputStream body = connection.getInputStream()) {
        return Optional.of(new String(body.readAllBytes(), UTF_8));
      }
    } catch (IOException e) {
      // nobody listens yet, or no longer: whoever waits for the page asks again
      return Optional.empty();
    }
  }
}
