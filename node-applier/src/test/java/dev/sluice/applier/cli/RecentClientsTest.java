package dev.sluice.applier.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RecentClientsTest {
  @Test
  void theLimitIsTheModulesParameter(@TempDir Path root) throws IOException {
    Path file = root.resolve("sys/module/xt_recent/parameters/ip_list_tot");
    Files.createDirectories(file.getParent());
    Files.writeString(file, "100\n");

    assertThat(RecentClients.limit(root)).hasValue(100);
  }

  @Test
  void itIsUnknownBeforeTheModuleIsLoaded(@TempDir Path root) {
    assertThat(RecentClients.limit(root)).isEmpty();
  }

  @Test
  void whatIsNoNumberIsUnknown(@TempDir Path root) throws IOException {
    Path file = root.resolve("sys/module/xt_recent/parameters/ip_list_tot");
    Files.createDirectories(file.getParent());
    Files.writeString(file, "many");

    assertThat(RecentClients.limit(root)).isEmpty();
  }
}
