package dev.sluice.local.broker;

import java.nio.file.Path;

/** The server.properties of a broker that is its own and only controller. Pure. */
record ServerProperties(
    Path logFolder, String listen, int port, String advertised, int controllerPort) {

  /** The file's text. */
  String text() {
    return """
    process.roles=broker,controller
    node.id=1
    listeners=CLIENTS://%1$s:%2$d,CONTROLLER://127.0.0.1:%3$d
    advertised.listeners=CLIENTS://%4$s:%2$d
    listener.security.protocol.map=CLIENTS:PLAINTEXT,CONTROLLER:PLAINTEXT
    inter.broker.listener.name=CLIENTS
    controller.listener.names=CONTROLLER
    controller.quorum.voters=1@127.0.0.1:%3$d
    log.dirs=%5$s
    auto.create.topics.enable=false
    # One broker can't keep three copies.
    offsets.topic.replication.factor=1
    offsets.topic.num.partitions=1
    transaction.state.log.replication.factor=1
    transaction.state.log.min.isr=1
    transaction.state.log.num.partitions=1
    share.coordinator.state.topic.replication.factor=1
    share.coordinator.state.topic.min.isr=1
    share.coordinator.state.topic.num.partitions=1
    group.initial.rebalance.delay.ms=0
    # The default of 20 ms is most of a transaction's time (p99 of 27 ms against 9).
    add.partitions.to.txn.retry.backoff.ms=1
    # An abandoned transaction holds back every reader until the sweep after its time limit.
    transaction.abort.timed.out.transaction.cleanup.interval.ms=1000
    """
        .formatted(bracketed(listen), port, controllerPort, bracketed(advertised), logFolder);
  }

  /** An address as it stands before a port: IPv6 in brackets. */
  static String bracketed(String address) {
    return address.indexOf(':') >= 0 ? "[" + address + "]" : address;
  }
}
