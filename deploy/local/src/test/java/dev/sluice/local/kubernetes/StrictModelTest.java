package dev.sluice.local.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.HasMetadata;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every folder is built without a warning and loads; and a field that no model has is refused. */
class StrictModelTest {
  /** Mappings whose keys are anybody's. */
  private static final Set<String> FREE =
      Set.of(
          "labels",
          "annotations",
          "matchLabels",
          "nodeSelector",
          "data",
          "hard",
          "limits",
          "requests",
          "config",
          "selector");

  static List<Path> folders() throws Exception {
    return Kustomization.all();
  }

  @Test
  void theBaseEachOverlayAndEachComponentIsFound() throws Exception {
    assertThat(Kustomization.all())
        .extracting(folder -> Kustomization.root().relativize(folder).toString())
        .contains("base", "overlays/kafka", "overlays/strimzi", "overlays/strimzi/kafka");
    assertThat(Kustomization.components()).hasSizeGreaterThanOrEqualTo(2);
  }

  @ParameterizedTest
  @MethodSource("folders")
  void aFolderLoadsAndNoObjectOfItTakesAFieldThatItsModelLacks(Path folder) throws Exception {
    List<Map<String, Object>> documents = Kustomization.build(folder);

    assertThat(documents).isNotEmpty().allSatisfy(StrictModelTest::loads);
    int tried = 0;
    for (Map<String, Object> document : documents) {
      for (Map<String, Object> mapping : mappings(document)) {
        mapping.put("notAField", "x");
        assertThatThrownBy(() -> StrictModel.load(document))
            .as("%s in %s", mapping, document.get("kind"))
            .hasMessageContaining("notAField");
        mapping.remove("notAField");
        tried++;
      }
    }
    assertThat(tried).isGreaterThan(documents.size());
  }

  @Test
  void theComponentsLoadWithTheBase() throws Exception {
    for (Path component : Kustomization.components()) {
      assertThat(Kustomization.buildWith(component))
          .isNotEmpty()
          .allSatisfy(StrictModelTest::loads);
    }
  }

  @Test
  void aKindThatWeDoNotUseIsRefused() {
    assertThatThrownBy(() -> StrictModel.load(Map.of("apiVersion", "v1", "kind", "Pot")))
        .hasMessageContaining("v1 Pot");
  }

  private static void loads(Map<String, Object> document) {
    HasMetadata object = StrictModel.load(document);
    assertThat(object.getKind()).isEqualTo(document.get("kind"));
    assertThat(object.getApiVersion()).isEqualTo(document.get("apiVersion"));
    assertThat(object.getMetadata().getName()).isNotEmpty();
  }

  /** All mappings of a document that a model has fields for. */
  private static List<Map<String, Object>> mappings(Map<String, Object> document) {
    List<Map<String, Object>> found = new ArrayList<>();
    collect(document, found);
    return found;
  }

  @SuppressWarnings("unchecked") // a mapping of YAML
  private static void collect(Object node, List<Map<String, Object>> found) {
    if (node instanceof Map<?, ?> mapping) {
      found.add((Map<String, Object>) mapping);
      new HashMap<>((Map<String, Object>) mapping)
          .forEach(
              (key, value) -> {
                // a Service's selector is a free mapping, a DaemonSet's has fields
                boolean fields =
                    value instanceof Map<?, ?> inner && inner.containsKey("matchLabels");
                if (!FREE.contains(key) || fields) {
                  collect(value, found);
                }
              });
    } else if (node instanceof List<?> list) {
      list.forEach(each -> collect(each, found));
    }
  }
}
