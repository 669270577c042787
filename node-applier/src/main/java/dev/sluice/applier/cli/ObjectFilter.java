package dev.sluice.applier.cli;

import dev.sluice.events.event.Change;
import dev.sluice.events.model.EndpointSlice;
import dev.sluice.events.model.InvalidObjectException;
import dev.sluice.events.model.ObjectKey;
import dev.sluice.events.model.ServiceName;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Which changes are asked for, by the object they are of. */
final class ObjectFilter {
  private ObjectFilter() {}

  /** Those of one object. */
  static Predicate<Change> object(ObjectKey key) {
    return change -> change.key().equals(key);
  }

  /** Those of a Service, and of slices that belong or belonged to it. */
  static Predicate<Change> service(ServiceName name) {
    return change ->
        change.key().equals(name.key())
            || Stream.of(change.before(), change.after())
                .flatMap(Optional::stream)
                .anyMatch(
                    object ->
                        object instanceof EndpointSlice slice
                            && slice.serviceName().equals(Optional.of(name)));
  }

  /** Reads an object's name, as the log has it or as kubectl has kinds. */
  static final class KeyConverter implements ITypeConverter<ObjectKey> {
    private static final Map<String, String> KINDS =
        Map.of(
            "service", "Service",
            "services", "Service",
            "svc", "Service",
            "endpointslice", "EndpointSlice",
            "endpointslices", "EndpointSlice",
            "node", "Node",
            "nodes", "Node",
            "no", "Node");

    @Override
    public ObjectKey convert(String text) {
      int slash = text.indexOf('/');
      String kind = slash < 0 ? text : text.substring(0, slash);
      String known = KINDS.getOrDefault(kind.toLowerCase(Locale.ROOT), kind);
      try {
        return ObjectKey.parse(slash < 0 ? text : known + text.substring(slash));
      } catch (InvalidObjectException e) {
        String reason = String.valueOf(e.getMessage());
        throw new TypeConversionException(
            "\"%s\" is no object%s; expected Service/NAMESPACE/NAME,"
                    .formatted(text, reason.contains("no object key") ? "" : " (" + reason + ")")
                + " EndpointSlice/NAMESPACE/NAME or Node/NAME");
      }
    }
  }

  /** Reads {@code NAMESPACE/NAME}. */
  static final class ServiceConverter implements ITypeConverter<ServiceName> {
    @Override
    public ServiceName convert(String text) {
      try {
        return ServiceName.parse(text);
      } catch (InvalidObjectException e) {
        throw new TypeConversionException(e.getMessage() + "; expected NAMESPACE/NAME");
      }
    }
  }
}
