package dev.sluice.applier.cli;

import java.util.Optional;
import picocli.CommandLine.IVersionProvider;

/** The version in the jar's manifest; there is none when it runs from a build folder. */
final class Version implements IVersionProvider {
  @Override
  public String[] getVersion() {
    String version =
        Optional.ofNullable(Sluice.class.getPackage().getImplementationVersion())
            .orElse("development build");
    return new String[] {"sluice " + version};
  }
}
