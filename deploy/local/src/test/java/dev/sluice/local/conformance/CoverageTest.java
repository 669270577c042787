package dev.sluice.local.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Disabled;
import org.junit.jupiter.api.Test;

class CoverageTest {
  private static final Coverage ALL = new Coverage(Case.in("dev.sluice.local"));

  /** Methods that look like cases; what runs tests takes no class that is inside of another. */
  static class SamplesTest {
    void isNoTest() {}

    @Test
    @Disabled("a sample")
    void isDisabled() {}

    @Test
    void aGoodOne() {}

    @EveryFlavour
    @Unsupported(backend = BackEnd.IPTABLES_LEGACY, reason = "it keeps no such list")
    void notOnLegacy(BackEnd backend) {}

    @EveryFlavour
    @Unsupported(backend = BackEnd.IPTABLES_LEGACY, reason = " ")
    void forNoReason(BackEnd backend) {}

    @EveryFlavour
    @Unsupported(backend = BackEnd.IPTABLES_LEGACY, reason = "too old")
    @Unsupported(backend = BackEnd.IPTABLES_NFT, reason = "too new")
    @Unsupported(backend = BackEnd.IPVS, reason = "too rare")
    void nowhere(BackEnd backend) {}
  }

  private static Case sample(String name, Row... rows) {
    return new Case(
        Arrays.stream(SamplesTest.class.getDeclaredMethods())
            .filter(method -> method.getName().equals(name))
            .findFirst()
            .orElseThrow(),
        List.of(rows));
  }

  @Test
  void everyRowHasACaseThatIsRun() {
    assertThat(ALL.defects()).isEmpty();
  }

  @Test
  void aRowWithoutACaseIsNamed() {
    Coverage without =
        new Coverage(ALL.cases().stream().filter(each -> !each.rows().contains(Row.F8)).toList());

    assertThat(without.defects()).containsExactly("F8 has no case");
    assertThat(without.without()).contains(Row.F8);
    assertThat(without.listing()).contains("F8  " + Row.F8.text() + "\n      no case");
  }

  @Test
  void whatIsNotRunIsNoCase() {
    assertThat(sample("aGoodOne", Row.F1).defect()).isEmpty();
    assertThat(sample("aGoodOne").defect()).contains("names no row");
    assertThat(sample("isNoTest", Row.F1).defect()).contains("is no test method");
    assertThat(sample("isDisabled", Row.F1).defect()).contains("is disabled");
    assertThat(sample("nowhere", Row.F1).defect()).contains("is run for no back end");
  }

  @Test
  void aBackEndThatCanNotDoItIsLeftOutAndListedWithTheReason() {
    Case each = sample("notOnLegacy", Row.F1);

    assertThat(Flavours.of(each.method())).isEqualTo(List.of(BackEnd.IPTABLES_NFT, BackEnd.IPVS));
    assertThat(each.defect()).isEmpty();
    assertThat(new Coverage(List.of(each)).listing())
        .contains(
            """
                  SamplesTest: not on legacy (iptables-nft, ipvs; IPv4, IPv6)
                    not iptables-legacy: it keeps no such list
            """);
    assertThat(sample("forNoReason", Row.F1).defect()).contains("gives no reason for an exception");
  }

  @Test
  void casesAreReadAsWords() {
    assertThat(Case.words("withoutACleanerItIsLost")).isEqualTo("without a cleaner it is lost");
    assertThat(Case.words("itsClusterIpIsNotConcerned"))
        .isEqualTo("its cluster ip is not concerned");
  }

  @Test
  void theDocumentListsTheRowsAsTheyAre() throws Exception {
    String document = Files.readString(Path.of("../docs/conformance.md"));

    assertThat(
            Pattern.compile("^\\| ([A-Z]\\d+) \\| (.*) \\|$", Pattern.MULTILINE)
                .matcher(document)
                .results()
                .map(match -> match.group(1) + " " + match.group(2)))
        .containsExactlyElementsOf(
            Arrays.stream(Row.values()).map(row -> row + " " + row.text()).toList());
  }
}
