package dev.sluice.applier.ipvs;

import dev.sluice.applier.ipvs.Operation.DeleteDestination;
import dev.sluice.applier.ipvs.Operation.DeleteServer;
import dev.sluice.applier.ipvs.Operation.NewDestination;
import dev.sluice.applier.ipvs.Operation.NewServer;
import dev.sluice.applier.ipvs.Operation.SetDestination;
import dev.sluice.applier.ipvs.Operation.SetServer;
import dev.sluice.applier.netlink.AddressFamily;
import dev.sluice.applier.netlink.GenericFamily;
import dev.sluice.applier.netlink.NetlinkMessage;
import dev.sluice.applier.netlink.Payload;
import dev.sluice.events.model.IpAddress;
import dev.sluice.events.model.IpFamily;

/**
 * The requests of IPVS's generic netlink family. Pure. All are laid out as ipvsadm lays them out.
 */
final class IpvsMessage {
  /** The family's name, IPVS_GENL_NAME. */
  static final String FAMILY = "IPVS";

  // include/uapi/linux/ip_vs.h
  private static final int VERSION = 1;
  static final int CMD_NEW_SERVICE = 1;
  private static final int CMD_SET_SERVICE = 2;
  private static final int CMD_DEL_SERVICE = 3;
  private static final int CMD_GET_SERVICE = 4;
  static final int CMD_NEW_DEST = 5;
  private static final int CMD_SET_DEST = 6;
  private static final int CMD_DEL_DEST = 7;
  private static final int CMD_GET_DEST = 8;
  static final int CMD_SET_INFO = 14;
  private static final int CMD_GET_INFO = 15;

  static final int CMD_ATTR_SERVICE = 1;
  static final int CMD_ATTR_DEST = 2;

  static final int SVC_ATTR_AF = 1;
  static final int SVC_ATTR_PROTOCOL = 2;
  static final int SVC_ATTR_ADDR = 3;
  static final int SVC_ATTR_PORT = 4;
  static final int SVC_ATTR_FWMARK = 5;
  static final int SVC_ATTR_SCHED_NAME = 6;
  static final int SVC_ATTR_FLAGS = 7;
  static final int SVC_ATTR_TIMEOUT = 8;
  static final int SVC_ATTR_NETMASK = 9;
  static final int SVC_ATTR_PE_NAME = 11;
  static final int SVC_F_PERSISTENT = 1;
  static final int SVC_F_HASHED = 2;

  static final int DEST_ATTR_ADDR = 1;
  static final int DEST_ATTR_PORT = 2;
  static final int DEST_ATTR_FWD_METHOD = 3;
  static final int DEST_ATTR_WEIGHT = 4;
  static final int DEST_ATTR_U_THRESH = 5;
  static final int DEST_ATTR_L_THRESH = 6;
  static final int DEST_ATTR_ACTIVE_CONNS = 7;
  static final int DEST_ATTR_INACT_CONNS = 8;
  static final int DEST_ATTR_ADDR_FAMILY = 11;
  static final int CONN_F_MASQ = 0;

  /** As long as the longer kind, union nf_inet_addr: the kernel takes no fewer bytes. */
  static final int ADDRESS_BYTES = 16;

  private static final int ALL_BITS = -1;

  private IpvsMessage() {}

  /**
   * The request for an operation.
   *
   * @param type the family's number
   */
  static NetlinkMessage of(int type, Operation operation) {
    return switch (operation) {
      case NewServer(ServerKey server, ServerSettings settings) ->
          request(type, CMD_NEW_SERVICE, 0, server(server, settings));
      case SetServer(ServerKey server, ServerSettings settings) ->
          request(type, CMD_SET_SERVICE, 0, server(server, settings));
      case DeleteServer(ServerKey server) -> request(type, CMD_DEL_SERVICE, 0, server(server));
      case NewDestination(ServerKey server, RealServer to, int weight) ->
          request(type, CMD_NEW_DEST, 0, server(server).andThen(destination(to, weight)));
      case SetDestination(ServerKey server, RealServer to, int weight) ->
          request(type, CMD_SET_DEST, 0, server(server).andThen(destination(to, weight)));
      case DeleteDestination(ServerKey server, RealServer to) ->
          request(type, CMD_DEL_DEST, 0, server(server).andThen(destination(to)));
    };
  }

  /** Asks for all virtual servers of both families. */
  static NetlinkMessage servers(int type) {
    return request(type, CMD_GET_SERVICE, NetlinkMessage.DUMP, out -> {});
  }

  /** Asks for a virtual server's destinations; if there is no such server there are none. */
  static NetlinkMessage destinations(int type, ServerKey server) {
    return request(type, CMD_GET_DEST, NetlinkMessage.DUMP, server(server));
  }

  /** Asks for the version. */
  static NetlinkMessage info(int type) {
    return request(type, CMD_GET_INFO, 0, out -> {});
  }

  /** Writes attributes. */
  private interface Part {
    void write(Payload out);

    default Part andThen(Part next) {
      return out -> {
        write(out);
        next.write(out);
      };
    }
  }

  private static NetlinkMessage request(int type, int command, int flags, Part attributes) {
    Payload payload = GenericFamily.header(command, VERSION);
    attributes.write(payload);
    return NetlinkMessage.request(type, flags, payload);
  }

  private static Part server(ServerKey key) {
    return out -> out.nested(CMD_ATTR_SERVICE, service -> key(service, key));
  }

  private static Part server(ServerKey key, ServerSettings settings) {
    return out ->
        out.nested(
            CMD_ATTR_SERVICE,
            service -> {
              key(service, key);
              settings(service, settings, key.family());
            });
  }

  private static void key(Payload out, ServerKey key) {
    out.attribute(SVC_ATTR_AF, v -> v.u16(AddressFamily.number(key.family())));
    switch (key) {
      case ServerKey.ToAddress to -> {
        out.attribute(SVC_ATTR_PROTOCOL, v -> v.u16(to.protocol().number()));
        out.attribute(SVC_ATTR_ADDR, v -> address(v, to.address()));
        out.attribute(SVC_ATTR_PORT, v -> v.be16(to.port()));
      }
      case ServerKey.Marked marked -> out.attribute(SVC_ATTR_FWMARK, v -> v.u32(marked.mark()));
    }
  }

  private static void settings(Payload out, ServerSettings settings, IpFamily family) {
    boolean persistent = settings.persistenceSeconds() > 0;
    int flags = settings.flags() | (persistent ? SVC_F_PERSISTENT : 0);
    out.attribute(SVC_ATTR_SCHED_NAME, v -> v.text(settings.scheduler()));
    // struct ip_vs_flags: the flags, and which of them are meant
    out.attribute(SVC_ATTR_FLAGS, v -> v.u32(flags).u32(ALL_BITS));
    out.attribute(SVC_ATTR_TIMEOUT, v -> v.u32(settings.persistenceSeconds()));
    out.attribute(SVC_ATTR_NETMASK, v -> v.u32(singleClient(family)));
  }

  /** The mask that tells every address from others: for IPv6 the length of a prefix. */
  static int singleClient(IpFamily family) {
    return family == IpFamily.IPV4 ? ALL_BITS : family.bits();
  }

  private static Part destination(RealServer to) {
    return out -> out.nested(CMD_ATTR_DEST, dest -> key(dest, to));
  }

  private static Part destination(RealServer to, int weight) {
    return out ->
        out.nested(
            CMD_ATTR_DEST,
            dest -> {
              key(dest, to);
              dest.attribute(DEST_ATTR_FWD_METHOD, v -> v.u32(CONN_F_MASQ));
              dest.attribute(DEST_ATTR_WEIGHT, v -> v.u32(weight));
              dest.attribute(DEST_ATTR_U_THRESH, v -> v.u32(0));
              dest.attribute(DEST_ATTR_L_THRESH, v -> v.u32(0));
            });
  }

  private static void key(Payload out, RealServer to) {
    IpAddress address = to.address();
    out.attribute(DEST_ATTR_ADDR_FAMILY, v -> v.u16(AddressFamily.number(address.family())));
    out.attribute(DEST_ATTR_ADDR, v -> address(v, address));
    out.attribute(DEST_ATTR_PORT, v -> v.be16(to.port()));
  }

  private static void address(Payload out, IpAddress address) {
    AddressFamily.write(out, address);
    if (address.family() == IpFamily.IPV4) {
      out.u32(0).u32(0).u32(0);
    }
  }
}
