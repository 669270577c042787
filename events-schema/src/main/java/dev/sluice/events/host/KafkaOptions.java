package dev.sluice.events.host;

import dev.sluice.events.log.KafkaSettings;
import dev.sluice.events.log.Topics;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The options that say where the log is; a picocli mixin. */
public final class KafkaOptions {
  /** The option that says where to connect first. */
  public static final String BOOTSTRAP_SERVERS = "--bootstrap-servers";

  @Spec(Spec.Target.MIXEE)
  private @Nullable CommandSpec command;

  @Option(
      names = BOOTSTRAP_SERVERS,
      required = true,
      paramLabel = "HOST:PORT[,...]",
      description = "Kafka brokers to connect to first.")
  private String bootstrapServers = "";

  @Option(
      names = "--kafka-config",
      paramLabel = "FILE",
      description =
          "Properties file with more settings for Kafka's clients, such as TLS and SASL; not to be"
              + " readable by everybody.")
  private Optional<Path> kafkaConfig = Optional.empty();

  @Option(
      names = "--cluster",
      paramLabel = "NAME",
      defaultValue = Topics.DEFAULT_CLUSTER,
      description = "What the topics' names begin with (default: ${DEFAULT-VALUE}).")
  private String cluster = Topics.DEFAULT_CLUSTER;

  /** For picocli. */
  public KafkaOptions() {}

  /**
   * How to reach Kafka.
   *
   * @throws ParameterException if the addresses or the file are wrong
   */
  public KafkaSettings settings() {
    try {
      KafkaSettings settings = KafkaSettings.of(bootstrapServers, kafkaConfig);
      kafkaConfig.ifPresent(file -> SecretFiles.check(file, settings));
      return settings;
    } catch (IllegalArgumentException e) {
      throw wrong(String.valueOf(e.getMessage()), e);
    } catch (NoSuchFileException e) {
      throw wrong("--kafka-config: there is no file " + e.getFile(), e);
    } catch (IOException e) {
      throw wrong("--kafka-config: can't be read: " + e, e);
    }
  }

  /**
   * The cluster's topics.
   *
   * @throws ParameterException if no topic can be named so
   */
  public Topics topics() {
    try {
      return new Topics(cluster);
    } catch (IllegalArgumentException e) {
      throw wrong("--cluster: " + e.getMessage(), e);
    }
  }

  private ParameterException wrong(String message, Exception cause) {
    if (command == null) {
      throw new IllegalStateException("the options are not mixed into a command", cause);
    }
    return new ParameterException(command.commandLine(), message, cause);
  }
}
