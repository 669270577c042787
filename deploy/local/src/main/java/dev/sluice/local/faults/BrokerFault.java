package dev.sluice.local.faults;

import dev.sluice.local.broker.EmbeddedCluster;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.TopicDescription;

/** What happens to the brokers, or to the way to them; each ends with all being well again. */
enum BrokerFault {
  /** The leader of the state topic is killed, and started again when another one leads. */
  LEADER_KILLED {
    @Override
    void happen(Brokers brokers, FaultNode node, Duration outage) throws InterruptedException {
      int leader = brokers.leader();
      brokers.kill(leader);
      Thread.sleep(outage.dividedBy(2));
      brokers.restart(leader);
    }
  },

  /** All are killed, and started again after the outage. */
  ALL_DOWN {
    @Override
    void happen(Brokers brokers, FaultNode node, Duration outage) throws InterruptedException {
      brokers.killAll();
      Thread.sleep(outage);
      brokers.restartAll();
    }
  },

  /** No packet passes between the node and the brokers; whoever publishes goes on. */
  NETWORK_CUT {
    @Override
    void happen(Brokers brokers, FaultNode node, Duration outage) throws InterruptedException {
      node.brokersReachable(false);
      try {
        Thread.sleep(outage);
      } finally {
        node.brokersReachable(true);
      }
    }
  },

  /** The leader of the state topic stands still most of the time. */
  SLOW {
    @Override
    void happen(Brokers brokers, FaultNode node, Duration outage) throws InterruptedException {
      int leader = brokers.leader();
      long end = System.nanoTime() + outage.toNanos();
      while (System.nanoTime() - end < 0) {
        brokers.signal(leader, "STOP");
        try {
          Thread.sleep(STILL);
        } finally {
          brokers.signal(leader, "CONT");
        }
        Thread.sleep(RUNNING);
      }
    }
  };

  private static final Duration STILL = Duration.ofMillis(450);
  private static final Duration RUNNING = Duration.ofMillis(50);

  /**
   * Makes it happen, and ends it.
   *
   * @param outage how long it lasts
   */
  abstract void happen(Brokers brokers, FaultNode node, Duration outage)
      throws InterruptedException;

  /** Three brokers in a node's control namespace. For one thread. */
  record Brokers(EmbeddedCluster cluster, FaultNode node, String stateTopic) {
    /** The id of the broker that leads the state topic. */
    int leader() throws InterruptedException {
      try {
        return node.control()
            .<Integer, Exception>call(
                () -> {
                  Map<String, Object> settings = new HashMap<>();
                  settings.put(
                      AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, cluster.bootstrapServers());
                  try (Admin admin = Admin.create(settings)) {
                    TopicDescription topic =
                        admin
                            .describeTopics(List.of(stateTopic))
                            .allTopicNames()
                            .get()
                            .get(stateTopic);
                    if (topic == null) {
                      throw new FaultException("no topic " + stateTopic);
                    }
                    return topic.partitions().getFirst().leader().id();
                  }
                });
      } catch (InterruptedException | RuntimeException e) {
        throw e;
      } catch (ExecutionException e) {
        throw new FaultException("who leads is not known: " + e.getCause(), e);
      } catch (Exception e) {
        throw new FaultException("who leads is not known: " + e, e);
      }
    }

    void kill(int id) {
      cluster.kill(id);
    }

    void killAll() {
      for (int id = 1; id <= cluster.size(); id++) {
        cluster.kill(id);
      }
    }

    void restart(int id) {
      node.control().<RuntimeException>run(() -> cluster.restart(id));
    }

    void restartAll() {
      node.control().<RuntimeException>run(cluster::restartAll);
    }

    void signal(int id, String name) {
      var _ = node.control().exec("kill", "-" + name, Long.toString(cluster.pid(id))).orThrow();
    }
  }
}
