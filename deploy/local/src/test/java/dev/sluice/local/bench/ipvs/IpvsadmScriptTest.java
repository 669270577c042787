package dev.sluice.local.bench.ipvs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.applier.forwarding.VirtualServer;
import dev.sluice.events.model.IpFamily;
import dev.sluice.local.bench.BenchException;
import dev.sluice.local.bench.traffic.Workload;
import org.junit.jupiter.api.Test;

class IpvsadmScriptTest {
  private final Workload workload = new Workload(IpFamily.IPV4, 2, 2);

  @Test
  void everyServiceIsAVirtualServerWithItsEndpoints() {
    assertThat(IpvsadmScript.load(workload.servers()))
        .isEqualTo(
            """
            -A -t 10.96.0.10:80 -s rr
            -a -t 10.96.0.10:80 -r 10.128.0.1:8080 -m -w 1
            -a -t 10.96.0.10:80 -r 10.128.0.2:8080 -m -w 1
            -A -t 10.96.0.11:80 -s rr
            -a -t 10.96.0.11:80 -r 10.128.0.3:8080 -m -w 1
            -a -t 10.96.0.11:80 -r 10.128.0.4:8080 -m -w 1
            """);
  }

  @Test
  void aReplacedEndpointComesBeforeTheOtherDrains() {
    VirtualServer before = workload.servers().get(1);

    assertThat(IpvsadmScript.change(before, workload.replaced(before, 0)))
        .isEqualTo(
            """
            -a -t 10.96.0.11:80 -r 10.128.0.5:8080 -m -w 1
            -e -t 10.96.0.11:80 -r 10.128.0.3:8080 -m -w 0
            """);
  }

  @Test
  void aLoaderMustHaveLoadedAll() {
    ServerCount count = new ServerCount(1, 2);

    assertThatThrownBy(() -> count.require(new ServerCount(2, 4), "ipvsadm"))
        .isInstanceOf(BenchException.class)
        .hasMessage(
            "ipvsadm: the kernel has 1 virtual servers with 2 destinations of 2 virtual servers"
                + " with 4 destinations");
  }
}
