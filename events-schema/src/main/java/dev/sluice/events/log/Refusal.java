package dev.sluice.events.log;

import java.security.cert.CertificateExpiredException;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.apache.kafka.common.errors.SslAuthenticationException;

/**
 * What an error of Kafka's client means where the same attempt can't succeed until somebody has
 * changed something: a password, a certificate, a right. Pure.
 */
final class Refusal {
  private Refusal() {}

  /** What it means, in words; empty where it may pass by itself. */
  static Optional<String> of(Throwable error) {
    return ErrorText.causes(error).map(Refusal::meaning).flatMap(Optional::stream).findFirst();
  }

  private static Optional<String> meaning(Throwable error) {
    return switch (error) {
      case SslAuthenticationException e -> Optional.of(certificate(e));
      case SaslAuthenticationException _ ->
          Optional.of("Kafka does not take the name and password of --kafka-config");
      case AuthenticationException _ -> Optional.of("Kafka does not take who we say we are");
      case AuthorizationException _ -> Optional.of("Kafka does not grant it to us");
      case ConfigException _ -> Optional.of("a setting of --kafka-config can't be used");
      default -> Optional.empty();
    };
  }

  private static String certificate(SslAuthenticationException error) {
    List<Throwable> causes = ErrorText.causes(error).toList();
    String text = ErrorText.messages(error);
    if (causes.stream().anyMatch(CertificateExpiredException.class::isInstance)) {
      return "Kafka's certificate has expired";
    }
    if (text.contains("No subject alternative") || text.contains("No name matching")) {
      return "Kafka's certificate is that of another host";
    }
    if (text.contains("valid certification path") || text.contains("PKIX")) {
      return "Kafka's certificate is not one that we trust (ssl.truststore.… of --kafka-config)";
    }
    if (text.contains("fatal alert")) {
      return "Kafka does not take our certificate, or wants one (ssl.keystore.… of --kafka-config)";
    }
    return "no TLS connection to Kafka";
  }
}
