package dev.sluice.local.broker;

import java.io.IOException;
import java.nio.file.Path;

/**
 * Two more listeners of a broker, both on 127.0.0.1: one that asks for a name and password (SCRAM
 * or PLAIN), one that asks for a certificate.
 *
 * @param authority the certificate of who signs the clients' certificates, PEM
 * @param identity the broker's certificate and private key, PEM
 */
public record TlsListeners(Path authority, Path identity, int namedPort, int mutualPort) {
  /** On ports that are free. */
  public static TlsListeners of(Path authority, Path identity) throws IOException {
    return new TlsListeners(
        authority, identity, FreePort.on("127.0.0.1"), FreePort.on("127.0.0.1"));
  }

  /** What comes after a broker's other properties; of two lines with one name, the later counts. */
  String text(ServerProperties plain) {
    return """
    listeners=CLIENTS://127.0.0.1:%1$d,CONTROLLER://127.0.0.1:%2$d,NAMED://127.0.0.1:%3$d,MUTUAL://127.0.0.1:%4$d
    advertised.listeners=CLIENTS://127.0.0.1:%1$d,NAMED://127.0.0.1:%3$d,MUTUAL://127.0.0.1:%4$d
    listener.security.protocol.map=CLIENTS:SASL_PLAINTEXT,CONTROLLER:PLAINTEXT,NAMED:SASL_SSL,MUTUAL:SSL
    listener.name.named.sasl.enabled.mechanisms=SCRAM-SHA-512,PLAIN
    listener.name.named.scram-sha-512.sasl.jaas.config=\
    org.apache.kafka.common.security.scram.ScramLoginModule required;
    listener.name.named.plain.sasl.jaas.config=\
    org.apache.kafka.common.security.plain.PlainLoginModule required user_auditor="auditor";
    listener.name.mutual.ssl.client.auth=required
    ssl.keystore.type=PEM
    ssl.keystore.location=%5$s
    ssl.truststore.type=PEM
    ssl.truststore.location=%6$s
    ssl.principal.mapping.rules=RULE:^CN=([^,]+).*$/$1/
    """
        .formatted(
            plain.port(),
            plain.controllerPorts().getFirst(),
            namedPort,
            mutualPort,
            identity,
            authority);
  }
}
