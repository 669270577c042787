package dev.sluice.events.event;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import dev.sluice.events.model.Cidr;
import dev.sluice.events.model.IpAddress;
import dev.sluice.events.model.ServiceName;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import tools.jackson.core.JsonParser;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.deser.std.StdDeserializer;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.module.SimpleModule;
import tools.jackson.databind.ser.std.ToStringSerializer;

/**
 * The JSON of the log: properties sorted, nothing empty written, so that equal values have equal
 * bytes; unknown properties are passed over, so that later versions can add some.
 */
public final class JsonCodec {
  private static final JsonInclude.Value UNLESS_EMPTY =
      JsonInclude.Value.construct(JsonInclude.Include.NON_EMPTY, JsonInclude.Include.ALWAYS);
  private static final JsonInclude.Value UNLESS_ZERO =
      JsonInclude.Value.construct(JsonInclude.Include.NON_DEFAULT, JsonInclude.Include.ALWAYS);
  private static final JsonSetter.Value ABSENT_IS_EMPTY =
      JsonSetter.Value.forValueNulls(Nulls.AS_EMPTY);

  private JsonCodec() {}

  /** A new mapper; safe for any thread. */
  public static JsonMapper mapper() {
    return JsonMapper.builder()
        .enable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
        .disable(MapperFeature.SORT_CREATOR_PROPERTIES_FIRST)
        .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
        .disable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
        .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
        .changeDefaultPropertyInclusion(none -> UNLESS_EMPTY)
        .withConfigOverride(int.class, override -> override.setInclude(UNLESS_ZERO))
        .withConfigOverride(List.class, override -> override.setNullHandling(ABSENT_IS_EMPTY))
        .withConfigOverride(String.class, override -> override.setNullHandling(ABSENT_IS_EMPTY))
        .withConfigOverride(Map.class, override -> override.setNullHandling(ABSENT_IS_EMPTY))
        .addModule(
            new SimpleModule()
                .addSerializer(IpAddress.class, ToStringSerializer.instance)
                .addSerializer(Cidr.class, ToStringSerializer.instance)
                .addSerializer(ServiceName.class, ToStringSerializer.instance)
                .addDeserializer(IpAddress.class, text(IpAddress.class, IpAddress::parse))
                .addDeserializer(Cidr.class, text(Cidr.class, Cidr::parse))
                .addDeserializer(ServiceName.class, text(ServiceName.class, ServiceName::parse)))
        .build();
  }

  private static <T> StdDeserializer<T> text(Class<T> type, Function<String, T> parse) {
    return new StdDeserializer<T>(type) {
      @Override
      public T deserialize(JsonParser parser, DeserializationContext context) {
        return parse.apply(parser.getValueAsString(""));
      }
    };
  }
}
