package dev.sluice.local.system;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.applier.iptables.Command;
import dev.sluice.applier.iptables.IptablesKernel;
import dev.sluice.applier.iptables.IptablesTools;
import dev.sluice.applier.iptables.IptablesTools.Variant;
import dev.sluice.applier.ipvs.Exclusions;
import dev.sluice.applier.ipvs.NodeKernel;
import dev.sluice.applier.ipvs.NodeReader;
import dev.sluice.applier.program.ProgramDigest;
import dev.sluice.events.model.IpFamily;
import dev.sluice.local.conformance.BackEnd;
import dev.sluice.local.conformance.Conformance;
import dev.sluice.local.conformance.Row;
import dev.sluice.local.conformance.RunsOn;
import dev.sluice.local.lab.IpvsTest;
import dev.sluice.local.lab.NetworkNamespace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What is planned for IPVS the usual tools can load, and clean-up removes it. */
@IpvsTest
@RunsOn(BackEnd.IPVS)
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class IpvsPlanSystemTest {
  /** Together, these have something in every set, and a virtual server of every kind. */
  private static final String SERVICES =
      """
      apiVersion: v1
      kind: Service
      metadata: { name: shop, namespace: shop }
      spec:
        type: LoadBalancer
        clusterIPs: [10.96.0.81, "fd00:10:96::81"]
        externalIPs: [192.0.2.81, "2001:db8::81"]
        externalTrafficPolicy: Local
        healthCheckNodePort: 30900
        loadBalancerSourceRanges: [198.51.100.0/24, 198.51.100.7/32, "2001:db8:1::/64", "2001:db8::7/128"]
        sessionAffinity: ClientIP
        ports:
          - { name: tcp, protocol: TCP, port: 80, nodePort: 30081 }
          - { name: udp, protocol: UDP, port: 80, nodePort: 30081 }
          - { name: sctp, protocol: SCTP, port: 80, nodePort: 30081 }
      status:
        loadBalancer: { ingress: [{ ip: 192.0.2.82 }, { ip: "2001:db8::82" }] }
      ---
      apiVersion: discovery.k8s.io/v1
      kind: EndpointSlice
      metadata: { name: shop-4, namespace: shop, labels: { kubernetes.io/service-name: shop } }
      addressType: IPv4
      ports:
        - { name: tcp, protocol: TCP, port: 8080 }
        - { name: udp, protocol: UDP, port: 8080 }
        - { name: sctp, protocol: SCTP, port: 8080 }
      endpoints:
        - { addresses: [10.244.1.3], nodeName: node-1 }
        - { addresses: [10.244.2.3], nodeName: node-2 }
      ---
      apiVersion: discovery.k8s.io/v1
      kind: EndpointSlice
      metadata: { name: shop-6, namespace: shop, labels: { kubernetes.io/service-name: shop } }
      addressType: IPv6
      ports:
        - { name: tcp, protocol: TCP, port: 8080 }
        - { name: udp, protocol: UDP, port: 8080 }
        - { name: sctp, protocol: SCTP, port: 8080 }
      endpoints:
        - { addresses: ["fd00:10:244:1::3"], nodeName: node-1 }
        - { addresses: ["fd00:10:244:2::3"], nodeName: node-2 }
      ---
      apiVersion: v1
      kind: Service
      metadata: { name: closed, namespace: shop }
      spec:
        clusterIPs: [10.96.0.82, "fd00:10:96::82"]
        externalIPs: [192.0.2.83, "2001:db8::83"]
        ports: [{ protocol: TCP, port: 80 }]
      ---
      apiVersion: v1
      kind: Service
      metadata: { name: elsewhere, namespace: shop }
      spec:
        clusterIPs: [10.96.0.83, "fd00:10:96::83"]
        internalTrafficPolicy: Local
        ports: [{ name: tcp, protocol: TCP, port: 80 }]
      ---
      apiVersion: discovery.k8s.io/v1
      kind: EndpointSlice
      metadata: { name: elsewhere-4, namespace: shop, labels: { kubernetes.io/service-name: elsewhere } }
      addressType: IPv4
      ports: [{ name: tcp, protocol: TCP, port: 8080 }]
      endpoints: [{ addresses: [10.244.2.4], nodeName: node-2 }]
      ---
      apiVersion: discovery.k8s.io/v1
      kind: EndpointSlice
      metadata: { name: elsewhere-6, namespace: shop, labels: { kubernetes.io/service-name: elsewhere } }
      addressType: IPv6
      ports: [{ name: tcp, protocol: TCP, port: 8080 }]
      endpoints: [{ addresses: ["fd00:10:244:2::4"], nodeName: node-2 }]
      """;

  @TempDir Path folder;
  private final NetworkNamespace node = NetworkNamespace.create("node");

  @AfterEach
  void removeNode() {
    node.close();
  }

  @ParameterizedTest
  @EnumSource
  @Conformance(Row.S5)
  void theToolsLoadThePlanAndTheApplierReadsItBackAsItWas(IpFamily family) throws Exception {
    String plan = plan(family, "--ipvs-scheduler", "mh");
    assertThat(plan).contains("\nadd ").doesNotContain("\n# digest: 0000");

    load(plan);

    assertThat(read(family)).hasToString(line(plan, "# digest: "));
    assertThat(cleanup()).contains("ipvs " + family).doesNotContain(family + ": 0 objects");
    assertThat(everything(family)).isEmpty();
  }

  @Test
  @Conformance({Row.S5, Row.S6})
  void cleanupLeavesWhatOthersHave() throws Exception {
    IpFamily family = IpFamily.IPV4;
    sh("ipset create OTHERS hash:ip");
    sh("ipvsadm -A -t 203.0.113.1:80 -s rr && ipvsadm -a -t 203.0.113.1:80 -r 203.0.113.2 -m");
    sh("ipvsadm -A -t 203.0.113.3:80 -s rr && ipvsadm -A -f 7 -s rr");
    sh("ip link add others type dummy && ip address add 203.0.113.1/32 dev others");
    sh("iptables-legacy -t nat -N OTHERS && iptables-legacy -t nat -A POSTROUTING -j OTHERS");
    String others = everything(family);

    load(plan(family));
    assertThat(everything(family)).contains("kube-ipvs0", "KUBE-CLUSTER-IP");
    assertThat(cleanup()).isNotEmpty();

    assertThat(everything(family)).isEqualTo(others);
    assertThat(cleanup().lines()).allMatch(line -> line.endsWith(": 0 objects removed"));
  }

  private String plan(IpFamily family, String... more) throws Exception {
    Path manifests = Files.createDirectories(folder.resolve("manifests"));
    Files.writeString(
        manifests.resolve("all.yaml"),
        String.join("---\n", Manifests.NODE, Manifests.WEB, SERVICES));
    String[] options = {
      "plan",
      "--manifests",
      manifests.toString(),
      "--node-name",
      "node-1",
      "--proxy-mode",
      "ipvs",
      "--family",
      family.toString().toLowerCase(Locale.ROOT)
    };
    String[] all = Arrays.copyOf(options, options.length + more.length);
    System.arraycopy(more, 0, all, options.length, more.length);
    Program.Ended ended = Program.run("sluice", all);
    assertThat(ended.errors()).isEmpty();
    assertThat(ended.exitCode()).isZero();
    return ended.output();
  }

  /** Each part by the tool that the line before it names. */
  private void load(String plan) throws IOException {
    for (String part : plan.split("(?m)^# (?=ip|ip6tables)", -1)) {
      int end = part.indexOf('\n');
      String tool = part.substring(0, end);
      if (!tool.startsWith("#")) {
        Path input = folder.resolve("part");
        Files.writeString(input, part.substring(end + 1));
        sh(tool.replace("tables-", "tables-legacy-") + " <" + input);
      }
    }
  }

  /** The digest of what the kernel holds. */
  private ProgramDigest read(IpFamily family) throws IOException {
    Command command =
        new Command(
            List.of("nsenter", "--net=" + node.file(), "env", "XTABLES_LOCKFILE=" + lock()),
            Duration.ofMinutes(1));
    IptablesTools tools = IptablesTools.find(Optional.of(Variant.LEGACY), command);
    ProgramDigest rules = new IptablesKernel(tools, family).read().digest();
    try (NodeKernel kernel = new NodeKernel()) {
      return node.<ProgramDigest, IOException>call(
              () ->
                  new NodeReader(kernel, family)
                      .read(dev.sluice.applier.program.Program.empty(), Exclusions.NONE)
                      .program()
                      .digest())
          .plus(rules);
    }
  }

  private String cleanup() throws Exception {
    Program.Ended ended =
        Program.runIn(
            node, "sluice", "cleanup", "--proxy-mode", "ipvs", "--iptables-variant", "legacy");
    assertThat(ended.errors()).isEmpty();
    assertThat(ended.exitCode()).isZero();
    return ended.output();
  }

  /** What the usual tools list, without empty chains of the kernel's. */
  private String everything(IpFamily family) {
    String save = (family == IpFamily.IPV4 ? "iptables" : "ip6tables") + "-legacy-save";
    return List.of("ipset save", "ipvsadm -Sn", save, "ip -o link", "ip -o address").stream()
        .flatMap(command -> sh(command).lines())
        .filter(line -> !line.matches("#.*|\\*.*|COMMIT|:[A-Z]+ ACCEPT .*|\\d+: lo.*"))
        .map(line -> line.replaceFirst(" \\[\\d+:\\d+]$|^\\d+: ", ""))
        .collect(joining("\n"));
  }

  private String sh(String command) {
    return node.exec("env", "XTABLES_LOCKFILE=" + lock(), "sh", "-c", command).orThrow().out();
  }

  private Path lock() {
    return folder.resolve("lock");
  }

  private static String line(String text, String start) {
    return text.lines()
        .filter(line -> line.startsWith(start))
        .map(line -> line.substring(start.length()))
        .findFirst()
        .orElseThrow();
  }
}
