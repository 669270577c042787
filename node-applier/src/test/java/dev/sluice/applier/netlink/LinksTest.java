package dev.sluice.applier.netlink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.applier.netlink.InterfaceAddress.Scope;
import dev.sluice.events.model.IpAddress;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

/** The bytes are as a little-endian machine has them, and as the ip tool sends them. */
class LinksTest {
  private static final String REST = "00000000" + "00000000";
  private static final String NO_LINK = "0".repeat(32);
  private static final String NAME = "0f000300" + "6b7562652d697076733000" + "00";

  @Test
  void anInterfaceIsAskedForByItsName() {
    assertThat(hex(Links.get("kube-ipvs0")))
        .isEqualTo("30000000" + "1200" + "0100" + REST + NO_LINK + NAME);
    assertThat(hex(Links.dump())).isEqualTo("20000000" + "1200" + "0103" + REST + NO_LINK);
  }

  @Test
  void aDummyIsMadeOnceAndRemovedByItsName() {
    assertThat(hex(Links.createDummy("kube-ipvs0")))
        .isEqualTo(
            ("40000000" + "1000" + "0106" + REST + NO_LINK + NAME)
                + ("10001280" + "0a000100" + "64756d6d7900" + "0000"));
    assertThat(hex(Links.delete("kube-ipvs0")))
        .isEqualTo("30000000" + "1100" + "0100" + REST + NO_LINK + NAME);
  }

  @Test
  void namesThatTheKernelWouldCutOffAreRefused() {
    assertThatThrownBy(() -> Links.delete("a-name-too-long-"))
        .hasMessageContaining("a-name-too-long-");
    assertThatThrownBy(() -> Links.delete("")).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void anInterfaceIsReadWithItsKind() throws MalformedMessageException {
    Payload dummy =
        new Payload()
            .u32(0)
            .u32(7)
            .u32(0x82)
            .u32(0)
            .attribute(3, v -> v.text("kube-ipvs0"))
            .nested(18, info -> info.attribute(1, v -> v.text("dummy")));
    Payload loopback = new Payload().u32(0).u32(1).u32(0x49).u32(0).attribute(3, v -> v.text("lo"));

    assertThat(Links.parse(NetlinkMessage.request(16, 0, dummy)))
        .contains(new Link(7, "kube-ipvs0", "dummy", false));
    assertThat(Links.parse(NetlinkMessage.request(16, 0, loopback)))
        .contains(new Link(1, "lo", "", true));
    assertThat(Links.parse(NetlinkMessage.request(17, 0, dummy))).isEmpty();
  }

  @Test
  void anAddressIsANetworkOfItsOwn() {
    assertThat(hex(InterfaceAddresses.add(7, IpAddress.parse("10.96.0.1"))))
        .isEqualTo(
            ("28000000" + "1400" + "0106" + REST + "02200000" + "07000000")
                + ("08000200" + "0a600001" + "08000100" + "0a600001"));
    assertThat(hex(InterfaceAddresses.delete(7, IpAddress.parse("10.96.0.1"))))
        .isEqualTo(
            ("28000000" + "1500" + "0100" + REST + "02200000" + "07000000")
                + ("08000200" + "0a600001" + "08000100" + "0a600001"));
  }

  @Test
  void aV6AddressIsValidAtOnce() {
    String address = "fd000000000000000000000000000001";

    assertThat(hex(InterfaceAddresses.add(7, IpAddress.parse("fd00::1"))))
        .isEqualTo(
            ("40000000" + "1400" + "0106" + REST + "0a800200" + "07000000")
                + ("14000200" + address + "14000100" + address));
  }

  @Test
  void anAddressIsReadWithItsInterfaceAndScope() throws MalformedMessageException {
    assertThat(parsed(0)).isEqualTo(Scope.UNIVERSE);
    assertThat(parsed(200)).isEqualTo(Scope.UNIVERSE);
    assertThat(parsed(253)).isEqualTo(Scope.LINK);
    assertThat(parsed(254)).isEqualTo(Scope.HOST);
  }

  private static Scope parsed(int scope) throws MalformedMessageException {
    Payload payload =
        new Payload()
            .u8(10)
            .u8(64)
            .u8(0)
            .u8(scope)
            .u32(3)
            .attribute(1, v -> v.be64(0xfe80L << 48).be64(1));
    InterfaceAddress found =
        InterfaceAddresses.parseWithLink(NetlinkMessage.request(20, 0, payload)).orElseThrow();
    assertThat(found.address()).hasToString("fe80::1");
    assertThat(found.link()).isEqualTo(3);
    return found.scope();
  }

  @Test
  void aGenericFamilyIsAskedForByItsName() {
    // as ipvsadm asks
    assertThat(hex(GenericFamily.get("IPVS")))
        .isEqualTo(
            "20000000" + "1000" + "0100" + REST + "03010000" + "09000200495056530000" + "0000");
  }

  @Test
  void aGenericFamilysNumberIsRead() throws MalformedMessageException {
    String answer =
        ("28000000" + "1000" + "0000" + REST + "01020000")
            + ("0900020049505653" + "00000000")
            + "060001001c000000";
    NetlinkMessage message =
        NetlinkMessage.parse(ByteBuffer.wrap(HexFormat.of().parseHex(answer))).getFirst();

    assertThat(GenericFamily.parse(message)).contains(28);
    assertThat(GenericFamily.parse(GenericFamily.get("IPVS"))).isEmpty();
    assertThatThrownBy(() -> GenericFamily.command(NetlinkMessage.request(28, 0, new Payload())))
        .isInstanceOf(MalformedMessageException.class);
  }

  private static String hex(NetlinkMessage message) {
    ByteBuffer buffer = message.bytes();
    byte[] bytes = new byte[buffer.remaining()];
    buffer.get(bytes);
    return HexFormat.of().formatHex(bytes);
  }
}
