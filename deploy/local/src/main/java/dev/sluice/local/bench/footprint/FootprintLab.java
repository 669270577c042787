package dev.sluice.local.bench.footprint;

import dev.sluice.events.model.ClusterObject;
import dev.sluice.local.bench.BenchCluster;
import dev.sluice.local.bench.BenchLog;
import dev.sluice.local.broker.BrokerSettings;
import dev.sluice.local.broker.EmbeddedBroker;
import dev.sluice.local.lab.NetworkNamespace;
import dev.sluice.local.lab.NodeLab;
import dev.sluice.local.run.ApplierProgram;
import dev.sluice.local.run.NodeMode;
import dev.sluice.local.run.WorkFolder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A broker, and a node beside it. One thread. */
final class FootprintLab implements AutoCloseable {
  private final WorkFolder work;
  private final NodeLab lab;
  private final NetworkNamespace control;
  private final EmbeddedBroker broker;

  private FootprintLab(
      WorkFolder work, NodeLab lab, NetworkNamespace control, EmbeddedBroker broker) {
    this.work = work;
    this.lab = lab;
    this.control = control;
    this.broker = broker;
  }

  /** Builds it. */
  static FootprintLab create() throws IOException {
    WorkFolder work = WorkFolder.create("bench");
    try {
      NodeLab lab = NodeLab.create();
      try {
        NetworkNamespace control = lab.addControl();
        BrokerSettings settings =
            BrokerSettings.in(work.path().resolve("broker")).withListen(NodeLab.CONTROL_V4);
        EmbeddedBroker broker =
            control.<EmbeddedBroker, RuntimeException>call(() -> EmbeddedBroker.start(settings));
        return new FootprintLab(work, lab, control, broker);
      } catch (RuntimeException | Error e) {
        lab.close();
        throw e;
      }
    } catch (RuntimeException | Error e) {
      work.close();
      throw e;
    }
  }

  /** For files of a run. */
  Path folder() {
    return work.path();
  }

  /** Where the broker is. */
  NetworkNamespace control() {
    return control;
  }

  String bootstrapServers() {
    return broker.bootstrapServers();
  }

  /** Publishes these objects as the whole cluster; to be closed before this. */
  BenchLog publish(List<ClusterObject> objects) {
    BenchLog log =
        control.<BenchLog, RuntimeException>call(() -> new BenchLog(broker.bootstrapServers()));
    try {
      log.publish(objects);
      return log;
    } catch (RuntimeException | Error e) {
      log.close();
      throw e;
    }
  }

  /** Starts an applier on the node; not ready yet. */
  ApplierProgram start(NodeMode mode) {
    return start(mode, Map.of());
  }

  /** The same with variables of the environment besides. */
  ApplierProgram start(NodeMode mode, Map<String, String> environment) {
    return ApplierProgram.start(
        lab.node(),
        new ApplierProgram.Settings(
            broker.bootstrapServers(),
            BenchCluster.NODE,
            Optional.of(mode.mode()),
            mode.variant(),
            work.path()),
        environment);
  }

  @Override
  public void close() throws IOException {
    try (work;
        lab) {
      broker.close();
    }
  }
}
