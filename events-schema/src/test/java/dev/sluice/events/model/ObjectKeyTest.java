package dev.sluice.events.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ObjectKeyTest {
  @ParameterizedTest
  @ValueSource(
      strings = {"Service/shop/web", "EndpointSlice/kube-system/dns-x.1", "Node/n1.example.org"})
  void readsWhatItWrites(String text) {
    assertThat(ObjectKey.parse(text)).hasToString(text);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "/",
        "Service",
        "Service/",
        "Service/a",
        "Service//a",
        "Service/a/",
        "Service/a/b/c",
        "service/a/b",
        "Node/",
        "Node/a/b",
        "Pod/a/b",
        "Service/a/B",
        "Service/a/-b",
        "Service/a/b-",
        "Service/a/b\n",
        "Service/a/b;c",
        "Service/a/../b",
        " Service/a/b"
      })
  void refusesOtherTexts(String text) {
    assertThatThrownBy(() -> ObjectKey.parse(text)).isInstanceOf(InvalidObjectException.class);
  }

  @Test
  void namesAreAtMost253Characters() {
    ObjectKey.node("a".repeat(253));

    assertThatThrownBy(() -> ObjectKey.node("a".repeat(254)))
        .isInstanceOf(InvalidObjectException.class)
        .hasMessageContaining("…");
  }

  @Test
  void aNodeHasNoNamespaceAndOthersHaveOne() {
    assertThatThrownBy(() -> new ObjectKey(ObjectKey.Kind.NODE, "a", "b"))
        .isInstanceOf(InvalidObjectException.class);
    assertThatThrownBy(() -> new ObjectKey(ObjectKey.Kind.SERVICE, "", "b"))
        .isInstanceOf(InvalidObjectException.class);
  }

  @Test
  void isOrderedByKindNamespaceName() {
    assertThat(
            Stream.of("Node/a", "EndpointSlice/a/a", "Service/b/a", "Service/a/c", "Service/a/b")
                .map(ObjectKey::parse)
                .sorted())
        .extracting(ObjectKey::toString)
        .containsExactly(
            "Service/a/b", "Service/a/c", "Service/b/a", "EndpointSlice/a/a", "Node/a");
  }

  @Test
  void serviceNamesReadWhatTheyWrite() {
    assertThat(ServiceName.parse("a/b")).isEqualTo(new ServiceName("a", "b")).hasToString("a/b");
    assertThatThrownBy(() -> ServiceName.parse("a")).isInstanceOf(InvalidObjectException.class);
    assertThatThrownBy(() -> ServiceName.parse("a/b/c")).isInstanceOf(InvalidObjectException.class);
  }
}
