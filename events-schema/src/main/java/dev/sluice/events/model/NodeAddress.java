package dev.sluice.events.model;

/** An address of a Node that matters to a proxy. */
public record NodeAddress(Type type, IpAddress address) {
  /** The API's address types, host names left out. */
  public enum Type {
    INTERNAL_IP("InternalIP"),
    EXTERNAL_IP("ExternalIP");

    private final String apiName;

    Type(String apiName) {
      this.apiName = apiName;
    }

    /** The API's spelling. */
    @Override
    public String toString() {
      return apiName;
    }
  }
}
