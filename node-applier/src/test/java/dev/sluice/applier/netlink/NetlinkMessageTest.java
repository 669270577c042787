package dev.sluice.applier.netlink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The bytes are as a little-endian machine has them. */
class NetlinkMessageTest {
  private static final HexFormat HEX = HexFormat.of();

  @Test
  void aMessageHasAHeaderAndItsFixedFields() {
    assertThat(hex(InterfaceAddresses.dump().bytes()))
        .isEqualTo("18000000" + "1600" + "0103" + "00000000" + "00000000" + "0000000000000000");
  }

  @Test
  void attributesNestAndArePadded() {
    Payload payload =
        new Payload()
            .u8(2)
            .u8(0)
            .be16(0x1234)
            .nested(
                1,
                outer ->
                    outer
                        .attribute(2, v -> v.u8(17))
                        .attribute(3, v -> v.be16(0x1f90))
                        .attribute(4, v -> v.u32(8)))
            .attribute(5, v -> v.text("abcd"))
            .attribute(6, v -> v.be64(0x0102030405060708L));

    assertThat(hex(payload.bytes()))
        .isEqualTo(
            "02001234"
                + ("1c00" + "0180")
                + ("0500" + "0200" + "11000000")
                + ("0600" + "0300" + "1f900000")
                + ("0800" + "0400" + "08000000")
                + ("0900" + "0500" + "6162636400000000")
                + ("0c00" + "0600" + "0102030405060708"));
  }

  @Test
  void whatIsBuiltIsReadBack() throws MalformedMessageException {
    Payload payload =
        new Payload()
            .u32(7)
            .nested(1, n -> n.attribute(2, v -> v.u8(200)).attribute(3, v -> v.be16(65_535)))
            .attribute(4, v -> v.be32(-2))
            .attribute(5, v -> v.text("eth0"));
    NetlinkMessage message = NetlinkMessage.request(20, 0, payload);

    Attributes attributes = Attributes.parse(message.payload(), 4);

    assertThat(attributes.nested(1).u8(2)).isEqualTo(200);
    assertThat(attributes.nested(1).be16(3)).isEqualTo(65_535);
    assertThat(attributes.be32(4)).isEqualTo(-2);
    assertThat(attributes.text(5)).isEqualTo("eth0");
    assertThat(attributes.has(6)).isFalse();
    assertThatThrownBy(() -> attributes.be32(6))
        .isInstanceOf(MalformedMessageException.class)
        .hasMessageContaining("attribute 6 is missing");
    assertThatThrownBy(() -> attributes.value(4, 8))
        .hasMessageContaining("attribute 4 has 4 bytes instead of 8");
  }

  @Test
  void aBufferOfMessagesIsReadToItsEnd() throws MalformedMessageException {
    ByteBuffer two =
        bytes("110000001400020005000000000000000a000000" + "10000000030002000500000000000000");

    List<NetlinkMessage> messages = NetlinkMessage.parse(two);

    assertThat(messages).hasSize(2);
    assertThat(messages.getFirst())
        .isEqualTo(new NetlinkMessage(20, 2, 5, ByteBuffer.wrap(new byte[] {10})));
    assertThat(messages.getLast().type()).isEqualTo(NetlinkMessage.TYPE_DONE);
  }

  @Test
  void impossibleLengthsAreRefused() {
    for (String broken :
        List.of("1000", "0f000000140000000000000000000000", "20000000140000000000000000000000")) {
      assertThatThrownBy(() -> NetlinkMessage.parse(bytes(broken)))
          .isInstanceOf(MalformedMessageException.class);
    }
    assertThatThrownBy(() -> Attributes.parse(bytes("0300010000000000"), 0))
        .hasMessageContaining("attribute 1 of 3 bytes");
    assertThatThrownBy(() -> Attributes.parse(bytes("0c00010000000000"), 0))
        .hasMessageContaining("attribute 1 of 12 bytes where there are 8");
    assertThatThrownBy(() -> Attributes.parse(bytes("00"), 4))
        .hasMessageContaining("1 bytes where 4 are fixed");
  }

  @Test
  void aRefusalHasItsErrorAndTheKernelsWords() throws MalformedMessageException {
    // error -2, the request's header, and NLMSGERR_ATTR_MSG "no"; capped and with attributes
    NetlinkMessage refusal =
        NetlinkMessage.parse(
                bytes(
                    "2c000000"
                        + "0200"
                        + "0003"
                        + "0700000000000000"
                        + "feffffff"
                        + "6800000002010100"
                        + "0700000000000000"
                        + "070001006e6f0000"))
            .getFirst();

    assertThat(Acknowledgement.parse(refusal)).isEqualTo(new Acknowledgement(2, "no"));
    assertThat(new NetlinkException("request", 2, "no")).hasMessage("netlink request: ENOENT (no)");
    assertThat(new NetlinkException("request", 9999, "")).hasMessageEndingWith("errno 9999");
  }

  @Test
  void anAcknowledgementHasNoError() throws MalformedMessageException {
    NetlinkMessage done =
        NetlinkMessage.parse(
                bytes("24000000020000010700000000000000" + "00000000" + "0".repeat(32)))
            .getFirst();

    assertThat(Acknowledgement.parse(done)).isEqualTo(new Acknowledgement(0, ""));
  }

  @Test
  void anInterfacesOwnAddressIsReadNotItsPeers() throws MalformedMessageException {
    Payload payload =
        new Payload()
            .u8(2)
            .u8(32)
            .u16(0)
            .u32(3)
            .attribute(1, v -> v.be32(0x0af40102))
            .attribute(2, v -> v.be32(0x0af40101));

    assertThat(InterfaceAddresses.parse(NetlinkMessage.request(20, 0, payload)))
        .hasValueSatisfying(address -> assertThat(address).hasToString("10.244.1.1"));
  }

  private static String hex(ByteBuffer buffer) {
    byte[] bytes = new byte[buffer.remaining()];
    buffer.duplicate().get(bytes);
    return HEX.formatHex(bytes);
  }

  private static ByteBuffer bytes(String hex) {
    return ByteBuffer.wrap(HEX.parseHex(hex));
  }
}
