package dev.sluice.applier.netlink;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** Answers as a test tells it to, and keeps what it was sent. */
final class FakeKernel implements Datagrams {
  private static final int ERRNO_BYTES = 4;

  private final int room;
  private final Answers answers;
  private final Deque<Answer> waiting = new ArrayDeque<>();
  private final List<List<NetlinkMessage>> sends = new ArrayList<>();
  private boolean closed;

  /** What the kernel answers to what it is sent at a time. */
  interface Answers {
    List<Answer> to(List<NetlinkMessage> requests);
  }

  /** A datagram of messages, or a call that fails. */
  record Answer(int errno, List<NetlinkMessage> messages) {
    static Answer of(NetlinkMessage... messages) {
      return new Answer(0, List.of(messages));
    }

    static Answer failure(Errno errno) {
      return new Answer(errno.number(), List.of());
    }
  }

  FakeKernel(int room, Answers answers) {
    this.room = room;
    this.answers = answers;
  }

  /** An acknowledgement, or a refusal, of a request. */
  static NetlinkMessage ended(NetlinkMessage request, int errno) {
    Payload payload =
        new Payload().u32(-errno).u32(16).u16(request.type()).u16(0).u32(request.sequence()).u32(0);
    return new NetlinkMessage(
        NetlinkMessage.TYPE_ERROR, 0x100, request.sequence(), payload.bytes());
  }

  /** The end of a dump. */
  static NetlinkMessage done(NetlinkMessage request, int moreFlags) {
    ByteBuffer errno = ByteBuffer.allocate(ERRNO_BYTES);
    return new NetlinkMessage(NetlinkMessage.TYPE_DONE, 2 | moreFlags, request.sequence(), errno);
  }

  /** A part of a dump. */
  static NetlinkMessage part(NetlinkMessage request, int value) {
    return new NetlinkMessage(20, 2, request.sequence(), new Payload().u32(value).bytes());
  }

  /** What it was sent, by sends. */
  List<List<NetlinkMessage>> sends() {
    return sends;
  }

  boolean closed() {
    return closed;
  }

  @Override
  public int roomForAnswers() {
    return room;
  }

  @Override
  public void send(ByteBuffer datagram) {
    // the sender uses its buffer again
    ByteBuffer copy = ByteBuffer.allocate(datagram.remaining()).put(datagram.duplicate()).flip();
    try {
      List<NetlinkMessage> requests = NetlinkMessage.parse(copy);
      sends.add(requests);
      waiting.addAll(answers.to(requests));
    } catch (MalformedMessageException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public int receive(ByteBuffer buffer) throws NetlinkException {
    Answer next = waiting.isEmpty() ? Answer.failure(Errno.EAGAIN) : waiting.remove();
    if (next.errno != 0) {
      throw new NetlinkException("recv", next.errno, "");
    }
    ByteBuffer out = buffer.duplicate().order(ByteOrder.nativeOrder());
    for (NetlinkMessage message : next.messages) {
      message.writeTo(out, message.sequence(), 0);
    }
    return out.position() - buffer.position();
  }

  @Override
  public void close() {
    closed = true;
  }
}
