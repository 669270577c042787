package dev.sluice.local.system;

import dev.sluice.local.broker.EmbeddedBroker;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/** Starts the broker when the first test asks for it, and ends it after the last. */
final class SharedBroker implements ParameterResolver {
  private static final Namespace NAMESPACE = Namespace.create(SharedBroker.class);
  private static final AtomicInteger LOGS = new AtomicInteger();

  /** Closed by JUnit with its store. */
  private record Running(EmbeddedBroker broker, Path data) implements AutoCloseable {
    static Running start() {
      try {
        Path data = Files.createTempDirectory("sluice-system-tests");
        return new Running(EmbeddedBroker.start(data), data);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    public void close() throws IOException {
      broker.close();
      Folders.delete(data);
    }
  }

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.getParameter().getType().equals(TestLog.class);
  }

  @Override
  public TestLog resolveParameter(ParameterContext parameter, ExtensionContext context) {
    Running running =
        context
            .getRoot()
            .getStore(NAMESPACE)
            .getOrComputeIfAbsent(Running.class, _ -> Running.start(), Running.class);
    TestLog log = new TestLog(running.broker(), "test-" + LOGS.incrementAndGet());
    context.getStore(NAMESPACE).put(log, log);
    return log;
  }
}
