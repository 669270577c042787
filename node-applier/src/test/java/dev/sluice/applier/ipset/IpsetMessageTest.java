package dev.sluice.applier.ipset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.applier.ipset.Element.OfAddress;
import dev.sluice.applier.ipset.Element.OfPort;
import dev.sluice.applier.ipset.Element.OfSocket;
import dev.sluice.applier.ipset.Element.OfSocketAndAddress;
import dev.sluice.applier.ipset.Element.OfSocketAndRange;
import dev.sluice.applier.netlink.MalformedMessageException;
import dev.sluice.applier.netlink.NetlinkMessage;
import dev.sluice.events.model.Cidr;
import dev.sluice.events.model.IpAddress;
import dev.sluice.events.model.IpFamily;
import dev.sluice.events.model.Protocol;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/**
 * The bytes are as a little-endian machine has them, and those that the ipset tool sends, but for
 * the protocol's version, line numbers and the flags of the header.
 */
class IpsetMessageTest {
  private static final String REST = "00000000" + "00000000";
  private static final String PROTOCOL = "00000000" + "05000100" + "06000000";
  private static final String NAME_A = "06000200" + "41000000";
  private static final String SOCKET =
      ("0c000180" + "08000140" + "0a000001")
          + ("06000440" + "00500000")
          + ("05000700" + "06000000");

  private static final SetDefinition MARKED = set("A", SetType.HASH_IP_PORT, IpFamily.IPV4, true);
  private static final SetDefinition PORTS = set("A", SetType.BITMAP_PORT, IpFamily.IPV4, false);
  private static final OfSocket TCP_80 =
      new OfSocket(IpAddress.parse("10.0.0.1"), Protocol.TCP, 80);

  private static SetDefinition set(String name, SetType type, IpFamily family, boolean marks) {
    return new SetDefinition(name, type, family, marks);
  }

  @Test
  void aTypesRevisionsAreAskedFor() {
    assertThat(hex(IpsetMessage.revisions(MARKED)))
        .isEqualTo(
            ("38000000" + "0d06" + "0100" + REST + PROTOCOL)
                + ("11000300" + "686173683a69702c706f7274" + "00" + "000000")
                + ("05000500" + "02000000"));
  }

  @Test
  void theFirstRevisionWithMarksIsTakenIfTheKernelHasIt() throws MalformedMessageException {
    // of hash:ip,port, as kernel 6.18 answers
    String answer =
        ("48000000" + "0d06" + "0000" + REST + PROTOCOL)
            + ("11000300" + "686173683a69702c706f7274" + "00" + "000000")
            + ("05000500" + "02000000")
            + ("05000400" + "07000000")
            + ("05000a00" + "00000000");

    assertThat(IpsetMessage.parseRevisions(message(answer)))
        .hasValueSatisfying(
            revisions -> {
              assertThat(revisions).isEqualTo(new IpsetMessage.Revisions(0, 7));
              assertThat(revisions.best(SetType.HASH_IP_PORT)).isEqualTo(5);
              assertThat(revisions.best(SetType.HASH_IP_PORT_NET)).isEqualTo(7);
            });
    assertThat(new IpsetMessage.Revisions(0, 2).best(SetType.HASH_IP)).isEqualTo(2);
  }

  @Test
  void aHashIsMadeWithItsSizesAndMarks() {
    assertThat(hex(IpsetMessage.create(MARKED, 5)))
        .isEqualTo(
            ("64000000" + "0206" + "0104" + REST + PROTOCOL + NAME_A)
                + ("11000300" + "686173683a69702c706f7274" + "00" + "000000")
                + ("05000400" + "05000000")
                + ("05000500" + "02000000")
                + ("1c000780" + "08001240" + "00000400" + "08001340" + "00100000")
                + ("08000840" + "00000040"));
  }

  @Test
  void aBitmapHasAllPortsAndNoFamily() {
    assertThat(hex(IpsetMessage.create(PORTS, 3)))
        .isEqualTo(
            ("58000000" + "0206" + "0104" + REST + PROTOCOL + NAME_A)
                + ("10000300" + "6269746d61703a706f7274" + "00")
                + ("05000400" + "03000000")
                + ("05000500" + "00000000")
                + ("14000780" + "06000440" + "00000000" + "06000540" + "ffff0000"));
  }

  @Test
  void aSetIsDestroyedByItsNameNeverAll() {
    assertThat(hex(IpsetMessage.destroy("A")))
        .isEqualTo("24000000" + "0306" + "0100" + REST + PROTOCOL + NAME_A);
    assertThatThrownBy(() -> IpsetMessage.destroy("")).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void anElementHasItsMarkWithItsMask() {
    SetDefinition masked =
        new SetDefinition("A", SetType.HASH_IP_PORT, IpFamily.IPV4, true, 0xff0000);

    assertThat(hex(IpsetMessage.add(MARKED, TCP_80, 0x10001)))
        .isEqualTo(
            ("50000000" + "0906" + "0100" + REST + PROTOCOL + NAME_A)
                + ("2c000780" + SOCKET)
                + ("0c001b40" + "00010001" + "ffffffff"));
    assertThat(hex(IpsetMessage.add(masked, TCP_80, 0x10000)))
        .endsWith("0c001b40" + "00010000" + "00ff0000");
  }

  @Test
  void anElementIsRemovedWithoutItsMark() {
    assertThat(hex(IpsetMessage.delete(MARKED, TCP_80)))
        .isEqualTo(
            ("44000000" + "0a06" + "0100" + REST + PROTOCOL + NAME_A) + ("20000780" + SOCKET));
  }

  @Test
  void everyKindOfElementIsWritten() {
    SetDefinition pairs = set("A", SetType.HASH_IP_PORT_IP, IpFamily.IPV4, false);
    SetDefinition ranges = set("A", SetType.HASH_IP_PORT_NET, IpFamily.IPV6, false);
    SetDefinition addresses = set("A", SetType.HASH_IP, IpFamily.IPV6, false);
    OfSocket udp = new OfSocket(IpAddress.parse("fd00::1"), Protocol.UDP, 53);
    String v6 = "18000180" + "14000240" + "fd000000000000000000000000000001";

    assertThat(hex(IpsetMessage.add(PORTS, new OfPort(80), 0)))
        .endsWith("0c000780" + "06000440" + "00500000");
    assertThat(hex(IpsetMessage.add(addresses, new OfAddress(IpAddress.parse("fd00::1")), 0)))
        .endsWith("1c000780" + v6);
    assertThat(
            hex(
                IpsetMessage.add(
                    pairs, new OfSocketAndAddress(TCP_80, IpAddress.parse("10.0.0.2")), 0)))
        .endsWith(SOCKET + ("0c001480" + "08000140" + "0a000002"));
    assertThat(hex(IpsetMessage.add(ranges, new OfSocketAndRange(udp, Cidr.parse("fd01::/16")), 0)))
        .endsWith(
            (v6 + "06000440" + "00350000" + "05000700" + "11000000")
                + ("18001480" + "14000240" + "fd010000000000000000000000000000")
                + ("05001500" + "10000000"));
  }

  @Test
  void listsAreDumped() {
    assertThat(hex(IpsetMessage.headers()))
        .isEqualTo("24000000" + "0706" + "0103" + REST + PROTOCOL + "08000640" + "00000004");
    assertThat(hex(IpsetMessage.members(MARKED)))
        .isEqualTo("24000000" + "0706" + "0103" + REST + PROTOCOL + NAME_A);
  }

  /** What kernel 6.18 answers for a set with skbinfo that has one element. */
  private static final String LISTED =
      ("b8000000" + "0706" + "0200" + REST + PROTOCOL + NAME_A)
          + ("11000300" + "686173683a69702c706f7274" + "00" + "000000")
          + ("05000500" + "02000000")
          + ("05000400" + "05000000")
          + ("3c000780" + "08001240" + "00000400" + "08001340" + "00010000")
          + ("08001940" + "00000000" + "08001a40" + "00000128" + "08001840" + "00000001")
          + ("08000840" + "00000040" + "05001500" + "0c000000")
          + ("30000880" + "2c000780")
          + ("0c000180" + "08000100" + "0a000001")
          + ("06000440" + "00500000")
          + ("05000700" + "06000000")
          + ("0c001b40" + "00010001" + "ffffffff");

  @Test
  void aSetIsReadFromItsHeader() throws MalformedMessageException {
    FoundSet found = new FoundSet("hash:ip,port", Optional.of(IpFamily.IPV4), true, false, 65_536);

    assertThat(IpsetMessage.parseHeader(message(listed()))).contains(Map.entry("A", found));
    assertThat(found.serves(MARKED)).isTrue();
    assertThat(found.serves(set("A", SetType.HASH_IP_PORT, IpFamily.IPV4, false))).isFalse();
    assertThat(found.serves(set("A", SetType.HASH_IP_PORT, IpFamily.IPV6, true))).isFalse();
    assertThat(found.serves(set("A", SetType.HASH_IP_PORT_IP, IpFamily.IPV4, true))).isFalse();
  }

  @Test
  void elementsAreReadWithTheirMarks() throws MalformedMessageException {
    SetDefinition masked =
        new SetDefinition("A", SetType.HASH_IP_PORT, IpFamily.IPV4, true, 0xff0000);

    assertThat(IpsetMessage.parseMembers(MARKED, message(listed())))
        .containsExactly(new Member(TCP_80, 0x10001));
    assertThat(IpsetMessage.parseMembers(masked, message(listed())))
        .containsExactly(new Member(TCP_80, 0));
  }

  private static String listed() {
    String length = HexFormat.of().toHexDigits((byte) (LISTED.length() / 2));
    return length + LISTED.substring(2);
  }

  @Test
  void elementsOfOtherProtocolsAreLeftOut() throws MalformedMessageException {
    String icmp = listed().replace("05000700" + "06000000", "05000700" + "01000000");

    assertThat(IpsetMessage.parseMembers(MARKED, message(icmp))).isEmpty();
  }

  @Test
  void theProtocolIsAskedFor() throws MalformedMessageException {
    String six = "00000000" + "05000100" + "06000000";
    String seven = "00000000" + "05000100" + "07000000";
    String from = "05000a00" + "06000000";

    assertThat(hex(IpsetMessage.protocol()))
        .isEqualTo("1c000000" + "0106" + "0100" + REST + PROTOCOL);
    assertThat(knows("1c000000", six)).contains(true);
    assertThat(knows("24000000", seven + from)).contains(true);
    assertThat(knows("1c000000", seven)).contains(false);
  }

  private static Optional<Boolean> knows(String length, String rest)
      throws MalformedMessageException {
    return IpsetMessage.parseProtocol(message(length + "0106" + "0000" + REST + rest));
  }

  @Test
  void privateErrorsAreNamedByTheSetsType() {
    assertThat(IpsetError.name(4100, "hash:ip")).isEqualTo("IPSET_ERR_BUSY");
    assertThat(IpsetError.name(4352, "hash:ip")).isEqualTo("IPSET_ERR_HASH_FULL");
    assertThat(IpsetError.name(4352, "bitmap:port")).isEqualTo("IPSET_ERR_BITMAP_RANGE");
    assertThat(IpsetError.name(2, "hash:ip")).isEqualTo("ENOENT");
    assertThat(IpsetError.name(4999, "hash:ip")).isEqualTo("errno 4999");
    assertThat(IpsetError.EXIST.number()).isEqualTo(4103);
    assertThat(IpsetError.SKBINFO.number()).isEqualTo(4114);
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
