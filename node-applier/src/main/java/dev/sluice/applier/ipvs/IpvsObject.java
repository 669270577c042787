package dev.sluice.applier.ipvs;

import java.util.List;

/** What an object of ours holds. Immutable. */
public sealed interface IpvsObject {
  /** Of a set: nothing but itself, its definition follows from its name. */
  record Defined() implements IpvsObject {
    @Override
    public String toString() {
      return "defined";
    }
  }

  /** Of an address: it is there. */
  record Present() implements IpvsObject {
    @Override
    public String toString() {
      return "present";
    }
  }

  /**
   * Of an element.
   *
   * @param mark what a packet gets that the element is for; 0: none
   */
  record Mark(int mark) implements IpvsObject {
    @Override
    public String toString() {
      return mark == 0 ? "present" : "mark 0x" + Integer.toHexString(mark);
    }
  }

  /**
   * Of a virtual server.
   *
   * @param destinations which get new connections, each with weight 1; in order, each once
   */
  record Server(ServerSettings settings, List<RealServer> destinations) implements IpvsObject {
    public Server {
      destinations = List.copyOf(destinations);
    }
  }

  IpvsObject DEFINED = new Defined();
  IpvsObject PRESENT = new Present();
  IpvsObject UNMARKED = new Mark(0);
}
