package dev.sluice.events.model;

import java.util.Comparator;

/** A Service's namespace and name, shared with the EndpointSlices that belong to it. */
public record ServiceName(String namespace, String name) implements Comparable<ServiceName> {
  private static final Comparator<ServiceName> ORDER =
      Comparator.comparing(ServiceName::namespace).thenComparing(ServiceName::name);

  public ServiceName {
    Names.label("namespace", namespace);
    Names.label("Service name", name);
  }

  /**
   * Parses {@code namespace/name}.
   *
   * @throws InvalidObjectException if the text is not of that form
   */
  public static ServiceName parse(String text) {
    int slash = text.indexOf('/');
    if (slash < 0) {
      throw new InvalidObjectException("\"" + text + "\" is no namespace/name");
    }
    return new ServiceName(text.substring(0, slash), text.substring(slash + 1));
  }

  public ObjectKey key() {
    return ObjectKey.service(namespace, name);
  }

  @Override
  public int compareTo(ServiceName other) {
    return ORDER.compare(this, other);
  }

  /** {@code namespace/name}. */
  @Override
  public String toString() {
    return namespace + "/" + name;
  }
}
