package dev.sluice.applier.ipvs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.events.model.IpFamily;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class IpvsDocumentTest {
  private String document = "";

  @BeforeEach
  void read() throws Exception {
    document = Files.readString(Path.of("../deploy/docs/ipvs.md")).replaceAll("\\s+", " ");
  }

  @Test
  void itHasEveryLimitThatTheApplierTellsOf() {
    assertThat(IpvsLimits.ALL)
        .allSatisfy(limit -> assertThat(document).containsIgnoringCase("- **" + limit + ".**"));
  }

  @Test
  void itHasEverySet() {
    assertThat(IpvsSet.values())
        .allSatisfy(set -> assertThat(document).contains("`" + set.name(IpFamily.IPV4) + "`"));
  }
}
