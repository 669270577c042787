package dev.sluice.applier.ipvs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.applier.ipset.Element;
import dev.sluice.applier.program.Program;
import dev.sluice.events.model.IpAddress;
import dev.sluice.events.model.Protocol;
import java.util.List;
import org.junit.jupiter.api.Test;

class ClosingTest {
  private static final IpAddress CLOSING = IpAddress.parse("10.96.0.1");
  private static final IpAddress OPEN = IpAddress.parse("10.96.0.2");

  private static IpvsKey.OfServer server(IpAddress address) {
    return new IpvsKey.OfServer(new ServerKey.ToAddress(Protocol.TCP, address, 80));
  }

  @Test
  void whatIsNotedAsClosingStaysWithTheAddressThatLeadsThere() {
    IpvsKey noted =
        new IpvsKey.OfElement(IpvsSet.CLOSING, new Element.OfSocket(CLOSING, Protocol.TCP, 80));
    IpvsObject.Server any = new IpvsObject.Server(new ServerSettings("rr", 0), List.of());
    Program<IpvsKey, IpvsObject> found =
        Program.<IpvsKey, IpvsObject>empty()
            .plus(noted, IpvsObject.UNMARKED)
            .plus(server(CLOSING), any)
            .plus(server(OPEN), any)
            .plus(new IpvsKey.OfVip(CLOSING), IpvsObject.PRESENT)
            .plus(new IpvsKey.OfVip(OPEN), IpvsObject.PRESENT);

    assertThat(Closing.of(found))
        .contains(noted, server(CLOSING), new IpvsKey.OfVip(CLOSING))
        .doesNotContain(server(OPEN), new IpvsKey.OfVip(OPEN));
  }
}
