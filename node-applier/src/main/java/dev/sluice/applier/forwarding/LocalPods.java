package dev.sluice.applier.forwarding;

import dev.sluice.events.model.Cidr;
import dev.sluice.events.model.IpFamily;
import java.util.List;
import java.util.regex.Pattern;

/** How a packet that a pod sent is told. */
public sealed interface LocalPods {
  /**
   * By where it comes from.
   *
   * @param ranges at most one of a family; a family without any has no way to tell
   */
  record InRanges(List<Cidr> ranges) implements LocalPods {
    public InRanges {
      ranges = List.copyOf(ranges);
    }

    @Override
    public boolean known(IpFamily family) {
      return ranges.stream().anyMatch(range -> range.family() == family);
    }

    @Override
    public boolean sent(Packet packet) {
      return ranges.stream().anyMatch(range -> range.contains(packet.source()));
    }
  }

  /** By the one interface that it comes by. */
  record BehindInterface(String name) implements LocalPods {
    @Override
    public boolean known(IpFamily family) {
      return true;
    }

    @Override
    public boolean sent(Packet packet) {
      return packet.inInterface().filter(name::equals).isPresent();
    }
  }

  /** By how the name of the interface begins that it comes by. */
  record BehindInterfaces(String prefix) implements LocalPods {
    @Override
    public boolean known(IpFamily family) {
      return true;
    }

    @Override
    public boolean sent(Packet packet) {
      return packet.inInterface().filter(name -> name.startsWith(prefix)).isPresent();
    }
  }

  /** Whether there is a way to tell, in this family. */
  boolean known(IpFamily family);

  /** Whether a pod has sent it; false where there is no way to tell. */
  boolean sent(Packet packet);

  /**
   * Checks that the kernel could have an interface of this name.
   *
   * @throws IllegalArgumentException if not
   */
  static void checkInterface(String name) {
    // IFNAMSIZ of linux/if.h is 16, with the zero at the end; a plus would be a wild card
    if (!Pattern.matches("[!-~&&[^/:+!\"'\\\\]]{1,15}", name)) {
      throw new IllegalArgumentException("\"" + name + "\" is no name of an interface");
    }
  }
}
