package dev.sluice.applier.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.applier.cli.ObjectFilter.KeyConverter;
import dev.sluice.applier.cli.ObjectFilter.ServiceConverter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.TypeConversionException;

class ObjectFilterTest {
  @ParameterizedTest
  @CsvSource({
    "Service/shop/web,        Service/shop/web",
    "svc/shop/web,            Service/shop/web",
    "endpointslices/shop/web, EndpointSlice/shop/web",
    "Node/node-1,             Node/node-1",
    "no/node-1,               Node/node-1"
  })
  void kindsAreReadAsTheLogOrKubectlHasThem(String text, String key) {
    assertThat(new KeyConverter().convert(text)).hasToString(key);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"web", "shop/web", "Service/web", "Pod/shop/web", "Node/shop/n", "svc/shop/WEB"})
  void whatIsNoObjectIsRefusedWithWhatIsOne(String text) {
    assertThatThrownBy(() -> new KeyConverter().convert(text))
        .isInstanceOf(TypeConversionException.class)
        .hasMessageStartingWith("\"" + text + "\" is no object")
        .hasMessageContaining("expected Service/NAMESPACE/NAME");
  }

  @ParameterizedTest
  @ValueSource(strings = {"web", "shop/", "Shop/web"})
  void whatIsNoServiceIsRefused(String text) {
    assertThatThrownBy(() -> new ServiceConverter().convert(text))
        .isInstanceOf(TypeConversionException.class)
        .hasMessageContaining("expected NAMESPACE/NAME");
  }
}
