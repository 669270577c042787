package dev.sluice.applier.netlink;

import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** The interfaces of a network namespace, as rtnetlink knows them. Pure. */
public final class Links {
  // include/uapi/linux/rtnetlink.h: messages, and struct ifinfomsg
  private static final int RTM_NEWLINK = 16;
  private static final int RTM_DELLINK = 17;
  private static final int RTM_GETLINK = 18;
  private static final int FIXED_BYTES = 16;
  private static final int INDEX_AT = 4;
  private static final int FLAGS_AT = 8;
  // include/uapi/linux/if_link.h
  private static final int IFLA_IFNAME = 3;
  private static final int IFLA_LINKINFO = 18;
  private static final int IFLA_INFO_KIND = 1;
  // include/uapi/linux/if.h
  private static final int IFF_UP = 1;
  private static final int LONGEST_NAME = 15; // IFNAMSIZ with its zero

  private Links() {}

  /** Asks for the interface of a name; refused with ENODEV if there is none. */
  public static NetlinkMessage get(String name) {
    return NetlinkMessage.request(RTM_GETLINK, 0, named(name));
  }

  /** Asks for all interfaces. */
  public static NetlinkMessage dump() {
    return NetlinkMessage.request(RTM_GETLINK, NetlinkMessage.DUMP, header());
  }

  /**
   * Makes an interface of kind dummy, which is down; refused with EEXIST if any has the name, and
   * with EOPNOTSUPP if the kernel knows no such kind.
   */
  public static NetlinkMessage createDummy(String name) {
    return NetlinkMessage.request(
        RTM_NEWLINK,
        NetlinkMessage.CREATE | NetlinkMessage.EXCLUSIVE,
        named(name)
            .nested(IFLA_LINKINFO, info -> info.attribute(IFLA_INFO_KIND, v -> v.text("dummy"))));
  }

  /** Removes the interface of a name with its addresses; refused with ENODEV if there is none. */
  public static NetlinkMessage delete(String name) {
    return NetlinkMessage.request(RTM_DELLINK, 0, named(name));
  }

  private static Payload named(String name) {
    if (name.isEmpty() || name.getBytes(StandardCharsets.UTF_8).length > LONGEST_NAME) {
      throw new IllegalArgumentException("an interface can't be called \"" + name + "\"");
    }
    return header().attribute(IFLA_IFNAME, v -> v.text(name));
  }

  private static Payload header() {
    return new Payload().u32(AddressFamily.UNSPECIFIED).u32(0).u32(0).u32(0);
  }

  /**
   * The interface that a message tells of.
   *
   * @return empty: it tells of none
   * @throws MalformedMessageException if it can't be read
   */
  public static Optional<Link> parse(NetlinkMessage message) throws MalformedMessageException {
    if (message.type() != RTM_NEWLINK) {
      return Optional.empty();
    }
    Attributes attributes = Attributes.parse(message.payload(), FIXED_BYTES);
    return Optional.of(
        new Link(
            message.payload().getInt(INDEX_AT),
            attributes.text(IFLA_IFNAME),
            kind(attributes),
            (message.payload().getInt(FLAGS_AT) & IFF_UP) != 0));
  }

  private static String kind(Attributes attributes) throws MalformedMessageException {
    if (!attributes.has(IFLA_LINKINFO)) {
      return "";
    }
    Attributes info = attributes.nested(IFLA_LINKINFO);
    return info.has(IFLA_INFO_KIND) ? info.text(IFLA_INFO_KIND) : "";
  }
}
