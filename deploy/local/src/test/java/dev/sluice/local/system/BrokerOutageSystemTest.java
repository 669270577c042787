package dev.sluice.local.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.events.event.StateEntry.ObjectState;
import dev.sluice.events.log.StateReader;
import dev.sluice.local.broker.BrokerSettings;
import dev.sluice.local.broker.EmbeddedBroker;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** With a broker of its own, since it is ended. */
@Tag("system")
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class BrokerOutageSystemTest {
  @TempDir Path data;

  @Test
  void readersGetThroughARestartAndMayStartBeforeTheBroker() throws Exception {
    List<String> read = new CopyOnWriteArrayList<>();
    List<String> readLater = new CopyOnWriteArrayList<>();
    EmbeddedBroker first = EmbeddedBroker.start(data);
    try (TestLog log = new TestLog(first, "outage")) {
      Scribe scribe = log.scribe();
      scribe.publish(Manifests.NODE);
      StateReader reader = follow(log, read);
      Await.until().until(() -> read.contains("Node/node-1"));
      Await.result(scribe.writer().close());

      first.close();
      StateReader startedWithoutBroker = follow(log, readLater);

      try (EmbeddedBroker again =
          EmbeddedBroker.start(BrokerSettings.in(data).withPort(first.port()))) {
        Await.until().until(() -> readLater.contains("Node/node-1"));
        new Scribe(log).publish(Manifests.service("web", "10.96.0.80"));

        Await.until().until(() -> read.contains("Service/shop/web"));
        Await.until().until(() -> readLater.contains("Service/shop/web"));
        assertThat(again.port()).isEqualTo(first.port());
        assertThat(read).as("nothing is read twice").doesNotHaveDuplicates();
        Await.result(reader.close());
        Await.result(startedWithoutBroker.close());
      }
    } finally {
      first.close();
    }
  }

  private static StateReader follow(TestLog log, List<String> keys) {
    StateReader reader = new StateReader(log.vertx(), log.kafka(), log.topics());
    var _ =
        reader.start(
            batch ->
                batch.entries().stream()
                    .filter(ObjectState.class::isInstance)
                    .forEach(entry -> keys.add(((ObjectState) entry).key().toString())));
    return reader;
  }
}
