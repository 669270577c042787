package dev.sluice.events.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class ShutdownTest {
  /** A program that closes well, badly or never; runs in a JVM of its own. */
  static final class Program {
    private Program() {}

    public static void main(String[] args) throws Exception {
      Future<Void> closing =
          switch (args[0]) {
            case "well" -> Future.succeededFuture();
            case "badly" -> Future.failedFuture("no");
            default -> Promise.<Void>promise().future();
          };
      Shutdown shutdown = Shutdown.onSignal(() -> closing);
      System.out.println("ready");
      shutdown.await(Promise.promise().future());
    }
  }

  private static int codeAfterSignal(String how) throws Exception {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                Program.class.getName(),
                how)
            .redirectErrorStream(true)
            .start();
    try (BufferedReader out = process.inputReader()) {
      String line = out.readLine();
      while (line != null && !line.equals("ready")) {
        line = out.readLine();
      }
      process.destroy(); // SIGTERM
      assertThat(process.waitFor(5, TimeUnit.SECONDS)).isTrue();
      return process.exitValue();
    } finally {
      process.destroyForcibly();
    }
  }

  @Test
  void aSignalEndsTheProgramWithCode0() throws Exception {
    assertThat(codeAfterSignal("well")).isZero();
  }

  @Test
  void aFailureToCloseIsCode1() throws Exception {
    assertThat(codeAfterSignal("badly")).isEqualTo(1);
  }

  @Test
  void closingThatHangsIsGivenUpWithinFiveSeconds() throws Exception {
    long start = System.nanoTime();

    assertThat(codeAfterSignal("never")).isEqualTo(1);

    assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(Duration.ofSeconds(4));
  }

  @Test
  void aProgramThatEndsByItselfIsClosedOnce() throws Exception {
    AtomicInteger closed = new AtomicInteger();
    Shutdown shutdown =
        Shutdown.onSignal(
            () -> {
              closed.incrementAndGet();
              return Future.succeededFuture();
            });

    shutdown.await(Future.succeededFuture());

    assertThat(closed).hasValue(1);
  }

  @Test
  void theReasonForTheEndIsThrownAfterClosing() {
    AtomicInteger closed = new AtomicInteger();
    Shutdown shutdown =
        Shutdown.onSignal(
            () -> {
              closed.incrementAndGet();
              return Future.succeededFuture();
            });

    assertThatThrownBy(() -> shutdown.await(Future.failedFuture(new IOException("gone"))))
        .isInstanceOf(IOException.class)
        .hasMessage("gone");
    assertThat(closed).hasValue(1);
  }
}
