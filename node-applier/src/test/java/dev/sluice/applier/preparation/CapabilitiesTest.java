package dev.sluice.applier.preparation;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class CapabilitiesTest {
  @Test
  void areReadFromTheEffectiveOnes() {
    String status = "CapPrm:\t000001ffffffffff\nCapEff:\t0000000000003000\nCapBnd:\t0\n";

    assertThat(Capabilities.of(status)).contains(Set.of(Capability.NET_ADMIN, Capability.NET_RAW));
    assertThat(Capabilities.of("Name:\tjava\n")).isEmpty();
  }

  @Test
  void whatIsLackingIsNamed() {
    assertThat(
            Capabilities.lacking(
                "iptables-legacy",
                Capabilities.IPTABLES_LEGACY,
                Optional.of(Set.of(Capability.NET_ADMIN))))
        .hasValueSatisfying(
            text ->
                assertThat(text)
                    .contains("iptables-legacy needs the capability NET_RAW")
                    .doesNotContain("NET_ADMIN"));
    assertThat(
            Capabilities.lacking(
                "ipvs", Capabilities.IPVS, Optional.of(Set.of(Capability.values()))))
        .isEmpty();
    assertThat(Capabilities.lacking("ipvs", Capabilities.IPVS, Optional.empty())).isEmpty();
  }

  @Test
  void theDocumentHasThemAsTheyAre() throws IOException {
    String document = Files.readString(Path.of("../deploy/docs/security.md"));

    assertThat(document)
        .contains("| `iptables`, variant nft | " + listed(Capabilities.IPTABLES_NFT) + " |")
        .contains("| `iptables`, variant legacy | " + listed(Capabilities.IPTABLES_LEGACY) + " |")
        .contains("| `ipvs`, either variant | " + listed(Capabilities.IPVS) + " |");
  }

  private static String listed(Set<Capability> capabilities) {
    return String.join(", ", capabilities.stream().map(one -> "`" + one + "`").toList());
  }
}
