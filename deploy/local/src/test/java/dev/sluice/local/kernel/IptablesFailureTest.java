package dev.sluice.local.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.applier.program.Backend.Written;
import dev.sluice.local.conformance.BackEnd;
import dev.sluice.local.conformance.Conformance;
import dev.sluice.local.conformance.EveryFlavour;
import dev.sluice.local.conformance.Row;
import dev.sluice.local.conformance.RunsOn;
import dev.sluice.local.lab.KernelTest;
import dev.sluice.local.lab.NetworkNamespace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of a change that the kernel, or its tool, refuses. */
@KernelTest
@RunsOn({BackEnd.IPTABLES_LEGACY, BackEnd.IPTABLES_NFT})
@Timeout(value = 1, unit = TimeUnit.MINUTES)
@SuppressWarnings("NullAway.Init")
class IptablesFailureTest {
  private NetworkNamespace namespace;

  @BeforeEach
  void build() {
    namespace = NetworkNamespace.create("failure");
  }

  @AfterEach
  void remove() {
    namespace.close();
  }

  @TempDir Path folder;

  @EveryFlavour
  void theReasonIsToldAndTheNextApplyRepairs(Flavour flavour) throws IOException {
    Path broken = folder.resolve("broken");
    List<String> wrapper =
        script(
            "if [ -e %s ]; then echo 'out of order' >&2; exit 4; fi; exec \"$@\""
                .formatted(broken));
    Cluster cluster = Cluster.of("web.yaml");
    try (ProgrammedNode node = new ProgrammedNode(namespace, flavour, wrapper)) {
      node.program(Cluster.of("node-port.yaml"));

      Files.createFile(broken);
      for (int attempt = 0; attempt < 3; attempt++) {
        assertThatThrownBy(() -> node.program(cluster))
            .isInstanceOf(IOException.class)
            .hasMessageContaining("out of order");
      }
      // meanwhile somebody else changes what the back end believes to be there
      node.iptables().restore("*nat\n-F KUBE-POSTROUTING\nCOMMIT\n");
      Files.delete(broken);

      Cluster both = cluster.with(Cluster.of("node-port.yaml").objects());
      assertThat(node.backend().apply().commits()).isEqualTo(1);
      assertThat(node.iptables().program().objects())
          .isEqualTo(node.iptables().planned(both).objects());
    }
  }

  @EveryFlavour
  void aChangeWhoseAnswerWasLostIsNotWrittenTwice(Flavour flavour) throws IOException {
    Path lossy = folder.resolve("lossy");
    List<String> wrapper =
        script("\"$@\" || exit; if [ -e %s ]; then echo lost >&2; exit 1; fi".formatted(lossy));
    try (ProgrammedNode node = new ProgrammedNode(namespace, flavour, wrapper)) {
      node.program(Cluster.EMPTY);

      Files.createFile(lossy);
      assertThatThrownBy(() -> node.program(Cluster.of("web.yaml"))).hasMessageContaining("lost");
      Files.delete(lossy);

      assertThat(node.backend().apply()).isEqualTo(Written.NOTHING);
    }
  }

  @EveryFlavour
  void whatTheKernelRefusesIsNamed(Flavour flavour) throws IOException {
    // a chain that others refer to can't be removed; our script has COMMIT in that line
    String table = "sed '/^.nat/,$ s/^COMMIT/-X KUBE-MARK-MASQ\\n&/' | \"$@\"";
    List<String> wrapper = script("case \"$*\" in *restore*) " + table + ";; *) \"$@\";; esac");
    try (ProgrammedNode node = new ProgrammedNode(namespace, flavour, wrapper)) {
      assertThatThrownBy(() -> node.program(Cluster.of("web.yaml")))
          .isInstanceOf(IOException.class)
          .hasMessageStartingWith(flavour.family() + " refused by the kernel: ")
          .hasMessageContaining(" failed")
          .hasMessageEndingWith(": COMMIT");
    }
  }

  @Test
  @RunsOn(BackEnd.IPTABLES_LEGACY)
  @Conformance(Row.T6)
  void aLockThatIsHeldTooLongIsNamed() throws IOException {
    Cluster cluster = Cluster.of("web.yaml");
    try (ProgrammedNode node = new ProgrammedNode(namespace, Flavour.LEGACY_IPV4)) {
      Process holder =
          new ProcessBuilder(
                  "flock", node.iptables().lock().toString(), "sh", "-c", "echo held; read _")
              .start();
      try (var input = holder.inputReader();
          var release = holder.outputWriter()) {
        assertThat(input.readLine()).isEqualTo("held");

        assertThatThrownBy(() -> node.program(cluster))
            .isInstanceOf(IOException.class)
            .hasMessageContaining("lock");
        release.write("\n");
      }

      assertThat(node.program(cluster).commits()).isEqualTo(1);
      assertThat(node.iptables().program().objects())
          .isEqualTo(node.iptables().planned(cluster).objects());
    }
  }

  /** An executable that runs the command in its arguments, after a fashion. */
  private List<String> script(String body) throws IOException {
    Path path = folder.resolve("wrapper");
    Files.writeString(path, "#!/bin/sh\n" + body + "\n");
    Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwx------"));
    return List.of(path.toString());
  }
}
