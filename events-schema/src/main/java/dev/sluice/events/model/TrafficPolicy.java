package dev.sluice.events.model;

/** Which endpoints traffic may reach: all of the cluster's, or this node's only. */
public enum TrafficPolicy {
  CLUSTER("Cluster"),
  LOCAL("Local");

  private final String apiName;

  TrafficPolicy(String apiName) {
    this.apiName = apiName;
  }

  /** The API's spelling. */
  @Override
  public String toString() {
    return apiName;
  }
}
