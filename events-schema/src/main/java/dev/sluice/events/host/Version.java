package dev.sluice.events.host;

import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;
import java.util.Properties;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** What {@code --version} prints: the program's name and the version that the build gave it. */
public final class Version implements IVersionProvider {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public String[] getVersion() throws IOException {
    return new String[] {spec.root().name() + " " + number()};
  }

  /** The version that the build gave this program. */
  public static String number() throws IOException {
    Properties properties = new Properties();
    try (InputStream file = Version.class.getResourceAsStream("version.properties")) {
      properties.load(Objects.requireNonNull(file, "version.properties"));
    }
    return Objects.requireNonNull(properties.getProperty("version"));
  }
}
