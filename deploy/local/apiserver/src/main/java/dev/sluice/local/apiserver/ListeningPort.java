package dev.sluice.local.apiserver;

import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import java.util.concurrent.CompletionException;
import java.util.random.RandomGenerator;

/**
 * A port of 127.0.0.1 that requests come to, while it is open. Its methods block, and are not to be
 * called with a lock held that a request may wait for.
 */
final class ListeningPort {
  private final Vertx vertx;
  private final Handler<HttpServerRequest> requests;
  private final int number;
  private volatile HttpServer server;

  private ListeningPort(
      Vertx vertx, Handler<HttpServerRequest> requests, int number, HttpServer server) {
    this.vertx = vertx;
    this.requests = requests;
    this.number = number;
    this.server = server;
  }

  /** Opens one that the kernel gives to no outgoing connection while nobody listens on it. */
  static ListeningPort open(Vertx vertx, Handler<HttpServerRequest> requests) {
    CompletionException last = new CompletionException("no port tried", null);
    for (int attempt = 0; attempt < 100; attempt++) {
      int number = RandomGenerator.getDefault().nextInt(20_000, 32_000);
      try {
        return new ListeningPort(vertx, requests, number, listen(vertx, requests, number));
      } catch (CompletionException e) {
        last = e; // in use
      }
    }
    throw last;
  }

  private static HttpServer listen(Vertx vertx, Handler<HttpServerRequest> requests, int number) {
    return vertx
        .createHttpServer()
        .requestHandler(requests)
        .listen(number, "127.0.0.1")
        .toCompletionStage()
        .toCompletableFuture()
        .join();
  }

  int number() {
    return number;
  }

  /** Ends all connections, and refuses new ones. */
  void close() {
    server.close().toCompletionStage().toCompletableFuture().join();
  }

  /** Takes connections again. */
  void openAgain() {
    server = listen(vertx, requests, number);
  }
}
