package dev.sluice.events.model;

import java.util.Comparator;

/**
 * What an object is called: on the log, in errors and in messages. Ordered by kind, namespace,
 * name.
 *
 * @param namespace empty for Nodes, which have none
 */
public record ObjectKey(Kind kind, String namespace, String name) implements Comparable<ObjectKey> {
  private static final Comparator<ObjectKey> ORDER =
      Comparator.comparing(ObjectKey::kind)
          .thenComparing(ObjectKey::namespace)
          .thenComparing(ObjectKey::name);

  /** The kinds of objects on the log. */
  public enum Kind {
    SERVICE("Service"),
    ENDPOINT_SLICE("EndpointSlice"),
    NODE("Node");

    private final String apiName;

    Kind(String apiName) {
      this.apiName = apiName;
    }

    /** The kind as the Kubernetes API spells it. */
    public String apiName() {
      return apiName;
    }
  }

  public ObjectKey {
    Names.subdomain("name", name);
    if (kind == Kind.NODE) {
      if (!namespace.isEmpty()) {
        throw new InvalidObjectException("a Node has no namespace");
      }
    } else {
      Names.label("namespace", namespace);
    }
  }

  public static ObjectKey service(String namespace, String name) {
    return new ObjectKey(Kind.SERVICE, namespace, name);
  }

  public static ObjectKey endpointSlice(String namespace, String name) {
    return new ObjectKey(Kind.ENDPOINT_SLICE, namespace, name);
  }

  public static ObjectKey node(String name) {
    return new ObjectKey(Kind.NODE, "", name);
  }

  /**
   * Parses what {@link #toString} gives.
   *
   * @throws InvalidObjectException if the text is no key
   */
  public static ObjectKey parse(String text) {
    String[] parts = text.split("/", -1);
    for (Kind kind : Kind.values()) {
      boolean node = kind == Kind.NODE;
      if (kind.apiName.equals(parts[0]) && parts.length == (node ? 2 : 3)) {
        return new ObjectKey(kind, node ? "" : parts[1], parts[parts.length - 1]);
      }
    }
    throw new InvalidObjectException("\"" + text + "\" is no object key");
  }

  @Override
  public int compareTo(ObjectKey other) {
    return ORDER.compare(this, other);
  }

  /** {@code Service/namespace/name}, {@code EndpointSlice/namespace/name} or {@code Node/name}. */
  @Override
  public String toString() {
    return kind == Kind.NODE ? "Node/" + name : kind.apiName + "/" + namespace + "/" + name;
  }
}
