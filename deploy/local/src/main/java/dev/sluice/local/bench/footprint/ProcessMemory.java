package dev.sluice.local.bench.footprint;

import dev.sluice.local.bench.BenchException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a process holds of the machine's memory, in KiB.
 *
 * @param resident now, with the pages of files that it has mapped
 * @param peak the most that was ever resident
 * @param anonymous of the resident, what is no file's
 */
public record ProcessMemory(long resident, long peak, long anonymous) {
  /**
   * Reads it from the kernel.
   *
   * @throws IOException if there is no such process
   */
  public static ProcessMemory of(long pid) throws IOException {
    return parse(Files.readString(Path.of("/proc", Long.toString(pid), "status")));
  }

  /**
   * Parses a status page of proc(5).
   *
   * @throws BenchException if it doesn't tell, as that of a process that has ended
   */
  static ProcessMemory parse(String status) {
    return new ProcessMemory(
        kibibytes(status, "VmRSS"), kibibytes(status, "VmHWM"), kibibytes(status, "RssAnon"));
  }

  private static long kibibytes(String status, String field) {
    Matcher line = Pattern.compile("(?m)^" + field + ":\\s+(\\d+) kB$").matcher(status);
    if (!line.find()) {
      throw new BenchException("no " + field + " in the status of a process");
    }
    return Long.parseLong(line.group(1));
  }
}
