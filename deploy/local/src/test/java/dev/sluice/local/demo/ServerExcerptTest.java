package dev.sluice.local.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class ServerExcerptTest {
  // as a kernel of version 6.1 prints it
  private static final String TABLE =
      """
      IP Virtual Server version 1.2.1 (size=4096)
      Prot LocalAddress:Port Scheduler Flags
        -> RemoteAddress:Port Forward Weight ActiveConn InActConn
      TCP  0A600050:0050 rr  persistent 10800 FFFFFFFF
        -> 0AF40103:1F90      Masq    1      0          5         \s
        -> 0AF40102:1F90      Masq    1      0          5         \s
      UDP  0A600050:0050 rr \s
        -> 0AF40102:1F90      Masq    1      0          0         \s
      TCP  [fd00:0010:0096:0000:0000:0000:0000:0080]:0050 rr \s
        -> [fd00:0010:0244:0001:0000:0000:0000:0002]:1F90      Masq    1      0          0         \s
      TCP  AC140001:7580 rr \s
      FWM  1000007F rr \s
        -> 0AF40102:1F90      Masq    1      0          0         \s
      """;

  @Test
  void showsVirtualServersAndTheirDestinationsAsTheToolDoes() {
    assertThat(ServerExcerpt.of(TABLE, List.of("10.96.0.80:80", "172.20.0.1:30080")))
        .containsExactly(
            "TCP  10.96.0.80:80 rr  persistent 10800 FFFFFFFF",
            "  -> 10.244.1.3:8080        Masq    1      0          5",
            "  -> 10.244.1.2:8080        Masq    1      0          5",
            "UDP  10.96.0.80:80 rr",
            "  -> 10.244.1.2:8080        Masq    1      0          0",
            "TCP  172.20.0.1:30080 rr");
  }

  @Test
  void othersAreLeftOut() {
    assertThat(ServerExcerpt.of(TABLE, List.of("10.96.0.80:81"))).isEmpty();
  }
}
