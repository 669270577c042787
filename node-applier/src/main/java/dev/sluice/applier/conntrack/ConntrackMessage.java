package dev.sluice.applier.conntrack;

import dev.sluice.applier.netlink.AddressFamily;
import dev.sluice.applier.netlink.Attributes;
import dev.sluice.applier.netlink.MalformedMessageException;
import dev.sluice.applier.netlink.NetlinkMessage;
import dev.sluice.applier.netlink.Payload;
import dev.sluice.events.model.IpFamily;
import dev.sluice.events.model.Protocol;
import java.util.Optional;

/** The messages of nfnetlink's connection tracking. Pure. */
public final class ConntrackMessage {
  // include/uapi/linux/netfilter/nfnetlink.h: subsystem in the high byte, message in the low
  private static final int SUBSYSTEM = 1 << 8;
  private static final int FIXED_BYTES = 4; // struct nfgenmsg

  // include/uapi/linux/netfilter/nfnetlink_conntrack.h
  static final int NEW = SUBSYSTEM;
  static final int GET = SUBSYSTEM | 1;
  static final int DELETE = SUBSYSTEM | 2;

  private static final int CTA_TUPLE_ORIG = 1;
  private static final int CTA_TUPLE_REPLY = 2;
  private static final int CTA_ID = 12;
  private static final int CTA_ZONE = 18;
  private static final int CTA_FILTER = 25;

  private static final int CTA_TUPLE_IP = 1;
  private static final int CTA_TUPLE_PROTO = 2;
  private static final int CTA_TUPLE_ZONE = 3;

  private static final int CTA_IP_V4_SRC = 1;
  private static final int CTA_IP_V4_DST = 2;
  private static final int CTA_IP_V6_SRC = 3;
  private static final int CTA_IP_V6_DST = 4;

  private static final int CTA_PROTO_NUM = 1;
  private static final int CTA_PROTO_SRC_PORT = 2;
  private static final int CTA_PROTO_DST_PORT = 3;

  private static final int CTA_FILTER_ORIG_FLAGS = 1;
  private static final int CTA_FILTER_REPLY_FLAGS = 2;
  // net/netfilter/nf_internals.h: CTA_FILTER_FLAG(CTA_PROTO_NUM)
  private static final int COMPARE_PROTOCOL = 1 << 3;

  private ConntrackMessage() {}

  /**
   * Asks for all entries of a protocol of one family: the kernel refuses to tell protocols apart
   * for both at once. Kernels before 5.8 don't know the filter and list all protocols.
   */
  public static NetlinkMessage dump(IpFamily family, Protocol protocol) {
    Payload payload =
        header(AddressFamily.number(family))
            .nested(
                CTA_TUPLE_ORIG,
                tuple ->
                    tuple.nested(
                        CTA_TUPLE_PROTO,
                        proto -> proto.attribute(CTA_PROTO_NUM, v -> v.u8(protocol.number()))))
            .nested(
                CTA_FILTER,
                filter ->
                    filter
                        .attribute(CTA_FILTER_ORIG_FLAGS, v -> v.u32(COMPARE_PROTOCOL))
                        .attribute(CTA_FILTER_REPLY_FLAGS, v -> v.u32(0)));
    return NetlinkMessage.request(GET, NetlinkMessage.DUMP, payload);
  }

  /** Removes one entry; refused with ENOENT if it, and not a later one like it, is gone. */
  public static NetlinkMessage delete(Flow flow) {
    Payload payload = header(AddressFamily.number(flow.family()));
    // without a tuple the kernel would remove every entry there is
    payload.nested(CTA_TUPLE_ORIG, tuple -> tuple(tuple, flow.protocol(), flow.original()));
    payload.attribute(CTA_ID, v -> v.be32(flow.id()));
    if (flow.zone() != 0) {
      payload.attribute(CTA_ZONE, v -> v.be16(flow.zone()));
    }
    return NetlinkMessage.request(DELETE, 0, payload);
  }

  private static Payload header(int family) {
    return new Payload().u8(family).u8(0).be16(0);
  }

  private static void tuple(Payload out, int protocol, Flow.Tuple tuple) {
    boolean v4 = tuple.source().address().family() == IpFamily.IPV4;
    AddressPort source = tuple.source();
    AddressPort destination = tuple.destination();
    out.nested(
        CTA_TUPLE_IP,
        ip ->
            ip.attribute(
                    v4 ? CTA_IP_V4_SRC : CTA_IP_V6_SRC,
                    v -> AddressFamily.write(v, source.address()))
                .attribute(
                    v4 ? CTA_IP_V4_DST : CTA_IP_V6_DST,
                    v -> AddressFamily.write(v, destination.address())));
    out.nested(
        CTA_TUPLE_PROTO,
        proto ->
            proto
                .attribute(CTA_PROTO_NUM, v -> v.u8(protocol))
                .attribute(CTA_PROTO_SRC_PORT, v -> v.be16(source.port()))
                .attribute(CTA_PROTO_DST_PORT, v -> v.be16(destination.port())));
    if (tuple.zone() != 0) {
      out.attribute(CTA_TUPLE_ZONE, v -> v.be16(tuple.zone()));
    }
  }

  /**
   * The entry that a message tells of.
   *
   * @return empty: none, or one of a protocol without ports
   * @throws MalformedMessageException if it can't be read
   */
  public static Optional<Flow> parse(NetlinkMessage message) throws MalformedMessageException {
    if (message.type() != NEW) {
      return Optional.empty();
    }
    Attributes attributes = Attributes.parse(message.payload(), FIXED_BYTES);
    Optional<IpFamily> family = AddressFamily.of(Byte.toUnsignedInt(message.payload().get(0)));
    Attributes original = attributes.nested(CTA_TUPLE_ORIG);
    Attributes proto = original.nested(CTA_TUPLE_PROTO);
    if (family.isEmpty() || !proto.has(CTA_PROTO_SRC_PORT)) {
      return Optional.empty();
    }
    return Optional.of(
        new Flow(
            proto.u8(CTA_PROTO_NUM),
            tuple(original, family.get()),
            tuple(attributes.nested(CTA_TUPLE_REPLY), family.get()),
            attributes.has(CTA_ZONE) ? attributes.be16(CTA_ZONE) : 0,
            attributes.be32(CTA_ID)));
  }

  private static Flow.Tuple tuple(Attributes tuple, IpFamily family)
      throws MalformedMessageException {
    boolean v4 = family == IpFamily.IPV4;
    int bytes = family.bits() / Byte.SIZE;
    Attributes ip = tuple.nested(CTA_TUPLE_IP);
    Attributes proto = tuple.nested(CTA_TUPLE_PROTO);
    return new Flow.Tuple(
        new AddressPort(
            AddressFamily.address(family, ip.value(v4 ? CTA_IP_V4_SRC : CTA_IP_V6_SRC, bytes)),
            proto.be16(CTA_PROTO_SRC_PORT)),
        new AddressPort(
            AddressFamily.address(family, ip.value(v4 ? CTA_IP_V4_DST : CTA_IP_V6_DST, bytes)),
            proto.be16(CTA_PROTO_DST_PORT)),
        tuple.has(CTA_TUPLE_ZONE) ? tuple.be16(CTA_TUPLE_ZONE) : 0);
  }
}
