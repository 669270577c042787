package dev.sluice.applier.conntrack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.applier.netlink.MalformedMessageException;
import dev.sluice.applier.netlink.NetlinkMessage;
import dev.sluice.events.model.IpFamily;
import dev.sluice.events.model.Protocol;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

/** The bytes are as a little-endian machine has them. */
class ConntrackMessageTest {
  private static final String HEADER_REST = "00000000" + "00000000";

  @Test
  void aDumpAsksForOneProtocolOfOneFamily() {
    assertThat(hex(ConntrackMessage.dump(IpFamily.IPV4, Protocol.UDP)))
        .isEqualTo(
            ("38000000" + "0101" + "0103" + HEADER_REST + "02000000")
                + ("1000" + "0180" + ("0c00" + "0280" + ("0500" + "0100" + "11000000")))
                + ("1400" + "1980")
                + ("0800" + "0100" + "08000000")
                + ("0800" + "0200" + "00000000"));
  }

  @Test
  void aDeletionNamesTheOriginalTupleAndTheEntry() {
    Flow flow = Flows.udp("10.96.0.10:53", "10.244.1.2:5353");

    assertThat(hex(ConntrackMessage.delete(flow)))
        .isEqualTo(
            ("50000000" + "0201" + "0100" + HEADER_REST + "02000000")
                + ("3400" + "0180")
                + ("1400" + "0180" + "08000100" + "ac140002" + "08000200" + "0a60000a")
                + ("1c00" + "0280" + "0500010011000000" + "060002009c400000" + "0600030000350000")
                + ("0800" + "0c00" + "00000001"));
  }

  @Test
  void aDeletionNamesTheZone() {
    Flow flow = Flows.flow(Flows.UDP, "[fd00:10:96::a]:53", "[fd00:10:244:1::2]:5353", 7);

    assertThat(hex(ConntrackMessage.delete(flow)))
        .isEqualTo(
            ("70000000" + "0201" + "0100" + HEADER_REST + "0a000000")
                + ("4c00" + "0180")
                + ("2c00" + "0180")
                + ("14000300" + "fd000000000000000000000000000002")
                + ("14000400" + "fd00001000960000000000000000000a")
                + ("1c00" + "0280" + "0500010011000000" + "060002009c400000" + "0600030000350000")
                + ("0800" + "0c00" + "00000001")
                + ("0600" + "1200" + "00070000"));
  }

  @Test
  void anEntryIsRead() throws MalformedMessageException {
    // both tuples, the status, the id
    String entry =
        "8c000000"
            + "0001"
            + "0200"
            + "0500000000000000"
            + "02000000"
            + "34000180"
            + "14000180"
            + "08000100ac140002"
            + "080002000a60000a"
            + "1c000280"
            + "0500010011000000"
            + "060002009c400000"
            + "0600030000350000"
            + "34000280"
            + "14000180"
            + "080001000af40102"
            + "08000200ac140002"
            + "1c000280"
            + "0500010011000000"
            + "0600020014e90000"
            + "060003009c400000"
            + "08000300"
            + "000001a8"
            + "08000c00"
            + "00000001";

    assertThat(ConntrackMessage.parse(message(entry)))
        .contains(Flows.udp("10.96.0.10:53", "10.244.1.2:5353"));
  }

  @Test
  void protocolsWithoutPortsAreLeftOut() throws MalformedMessageException {
    String icmp =
        ("24000000" + "0001" + "0200" + "0500000000000000" + "02000000")
            + ("10000180" + "0c000280" + "0500010001000000");

    assertThat(ConntrackMessage.parse(message(icmp))).isEmpty();
  }

  @Test
  void anEntryWithoutATupleIsMalformed() {
    String entry = "14000000" + "0001" + "0200" + "0500000000000000" + "02000000";

    assertThatThrownBy(() -> ConntrackMessage.parse(message(entry)))
        .isInstanceOf(MalformedMessageException.class)
        .hasMessageContaining("attribute 1 is missing");
  }

  private static NetlinkMessage message(String hex) throws MalformedMessageException {
    return NetlinkMessage.parse(ByteBuffer.wrap(HexFormat.of().parseHex(hex))).getFirst();
  }

  private static String hex(NetlinkMessage message) {
    ByteBuffer buffer = message.bytes();
    byte[] bytes = new byte[buffer.remaining()];
    buffer.get(bytes);
    return HexFormat.of().formatHex(bytes);
  }
}
