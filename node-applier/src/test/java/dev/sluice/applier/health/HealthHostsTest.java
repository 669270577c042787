package dev.sluice.applier.health;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.applier.forwarding.NodePortAddresses;
import dev.sluice.events.model.Cidr;
import dev.sluice.events.model.IpAddress;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class HealthHostsTest {
  private static final Set<IpAddress> LOCAL =
      addresses("127.0.0.1", "172.20.0.1", "10.0.0.1", "::1", "fd00:172:20::1", "fe80::1");

  private static Set<IpAddress> addresses(String... texts) {
    return Stream.of(texts).map(IpAddress::parse).collect(Collectors.toUnmodifiableSet());
  }

  private static Set<String> read(String... ranges) throws IOException {
    List<Cidr> cidrs = Stream.of(ranges).map(Cidr::parse).toList();
    return new HealthHosts(() -> LOCAL).read(new NodePortAddresses(Optional.of(cidrs), false));
  }

  @Test
  void withoutRangesItIsEveryAddressWhateverComes() throws IOException {
    NodePortAddresses all = new NodePortAddresses(Optional.empty(), false);

    assertThat(new HealthHosts(() -> LOCAL).read(all)).containsExactly("0.0.0.0");
  }

  @Test
  void withRangesItIsTheNodesAddressesWithinThem() throws IOException {
    assertThat(read("172.20.0.0/16", "fd00:172:20::/64"))
        .containsExactlyInAnyOrder("172.20.0.1", "fd00:172:20::1");
    assertThat(read("192.0.2.0/24")).isEmpty();
  }

  @Test
  void anAddressOfALinkIsNone() throws IOException {
    assertThat(read("::/0")).containsExactly("fd00:172:20::1");
  }
}
