package dev.sluice.applier.ipset;

import dev.sluice.applier.netlink.AddressFamily;
import dev.sluice.applier.netlink.Attributes;
import dev.sluice.applier.netlink.MalformedMessageException;
import dev.sluice.applier.netlink.NetlinkMessage;
import dev.sluice.applier.netlink.Payload;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The messages of nfnetlink's IP sets. Pure. */
final class IpsetMessage {
  // include/uapi/linux/netfilter/nfnetlink.h: subsystem in the high byte, message in the low
  private static final int SUBSYSTEM = 6 << 8;
  private static final int FIXED_BYTES = 4; // struct nfgenmsg

  // include/uapi/linux/netfilter/ipset/ip_set.h
  static final int PROTOCOL = SUBSYSTEM | 1;
  static final int CREATE = SUBSYSTEM | 2;
  static final int DESTROY = SUBSYSTEM | 3;
  static final int LIST = SUBSYSTEM | 7;
  static final int ADD = SUBSYSTEM | 9;
  static final int DELETE = SUBSYSTEM | 10;
  static final int TYPE = SUBSYSTEM | 13;

  /** All kernels since 2.6.39 take this one; 7 only adds commands that aren't used. */
  private static final int PROTOCOL_VERSION = 6;

  private static final int IPSET_ATTR_PROTOCOL = 1;
  private static final int IPSET_ATTR_SETNAME = 2;
  private static final int IPSET_ATTR_TYPENAME = 3;
  private static final int IPSET_ATTR_REVISION = 4;
  private static final int IPSET_ATTR_FAMILY = 5;
  private static final int IPSET_ATTR_FLAGS = 6;
  private static final int IPSET_ATTR_DATA = 7;
  private static final int IPSET_ATTR_ADT = 8;
  private static final int IPSET_ATTR_PROTOCOL_MIN = 10; // of a type: its first revision

  // within IPSET_ATTR_DATA
  private static final int IPSET_ATTR_PORT_FROM = 4;
  private static final int IPSET_ATTR_PORT_TO = 5;
  private static final int IPSET_ATTR_TIMEOUT = 6;
  private static final int IPSET_ATTR_CADT_FLAGS = 8;
  private static final int IPSET_ATTR_HASHSIZE = 18;
  private static final int IPSET_ATTR_MAXELEM = 19;

  private static final int IPSET_FLAG_LIST_HEADER = 1 << 2;
  private static final int IPSET_FLAG_WITH_SKBINFO = 1 << 6;

  private static final int LAST_PORT = 65_535;
  private static final int FIRST_HASH_SIZE = 1024; // it grows by itself

  private IpsetMessage() {}

  /** The revisions of a type of sets that the kernel knows. */
  record Revisions(int first, int last) {
    /** The one to create a set with. */
    int best(SetType type) {
      return Math.clamp(type.markRevision(), first, last);
    }
  }

  /** Asks which versions of the protocol the kernel knows: whether it has sets at all. */
  static NetlinkMessage protocol() {
    return NetlinkMessage.request(PROTOCOL, 0, header());
  }

  /** Whether a message says that this protocol is known; empty: it is about something else. */
  static Optional<Boolean> parseProtocol(NetlinkMessage message) throws MalformedMessageException {
    if (message.type() != PROTOCOL) {
      return Optional.empty();
    }
    Attributes attributes = Attributes.parse(message.payload(), FIXED_BYTES);
    int last = attributes.u8(IPSET_ATTR_PROTOCOL);
    int first =
        attributes.has(IPSET_ATTR_PROTOCOL_MIN) ? attributes.u8(IPSET_ATTR_PROTOCOL_MIN) : last;
    return Optional.of(first <= PROTOCOL_VERSION && PROTOCOL_VERSION <= last);
  }

  /** Asks for a type's revisions, for which the kernel may load a module. */
  static NetlinkMessage revisions(SetDefinition set) {
    return NetlinkMessage.request(
        TYPE,
        0,
        header()
            .attribute(IPSET_ATTR_TYPENAME, v -> v.text(set.type().toString()))
            .attribute(IPSET_ATTR_FAMILY, v -> v.u8(family(set))));
  }

  /** The revisions that a message tells of; empty: none. */
  static Optional<Revisions> parseRevisions(NetlinkMessage message)
      throws MalformedMessageException {
    if (message.type() != TYPE) {
      return Optional.empty();
    }
    Attributes attributes = Attributes.parse(message.payload(), FIXED_BYTES);
    return Optional.of(
        new Revisions(attributes.u8(IPSET_ATTR_PROTOCOL_MIN), attributes.u8(IPSET_ATTR_REVISION)));
  }

  /** Makes a set; refused with EEXIST if one of the name is there and is another. */
  static NetlinkMessage create(SetDefinition set, int revision) {
    // without NLM_F_EXCL one that is the same is taken for done
    return NetlinkMessage.request(
        CREATE,
        NetlinkMessage.CREATE,
        named(set.name())
            .attribute(IPSET_ATTR_TYPENAME, v -> v.text(set.type().toString()))
            .attribute(IPSET_ATTR_REVISION, v -> v.u8(revision))
            .attribute(IPSET_ATTR_FAMILY, v -> v.u8(family(set)))
            .nested(IPSET_ATTR_DATA, data -> options(data, set)));
  }

  private static void options(Payload data, SetDefinition set) {
    if (set.type() == SetType.BITMAP_PORT) {
      data.ordered(IPSET_ATTR_PORT_FROM, v -> v.be16(0));
      data.ordered(IPSET_ATTR_PORT_TO, v -> v.be16(LAST_PORT));
    } else {
      data.ordered(IPSET_ATTR_HASHSIZE, v -> v.be32(FIRST_HASH_SIZE));
      data.ordered(IPSET_ATTR_MAXELEM, v -> v.be32(SetDefinition.MOST_ELEMENTS));
    }
    if (set.marks()) {
      data.ordered(IPSET_ATTR_CADT_FLAGS, v -> v.be32(IPSET_FLAG_WITH_SKBINFO));
    }
  }

  private static int family(SetDefinition set) {
    return set.type() == SetType.BITMAP_PORT
        ? AddressFamily.UNSPECIFIED
        : AddressFamily.number(set.family());
  }

  /** Removes a set; refused with ENOENT, or with {@link IpsetError#BUSY} if a rule uses it. */
  static NetlinkMessage destroy(String name) {
    return NetlinkMessage.request(DESTROY, 0, named(name));
  }

  /** Adds an element, or gives it another mark if it is there. */
  static NetlinkMessage add(SetDefinition set, Element element, int mark) {
    // without NLM_F_EXCL one that is there is no error
    return NetlinkMessage.request(
        ADD,
        0,
        named(set.name())
            .nested(
                IPSET_ATTR_DATA,
                data -> {
                  ElementAttributes.write(data, element);
                  if (set.marks()) {
                    ElementAttributes.writeMark(data, mark, set.markMask());
                  }
                }));
  }

  /** Removes an element, if it is there. */
  static NetlinkMessage delete(SetDefinition set, Element element) {
    return NetlinkMessage.request(
        DELETE,
        0,
        named(set.name()).nested(IPSET_ATTR_DATA, data -> ElementAttributes.write(data, element)));
  }

  /** Asks for all sets, without their elements. */
  static NetlinkMessage headers() {
    return NetlinkMessage.request(
        LIST,
        NetlinkMessage.DUMP,
        header().ordered(IPSET_ATTR_FLAGS, v -> v.be32(IPSET_FLAG_LIST_HEADER)));
  }

  /** The set that a message tells of, by its name; empty: none. */
  static Optional<Map.Entry<String, FoundSet>> parseHeader(NetlinkMessage message)
      throws MalformedMessageException {
    if (message.type() != LIST) {
      return Optional.empty();
    }
    Attributes attributes = Attributes.parse(message.payload(), FIXED_BYTES);
    Attributes data = attributes.nested(IPSET_ATTR_DATA);
    int flags = data.has(IPSET_ATTR_CADT_FLAGS) ? data.be32(IPSET_ATTR_CADT_FLAGS) : 0;
    FoundSet set =
        new FoundSet(
            attributes.text(IPSET_ATTR_TYPENAME),
            AddressFamily.of(attributes.u8(IPSET_ATTR_FAMILY)),
            (flags & IPSET_FLAG_WITH_SKBINFO) != 0,
            data.has(IPSET_ATTR_TIMEOUT),
            most(data));
    return Optional.of(Map.entry(attributes.text(IPSET_ATTR_SETNAME), set));
  }

  private static int most(Attributes data) throws MalformedMessageException {
    if (data.has(IPSET_ATTR_MAXELEM)) {
      return data.be32(IPSET_ATTR_MAXELEM);
    }
    return data.has(IPSET_ATTR_PORT_FROM) && data.has(IPSET_ATTR_PORT_TO)
        ? data.be16(IPSET_ATTR_PORT_TO) - data.be16(IPSET_ATTR_PORT_FROM) + 1
        : 0;
  }

  /** Asks for one set with all its elements; refused with ENOENT if there is none. */
  static NetlinkMessage members(SetDefinition set) {
    return NetlinkMessage.request(LIST, NetlinkMessage.DUMP, named(set.name()));
  }

  /** The elements that a message tells of; those that {@link Element} can't say are left out. */
  static List<Member> parseMembers(SetDefinition set, NetlinkMessage message)
      throws MalformedMessageException {
    List<Member> members = new ArrayList<>();
    if (message.type() != LIST) {
      return members;
    }
    Attributes attributes = Attributes.parse(message.payload(), FIXED_BYTES);
    if (!attributes.has(IPSET_ATTR_ADT)) {
      return members; // the header, where the elements take several messages
    }
    for (Attributes data : attributes.nested(IPSET_ATTR_ADT).eachNested(IPSET_ATTR_DATA)) {
      ElementAttributes.read(data, set).ifPresent(members::add);
    }
    return members;
  }

  private static Payload named(String name) {
    if (name.isEmpty()) {
      throw new IllegalArgumentException("without a name it is about all sets there are");
    }
    return header().attribute(IPSET_ATTR_SETNAME, v -> v.text(name));
  }

  private static Payload header() {
    return new Payload()
        .u8(AddressFamily.UNSPECIFIED)
        .u8(0)
        .be16(0)
        .attribute(IPSET_ATTR_PROTOCOL, v -> v.u8(PROTOCOL_VERSION));
  }
}
