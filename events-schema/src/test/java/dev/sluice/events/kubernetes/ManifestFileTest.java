package dev.sluice.events.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.events.kubernetes.ManifestFile.Problem;
import dev.sluice.events.model.ObjectKey;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ManifestFileTest {
  @TempDir Path folder = Path.of("");

  private static List<String> keys(ManifestFile file) {
    return file.objects().stream().map(o -> o.object().key().toString()).toList();
  }

  private static String service(String name) {
    return "{apiVersion: v1, kind: Service, metadata: {name: " + name + "}}";
  }

  @Test
  void documentsAreReadInTheirOrderAndOtherKindsPassedOver() {
    ManifestFile file =
        ManifestFile.parse(
            """
            # a comment
            ---
            apiVersion: v1
            kind: Service
            metadata:
              name: b
            ---
            apiVersion: apps/v1
            kind: Deployment
            metadata:
              name: b
            ---
            ---
            # nothing
            ---
            apiVersion: v1
            kind: Node
            metadata:
              name: a
            ...
            """);

    assertThat(keys(file)).containsExactly("Service/default/b", "Node/a");
    assertThat(file.problems()).isEmpty();
  }

  @Test
  void anEmptyFileHasNothing() {
    for (String text : List.of("", "\n", "# only a comment\n", "---\n---\n", "null")) {
      assertThat(ManifestFile.parse(text)).isEqualTo(new ManifestFile(List.of(), List.of()));
    }
  }

  @Test
  void listsAreOpened() {
    ManifestFile file =
        ManifestFile.parse(
            """
            apiVersion: v1
            kind: List
            items:
              - %s
              - apiVersion: v1
                kind: List
                items: [%s]
            ---
            {apiVersion: v1, kind: List, items: []}
            ---
            {apiVersion: v1, kind: List}
            """
                .formatted(service("a"), service("b")));

    assertThat(keys(file)).containsExactly("Service/default/a", "Service/default/b");
    assertThat(file.problems()).isEmpty();
  }

  @Test
  void itemsOfATypedListNeedNotSayWhatTheyAre() {
    ManifestFile file =
        ManifestFile.parse(
            """
            {"kind":"ServiceList","apiVersion":"v1","metadata":{"resourceVersion":"5"},
             "items":[{"metadata":{"name":"a"}},{"kind":"Service","apiVersion":"v1","metadata":{"name":"b"}}]}
            ---
            kind: EndpointSliceList
            apiVersion: discovery.k8s.io/v1
            items: [{metadata: {name: s}, addressType: IPv4}]
            """);

    assertThat(keys(file))
        .containsExactly("Service/default/a", "Service/default/b", "EndpointSlice/default/s");
    assertThat(file.problems()).isEmpty();
  }

  @Test
  void jsonIsReadWhateverItsIndentation() {
    ManifestFile file =
        ManifestFile.parse(
            """
            {
            \t"apiVersion": "v1",
            \t"kind": "Service",
            \t"metadata": {
            \t\t"name": "a"
            \t},
            \t"spec": {
            \t\t"ports": [
            \t\t\t{ "port": 80 }
            \t\t]
            \t}
            }
            """);

    assertThat(file.problems()).isEmpty();
    assertThat(keys(file)).containsExactly("Service/default/a");
  }

  @Test
  void aSyntaxErrorIsToldWithItsLineAndWhatStandsBeforeIsKept() {
    ManifestFile file =
        ManifestFile.parse(
            """
            apiVersion: v1
            kind: Service
            metadata:
              name: a
            ---
            apiVersion: v1
            kind: Service
            metadata: {name: b
            spec: {}
            """);

    assertThat(keys(file)).containsExactly("Service/default/a");
    assertThat(file.problems())
        .singleElement()
        .satisfies(
            problem -> {
              assertThat(problem.line()).isEqualTo(9);
              assertThat(problem.key()).isEmpty();
              assertThat(problem.reason()).isNotBlank();
            });
  }

  @Test
  void anInvalidObjectIsToldWithItsLineAndKeyAndTheOthersAreRead() {
    ManifestFile file =
        ManifestFile.parse(
            """
            apiVersion: v1
            kind: Service
            metadata:
              name: a
            ---
            apiVersion: v1
            kind: Service
            metadata:
              name: bad
              namespace: shop
            spec:
              ports:
                - port: 70000
            ---
            apiVersion: v1
            kind: List
            items:
              - {apiVersion: v1, kind: Node, metadata: {name: n}, spec: {podCIDRs: [x]}}
              - just a text
              - {apiVersion: v1, metadata: {name: x}}
              - {apiVersion: v1, kind: Node, metadata: {name: m}}
            """);

    assertThat(keys(file)).containsExactly("Service/default/a", "Node/m");
    assertThat(file.problems())
        .containsExactly(
            new Problem(
                6,
                Optional.of(ObjectKey.service("shop", "bad")),
                "Service/shop/bad: spec.ports[0]: port 70000 is not within 1 to 65535"),
            new Problem(
                18,
                Optional.of(ObjectKey.node("n")),
                "Node/n: spec.podCIDRs: \"x\" is no address range"),
            new Problem(19, Optional.empty(), "no Kubernetes object, but just a text"),
            new Problem(20, Optional.empty(), "no Kubernetes object: kind is missing"));
  }

  @Test
  void aKeyGivenTwiceConcernsItsObjectOnly() {
    ManifestFile file =
        ManifestFile.parse(
            """
            apiVersion: v1
            kind: Service
            metadata:
              name: a
              name: b
            ---
            %s
            """
                .formatted(service("c")));

    assertThat(keys(file)).containsExactly("Service/default/c");
    assertThat(file.problems())
        .singleElement()
        .satisfies(
            problem -> {
              assertThat(problem.line()).isEqualTo(5);
              assertThat(problem.reason()).contains("duplicate key");
            });
  }

  @Test
  void anchorsAreFollowedButNotWithoutLimit() {
    ManifestFile file =
        ManifestFile.parse(
            """
            apiVersion: v1
            kind: Service
            metadata: &same {name: a}
            ---
            apiVersion: v1
            kind: Node
            metadata: {name: n, labels: &l {topology.kubernetes.io/zone: z}, annotations: *l}
            """);
    StringBuilder bomb = new StringBuilder("a0: &a0 [x, x, x, x, x, x, x, x, x]\n");
    for (int i = 1; i < 12; i++) {
      bomb.append("a%d: &a%d [%s]\n".formatted(i, i, ("*a" + (i - 1) + ", ").repeat(9)));
    }

    assertThat(keys(file)).containsExactly("Service/default/a", "Node/n");
    assertThat(ManifestFile.parse(bomb.toString()).problems()).isNotEmpty();
  }

  @Test
  void aListThatHoldsItselfIsAProblem() {
    ManifestFile file = ManifestFile.parse("&l {apiVersion: v1, kind: List, items: [*l]}");

    assertThat(file.problems())
        .containsExactly(new Problem(1, Optional.empty(), "lists are nested too deep"));
  }

  @Test
  void aByteOrderMarkIsPassedOver() throws IOException {
    Path file = Files.writeString(folder.resolve("bom.yaml"), "\uFEFF" + service("a"));

    assertThat(keys(ManifestFile.read(file))).containsExactly("Service/default/a");
  }

  @Test
  void textThatIsNotUtf8IsAProblem() throws IOException {
    Path file =
        Files.write(
            folder.resolve("latin1.yaml"), "# größer\n".getBytes(StandardCharsets.ISO_8859_1));

    assertThat(ManifestFile.read(file).problems())
        .containsExactly(new Problem(1, Optional.empty(), "the text is not UTF-8"));
  }

  @Test
  void aMissingFileIsAnException() {
    assertThatThrownBy(() -> ManifestFile.read(folder.resolve("none")))
        .isInstanceOf(NoSuchFileException.class);
  }
}
