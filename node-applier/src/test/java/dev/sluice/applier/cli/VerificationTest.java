package dev.sluice.applier.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.applier.cli.Verification.Family;
import dev.sluice.applier.program.ObjectChange;
import dev.sluice.events.model.IpFamily;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import org.junit.jupiter.api.Test;

class VerificationTest {
  private static final ObjectChange MISSING =
      ObjectChange.came("nat KUBE-SERVICES", List.of("-A KUBE-SERVICES -j A"));
  private static final ObjectChange CHANGED =
      ObjectChange.replaced("nat KUBE-MARK-MASQ", List.of("-A X"), List.of("-A Y"));
  private static final ObjectChange EXTRA = ObjectChange.went("nat KUBE-SVC-STRAY", List.of());

  private static Verification of(long revision, ObjectChange... changes) {
    return new Verification(
        "node-1",
        "iptables",
        revision,
        List.of(
            new Family(IpFamily.IPV4, "d1", List.of(changes)),
            new Family(IpFamily.IPV6, "d2", List.of())));
  }

  @Test
  void whatDiffersIsToldByKeyAndKind() {
    Verification different = of(7, CHANGED, MISSING, EXTRA);

    assertThat(different.same()).isFalse();
    assertThat(different.answer().text())
        .isEqualTo(
            """
            node-1, iptables, IPv4, revision 7: objects that differ: 3
            changed nat KUBE-MARK-MASQ
                is:        -A X
                should be: -A Y
            missing nat KUBE-SERVICES
                should be: -A KUBE-SERVICES -j A
            extra   nat KUBE-SVC-STRAY
            node-1, iptables, IPv6, revision 7: the kernel holds what the log says
            """);
  }

  @Test
  void theSameIsThereAsATree() {
    StringWriter json = new StringWriter();

    of(7, EXTRA).answer().print(Answer.Output.JSON, new PrintWriter(json));

    assertThat(json.toString().replaceAll("\\s+", ""))
        .isEqualTo(
            """
            {"node":"node-1","mode":"iptables","revision":7,"same":false,"families":[
            {"family":"IPv4","digest":"d1","differences":[
            {"object":"natKUBE-SVC-STRAY","kind":"extra","is":[],"shouldBe":[]}]},
            {"family":"IPv6","digest":"d2","differences":[]}]}
            """
                .replaceAll("\\s+", ""));
  }

  @Test
  void whatDiffersOnlyWhileItIsWrittenIsNotTold() {
    Verification both = of(8, MISSING, CHANGED).and(of(7, EXTRA, CHANGED));

    assertThat(both.revision()).isEqualTo(8);
    assertThat(both.families().getFirst().changes()).containsExactly(CHANGED);
    assertThat(of(8, MISSING).and(of(7, EXTRA)).same()).isTrue();
  }
}
