package dev.sluice.events.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KafkaSettingsTest {
  @TempDir Path folder = Path.of("");

  @ParameterizedTest
  @ValueSource(
      strings = {"localhost:9092", "10.0.0.1:9092, 10.0.0.2:9093", "[fd00::1]:9092", "a-b.c_d:1"})
  void takesAddresses(String servers) {
    assertThat(new KafkaSettings(servers, Map.of()).consumer())
        .containsEntry("bootstrap.servers", servers);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "localhost", "a:1,", "fd00::1:9092", "a b:1", "a:x", "http://a:1"})
  void refusesOtherTexts(String servers) {
    assertThatThrownBy(() -> new KafkaSettings(servers, Map.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("expected HOST:PORT[,HOST:PORT…]");
  }

  @ParameterizedTest
  @ValueSource(strings = {"a:0", "a:65536", "a:99999999999"})
  void refusesPortsOutOfRange(String servers) {
    assertThatThrownBy(() -> new KafkaSettings(servers, Map.of()))
        .hasMessage("\"" + servers + "\": the port is not within 1 to 65535");
  }

  @Test
  void theUsersPropertiesWinOverOurDefaults() throws IOException {
    Path file = Files.writeString(folder.resolve("k.properties"), "linger.ms = 50\nx=1\n");

    KafkaSettings settings = KafkaSettings.of("h:1", Optional.of(file));

    assertThat(settings.producer("t")).containsEntry("linger.ms", "50").containsEntry("x", "1");
    assertThat(settings.admin()).containsEntry("x", "1");
  }

  @Test
  void theUsersPropertiesDoNotWinOverWhatTheLogRestsOn() {
    KafkaSettings settings =
        new KafkaSettings(
            "h:1",
            Map.of(
                "isolation.level", "read_uncommitted",
                "auto.offset.reset", "latest",
                "acks", "1",
                "transactional.id", "other",
                "bootstrap.servers", "other:1"));

    assertThat(settings.consumer())
        .containsEntry("isolation.level", "read_committed")
        .containsEntry("auto.offset.reset", "none")
        .containsEntry("bootstrap.servers", "h:1");
    assertThat(settings.producer("t"))
        .containsEntry("acks", "all")
        .containsEntry("enable.idempotence", "true")
        .containsEntry("transactional.id", "t");
  }

  @Test
  void aFileThatIsMissingOrNoPropertiesFileIsAnError() throws IOException {
    Path bad = Files.writeString(folder.resolve("bad.properties"), "a=\\u00zz");

    assertThatThrownBy(() -> KafkaSettings.of("h:1", Optional.of(folder.resolve("none"))))
        .isInstanceOf(NoSuchFileException.class);
    assertThatThrownBy(() -> KafkaSettings.of("h:1", Optional.of(bad)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(bad + " is no properties file");
  }

  @Test
  void aFileMustNotSetWhatTheLogRestsOn() throws IOException {
    Path file =
        Files.writeString(
            folder.resolve("ours.properties"),
            """
            isolation.level=read_uncommitted
            acks=1
            enable.idempotence=true
            ssl.engine.factory.class=com.example.Engine
            """);

    assertThatThrownBy(() -> KafkaSettings.of("h:1", Optional.of(file)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            file
                + " sets acks, isolation.level, which is not to be set: the log's guarantees rest"
                + " on it");
  }

  @Test
  void knowsItsHostsAndWhatIsSecret() {
    KafkaSettings settings =
        new KafkaSettings(
            "kafka.example.com:9092, [fd00::1]:9093,192.0.2.1:1",
            Map.of(
                "sasl.jaas.config", "hunter2",
                "ssl.truststore.location", "/ca.crt",
                "ssl.keystore.location", "/applier.pem",
                "ssl.key.password", "hunter2"));

    assertThat(settings.hosts()).containsExactly("kafka.example.com", "fd00::1", "192.0.2.1");
    assertThat(settings.secrets()).containsExactly("sasl.jaas.config", "ssl.key.password");
    assertThat(settings.keyFiles()).containsExactly(Path.of("/applier.pem"));
    assertThat(settings.toString()).doesNotContain("hunter2");
  }

  @Test
  void anErrorDoesNotQuoteALoginThatCannotBeRead() {
    IllegalArgumentException error =
        new IllegalArgumentException("Value not specified for key 'hunter2' in JAAS config");

    assertThat(ErrorText.of(error))
        .isEqualTo("Value not specified for key (not shown) in JAAS config");
  }
}
