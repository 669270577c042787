package dev.sluice.applier.bootstrap;

import dev.sluice.applier.bootstrap.AddressTrap.Finding;
import dev.sluice.events.image.ClusterImage;
import dev.sluice.events.log.Brokers;
import dev.sluice.events.log.KafkaSettings;
import dev.sluice.events.model.IpAddress;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks up the addresses of Kafka's brokers, those that they advertise too, and warns of what would
 * be a trap. For one Vert.x context; what blocks runs on a worker thread.
 */
public final class BrokerLookup {
  private static final Logger LOG = LoggerFactory.getLogger(BrokerLookup.class);

  private final Vertx vertx;
  private final KafkaSettings kafka;
  private final AddressTrap trap;
  private final Set<Finding> told = new HashSet<>();

  /** Asks nobody yet. */
  public BrokerLookup(Vertx vertx, KafkaSettings kafka, AddressTrap trap) {
    this.vertx = vertx;
    this.kafka = kafka;
    this.trap = trap;
  }

  /**
   * How this machine resolves names; what can't be read says nothing.
   *
   * @param root the root of the file system; another one in tests
   */
  public static NameResolution names(Path root) {
    return NameResolution.of(
        text(root.resolve("etc/resolv.conf")), text(root.resolve("etc/hosts")));
  }

  private static String text(Path file) {
    try {
      return Files.exists(file) ? Files.readString(file) : "";
    } catch (IOException e) {
      LOG.warn("file={} can't be read: {}", file, e.toString());
      return "";
    }
  }

  /**
   * Looks once, and warns of what was not warned of before.
   *
   * @param image the Services as far as they are known
   * @return completes when it is done; never fails
   */
  public Future<Void> look(ClusterImage image) {
    return Brokers.advertised(vertx, kafka)
        .otherwise(
            e -> {
              LOG.debug("Kafka's brokers can't be asked for; the reader of the log says why", e);
              return Set.of();
            })
        .compose(
            advertised -> {
              Set<String> hosts = new LinkedHashSet<>(kafka.hosts());
              hosts.addAll(advertised);
              return vertx.executeBlocking(
                  () -> {
                    Map<String, Set<IpAddress>> brokers = new TreeMap<>();
                    hosts.forEach(host -> brokers.put(host, resolve(host)));
                    return brokers;
                  },
                  false);
            })
        .onSuccess(
            brokers -> {
              trap.byName(brokers.keySet()).forEach(this::tell);
              trap.byAddress(brokers, image).forEach(this::tell);
            })
        .mapEmpty();
  }

  private static Set<IpAddress> resolve(String host) {
    try {
      return Arrays.stream(InetAddress.getAllByName(host))
          .map(address -> address.getHostAddress().replaceFirst("%.*", ""))
          .map(IpAddress::parse)
          .collect(Collectors.toCollection(LinkedHashSet::new));
    } catch (UnknownHostException e) {
      return Set.of(); // Kafka's client says so too
    }
  }

  private void tell(Finding finding) {
    if (told.add(finding)) {
      LOG.warn("address trap: {}", finding.reason());
    }
  }
}
