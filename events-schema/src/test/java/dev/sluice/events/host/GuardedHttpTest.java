package dev.sluice.events.host;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 1, unit = TimeUnit.MINUTES)
class GuardedHttpTest {
  private static final Duration LONG = Duration.ofMinutes(10);
  private static final String GET = "GET / HTTP/1.1\r\nHost: x\r\n\r\n";

  private final Vertx vertx = Vertx.vertx();

  @AfterEach
  void close() throws Exception {
    vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
  }

  private int serve(int mostConnections, Duration patience) throws Exception {
    HttpServer server =
        GuardedHttp.server(
            vertx, mostConnections, patience, request -> request.response().end("here"));
    return server
        .listen(0, "127.0.0.1")
        .toCompletionStage()
        .toCompletableFuture()
        .get(10, TimeUnit.SECONDS)
        .actualPort();
  }

  private static Socket connect(int port) throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
    socket.setSoTimeout(30_000);
    return socket;
  }

  private static void say(Socket socket, String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(US_ASCII));
    socket.getOutputStream().flush();
  }

  /** All that comes before the server closes the connection. */
  private static String toEnd(Socket socket) throws IOException {
    InputStream in = socket.getInputStream();
    StringBuilder heard = new StringBuilder();
    try {
      for (int one = in.read(); one >= 0; one = in.read()) {
        heard.append((char) one);
      }
    } catch (SocketException e) {
      heard.append("(reset)"); // closed while there was more to read
    }
    return heard.toString();
  }

  private static String answer(Socket socket) throws IOException {
    say(socket, GET);
    InputStream in = socket.getInputStream();
    StringBuilder heard = new StringBuilder();
    while (!heard.toString().endsWith("here")) {
      int one = in.read();
      if (one < 0) {
        throw new IOException("closed after " + heard);
      }
      heard.append((char) one);
    }
    return heard.toString();
  }

  @Test
  void aConnectionServesOneRequestAfterTheOther() throws Exception {
    try (Socket socket = connect(serve(1, LONG))) {
      assertThat(answer(socket)).startsWith("HTTP/1.1 200 OK");
      assertThat(answer(socket)).startsWith("HTTP/1.1 200 OK");
    }
  }

  @Test
  void whoSendsARequestByteByByteIsClosed() throws Exception {
    int port = serve(1, Duration.ofMillis(300));
    try (Socket socket = connect(port)) {
      say(socket, "GET / HTTP/1.1\r\nX-Slow: ");

      assertThat(toEnd(socket)).doesNotContain("here");
    }
    try (Socket next = connect(port)) {
      assertThat(answer(next)).as("its place is free again").contains("200 OK");
      assertThat(toEnd(next)).as("and who asks nothing more is closed too").isEmpty();
    }
  }

  @Test
  void tooManyConnectionsAreClosedAndTheOthersGoOn() throws Exception {
    int port = serve(3, LONG);
    List<Socket> held = new ArrayList<>();
    try {
      for (int i = 0; i < 3; i++) {
        held.add(connect(port));
        assertThat(answer(held.getLast())).contains("200 OK");
      }
      try (Socket more = connect(port)) {
        assertThat(toEnd(more)).isIn("", "(reset)");
      }
      for (Socket one : held) {
        assertThat(answer(one)).contains("200 OK");
      }
    } finally {
      for (Socket one : held) {
        one.close();
      }
    }
  }

  @Test
  void bodiesAreNotTaken() throws Exception {
    int port = serve(5, LONG);
    for (String header : List.of("Content-Length: 5", "Transfer-Encoding: chunked")) {
      try (Socket socket = connect(port)) {
        say(socket, "GET / HTTP/1.1\r\nHost: x\r\n" + header + "\r\n\r\n");

        assertThat(toEnd(socket)).as("answered at once, and closed").contains("200 OK", "here");
      }
    }
  }

  @Test
  void longLinesAndHeadersAndNonsenseAreNotTaken() throws Exception {
    int port = serve(5, LONG);
    for (String request :
        List.of(
            "GET /" + "a".repeat(5000) + " HTTP/1.1\r\nHost: x\r\n\r\n",
            "GET / HTTP/1.1\r\nX: " + "a".repeat(20_000) + "\r\n\r\n",
            "\u0001\u0002 nonsense\r\n\r\n")) {
      try (Socket socket = connect(port)) {
        say(socket, request);

        assertThat(toEnd(socket)).doesNotContain("here", "aaa", "nonsense", "Exception");
      }
    }
  }
}
