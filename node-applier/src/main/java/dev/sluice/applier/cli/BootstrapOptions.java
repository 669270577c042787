package dev.sluice.applier.cli;

import dev.sluice.applier.bootstrap.AddressTrap;
import dev.sluice.applier.bootstrap.BrokerLookup;
import dev.sluice.events.log.KafkaSettings;
import dev.sluice.events.model.Cidr;
import java.nio.file.Path;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** What keeps a node from waiting for a log that it can't reach without its rules. */
final class BootstrapOptions {
  private static final Logger LOG = LoggerFactory.getLogger(BootstrapOptions.class);

  @Option(
      names = "--service-cluster-ip-range",
      split = ",",
      paramLabel = "CIDR",
      converter = ProxyOptions.CidrConverter.class,
      description = {
        "Where Services have their ClusterIPs, as the API server is told: Kafka's addresses in it",
        "are refused, since a fresh node could not reach them. Default: not known."
      })
  private List<Cidr> serviceRanges = List.of();

  /**
   * Judges Kafka's addresses as they are given.
   *
   * @return what judges them once more is known
   * @throws ParameterException if a node without rules surely can't reach one of them
   */
  AddressTrap check(CommandLine command, KafkaSettings kafka) {
    AddressTrap trap = new AddressTrap(serviceRanges, BrokerLookup.names(Path.of("/")));
    for (AddressTrap.Finding finding : trap.byName(kafka.hosts())) {
      if (finding.refused()) {
        throw new ParameterException(command, "--bootstrap-servers: " + finding.reason());
      }
      LOG.warn("address trap: {}", finding.reason());
    }
    return trap;
  }
}
