package dev.sluice.applier.ipvs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.applier.ipvs.Operation.DeleteDestination;
import dev.sluice.applier.ipvs.Operation.DeleteServer;
import dev.sluice.applier.ipvs.Operation.NewDestination;
import dev.sluice.applier.ipvs.Operation.NewServer;
import dev.sluice.applier.ipvs.Operation.SetDestination;
import dev.sluice.applier.ipvs.Operation.SetServer;
import dev.sluice.applier.netlink.MalformedMessageException;
import dev.sluice.applier.netlink.NetlinkMessage;
import dev.sluice.events.model.IpAddress;
import dev.sluice.events.model.IpFamily;
import dev.sluice.events.model.Protocol;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * The bytes are as a little-endian machine has them, and those that ipvsadm 1.31 sends, but that it
 * says more than the kernel reads: a server's settings with each of its destinations, a tunnel's
 * ports, all of a destination that it deletes.
 */
class IpvsMessageTest {
  private static final int TYPE = 0x1c;
  private static final String REST = "00000000" + "00000000";
  private static final String WEB_KEY =
      ("06000100" + "02000000" + "06000200" + "06000000")
          + ("14000300" + "0a600001000000000000000000000000")
          + ("06000400" + "00500000");
  private static final String DNS_KEY =
      ("06000100" + "0a000000" + "06000200" + "11000000")
          + ("14000300" + "fd000000000000000000000000000001")
          + ("06000400" + "00350000");
  private static final String POD_KEY =
      ("06000b00" + "02000000")
          + ("14000100" + "0af40102000000000000000000000000")
          + ("06000200" + "1f900000");

  private static final ServerKey WEB =
      new ServerKey.ToAddress(Protocol.TCP, IpAddress.parse("10.96.0.1"), 80);
  private static final ServerKey DNS =
      new ServerKey.ToAddress(Protocol.UDP, IpAddress.parse("fd00::1"), 53);
  private static final RealServer POD = new RealServer(IpAddress.parse("10.244.1.2"), 8080);

  private static String header(String length, String command) {
    return length + "000000" + "1c00" + "0100" + REST + command + "010000";
  }

  @Test
  void aServerIsMadeWithItsSettings() {
    assertThat(hex(new NewServer(DNS, new ServerSettings("lc", 0))))
        .isEqualTo(
            (header("68", "01") + "54000180" + DNS_KEY)
                + ("07000600" + "6c630000")
                + ("0c000700" + "00000000" + "ffffffff")
                + ("08000800" + "00000000")
                + ("08000900" + "80000000"));
  }

  @Test
  void aPersistentServerHasItsFlagAndTimeout() {
    assertThat(hex(new SetServer(WEB, new ServerSettings("rr", 10_800))))
        .isEqualTo(
            (header("68", "02") + "54000180" + WEB_KEY)
                + ("07000600" + "72720000")
                + ("0c000700" + "01000000" + "ffffffff")
                + ("08000800" + "302a0000")
                + ("08000900" + "ffffffff"));
  }

  @Test
  void aMarkedServerHasAFamilyAndNoAddress() {
    ServerKey marked = new ServerKey.Marked(IpFamily.IPV6, 0x10001);

    assertThat(hex(new NewServer(marked, new ServerSettings("wrr", 0))))
        .isEqualTo(
            (header("4c", "01") + "38000180")
                + ("06000100" + "0a000000" + "08000500" + "01000100")
                + ("08000600" + "77727200")
                + ("0c000700" + "00000000" + "ffffffff")
                + ("08000800" + "00000000")
                + ("08000900" + "80000000"));
    assertThat(hex(new DeleteServer(marked)))
        .isEqualTo(
            (header("28", "03") + "14000180")
                + ("06000100" + "0a000000" + "08000500" + "01000100"));
  }

  @Test
  void maglevHashesPortsToo() {
    assertThat(hex(new NewServer(WEB, new ServerSettings("mh", 0))))
        .contains("0c000700" + "10000000" + "ffffffff");
  }

  @Test
  void aDestinationIsMasqueradedTo() {
    String values =
        ("08000300" + "00000000")
            + ("08000400" + "01000000")
            + ("08000500" + "00000000")
            + ("08000600" + "00000000");

    assertThat(hex(new NewDestination(WEB, POD, 1)))
        .isEqualTo(header("8c", "05") + ("30000180" + WEB_KEY) + ("48000280" + POD_KEY + values));
    assertThat(hex(new SetDestination(WEB, POD, 0)))
        .isEqualTo(
            header("8c", "06")
                + ("30000180" + WEB_KEY)
                + ("48000280" + POD_KEY + values.replace("0800040001", "0800040000")));
  }

  @Test
  void aDestinationIsDeletedByItsKey() {
    assertThat(hex(new DeleteDestination(WEB, POD)))
        .isEqualTo(header("6c", "07") + ("30000180" + WEB_KEY) + ("28000280" + POD_KEY));
  }

  @Test
  void serversAndDestinationsAreDumped() {
    assertThat(hex(IpvsMessage.servers(TYPE)))
        .isEqualTo("14000000" + "1c00" + "0103" + REST + "04010000");
    assertThat(hex(IpvsMessage.destinations(TYPE, WEB)))
        .isEqualTo("44000000" + "1c00" + "0103" + REST + "08010000" + "30000180" + WEB_KEY);
    assertThat(hex(IpvsMessage.info(TYPE)))
        .isEqualTo("14000000" + "1c00" + "0100" + REST + "0f010000");
  }

  private static final String SETTINGS =
      ("07000600" + "6c630000")
          + ("0c000700" + "02000000" + "ffffffff")
          + ("08000800" + "00000000")
          + ("08000900" + "ffffffff");

  @Test
  void aServerIsReadWithItsSettings() throws MalformedMessageException {
    String persistent =
        SETTINGS.replace("02000000", "03000000").replace("0800080000", "080008000a");

    assertThat(IpvsAnswer.server(service(WEB_KEY + SETTINGS)))
        .contains(Map.entry(WEB, new ServerSettings("lc", 0)));
    assertThat(IpvsAnswer.server(service(WEB_KEY + persistent)))
        .contains(Map.entry(WEB, new ServerSettings("lc", 10)));
    assertThat(IpvsAnswer.server(service("06000100" + "02000000" + "0800050001000100" + SETTINGS)))
        .contains(
            Map.entry(new ServerKey.Marked(IpFamily.IPV4, 0x10001), new ServerSettings("lc", 0)));
  }

  @Test
  void whatAnotherProgramSetIsSeen() throws MalformedMessageException {
    String ranges =
        SETTINGS.replace("02000000", "03000000").replace("08000900ffffffff", "08000900ffffff00");
    String onePacket = SETTINGS.replace("02000000", "06000000");
    String engine = SETTINGS + "08000b00" + "73697000";

    assertThat(IpvsAnswer.server(service(WEB_KEY + ranges)))
        .contains(Map.entry(WEB, new ServerSettings("lc", 0, 0, false)));
    assertThat(IpvsAnswer.server(service(WEB_KEY + onePacket)))
        .contains(Map.entry(WEB, new ServerSettings("lc", 0, 4, true)));
    assertThat(IpvsAnswer.server(service(WEB_KEY + engine)))
        .contains(Map.entry(WEB, new ServerSettings("lc", 0, 0, false)));
  }

  @Test
  void serversOfOtherProtocolsAreLeftOut() throws MalformedMessageException {
    String ah = WEB_KEY.replace("06000200" + "06000000", "06000200" + "33000000");

    assertThat(IpvsAnswer.server(service(ah + SETTINGS))).isEmpty();
  }

  private static NetlinkMessage service(String attributes) throws MalformedMessageException {
    return message("01010000" + nested("0100", attributes));
  }

  private static final String POD_FOUND =
      ("14000100" + "0af40102000000000000000000000000" + "06000200" + "1f900000")
          + ("08000300" + "00000000" + "08000400" + "64000000")
          + ("05000d00" + "00000000" + "06000e00" + "00000000" + "06000f00" + "00000000")
          + ("08000500" + "00000000" + "08000600" + "00000000")
          + ("08000700" + "03000000" + "08000800" + "00000100" + "08000900" + "00000000");

  @Test
  void aDestinationIsReadWithItsWeightAndConnections() throws MalformedMessageException {
    String withFamily = POD_FOUND + "06000b00" + "02000000";

    assertThat(IpvsAnswer.destination(dest(withFamily), IpFamily.IPV4))
        .contains(new FoundDestination(POD, 100, 3, 65_536));
    // kernels before 3.18 don't tell the family
    assertThat(IpvsAnswer.destination(dest(POD_FOUND), IpFamily.IPV4))
        .contains(new FoundDestination(POD, 100, 3, 65_536));
    assertThat(
            IpvsAnswer.destination(
                dest(POD_FOUND.replace("0800030000", "0800030003")), IpFamily.IPV4))
        .contains(new FoundDestination(POD, 100, 3, 65_536, false));
  }

  private static NetlinkMessage dest(String attributes) throws MalformedMessageException {
    return message("05010000" + nested("0200", attributes));
  }

  @Test
  void theVersionIsRead() throws MalformedMessageException {
    assertThat(IpvsAnswer.version(message("0e010000" + "0800010001020100" + "0800020000100000")))
        .contains("1.2.1");
  }

  private static String nested(String type, String attributes) {
    int length = 4 + attributes.length() / 2;
    return HexFormat.of().toHexDigits((byte) length)
        + HexFormat.of().toHexDigits((byte) (length >> 8))
        + type
        + attributes;
  }

  private static NetlinkMessage message(String payload) throws MalformedMessageException {
    String rest = "0000" + "1c00" + "0200" + REST + payload;
    String length = HexFormat.of().toHexDigits((byte) (rest.length() / 2 + 2));
    return NetlinkMessage.parse(ByteBuffer.wrap(HexFormat.of().parseHex(length + "00" + rest)))
        .getFirst();
  }

  private static String hex(Operation operation) {
    return hex(IpvsMessage.of(TYPE, operation));
  }

  private static String hex(NetlinkMessage message) {
    ByteBuffer buffer = message.bytes();
    byte[] bytes = new byte[buffer.remaining()];
    buffer.get(bytes);
    return HexFormat.of().formatHex(bytes);
  }
}
