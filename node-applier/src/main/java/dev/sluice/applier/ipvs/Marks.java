package dev.sluice.applier.ipvs;

import dev.sluice.applier.forwarding.ServicePortName;
import dev.sluice.applier.program.Sha256;
import dev.sluice.events.model.Protocol;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;

/**
 * The packet marks of virtual servers that are told by a mark: a number for each Service port, as a
 * function of the set of all that need one. Pure.
 */
final class Marks {
  private static final int NUMBER = 0x00ff_ffff;
  private static final int OURS = 0x1000_0000;
  private static final int OURS_OTHERWISE = 0x2000_0000;
  private static final int BITS_OF_OURS = 0xf000_0000;

  private static final int PROTOCOL_BITS = 3;
  private static final List<Protocol> PROTOCOLS =
      List.of(Protocol.TCP, Protocol.UDP, Protocol.SCTP);

  private final int masquerade;
  private final int ours;
  private final int protocolShift;

  /**
   * @param masqueradeBit the bit that asks for masquerading, which no mark may hold
   */
  Marks(int masqueradeBit) {
    masquerade = 1 << masqueradeBit;
    ours = masquerade == OURS ? OURS_OTHERWISE : OURS;
    protocolShift = masqueradeBit == 24 || masqueradeBit == 25 ? 26 : 24;
  }

  /** What tells these marks from others: value and mask as iptables prints them. */
  String match() {
    return "0x%x/0x%x".formatted(ours, BITS_OF_OURS & ~masquerade);
  }

  /** A mark for each name. Nearly always that of its hash; where two have the same, by order. */
  Map<ServicePortName, Integer> assign(SortedSet<ServicePortName> names) {
    Map<ServicePortName, Integer> marks = new HashMap<>();
    Set<Integer> taken = new HashSet<>();
    for (ServicePortName name : names) {
      int attempt = 0;
      int mark = mark(name, attempt);
      while (!taken.add(mark)) {
        mark = mark(name, ++attempt);
      }
      marks.put(name, mark);
    }
    return marks;
  }

  private int mark(ServicePortName name, int attempt) {
    String text = name + "/" + name.protocol().lowerCase() + (attempt == 0 ? "" : "#" + attempt);
    int hash = ByteBuffer.wrap(Sha256.of(text)).getInt();
    int protocol = PROTOCOLS.indexOf(name.protocol()) << protocolShift;
    return ours | protocol | (hash & NUMBER & ~masquerade);
  }

  /** The protocol of the Service port that a mark is for. */
  Protocol protocol(int mark) {
    return PROTOCOLS.get((mark >>> protocolShift & PROTOCOL_BITS) % PROTOCOLS.size());
  }
}
