package dev.sluice.local.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The commands as a shell runs them. */
@Tag("system")
@Timeout(value = 1, unit = TimeUnit.MINUTES)
class CommandLineSystemTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "sluice",
        "sluice apply",
        "sluice plan",
        "sluice explain",
        "sluice nodes",
        "sluice cleanup",
        "sluice-watcher",
        "sluice-local",
        "sluice-local broker"
      })
  void helpHasAnExample(String command) throws Exception {
    Program.Ended ended = run(command + " --help");

    assertThat(ended.exitCode()).isZero();
    assertThat(ended.errors()).isEmpty();
    assertThat(ended.output()).containsPattern("Examples?:\n  " + command + " ");
  }

  @ParameterizedTest
  @CsvSource({
    "sluice,                                                        a subcommand is missing",
    "sluice aply,                                                   aply",
    "sluice apply,                                                  --bootstrap-servers",
    "sluice apply --bootstrap-servers here --node-name a --proxy-mode iptables, here",
    "sluice apply --bootstrap-servers a:1 --node-name a --proxy-mode userspace, userspace",
    "sluice plan --manifests /nowhere --node-name a --proxy-mode iptables,      /nowhere",
    "sluice explain 10.0.0.1:80 --manifests . --proxy-mode iptables,            --node-name",
    "sluice nodes --bootstrap-servers a:1 --wait-for soon,                      soon",
    "sluice cleanup,                                                --proxy-mode",
    "sluice-watcher --manifests .,                                  --bootstrap-servers",
    "sluice-watcher --bootstrap-servers a:1 --cluster a/b,          a/b",
    "sluice-local broker --data /tmp/x --port 70000,                70000",
  })
  void wrongUseIsOneLineAndExitCode2(String command, String named) throws Exception {
    Program.Ended ended = run(command);

    assertThat(ended.exitCode()).isEqualTo(2);
    assertThat(ended.output()).isEmpty();
    assertThat(ended.errors().lines()).singleElement().asString().contains(named, "--help");
  }

  private static Program.Ended run(String command) throws Exception {
    String[] words = command.split(" ", -1);
    return Program.run(words[0], Arrays.copyOfRange(words, 1, words.length));
  }
}
