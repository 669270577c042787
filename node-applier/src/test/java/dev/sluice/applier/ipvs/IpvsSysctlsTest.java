package dev.sluice.applier.ipvs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class IpvsSysctlsTest {
  private static final String REUSE = "ipv4/vs/conn_reuse_mode";

  @TempDir private Path root;

  @BeforeEach
  void aKernelWithIpvs() throws IOException {
    kernel("6.1.0-18-amd64\n");
    parameter("ipv4/vs/conntrack", "0");
    parameter("ipv4/vs/expire_nodest_conn", "0");
    parameter("ipv4/vs/expire_quiescent_template", "0");
    parameter(REUSE, "1");
    parameter("ipv4/ip_forward", "0");
    parameter("ipv4/conf/all/arp_ignore", "0");
    parameter("ipv4/conf/all/arp_announce", "0");
  }

  private void kernel(String release) throws IOException {
    write(root.resolve("proc/sys/kernel/osrelease"), release);
  }

  private Path path(String parameter) {
    return root.resolve("proc/sys/net").resolve(parameter);
  }

  private void parameter(String name, String value) throws IOException {
    write(path(name), value + "\n");
  }

  private static void write(Path file, String text) throws IOException {
    Files.createDirectories(file.resolveSibling("."));
    Files.writeString(file, text);
  }

  private String value(String parameter) throws IOException {
    return Files.readString(path(parameter)).strip();
  }

  @Test
  void setsWhatIpvsNeeds() throws IOException {
    assertThat(new IpvsSysctls(root).apply(false)).isEmpty();

    assertThat(value("ipv4/vs/conntrack")).isEqualTo("1");
    assertThat(value("ipv4/vs/expire_nodest_conn")).isEqualTo("1");
    assertThat(value("ipv4/vs/expire_quiescent_template")).isEqualTo("1");
    assertThat(value("ipv4/ip_forward")).isEqualTo("1");
  }

  @Test
  void arpIsStrictOnlyWhereItIsToBe() throws IOException {
    assertThat(new IpvsSysctls(root).apply(false)).isEmpty();
    assertThat(value("ipv4/conf/all/arp_ignore")).isEqualTo("0");
    assertThat(value("ipv4/conf/all/arp_announce")).isEqualTo("0");

    assertThat(new IpvsSysctls(root).apply(true)).isEmpty();
    assertThat(value("ipv4/conf/all/arp_ignore")).isEqualTo("1");
    assertThat(value("ipv4/conf/all/arp_announce")).isEqualTo("2");
  }

  @ParameterizedTest
  @CsvSource({
    "4.0.9, 1",
    "4.1.0, 0",
    "4.19.0-26-amd64, 0",
    "5.4.0-150-generic, 0",
    "5.8.18, 0",
    "5.9.0, 1",
    "5.10.0, 1",
    "5.15.0-1-aws, 1",
    "6.1.0, 1",
    "10.0, 1",
    "unknown, 1"
  })
  void onlyOldKernelsGetTheirReuseModeChanged(String release, String expected) throws IOException {
    kernel(release + "\n");

    assertThat(new IpvsSysctls(root).apply(false)).isEmpty();
    assertThat(value(REUSE)).isEqualTo(expected);
  }

  @Test
  void aKernelThatDoesNotTellItsReleaseIsTakenForANewOne() throws IOException {
    Files.delete(root.resolve("proc/sys/kernel/osrelease"));

    assertThat(new IpvsSysctls(root).apply(false)).isEmpty();
    assertThat(value(REUSE)).isEqualTo("1");
  }

  @Test
  void whatIsRightAlreadyIsNotWritten() throws IOException {
    assertThat(new IpvsSysctls(root).apply(true)).isEmpty();
    FileTime before = FileTime.fromMillis(0);
    Files.setLastModifiedTime(path("ipv4/ip_forward"), before);

    assertThat(new IpvsSysctls(root).apply(true)).isEmpty();
    assertThat(Files.getLastModifiedTime(path("ipv4/ip_forward"))).isEqualTo(before);
  }

  /** As /proc/sys is in a container: not even root may write there. */
  @Test
  void whatCanOnlyBeReadIsNamed() throws IOException {
    Files.delete(path("ipv4/ip_forward"));
    Files.createSymbolicLink(path("ipv4/ip_forward"), Path.of("/proc/version"));

    assertThat(new IpvsSysctls(root).apply(false))
        .singleElement()
        .asString()
        .contains("ip_forward = 1");
  }

  @Test
  void whatCannotBeSetIsNamedAndTheRestIsSet() throws IOException {
    Files.delete(path("ipv4/vs/conntrack"));
    Files.delete(path("ipv4/ip_forward"));
    Files.createDirectory(path("ipv4/ip_forward"));

    assertThat(new IpvsSysctls(root).apply(true))
        .hasSize(2)
        .anySatisfy(
            failure ->
                assertThat(failure).contains("vs/conntrack = 1").contains("NoSuchFileException"))
        .anySatisfy(failure -> assertThat(failure).contains("ip_forward = 1"));
    assertThat(Files.exists(path("ipv4/vs/conntrack"))).as("nothing is made up").isFalse();
    assertThat(value("ipv4/conf/all/arp_announce")).isEqualTo("2");
  }
}
