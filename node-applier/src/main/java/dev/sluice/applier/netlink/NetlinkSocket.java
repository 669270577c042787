package dev.sluice.applier.netlink;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A netlink socket. It belongs for good to the network namespace of the thread that opens it; used
 * by one thread at a time, which it blocks.
 *
 * <p>After a failed call other than a refusal, answers may be under way still: close it then.
 */
public final class NetlinkSocket implements AutoCloseable {
  /**
   * The kernel takes a send as one piece of memory, and fills at most half of this in an answer.
   */
  private static final int BUFFER_BYTES = 1 << 16;

  /**
   * What a refusal takes at most of the room for answers: 768 bytes, unless the kernel has much to
   * say. If all that is sent at a time were refused, all of it must fit, or some would be lost.
   */
  private static final int REFUSAL_BYTES = 1280;

  private static final int MOST_DUMPS = 4;

  private final Datagrams kernel;
  private final int mostPerSend;
  private final ByteBuffer out = direct(BUFFER_BYTES);
  private final ByteBuffer in = direct(BUFFER_BYTES);
  private int sequence;
  private long nanos;

  NetlinkSocket(Datagrams kernel) {
    this.kernel = kernel;
    mostPerSend = Math.max(1, kernel.roomForAnswers() / REFUSAL_BYTES);
  }

  /** The netlink families that are used, by their numbers in include/uapi/linux/netlink.h. */
  public enum Family {
    ROUTE(0),
    NETFILTER(12),
    GENERIC(16);

    private final int number;

    Family(int number) {
      this.number = number;
    }
  }

  /** Makes something of an answer. */
  public interface Parser<T> {
    /**
     * Reads a message, whose bytes it must not keep.
     *
     * @return empty: not of interest
     */
    Optional<T> parse(NetlinkMessage message) throws MalformedMessageException;
  }

  /**
   * A request that the kernel refused.
   *
   * @param index its place among those that were sent together
   */
  public record Refusal(int index, NetlinkException reason) {}

  /**
   * Opens a socket in the calling thread's network namespace.
   *
   * @throws NetlinkException if the kernel has no such family, or no descriptor is left
   */
  public static NetlinkSocket open(Family family) throws NetlinkException {
    return new NetlinkSocket(SocketDescriptor.open(family.number));
  }

  /**
   * Sends requests that have no answer but an acknowledgement, many at a time, and waits until the
   * kernel has dealt with all of them, in order.
   *
   * @return what was refused, in order
   * @throws NetlinkException if it is not known how they ended: ENOBUFS if acknowledgements were
   *     lost, EAGAIN if none came for ten seconds; EPERM if the first is refused by that
   * @throws MalformedMessageException if an answer can't be read
   * @throws IllegalArgumentException if one alone is over 64 KiB
   */
  public List<Refusal> send(List<NetlinkMessage> requests)
      throws NetlinkException, MalformedMessageException {
    List<Refusal> refusals = new ArrayList<>();
    int next = 0;
    while (next < requests.size()) {
      int end = endOfSend(requests, next);
      int first = sequence + 1;
      out.clear();
      for (int i = next; i < end; i++) {
        // refusals come anyway, and the last one's acknowledgement tells that they all have come
        int ack = i == end - 1 ? NetlinkMessage.ACK : 0;
        requests.get(i).writeTo(out, ++sequence, ack);
      }
      long start = System.nanoTime();
      transmit();
      awaitAcknowledgement(first, next, refusals);
      nanos += System.nanoTime() - start;
      next = end;
    }
    return refusals;
  }

  private int endOfSend(List<NetlinkMessage> requests, int from) {
    int bytes = 0;
    int end = from;
    while (end < requests.size() && end - from < mostPerSend) {
      bytes += requests.get(end).size();
      if (bytes > BUFFER_BYTES) {
        break;
      }
      end++;
    }
    if (end == from) {
      throw new IllegalArgumentException("a netlink message of " + bytes + " bytes");
    }
    return end;
  }

  private void awaitAcknowledgement(int first, int firstIndex, List<Refusal> refusals)
      throws NetlinkException, MalformedMessageException {
    while (true) {
      for (NetlinkMessage message : receive()) {
        int index = message.sequence() - first;
        if (index < 0 || message.type() != NetlinkMessage.TYPE_ERROR) {
          continue; // of an earlier request that was given up
        }
        Acknowledgement end = Acknowledgement.parse(message);
        if (end.errno() != 0) {
          NetlinkException reason = new NetlinkException("request", end.errno(), end.explanation());
          if (index == 0 && reason.is(Errno.EPERM)) {
            throw reason; // netfilter then says nothing about the others that were sent with it
          }
          refusals.add(new Refusal(firstIndex + index, reason));
        }
        if (message.sequence() == sequence) {
          return;
        }
      }
    }
  }

  /**
   * Sends a request that is answered, by one message or by a dump, and reads all answers. A dump
   * that the kernel calls inconsistent is asked for anew.
   *
   * @return what the parser made of the answers, in order
   * @throws NetlinkException if the kernel refuses; EINTR if a dump was inconsistent several times
   * @throws MalformedMessageException if an answer can't be read
   */
  public <T> List<T> query(NetlinkMessage request, Parser<T> parser)
      throws NetlinkException, MalformedMessageException {
    for (int attempt = 0; attempt < MOST_DUMPS; attempt++) {
      boolean dump = (request.flags() & NetlinkMessage.DUMP) == NetlinkMessage.DUMP;
      out.clear();
      request.writeTo(out, ++sequence, dump ? 0 : NetlinkMessage.ACK);
      long start = System.nanoTime();
      transmit();
      List<T> answers = new ArrayList<>();
      boolean consistent = collect(parser, answers);
      nanos += System.nanoTime() - start;
      if (consistent) {
        return answers;
      }
    }
    throw new NetlinkException("dump", Errno.EINTR.number(), "changed while it was read");
  }

  /** Reads answers to the last request up to their end; false if they don't fit together. */
  private <T> boolean collect(Parser<T> parser, List<T> answers)
      throws NetlinkException, MalformedMessageException {
    boolean consistent = true;
    while (true) {
      for (NetlinkMessage message : receive()) {
        if (message.sequence() != sequence) {
          continue; // of an earlier request that was given up
        }
        consistent &= (message.flags() & NetlinkMessage.DUMP_INTERRUPTED) == 0;
        if (message.type() == NetlinkMessage.TYPE_ERROR
            || message.type() == NetlinkMessage.TYPE_DONE) {
          Acknowledgement end = Acknowledgement.parse(message);
          if (end.errno() != 0) {
            throw new NetlinkException("query", end.errno(), end.explanation());
          }
          return consistent;
        }
        parser.parse(message).ifPresent(answers::add);
      }
    }
  }

  /** What its requests have taken by now, from their sending to their last answer's reading. */
  long nanos() {
    return nanos;
  }

  private void transmit() throws NetlinkException {
    kernel.send(out.flip());
  }

  private List<NetlinkMessage> receive() throws NetlinkException, MalformedMessageException {
    int length = kernel.receive(in.clear());
    if (length > BUFFER_BYTES) {
      throw new MalformedMessageException("a datagram of " + length + " bytes");
    }
    return NetlinkMessage.parse(in.limit(length));
  }

  /** Closes it. Idempotent. */
  @Override
  public void close() {
    kernel.close();
  }

  private static ByteBuffer direct(int bytes) {
    return ByteBuffer.allocateDirect(bytes).order(ByteOrder.nativeOrder());
  }
}
