package dev.sluice.events.kubernetes;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * What tells a changed file from an unchanged one without reading it.
 *
 * @param file its identity, where the file system has one: a renamed file is another
 * @param seen when this was taken
 */
record FileSignature(Optional<Object> file, long size, Instant modified, Instant seen) {
  // A file system's clock is coarse: two writes within one tick can leave the same time and size.
  private static final Duration TICK = Duration.ofMillis(100);

  /** Of what can't be read: never equal to anything. */
  static final FileSignature NONE =
      new FileSignature(Optional.empty(), -1, Instant.MAX, Instant.MIN);

  static FileSignature of(Path file, Instant now) throws IOException {
    BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
    return new FileSignature(
        Optional.ofNullable(attributes.fileKey()),
        attributes.size(),
        attributes.lastModifiedTime().toInstant(),
        now);
  }

  boolean provesUnchanged(FileSignature later) {
    return size == later.size
        && modified.equals(later.modified)
        && file.equals(later.file)
        && modified.isBefore(seen.minus(TICK));
  }
}
