package dev.sluice.events.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.events.Fixtures;
import dev.sluice.events.RandomObjects;
import dev.sluice.events.model.ClusterObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

/** What was mapped from the API is mapped back to it. */
class ObjectTreeTest {
  @Test
  void everyObjectOfTheFixturesIsReadAsItselfAgain() {
    for (String file : List.of("service.yaml", "endpointslice.yaml", "node.yaml")) {
      ClusterObject object = Fixtures.observed(file).object();

      assertThat(ObjectMapping.map(ObjectTree.of(object)).orElseThrow().object()).isEqualTo(object);
    }
  }

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3, 4})
  void manyAreReadAgainFromYamlAndFromJson(long seed) {
    RandomObjects random = new RandomObjects(new Random(seed));
    TreeMap<Object, ClusterObject> objects = new TreeMap<>();
    StringBuilder yaml = new StringBuilder();
    for (int i = 0; i < 300; i++) {
      ClusterObject object = random.next();
      if (objects.putIfAbsent(object.key(), object) == null) {
        yaml.append(ObjectTree.yaml(object));
      }
      assertThat(read(ObjectTree.yaml(object))).containsExactly(object);
    }

    String json = JsonMapper.shared().writeValueAsString(ObjectTree.list(objects.values()));

    assertThat(read(yaml.toString())).containsExactlyInAnyOrderElementsOf(objects.values());
    assertThat(read(json)).containsExactlyElementsOf(objects.values());
  }

  @Test
  void itReadsAsKubectlPrintsIt() {
    assertThat(ObjectTree.yaml(Fixtures.observed("endpointslice.yaml").object()))
        .startsWith(
            """
            ---
            apiVersion: discovery.k8s.io/v1
            kind: EndpointSlice
            metadata:
            """);
  }

  private static List<ClusterObject> read(String text) {
    ManifestFile file = ManifestFile.parse(text);
    assertThat(file.problems()).isEmpty();
    List<ClusterObject> objects = new ArrayList<>();
    file.objects().forEach(observed -> objects.add(observed.object()));
    return objects;
  }
}
