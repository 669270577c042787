package dev.sluice.local.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.local.SluiceHome;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import org.junit.jupiter.api.Test;

class EndpointEditTest {
  private static final List<EndpointEdit.Pair> TWO =
      List.of(
          new EndpointEdit.Pair("10.244.1.2", "fd00:10:244:1::2"),
          new EndpointEdit.Pair("10.244.1.3", "fd00:10:244:1::3"));

  private final String original;

  EndpointEditTest() throws IOException {
    original = Files.readString(SluiceHome.find().resolve("deploy/examples/quickstart/web.yaml"));
  }

  @Test
  void theEndpointsThatItHasChangeNothing() {
    assertThat(EndpointEdit.apply(original, TWO)).isEqualTo(original);
  }

  @Test
  void eachSliceGetsTheAddressOfItsFamily() {
    List<EndpointEdit.Pair> one = List.of(new EndpointEdit.Pair("10.244.1.4", "fd00::4"));

    String edited = EndpointEdit.apply(original, one);

    assertThat(edited.lines().filter(line -> line.startsWith("  - { addresses: ")))
        .containsExactly(
            "  - { addresses: [10.244.1.4], conditions: { ready: true }, nodeName: node }",
            "  - { addresses: [\"fd00::4\"], conditions: { ready: true }, nodeName: node }");
  }

  @Test
  void endpointsThatWereTakenAwayCanBePutBack() {
    String without = EndpointEdit.apply(original, List.of());

    assertThat(without.lines().filter(line -> line.equals("endpoints: []"))).hasSize(2);
    assertThat(EndpointEdit.apply(without, TWO)).isEqualTo(original);
  }
}
