package dev.sluice.events.log;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.common.Node;

/** Where Kafka's brokers say that they are. */
public final class Brokers {
  private Brokers() {}

  /**
   * The hosts that the brokers advertise at the listener that we use.
   *
   * @return fails with a {@link LogReadException}, within about 10 seconds if no broker answers
   */
  public static Future<Set<String>> advertised(Vertx vertx, KafkaSettings kafka) {
    return AdminQuestion.ask(
            vertx, kafka, admin -> AdminQuestion.answer(vertx, admin.describeCluster().nodes()))
        .map(nodes -> nodes.stream().map(Node::host).collect(Collectors.toSet()))
        .recover(
            e -> Future.failedFuture(new LogReadException("the brokers can't be asked for", e)));
  }
}
