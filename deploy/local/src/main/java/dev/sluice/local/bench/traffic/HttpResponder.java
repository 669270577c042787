package dev.sluice.local.bench.traffic;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.sluice.local.bench.BenchException;
import dev.sluice.local.lab.NetworkNamespace;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;

/**
 * Answers every HTTP request at every address of a namespace with the same few bytes, and closes
 * the connection: as little work as a server can have. One thread of its own.
 */
final class HttpResponder implements AutoCloseable {
  private static final int BACKLOG = 4096;
  private static final byte[] ANSWER =
      "HTTP/1.0 200 OK\r\nContent-Length: 3\r\nConnection: close\r\n\r\nok\n".getBytes(US_ASCII);

  private final Selector selector;
  private final ServerSocketChannel listener;
  private final ByteBuffer buffer = ByteBuffer.allocateDirect(4096);
  private final Thread thread = Thread.ofPlatform().name("http").daemon().unstarted(this::serve);

  private HttpResponder(int port) throws IOException {
    selector = Selector.open();
    listener = ServerSocketChannel.open();
    try {
      listener.bind(new InetSocketAddress(port), BACKLOG);
      listener.configureBlocking(false);
      listener.register(selector, SelectionKey.OP_ACCEPT);
    } catch (IOException e) {
      listener.close();
      selector.close();
      throw e;
    }
  }

  /** Listens; for both families. */
  static HttpResponder start(NetworkNamespace namespace, int port) throws IOException {
    HttpResponder responder =
        namespace.<HttpResponder, IOException>call(() -> new HttpResponder(port));
    responder.thread.start();
    return responder;
  }

  private void serve() {
    while (selector.isOpen()) {
      try {
        selector.select(this::handle);
      } catch (IOException e) {
        throw new BenchException("the server can't wait for requests: " + e.getMessage(), e);
      } catch (ClosedSelectorException e) {
        return;
      }
    }
  }

  private void handle(SelectionKey key) {
    if (key.isAcceptable()) {
      accept();
    } else {
      answer((SocketChannel) key.channel());
    }
  }

  private void accept() {
    try {
      for (SocketChannel client = listener.accept(); client != null; client = listener.accept()) {
        client.configureBlocking(false);
        client.register(selector, SelectionKey.OP_READ);
      }
    } catch (IOException e) {
      // a client that went away before it was accepted: whether that is a failure, it knows
    }
  }

  private void answer(SocketChannel client) {
    try (client) {
      buffer.clear();
      // a request is far smaller than a packet, so it is here as a whole
      if (client.read(buffer) > 0) {
        int _ = client.write(ByteBuffer.wrap(ANSWER));
      }
    } catch (IOException e) {
      // as above
    }
  }

  /** Stops listening, and ends its thread. */
  @Override
  public void close() {
    try {
      selector.close();
      listener.close();
      thread.join();
    } catch (IOException e) {
      throw new BenchException("the server was not closed: " + e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
