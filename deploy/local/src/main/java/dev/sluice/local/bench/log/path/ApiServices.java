package dev.sluice.local.bench.log.path;

import dev.sluice.local.apiserver.ApiObjects;
import dev.sluice.local.apiserver.ApiResource;
import dev.sluice.local.apiserver.FakeCluster;
import dev.sluice.local.bench.BenchCluster;
import dev.sluice.local.lab.NodeLab;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Equal Services in a fake cluster, one slice each, whose first endpoints are replaced one after
 * the other: every change is one that each node must write. One thread.
 */
public final class ApiServices {
  /** Of which a slice has all but one. */
  private static final int ADDRESSES = 32;

  private static final String NAMESPACE = "bench";
  private static final int PORT = 80;
  private static final int ENDPOINT_PORT = 8080;
  private static final int FIRST_CLUSTER_IP = 10;

  private final FakeCluster cluster;
  private final int services;
  private final int endpoints;
  private int replaced;

  /** Puts the node, all Services and their slices into the cluster. */
  public ApiServices(FakeCluster cluster, int services, int endpoints) {
    this.cluster = cluster;
    this.services = services;
    this.endpoints = endpoints;
    cluster.put(ApiResource.NODES, ApiObjects.node(BenchCluster.NODE, NodeLab.NODE_V4));
    for (int i = 0; i < services; i++) {
      cluster.put(
          ApiResource.SERVICES,
          ApiObjects.service(NAMESPACE, name(i), ipv4("10.96", FIRST_CLUSTER_IP + i), PORT));
      int _ = cluster.put(ApiResource.ENDPOINT_SLICES, slice(i));
    }
  }

  /** How many objects there are, each of which is one revision of the log. */
  public int objects() {
    return 1 + 2 * services;
  }

  /**
   * Replaces the first endpoint of the next Service; where all have had their turn, it is put back.
   *
   * @return the slice's new resourceVersion
   */
  int replaceNext() {
    int service = replaced % services;
    replaced++;
    return cluster.put(ApiResource.ENDPOINT_SLICES, slice(service));
  }

  /** Every endpoint that there is now, with its port. */
  Set<String> destinations() {
    Set<String> all = new HashSet<>();
    for (int i = 0; i < services; i++) {
      addresses(i).forEach(address -> all.add(address + ":" + ENDPOINT_PORT));
    }
    return all;
  }

  private JsonObject slice(int service) {
    JsonObject slice =
        ApiObjects.endpointSlice(
            NAMESPACE, name(service) + "-1", name(service), ENDPOINT_PORT, addresses(service));
    JsonArray all = slice.getJsonArray("endpoints");
    for (int i = 0; i < all.size(); i++) {
      // as a cluster's own slices have it
      all.getJsonObject(i)
          .put("nodeName", "node-" + i)
          .put("conditions", new JsonObject().put("ready", true).put("serving", true));
    }
    return slice;
  }

  private List<String> addresses(int service) {
    int first = isReplaced(service) ? endpoints : 0;
    return IntStream.concat(IntStream.of(first), IntStream.range(1, endpoints))
        .mapToObj(i -> ipv4("10.128", service * ADDRESSES + i))
        .toList();
  }

  private boolean isReplaced(int service) {
    return (replaced / services + (service < replaced % services ? 1 : 0)) % 2 == 1;
  }

  private static String name(int service) {
    return "service-" + service;
  }

  private static String ipv4(String network, int number) {
    int second = Integer.parseInt(network.substring(3)) + (number >> 16);
    return "10.%d.%d.%d".formatted(second, number >> 8 & 255, number & 255);
  }
}
