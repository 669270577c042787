package dev.sluice.events.host;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.events.log.KafkaSettings;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

class LaunchTest {
  private static final String SERVERS = "--bootstrap-servers=127.0.0.1:9092";

  @TempDir Path folder = Path.of("");
  private final StringWriter err = new StringWriter();
  private final Program program = new Program();

  @Command(name = "program", mixinStandardHelpOptions = true)
  private static final class Program implements Callable<Integer> {
    @Mixin private final KafkaOptions kafka = new KafkaOptions();

    @Option(names = "--sync-period")
    private Duration syncPeriod = Duration.ZERO;

    @Option(names = "--bind")
    private BindAddress bind = new BindAddress("localhost", 0);

    private Callable<Integer> action = () -> 0;
    private String cluster = "";

    @Override
    public Integer call() throws Exception {
      KafkaSettings settings = kafka.settings();
      cluster = kafka.topics().cluster() + " " + settings;
      return action.call();
    }
  }

  private int run(String... args) {
    return Launch.run(new CommandLine(program).setErr(new PrintWriter(err)), args);
  }

  @Test
  void readsOptionsOfOurTypes() {
    int code = run(SERVERS, "--sync-period=1m30s", "--bind=[::1]:80");

    assertThat(code).isZero();
    assertThat(program.syncPeriod).isEqualTo(Duration.ofSeconds(90));
    assertThat(program.bind).isEqualTo(new BindAddress("::1", 80));
    assertThat(program.cluster).startsWith("sluice ");
    assertThat(err.toString()).isEmpty();
  }

  @Test
  void aMissingOptionIsOneLineAndCode2() {
    assertThat(run()).isEqualTo(2);
    assertThat(err.toString().lines())
        .singleElement()
        .asString()
        .startsWith("program: Missing required option: '--bootstrap-servers")
        .endsWith("(try program --help)");
  }

  @Test
  void anUnknownOptionIsOneLineThatSuggestsTheRightOne() {
    assertThat(run(SERVERS, "--sync-perod=1s")).isEqualTo(2);
    assertThat(err.toString().lines())
        .singleElement()
        .asString()
        .contains("'--sync-perod=1s'; did you mean --sync-period?");
  }

  @Test
  void malformedValuesAreWrongUse() {
    assertThat(run(SERVERS, "--sync-period=5")).isEqualTo(2);
    assertThat(run(SERVERS, "--bind=nowhere")).isEqualTo(2);
    assertThat(run("--bootstrap-servers=localhost")).isEqualTo(2);
    assertThat(run(SERVERS, "--cluster=a/b")).isEqualTo(2);
    assertThat(run(SERVERS, "--kafka-config=/no/such/file")).isEqualTo(2);

    assertThat(err.toString().lines())
        .hasSize(5)
        .allMatch(line -> line.endsWith("(try program --help)"))
        .anyMatch(line -> line.contains("\"5\" is no duration"))
        .anyMatch(line -> line.contains("\"nowhere\" is no address to listen on"))
        .anyMatch(line -> line.contains("\"localhost\" is no address of a Kafka broker"))
        .anyMatch(line -> line.contains("--cluster: \"a/b\""))
        .anyMatch(line -> line.contains("--kafka-config: there is no file /no/such/file"));
  }

  @Test
  void aKafkaConfigIsReadAndItsSecretsAreNotShown() throws IOException {
    Path file = Files.writeString(folder.resolve("kafka.properties"), "ssl.key.password=secret\n");

    assertThat(run(SERVERS, "--kafka-config=" + file)).isZero();
    assertThat(program.cluster).contains("ssl.key.password").doesNotContain("secret");
  }

  @Test
  void anExpectedFailureIsOneLineAndCode1() {
    program.action =
        () -> {
          throw new CompletionException(new IOException("the disk\n  is full"));
        };

    assertThat(run(SERVERS)).isEqualTo(1);
    assertThat(err.toString()).isEqualTo("program: the disk is full%n".formatted());
  }

  @Test
  void aDefectKeepsItsStackTrace() {
    program.action =
        () -> {
          throw new IllegalStateException("impossible");
        };

    assertThat(run(SERVERS)).isEqualTo(1);
    assertThat(err.toString()).startsWith("program: impossible").contains("\tat dev.sluice");
  }
}
