package dev.sluice.local.conformance;

import dev.sluice.events.model.IpFamily;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** What test methods run with, however a run is limited. */
final class Flavours {
  private Flavours() {}

  /**
   * The arguments of an {@link EveryFlavour} test.
   *
   * @throws IllegalArgumentException if its first parameter is of no enum that is {@link Flavoured}
   */
  static List<Flavoured> of(Method method) {
    Class<?>[] parameters = method.getParameterTypes();
    if (parameters.length == 0
        || !parameters[0].isEnum()
        || !Flavoured.class.isAssignableFrom(parameters[0])) {
      throw new IllegalArgumentException(method + ": the first parameter is no flavour");
    }
    Set<BackEnd> backends = about(method);
    unsupported(method).forEach(exception -> backends.remove(exception.backend()));
    Set<IpFamily> families = families(method);
    return Arrays.stream(parameters[0].getEnumConstants())
        .map(Flavoured.class::cast)
        .filter(flavour -> backends.contains(flavour.backend()))
        .filter(flavour -> flavour.families().stream().anyMatch(families::contains))
        .toList();
  }

  private static Set<IpFamily> families(Method method) {
    EveryFlavour every = method.getAnnotation(EveryFlavour.class);
    return every == null || every.families().length == 0
        ? EnumSet.allOf(IpFamily.class)
        : Set.of(every.families());
  }

  /** Whether a test runs once for each flavour. */
  static boolean flavoured(Method method) {
    return method.isAnnotationPresent(EveryFlavour.class);
  }

  /** The back ends that a test runs on. */
  static Set<BackEnd> backends(Method method) {
    return flavoured(method)
        ? of(method).stream()
            .map(Flavoured::backend)
            .collect(Collectors.toCollection(() -> EnumSet.noneOf(BackEnd.class)))
        : about(method);
  }

  /** The back ends that a class's tests are about. */
  static Set<BackEnd> backends(Class<?> type) {
    return stated(type).orElseGet(() -> EnumSet.allOf(BackEnd.class));
  }

  /** Whether a test or its class says which back ends it is about. */
  static boolean bound(Method method) {
    return stated(method).or(() -> stated(method.getDeclaringClass())).isPresent();
  }

  static List<Unsupported> unsupported(Method method) {
    return List.of(method.getAnnotationsByType(Unsupported.class));
  }

  private static Set<BackEnd> about(Method method) {
    return stated(method).orElseGet(() -> backends(method.getDeclaringClass()));
  }

  private static Optional<Set<BackEnd>> stated(AnnotatedElement element) {
    return Optional.ofNullable(element.getAnnotation(RunsOn.class))
        .<Set<BackEnd>>map(runsOn -> EnumSet.copyOf(List.of(runsOn.value())));
  }
}
