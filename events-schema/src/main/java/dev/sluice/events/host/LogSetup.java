package dev.sluice.events.host;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ConfiguratorRank;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.spi.ContextAwareBase;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;

/**
 * How the programs log: one line an event, on standard error; a stack trace is folded into its
 * line. {@code SLUICE_LOG_LEVEL}, a system property or a variable of the environment, sets the
 * level; INFO by default. Called by logback, as a service of its; written down in code since some
 * hundred classes read XML, in a program that runs on every node.
 */
@ConfiguratorRank(ConfiguratorRank.CUSTOM_NORMAL_PRIORITY)
public final class LogSetup extends ContextAwareBase implements Configurator {
  private static final String PATTERN =
      "%d{\"yyyy-MM-dd'T'HH:mm:ss.SSSXXX\", UTC} %-5level %logger{0}"
          + " %replace(%msg %ex){'\\s*[\\r\\n]+\\s*', ' | '}%nopex%n";

  private static final Map<String, Level> LEVELS =
      Map.of(
          "org.apache.kafka",
          Level.WARN,
          "io.fabric8",
          Level.WARN,
          "io.netty",
          Level.WARN,
          "io.vertx",
          Level.WARN,
          // these tell of every attempt to connect again; we tell once, as a problem
          "org.apache.kafka.clients.NetworkClient",
          Level.ERROR,
          "io.fabric8.kubernetes.client.extended.leaderelection",
          Level.OFF,
          "io.vertx.core.http.impl.HttpClientConnection",
          Level.ERROR,
          // a namespace may have no other interface than loopback
          "io.netty.util.internal.MacAddressUtil",
          Level.ERROR);

  private static final String LEVEL = "SLUICE_LOG_LEVEL";

  /** For logback. */
  public LogSetup() {}

  @Override
  public ExecutionStatus configure(LoggerContext context) {
    if (hasFile()) {
      return ExecutionStatus.INVOKE_NEXT_IF_ANY;
    }
    PatternLayoutEncoder encoder = new PatternLayoutEncoder();
    encoder.setContext(context);
    encoder.setPattern(PATTERN);
    encoder.start();
    ConsoleAppender<ILoggingEvent> appender = new ConsoleAppender<>();
    appender.setContext(context);
    appender.setName("stderr");
    appender.setTarget("System.err");
    appender.setEncoder(encoder);
    appender.start();
    LEVELS.forEach((name, level) -> context.getLogger(name).setLevel(level));
    ch.qos.logback.classic.Logger root = context.getLogger(Logger.ROOT_LOGGER_NAME);
    root.setLevel(Level.toLevel(asked(), Level.INFO));
    root.addAppender(appender);
    return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
  }

  /** Whether tests, or somebody who looks for something, have a configuration of their own. */
  private static boolean hasFile() {
    return System.getProperty("logback.configurationFile") != null
        || LogSetup.class.getResource("/logback-test.xml") != null;
  }

  private static String asked() {
    return Optional.ofNullable(System.getProperty(LEVEL))
        .or(() -> Optional.ofNullable(System.getenv(LEVEL)))
        .orElse("");
  }
}
