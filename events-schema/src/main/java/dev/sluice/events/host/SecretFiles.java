package dev.sluice.events.host;

import dev.sluice.events.log.KafkaSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Warns of files with secrets that everybody on this machine can read. Blocks. */
final class SecretFiles {
  private static final Logger LOG = LoggerFactory.getLogger(SecretFiles.class);

  private SecretFiles() {}

  /**
   * Looks at a file of properties, and at the files of private keys that they name.
   *
   * @param file where the settings are from
   */
  static void check(Path file, KafkaSettings settings) {
    if (!settings.secrets().isEmpty()) {
      check(file, String.join(", ", settings.secrets()));
    }
    settings.keyFiles().forEach(key -> check(key, "a private key"));
  }

  private static void check(Path file, String what) {
    try {
      if (Files.exists(file)
          && Files.getPosixFilePermissions(file).contains(PosixFilePermission.OTHERS_READ)) {
        LOG.warn("file={} holds {} and can be read by everybody: chmod o-rwx {}", file, what, file);
      }
    } catch (IOException | UnsupportedOperationException e) {
      LOG.warn("file={} permissions can't be read: {}", file, e.toString());
    }
  }
}
