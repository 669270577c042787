package dev.sluice.applier.ipvs;

import dev.sluice.applier.forwarding.LocalPods;
import dev.sluice.applier.forwarding.NodePolicy;
import dev.sluice.applier.forwarding.Outcome;
import dev.sluice.applier.forwarding.Packet;
import dev.sluice.applier.forwarding.Target;
import dev.sluice.applier.ipset.Element;
import dev.sluice.applier.ipset.Element.OfSocket;
import dev.sluice.applier.program.Program;
import dev.sluice.events.model.Cidr;
import dev.sluice.events.model.IpAddress;
import dev.sluice.events.model.Protocol;
import java.util.Set;

/** What the kernel makes of a connection's first packet, by a program and the constant rules. */
final class PacketModel {
  private final Program<IpvsKey, IpvsObject> program;
  private final NodePolicy policy;
  private final Set<IpAddress> own;

  PacketModel(Program<IpvsKey, IpvsObject> program, NodePolicy policy, Set<IpAddress> own) {
    this.program = program;
    this.policy = policy;
    this.own = own;
  }

  Outcome outcome(Packet packet) {
    OfSocket socket = new OfSocket(packet.destination(), packet.protocol(), packet.port());
    boolean sentHere = packet.inInterface().isEmpty();
    if (!sentHere && !isLocal(packet.destination())) {
      return new Outcome.Untouched();
    }
    if (has(IpvsSet.LOAD_BALANCER_FW, socket) && !letIn(socket, packet.source())) {
      return new Outcome.Dropped();
    }
    int mark = sentHere || policy.pods().sent(packet) ? mark(socket) : 0;
    if (sentHere || mark != 0 || blocked(socket) instanceof Outcome.Untouched) {
      ServerKey key =
          mark == 0
              ? new ServerKey.ToAddress(socket.protocol(), socket.address(), socket.port())
              : new ServerKey.Marked(packet.destination().family(), mark);
      if (program.get(new IpvsKey.OfServer(key)).orElse(null) instanceof IpvsObject.Server server) {
        boolean masqueraded =
            masqueraded(packet, socket) || (mark != 0 && isLocal(packet.source()));
        return new Outcome.Forwarded(
            server.destinations().stream().map(to -> target(to, packet, masqueraded)).toList());
      }
    }
    return isLocal(packet.destination()) ? blocked(socket) : new Outcome.Untouched();
  }

  private Target target(RealServer to, Packet packet, boolean masqueraded) {
    OfSocket endpoint = new OfSocket(to.address(), packet.protocol(), to.port());
    boolean hairpin =
        has(IpvsSet.LOOP_BACK, new Element.OfSocketAndAddress(endpoint, packet.source()));
    return new Target(to.address(), to.port(), masqueraded || hairpin);
  }

  private boolean isLocal(IpAddress address) {
    return address.isLoopback()
        || own.contains(address)
        || program.get(new IpvsKey.OfVip(address)).isPresent();
  }

  private boolean letIn(OfSocket socket, IpAddress source) {
    for (IpvsKey key : program.objects().keySet()) {
      if (key instanceof IpvsKey.OfElement(IpvsSet _, Element.OfSocketAndRange(var at, Cidr range))
          && at.equals(socket)
          && range.contains(source)) {
        return true;
      }
    }
    return has(IpvsSet.LOAD_BALANCER_SOURCE_IP, new Element.OfSocketAndAddress(socket, source));
  }

  private int mark(OfSocket socket) {
    return program
        .get(new IpvsKey.OfElement(IpvsSet.SHORT_CIRCUIT, socket))
        .map(object -> ((IpvsObject.Mark) object).mark())
        .orElse(0);
  }

  private Outcome blocked(OfSocket socket) {
    if (has(IpvsSet.DROP, socket)) {
      return new Outcome.Dropped();
    }
    if (has(IpvsSet.REJECT, socket)) {
      return new Outcome.Refused();
    }
    boolean healthCheck =
        socket.protocol() == Protocol.TCP
            && has(IpvsSet.HEALTH_CHECK_NODE_PORT, new Element.OfPort(socket.port()));
    boolean unserved = !has(IpvsSet.SERVERS, socket) && !healthCheck;
    return unserved && isVip(socket.address()) ? new Outcome.Refused() : new Outcome.Untouched();
  }

  boolean isVip(IpAddress address) {
    return has(IpvsSet.IPVS_IPS, new Element.OfAddress(address));
  }

  private boolean masqueraded(Packet packet, OfSocket socket) {
    boolean balancer =
        has(IpvsSet.LOAD_BALANCER, socket) && !has(IpvsSet.LOAD_BALANCER_LOCAL, socket);
    boolean clusterIp =
        has(IpvsSet.CLUSTER_IP, socket) && (policy.masqueradeAll() || others(packet));
    return balancer
        || clusterIp
        || has(IpvsSet.EXTERNAL_IP, socket)
        || isVip(packet.source())
        || (!isVip(socket.address()) && isLocal(socket.address()) && nodePort(socket));
  }

  private boolean others(Packet packet) {
    LocalPods pods = policy.pods();
    return pods.known(packet.destination().family()) && !pods.sent(packet);
  }

  private boolean nodePort(OfSocket socket) {
    Element port = new Element.OfPort(socket.port());
    return switch (socket.protocol()) {
      case TCP -> has(IpvsSet.NODE_PORT_TCP, port) && !has(IpvsSet.NODE_PORT_LOCAL_TCP, port);
      case UDP -> has(IpvsSet.NODE_PORT_UDP, port) && !has(IpvsSet.NODE_PORT_LOCAL_UDP, port);
      case SCTP ->
          has(IpvsSet.NODE_PORT_SCTP_HASH, socket)
              && !has(IpvsSet.NODE_PORT_LOCAL_SCTP_HASH, socket);
    };
  }

  private boolean has(IpvsSet set, Element element) {
    return program.get(new IpvsKey.OfElement(set, element)).isPresent();
  }
}
