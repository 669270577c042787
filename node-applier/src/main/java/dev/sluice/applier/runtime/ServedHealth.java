package dev.sluice.applier.runtime;

import dev.sluice.applier.forwarding.NodePortAddresses;
import dev.sluice.applier.health.HealthHosts;
import dev.sluice.applier.health.HealthServers;
import dev.sluice.applier.health.ServiceHealth;
import dev.sluice.events.image.ClusterImage;
import dev.sluice.events.model.ServiceName;
import io.vertx.core.WorkerExecutor;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps what load balancers are told to what the kernel has. Owned by the applier's context. */
final class ServedHealth {
  private static final Logger LOG = LoggerFactory.getLogger(ServedHealth.class);

  private final String nodeName;
  private final HealthServers servers;
  private final HealthHosts hosts;
  private final WorkerExecutor worker;
  private Optional<NodePortAddresses> listening = Optional.empty();

  /**
   * @param hosts read on the worker
   */
  ServedHealth(String nodeName, HealthServers servers, HealthHosts hosts, WorkerExecutor worker) {
    this.nodeName = nodeName;
    this.servers = servers;
    this.hosts = hosts;
    this.worker = worker;
  }

  /**
   * Follows what the kernel has now. With each read-back the node's addresses are read again, too,
   * and ports that could not be listened on are tried again.
   */
  void follow(Reconciler.Outcome outcome) {
    ClusterImage image = outcome.work().image();
    Map<ServiceName, Optional<ServiceHealth>> changed = new HashMap<>();
    outcome
        .servers()
        .forEach(
            (name, all) ->
                changed.put(name, ServiceHealth.of(name, all, image.slices(name), nodeName)));
    servers.update(changed);
    NodePortAddresses nodePorts = outcome.policy().nodePorts();
    if (outcome.work().readBack() || !listening.equals(Optional.of(nodePorts))) {
      listening = Optional.of(nodePorts);
      worker
          .executeBlocking(() -> hosts.read(nodePorts))
          .onSuccess(servers::listenOn)
          .onFailure(
              e ->
                  LOG.warn(
                      "health check error=\"{}\"; the addresses stay as they are until the next sync",
                      e.getMessage()));
    }
  }
}
