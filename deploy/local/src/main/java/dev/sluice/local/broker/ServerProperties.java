package dev.sluice.local.broker;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The server.properties of a broker that is a controller too, alone or one of several. Pure.
 *
 * @param id 1 to the number of brokers
 * @param controllerPorts of all of them, on 127.0.0.1, in the order of their ids
 */
record ServerProperties(
    int id,
    Path logFolder,
    String listen,
    int port,
    String advertised,
    List<Integer> controllerPorts) {
  private static final String FAIL_OVER =
      """
      # A broker that died is replaced after this; by default after 9 s (4 s of fail-over against 10).
      broker.session.timeout.ms=3000
      broker.heartbeat.interval.ms=500
      """;

  ServerProperties {
    controllerPorts = List.copyOf(controllerPorts);
  }

  /** The file's text. */
  String text() {
    int brokers = controllerPorts.size();
    return """
    process.roles=broker,controller
    node.id=%1$d
    listeners=CLIENTS://%2$s:%3$d,CONTROLLER://127.0.0.1:%4$d
    advertised.listeners=CLIENTS://%5$s:%3$d
    listener.security.protocol.map=CLIENTS:PLAINTEXT,CONTROLLER:PLAINTEXT
    inter.broker.listener.name=CLIENTS
    controller.listener.names=CONTROLLER
    controller.quorum.voters=%6$s
    log.dirs=%7$s
    auto.create.topics.enable=false
    # One broker can't keep three copies.
    offsets.topic.replication.factor=%8$d
    offsets.topic.num.partitions=1
    transaction.state.log.replication.factor=%8$d
    transaction.state.log.min.isr=%9$d
    transaction.state.log.num.partitions=1
    share.coordinator.state.topic.replication.factor=%8$d
    share.coordinator.state.topic.min.isr=%9$d
    share.coordinator.state.topic.num.partitions=1
    group.initial.rebalance.delay.ms=0
    # The default of 20 ms is most of a transaction's time (p99 of 27 ms against 9).
    add.partitions.to.txn.retry.backoff.ms=1
    # An abandoned transaction holds back every reader until the sweep after its time limit.
    transaction.abort.timed.out.transaction.cleanup.interval.ms=1000
    %10$s"""
        .formatted(
            id,
            bracketed(listen),
            port,
            controllerPorts.get(id - 1),
            bracketed(advertised),
            voters(),
            logFolder,
            Math.min(3, brokers),
            brokers >= 3 ? 2 : 1,
            brokers == 1 ? "" : FAIL_OVER);
  }

  private String voters() {
    return IntStream.rangeClosed(1, controllerPorts.size())
        .mapToObj(each -> each + "@127.0.0.1:" + controllerPorts.get(each - 1))
        .collect(Collectors.joining(","));
  }

  /** An address as it stands before a port: IPv6 in brackets. */
  static String bracketed(String address) {
    return address.indexOf(':') >= 0 ? "[" + address + "]" : address;
  }
}
