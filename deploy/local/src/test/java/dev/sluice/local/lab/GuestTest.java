package dev.sluice.local.lab;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.local.SluiceHome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/** That a command under the guest's kernel is, to its caller, a command like others. */
@KernelTest
@EnabledIf(value = "isInstalled", disabledReason = "no linux.uml here; deploy/verify needs none")
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class GuestTest {
  private static final int MEGABYTES = 3 << 20;

  @TempDir private Path folder;
  private final List<Process> started = new ArrayList<>();

  /** deploy/verify installs it where the kernel has no IPVS. */
  static boolean isInstalled() {
    return Stream.of(System.getenv("PATH").split(":", -1))
        .anyMatch(bin -> Files.isExecutable(Path.of(bin, "linux.uml")));
  }

  @AfterEach
  void end() {
    started.forEach(Process::destroy);
  }

  @Test
  void carriesACommandIntoTheGuestAndItsResultsBack() throws Exception {
    byte[] input = random();
    Files.write(file("input"), input);
    String script =
        """
        printf '%s\\0' "$@" >arguments
        printf %s "$GREETING" >environment
        cat
        head -c 3000000 /dev/urandom >expected
        cat expected >&2
        exit 42
        """;
    List<String> arguments = List.of("two words", "two\nlines", "", "'quote\"", "*", "$HOME", "-x");
    List<String> command = new ArrayList<>(List.of("--", "sh", "-c", script, "sh"));
    command.addAll(arguments);

    ProcessBuilder builder = guest(command);
    builder.environment().put("GREETING", " good\nday ");
    Process guest = start(builder.redirectInput(file("input").toFile()));

    assertThat(guest.waitFor()).isEqualTo(42);
    assertThat(file("arguments")).hasContent(String.join("\0", arguments) + "\0");
    assertThat(file("environment")).hasContent(" good\nday ");
    assertThat(file("out")).hasBinaryContent(input);
    assertThat(file("err")).hasBinaryContent(Files.readAllBytes(file("expected")));
  }

  @Test
  void givesTheGuestIpvsAndANetworkOfItsOwn() throws Exception {
    Process guest =
        start(
            guest(
                "--",
                "sh",
                "-ec",
                """
                ip netns add pod
                ip -n pod link add kube-ipvs0 type dummy
                ip -n pod -o link show kube-ipvs0
                ip netns exec pod cat /proc/net/ip_vs
                ip netns exec pod iptables-legacy -t nat -A OUTPUT -m mark --mark 1
                ip -o link show up
                """));

    assertThat(guest.waitFor()).as(read("err")).isZero();
    assertThat(file("out"))
        .content()
        .contains("kube-ipvs0", "IP Virtual Server", ": lo: ")
        .doesNotContain(": eth");
    assertThat(file("err")).isEmptyFile();
    assertThat(Path.of("/run/netns/pod")).doesNotExist();
  }

  @Test
  void endsTheGuestAfterTheTimeLimit() throws Exception {
    Process guest = start(guest("--timeout", "2", "--", "sleep", "60"));
    Remains remains = await().until(() -> Remains.of(guest), found -> !found.isEmpty());

    assertThat(guest.waitFor()).isEqualTo(124);
    assertThat(read("err")).isEqualTo("guest: not done after 2 s: sleep 60\n");
    assertThat(remains.left()).isEmpty();
  }

  @Test
  void endsTheGuestWithItself() throws Exception {
    Process guest = start(guest("--", "sh", "-c", "echo begun; sleep 60"));
    Remains remains = begun(guest);

    guest.destroy();

    assertThat(guest.waitFor()).isEqualTo(128 + 15);
    assertThat(read("err")).isEqualTo("guest: ended by a signal\n");
    assertThat(remains.left()).isEmpty();
  }

  @Test
  void leavesNothingEvenWhenItIsKilled() throws Exception {
    Process guest = start(guest("--", "sh", "-c", "echo begun; sleep 60"));
    Remains remains = begun(guest);

    guest.destroyForcibly();

    await().untilAsserted(() -> assertThat(remains.left()).isEmpty());
  }

  private Remains begun(Process guest) {
    await().atMost(Duration.ofSeconds(30)).until(() -> read("out").equals("begun\n"));
    return Remains.of(guest);
  }

  private ProcessBuilder guest(String... arguments) {
    return guest(List.of(arguments));
  }

  private ProcessBuilder guest(List<String> arguments) {
    List<String> command = new ArrayList<>();
    command.add(SluiceHome.find().resolve("deploy/lab/guest").toString());
    command.addAll(arguments);
    return new ProcessBuilder(command)
        .directory(folder.toFile())
        .redirectInput(Path.of("/dev/null").toFile())
        .redirectOutput(file("out").toFile())
        .redirectError(file("err").toFile());
  }

  private Process start(ProcessBuilder builder) throws IOException {
    Process process = builder.start();
    started.add(process);
    return process;
  }

  private Path file(String name) {
    return folder.resolve(name);
  }

  private String read(String name) throws IOException {
    return Files.readString(file(name), UTF_8);
  }

  private static byte[] random() {
    byte[] bytes = new byte[MEGABYTES];
    new Random(1).nextBytes(bytes);
    return bytes;
  }

  /** What a guest has of the host: processes, and the folder that they name. */
  private record Remains(List<ProcessHandle> processes, List<Path> folders) {
    /** Empty until the kernel has started. */
    static Remains of(Process guest) {
      List<ProcessHandle> processes = guest.descendants().toList();
      List<Path> folders =
          processes.stream()
              .flatMap(process -> arguments(process).stream())
              .filter(argument -> argument.startsWith("init="))
              .map(argument -> Path.of(argument.substring("init=".length())).getParent())
              .distinct()
              .toList();
      return new Remains(processes, folders);
    }

    boolean isEmpty() {
      return folders.isEmpty();
    }

    /** Those that are still there. */
    String left() {
      return Stream.concat(
              folders.stream().filter(Files::exists).map(Path::toString),
              processes.stream().filter(Remains::runs).map(process -> process.info().toString()))
          .collect(Collectors.joining("\n"));
    }

    private static List<String> arguments(ProcessHandle process) {
      return List.of(commandLine(process).split("\0", -1));
    }

    /** A zombie, which has no command line, has ended; it waits for its parent. */
    private static boolean runs(ProcessHandle process) {
      return process.isAlive() && !commandLine(process).isEmpty();
    }

    private static String commandLine(ProcessHandle process) {
      try {
        return Files.readString(Path.of("/proc", Long.toString(process.pid()), "cmdline"));
      } catch (IOException e) {
        // it has ended meanwhile
        return "";
      }
    }
  }
}
