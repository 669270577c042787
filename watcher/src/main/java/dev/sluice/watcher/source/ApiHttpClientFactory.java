package dev.sluice.watcher.source;

import io.fabric8.kubernetes.client.vertx5.Vertx5HttpClientFactory;
import io.vertx.core.Vertx;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.WebSocketClientOptions;
import io.vertx.ext.web.client.WebClientOptions;
import java.util.concurrent.TimeUnit;

/**
 * Connections that notice when the other side is gone without a word, as after a power cut: an API
 * server sends a bookmark about once a minute, so that silence means that nobody is there. The
 * client by itself starts a watch anew after 5 to 10 minutes only.
 */
final class ApiHttpClientFactory extends Vertx5HttpClientFactory {
  private static final int LONGEST_SILENCE_SECONDS = 150;

  ApiHttpClientFactory(Vertx vertx) {
    super(vertx);
  }

  @Override
  protected void additionalConfig(
      WebClientOptions http, WebSocketClientOptions webSocket, PoolOptions pool) {
    super.additionalConfig(http, webSocket, pool);
    http.setIdleTimeoutUnit(TimeUnit.SECONDS).setReadIdleTimeout(LONGEST_SILENCE_SECONDS);
    webSocket.setIdleTimeoutUnit(TimeUnit.SECONDS).setReadIdleTimeout(LONGEST_SILENCE_SECONDS);
  }
}
