package dev.sluice.applier.preparation;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The kernel's parameters, as files. Blocks. */
public final class SysctlFiles {
  private static final Logger LOG = LoggerFactory.getLogger(SysctlFiles.class);

  private static final int LONGEST = 4096;

  private final Path root;

  /** What became of a parameter. */
  public sealed interface Outcome {
    /** It was as it should be. */
    record AsWanted(Sysctl sysctl, long found) implements Outcome {}

    /** It was something else, and is to be set, or has been. */
    record Different(Sysctl sysctl, long before) implements Outcome {}

    /**
     * It can't be read, or not be set.
     *
     * @param before what it is, or "unknown"
     */
    record Failed(Sysctl sysctl, String before, String reason) implements Outcome {
      /** What is wrong, in words. */
      public String inWords(Path root) {
        return "%s = %d (it is %s): %s"
            .formatted(root.resolve(sysctl.file()), sysctl.value(), before, reason);
      }
    }
  }

  /**
   * @param root the root of the file system; another one in tests
   */
  public SysctlFiles(Path root) {
    this.root = root;
  }

  /** Reads a parameter, and sets nothing. */
  public Outcome look(Sysctl sysctl) {
    String before = "unknown";
    try {
      before = read(root.resolve(sysctl.file()));
      long found = Long.parseLong(before);
      return sysctl.holds(found)
          ? new Outcome.AsWanted(sysctl, found)
          : new Outcome.Different(sysctl, found);
    } catch (IOException | NumberFormatException e) {
      return failed(sysctl, before, e);
    }
  }

  /** Sets a parameter if it differs. */
  public Outcome set(Sysctl sysctl) {
    Outcome found = look(sysctl);
    if (!(found instanceof Outcome.Different(Sysctl _, long before))) {
      return found;
    }
    Path file = root.resolve(sysctl.file());
    if (!Files.isWritable(file)) {
      // as /proc/sys is in a plain container: nothing is tried that can't succeed
      return new Outcome.Failed(sysctl, Long.toString(before), "it is read-only here");
    }
    try {
      Files.writeString(file, Long.toString(sysctl.value()));
      LOG.info("sysctl file={} value={} before={}", file, sysctl.value(), before);
      return found;
    } catch (IOException e) {
      // nf_conntrack_max is the first network namespace's
      return failed(sysctl, Long.toString(before), e);
    }
  }

  /**
   * Sets those that differ. What can't be set is left as it is.
   *
   * @return what could not be set and why, in words
   */
  public List<String> setAll(Collection<Sysctl> sysctls) {
    List<String> failures = new ArrayList<>();
    for (Sysctl sysctl : sysctls) {
      if (set(sysctl) instanceof Outcome.Failed failed) {
        failures.add(failed.inWords(root));
      }
    }
    return failures;
  }

  /**
   * In one read: these files are empty by their size, for which Files.readString begins with a
   * single byte, and a number is given to the first read alone (proc_dointvec in kernel/sysctl.c).
   */
  private static String read(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      return new String(in.readNBytes(LONGEST), StandardCharsets.US_ASCII).strip();
    }
  }

  private static Outcome.Failed failed(Sysctl sysctl, String before, Exception e) {
    return new Outcome.Failed(sysctl, before, e.getClass().getSimpleName() + ": " + e.getMessage());
  }
}
