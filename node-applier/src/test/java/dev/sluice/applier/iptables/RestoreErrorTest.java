package dev.sluice.applier.iptables;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.applier.iptables.RefusedException.Place;
import java.io.IOException;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RestoreErrorTest {
  private static final Command.Input SCRIPT =
      out -> {
        out.append("*filter\n:KUBE-A - [0:0]\nCOMMIT\n*nat\n").append(":KUBE-");
        out.append("B - [0:0]\n-A KUBE-B -j").append(' ').append("NOWHERE\nCOMMIT\n");
      };

  private static Optional<Place> place(String errors) throws IOException {
    return RestoreError.place(new Command.Result(1, "", errors), SCRIPT);
  }

  @Test
  void aLineIsFoundWithTheTableThatItIsIn() throws Exception {
    assertThat(place("iptables-restore: line 6 failed"))
        .contains(new Place(Table.NAT, "-A KUBE-B -j NOWHERE"));
    assertThat(place("Error occurred at line: 2"))
        .contains(new Place(Table.FILTER, ":KUBE-A - [0:0]"));
    assertThat(place("line 7 failed")).contains(new Place(Table.NAT, "COMMIT"));
  }

  @Test
  void aTableThatBeginsIsItsOwn() throws Exception {
    assertThat(place("line 4 failed")).contains(new Place(Table.NAT, "*nat"));
  }

  @Test
  void noLineIsFoundWhereNoneIsNamedOrThereIsNoSuch() throws Exception {
    assertThat(place("can't initialize")).isEmpty();
    assertThat(place("line 8 failed")).isEmpty();
    assertThat(place("line 0 failed")).isEmpty();
  }
}
