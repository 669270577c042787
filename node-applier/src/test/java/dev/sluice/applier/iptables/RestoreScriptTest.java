package dev.sluice.applier.iptables;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.applier.iptables.IptablesKey.ChainKey;
import dev.sluice.applier.iptables.IptablesKey.HookKey;
import dev.sluice.applier.program.Program;
import dev.sluice.applier.program.ProgramDiff;
import org.junit.jupiter.api.Test;

class RestoreScriptTest {
  private static final ChainKey REJECTS = new ChainKey(Table.FILTER, "KUBE-SERVICES");
  private static final ChainKey SERVICES = new ChainKey(Table.NAT, "KUBE-SERVICES");
  private static final String REJECT = "-A KUBE-SERVICES -d 10.96.0.1/32 -j REJECT\n";
  private static final String OTHER = "-A KUBE-SERVICES -d 10.96.0.2/32 -j REJECT\n";
  private static final String JUMP = "-A KUBE-SERVICES -d 10.96.0.1/32 -j KUBE-SVC-A\n";

  private static final Program<IptablesKey, String> REJECTED =
      Program.<IptablesKey, String>empty().plus(REJECTS, REJECT).plus(SERVICES, "");
  private static final Program<IptablesKey, String> SERVED =
      Program.<IptablesKey, String>empty().plus(REJECTS, "").plus(SERVICES, JUMP);

  private static String script(Program<IptablesKey, String> from, Program<IptablesKey, String> to) {
    return RestoreScript.of(from, ProgramDiff.between(from, to));
  }

  @Test
  void nothingToDoIsNoScript() {
    assertThat(script(SERVED, SERVED)).isEmpty();
  }

  @Test
  void aServiceThatLosesItsLastEndpointIsRejectedBeforeItIsNoLongerTranslated() {
    assertThat(script(SERVED, REJECTED))
        .isEqualTo(
            "*filter\n:KUBE-SERVICES - [0:0]\n"
                + REJECT
                + "COMMIT\n*nat\n:KUBE-SERVICES - [0:0]\nCOMMIT\n");
  }

  @Test
  void aServiceThatGainsItsFirstEndpointIsTranslatedBeforeItIsNoLongerRejected() {
    assertThat(script(REJECTED, SERVED))
        .isEqualTo(
            "*nat\n:KUBE-SERVICES - [0:0]\n"
                + JUMP
                + "COMMIT\n*filter\n:KUBE-SERVICES - [0:0]\nCOMMIT\n");
  }

  @Test
  void whereBothHappenAtOnceOldAndNewRejectsStandTogetherForAMoment() {
    assertThat(script(REJECTED, SERVED.plus(REJECTS, OTHER)))
        .isEqualTo(
            "*filter\n:KUBE-SERVICES - [0:0]\n"
                + OTHER
                + REJECT
                + "COMMIT\n*nat\n:KUBE-SERVICES - [0:0]\n"
                + JUMP
                + "COMMIT\n*filter\n:KUBE-SERVICES - [0:0]\n"
                + OTHER
                + "COMMIT\n");
  }

  @Test
  void chainsAreEmptiedBeforeTheyGoAndHooksOfOursAreTakenOut() {
    HookKey hook = new HookKey(Table.NAT, "OUTPUT", "-j KUBE-SERVICES");
    Program<IptablesKey, String> from = SERVED.plus(hook, "-A OUTPUT -j KUBE-SERVICES\n");

    assertThat(script(from, Program.<IptablesKey, String>empty().plus(REJECTS, "")))
        .isEqualTo(
            "*nat\n:KUBE-SERVICES - [0:0]\n-D OUTPUT -j KUBE-SERVICES\n-X KUBE-SERVICES\nCOMMIT\n");
  }

  @Test
  void aNewHookIsPutInOnceThoughItsTableIsWrittenTwice() {
    HookKey hook = new HookKey(Table.FILTER, "OUTPUT", "-j KUBE-SERVICES");
    Program<IptablesKey, String> to =
        SERVED.plus(REJECTS, OTHER).plus(hook, "-A OUTPUT -j KUBE-SERVICES\n");

    assertThat(script(REJECTED, to).lines().filter(line -> line.startsWith("-I"))).hasSize(1);
    assertThat(script(REJECTED, to).lines().filter(line -> line.equals("*filter"))).hasSize(2);
  }
}
