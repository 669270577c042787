package dev.sluice.local.lab;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** An authority that signs certificates for a day; by openssl. */
public final class Certificates {
  private static final Duration LIMIT = Duration.ofSeconds(20);
  private static final List<String> NEW_KEY =
      List.of("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "1");

  private final Path folder;

  private Certificates(Path folder) {
    this.folder = folder;
  }

  /** Makes an authority in a folder of its own. */
  public static Certificates in(Path folder) throws IOException {
    Certificates made = new Certificates(Files.createDirectories(folder));
    made.openssl(
        "-subj", "/CN=authority", "-keyout", made.path("ca.key"), "-out", made.path("ca.crt"));
    return made;
  }

  /** The authority's certificate, PEM. */
  public Path authority() {
    return folder.resolve("ca.crt");
  }

  /**
   * Makes a certificate.
   *
   * @param names what it is for, as openssl takes it, such as {@code IP:127.0.0.1}
   * @return a file with its private key and the certificate, PEM; readable by its owner
   */
  public Path identity(String commonName, String names) throws IOException {
    String key = path(commonName + ".key");
    String certificate = path(commonName + ".crt");
    openssl(
        "-CA",
        path("ca.crt"),
        "-CAkey",
        path("ca.key"),
        "-subj",
        "/CN=" + commonName,
        "-addext",
        "subjectAltName=" + names,
        "-addext",
        "basicConstraints=CA:FALSE",
        "-keyout",
        key,
        "-out",
        certificate);
    Path both = Path.of(key).resolveSibling(commonName + ".pem");
    Files.copy(Path.of(key), both); // with the key's permissions
    Files.writeString(
        both, Files.readString(Path.of(key)) + Files.readString(Path.of(certificate)));
    return both;
  }

  private String path(String name) {
    return folder.resolve(name).toString();
  }

  private void openssl(String... arguments) {
    List<String> command = new ArrayList<>(List.of("openssl", "req", "-x509"));
    command.addAll(NEW_KEY);
    command.addAll(List.of(arguments));
    var _ = Execution.of(LIMIT, "", command).orThrow();
  }
}
