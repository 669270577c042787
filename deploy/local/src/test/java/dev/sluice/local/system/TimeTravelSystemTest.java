package dev.sluice.local.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.local.SluiceHome;
import dev.sluice.local.lab.KernelTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The page about time travel shows what its script really says. */
@KernelTest
class TimeTravelSystemTest {
  private static final Pattern TRANSCRIPT = Pattern.compile("```console\n(.*?)```", Pattern.DOTALL);
  private static final Pattern SECTION = Pattern.compile("^== .*\n", Pattern.MULTILINE);
  private static final Duration LIMIT = Duration.ofMinutes(4);

  @TempDir private Path folder = Path.of("");

  @Test
  @Timeout(value = 5, unit = TimeUnit.MINUTES) // ten programs, one after the other
  void theTranscriptIsTheScriptsOutput() throws Exception {
    Path docs = SluiceHome.find().resolve("deploy/docs");
    Path page = docs.resolve("time-travel.md");

    String output = run(docs.resolve("examples/time-travel"));

    List<String> sections = SECTION.splitAsStream(output).filter(text -> !text.isEmpty()).toList();
    if (Boolean.getBoolean("golden.update")) {
      update(page, sections);
    }
    assertThat(transcripts(Files.readString(page)).stream().map(TimeTravelSystemTest::timeless))
        .containsExactlyElementsOf(sections.stream().map(TimeTravelSystemTest::timeless).toList());
  }

  private String run(Path script) throws IOException, InterruptedException {
    ProcessBuilder builder =
        new ProcessBuilder(script.toString())
            .redirectOutput(folder.resolve("out").toFile())
            .redirectError(folder.resolve("err").toFile());
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    builder.environment().put("TMPDIR", folder.toString());
    Process process = builder.start();
    try {
      assertThat(process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)).as("has ended").isTrue();
    } finally {
      process.destroy(); // it removes what it has made
    }
    assertThat(process.exitValue()).as(Files.readString(folder.resolve("err"))).isZero();
    assertThat(ProcessHandle.allProcesses().filter(this::isOfTheScript)).isEmpty();
    assertThat(Files.exists(Path.of("/run/netns/replay-" + process.pid()))).isFalse();
    return Files.readString(folder.resolve("out"));
  }

  /** Whatever the script has started has got its environment. */
  private boolean isOfTheScript(ProcessHandle process) {
    try {
      Path environment = Path.of("/proc", Long.toString(process.pid()), "environ");
      return Files.readString(environment).contains("TMPDIR=" + folder);
    } catch (IOException e) {
      return false; // it has ended, or is nobody's that we may ask
    }
  }

  private static List<String> transcripts(String page) {
    List<String> found = new ArrayList<>();
    Matcher matcher = TRANSCRIPT.matcher(page);
    while (matcher.find()) {
      found.add(matcher.group(1));
    }
    return found;
  }

  /** When it happened differs from run to run; and a time of whole seconds is shorter. */
  private static String timeless(String text) {
    return text.replaceAll("\\d{4}-\\d\\d-\\d\\dT[0-9:.]+Z *", "TIME ");
  }

  private static void update(Path page, List<String> sections) throws IOException {
    List<String> left = new ArrayList<>(sections);
    String updated =
        TRANSCRIPT
            .matcher(Files.readString(page))
            .replaceAll(_ -> Matcher.quoteReplacement("```console\n" + left.removeFirst() + "```"));
    Files.writeString(page, updated);
  }
}
