package dev.sluice.local.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.local.apiserver.ApiObjects;
import dev.sluice.local.apiserver.ApiRequest;
import dev.sluice.local.apiserver.ApiResource;
import dev.sluice.local.apiserver.FakeApiServer;
import dev.sluice.local.apiserver.FakeCluster;
import dev.sluice.local.kubernetes.Installed;
import io.fabric8.kubernetes.api.model.rbac.ClusterRole;
import io.fabric8.kubernetes.api.model.rbac.PolicyRule;
import io.fabric8.kubernetes.api.model.rbac.Role;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a watcher is granted in a cluster is what it uses: no less, and no more. */
@SystemTest
class WatcherAccessSystemTest {
  private final List<ApiRequest> asked = Collections.synchronizedList(new ArrayList<>());
  private final List<ApiRequest> refused = Collections.synchronizedList(new ArrayList<>());

  @TempDir Path folder;

  /** A right of a role: one verb on one kind, perhaps on one object alone. */
  private record Right(String namespace, String verb, String group, String resource, String name) {
    boolean covers(ApiRequest request) {
      return verb.equals(request.verb())
          && group.equals(request.group())
          && resource.equals(request.resource())
          && (name.isEmpty() || name.equals(request.name()))
          && (namespace.isEmpty() || namespace.equals(request.namespace()));
    }
  }

  @Test
  void theRolesOfDeployKubernetesAreWhatAWatcherUses(TestLog any) throws Exception {
    Installed installed = Installed.by("base");
    Set<Right> rights = rights(installed);
    FakeCluster cluster = new FakeCluster();
    cluster.put(ApiResource.NODES, ApiObjects.node("node-1", "192.0.2.1"));
    Path kubeconfig = folder.resolve("kubeconfig");
    // its flags name the cluster, and so the Lease that it is granted
    try (FakeApiServer api = new FakeApiServer(cluster);
        TestLog log = new TestLog(any.kafka().bootstrapServers(), "sluice").withTopics()) {
      api.permitOnly(request -> decide(rights, request));
      api.writeKubeconfig(kubeconfig);

      try (Program watcher =
          Program.start("sluice-watcher", arguments(installed, log, kubeconfig))) {
        Await.until()
            .untilAsserted(() -> assertThat(log.image().keys()).as(watcher.errors()).isNotEmpty());
        cluster.put(ApiResource.NODES, ApiObjects.node("node-2", "192.0.2.2"));
        Await.until().untilAsserted(() -> assertThat(log.image().keys()).hasSize(2));
        // it gives the Lease back
        assertThat(watcher.terminate().exitCode()).isIn(0, 143);
      }
    }

    assertThat(refused).isEmpty();
    assertThat(rights).isNotEmpty().allSatisfy(right -> assertThat(asked).anyMatch(right::covers));
  }

  private boolean decide(Set<Right> rights, ApiRequest request) {
    asked.add(request);
    boolean allowed = rights.stream().anyMatch(right -> right.covers(request));
    if (!allowed) {
      refused.add(request);
    }
    return allowed;
  }

  private String[] arguments(Installed installed, TestLog log, Path kubeconfig) throws Exception {
    List<String> words = new ArrayList<>(installed.arguments("sluice-watcher", "watcher", folder));
    Path kafka = folder.resolve("flags/kafka");
    Files.writeString(
        kafka,
        Files.readString(kafka)
            .replaceFirst(
                "--bootstrap-servers=.*", "--bootstrap-servers=" + log.kafka().bootstrapServers()));
    Path flags = folder.resolve("flags/watcher");
    Files.writeString(flags, Files.readString(flags).replace("0.0.0.0:10266", "127.0.0.1:0"));
    words.removeIf(word -> word.startsWith("--metrics-bind-address="));
    words.add("--metrics-bind-address=127.0.0.1:0");
    words.add("--kubeconfig=" + kubeconfig);
    return words.toArray(String[]::new);
  }

  private static Set<Right> rights(Installed installed) {
    Set<Right> rights = new HashSet<>();
    installed
        .one(ClusterRole.class, "sluice-watcher")
        .getRules()
        .forEach(rule -> add(rights, "", rule));
    Role role = installed.one(Role.class, "sluice-watcher");
    role.getRules().forEach(rule -> add(rights, role.getMetadata().getNamespace(), rule));
    return rights;
  }

  private static void add(Set<Right> rights, String namespace, PolicyRule rule) {
    List<String> names = rule.getResourceNames().isEmpty() ? List.of("") : rule.getResourceNames();
    for (String verb : rule.getVerbs()) {
      for (String group : rule.getApiGroups()) {
        for (String resource : rule.getResources()) {
          for (String name : names) {
            rights.add(new Right(namespace, verb, group, resource, name));
          }
        }
      }
    }
  }
}
