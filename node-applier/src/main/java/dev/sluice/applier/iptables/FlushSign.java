package dev.sluice.applier.iptables;

import dev.sluice.events.model.IpFamily;
import java.io.IOException;

/**
 * A number of a table that falls when somebody takes away rules or chains of ours, and costs
 * microseconds to ask for. Of the network namespace of the thread that first asks; used by one
 * thread at a time.
 */
interface FlushSign extends AutoCloseable {
  /**
   * The number.
   *
   * @throws IOException if the kernel can't be asked
   */
  long of(IpFamily family, Table table) throws IOException;

  @Override
  void close();

  /** That of a variant. */
  static FlushSign of(IptablesTools.Variant variant) {
    return switch (variant) {
      case LEGACY -> new LegacyFlushSign();
      case NFT -> new NftFlushSign();
    };
  }

  /** For tools that are not of this process's own namespace: nothing ever falls. */
  static FlushSign none() {
    return new FlushSign() {
      @Override
      public long of(IpFamily family, Table table) {
        return 0;
      }

      @Override
      public void close() {}
    };
  }
}
