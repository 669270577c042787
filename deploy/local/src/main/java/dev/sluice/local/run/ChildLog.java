package dev.sluice.local.run;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

/**
 * What one process has written to a file that it shares with those before it.
 *
 * @param start where this process began, in bytes
 */
record ChildLog(Path file, long start) {
  private static final int TAIL_LINES = 15;

  /** For a process that is about to start and to append to the file. */
  static ChildLog appendingTo(Path file) throws IOException {
    return new ChildLog(file, Files.exists(file) ? Files.size(file) : 0);
  }

  List<String> lines() throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      ByteBuffer content = ByteBuffer.allocate((int) Math.max(0, channel.size() - start));
      while (content.hasRemaining() && channel.read(content, start + content.position()) >= 0) {
        // until all is read
      }
      return StandardCharsets.UTF_8.decode(content.flip()).toString().lines().toList();
    }
  }

  /** The last lines, for an error message. */
  String tail() {
    try {
      List<String> lines = lines();
      return lines.isEmpty()
          ? "(it logged nothing)"
          : String.join("\n", lines.subList(Math.max(0, lines.size() - TAIL_LINES), lines.size()));
    } catch (IOException e) {
      return "(its log can't be read: " + e + ")";
    }
  }
}
