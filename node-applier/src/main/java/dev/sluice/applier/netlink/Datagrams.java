package dev.sluice.applier.netlink;

import java.nio.ByteBuffer;

/** What a {@link NetlinkSocket} talks through: the kernel, or a test. */
interface Datagrams {
  /** How much the kernel keeps of what has not been read yet, by its own count. */
  int roomForAnswers();

  /** Sends what the buffer holds, all or nothing. */
  void send(ByteBuffer datagram) throws NetlinkException;

  /**
   * Waits for a datagram and puts it at the buffer's beginning, without moving its position.
   *
   * @return the datagram's length; more than the buffer has if it was cut off
   * @throws NetlinkException ENOBUFS if some were lost, EAGAIN if none came
   */
  int receive(ByteBuffer buffer) throws NetlinkException;

  /** Idempotent. */
  void close();
}
