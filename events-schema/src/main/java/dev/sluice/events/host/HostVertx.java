package dev.sluice.events.host;

import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;

/** How the programs use Vert.x. */
public final class HostVertx {
  private HostVertx() {}

  /** Options that write no files: a program's root file system may be read-only. */
  public static VertxOptions options() {
    return new VertxOptions()
        .setFileSystemOptions(
            new FileSystemOptions()
                .setClassPathResolvingEnabled(false)
                .setFileCachingEnabled(false));
  }
}
