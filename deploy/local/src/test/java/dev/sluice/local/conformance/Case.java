package dev.sluice.local.conformance;

import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import dev.sluice.events.model.IpFamily;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Collection;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Disabled;
import org.junit.platform.commons.annotation.Testable;
import org.junit.platform.commons.support.AnnotationSupport;

/**
 * A method that says it is a case of rows.
 *
 * @param rows in the order in which it names them
 */
record Case(Method method, List<Row> rows) {
  Case {
    rows = List.copyOf(rows);
  }

  /** The cases among the test classes of a package and those below it, by class and name. */
  static List<Case> in(String packageName) {
    return new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.ONLY_INCLUDE_TESTS)
            .importPackages(packageName)
            .stream()
            .flatMap(type -> type.getMethods().stream())
            .filter(method -> method.isAnnotatedWith(Conformance.class))
            .map(JavaMethod::reflect)
            .map(Case::of)
            .sorted(Comparator.comparing(Case::words))
            .toList();
  }

  static Case of(Method method) {
    return new Case(method, List.of(method.getAnnotation(Conformance.class).value()));
  }

  /** What keeps it from being run with the other tests; empty if nothing does. */
  Optional<String> defect() {
    if (rows.isEmpty()) {
      return Optional.of("names no row");
    }
    if (!AnnotationSupport.isAnnotated(method, Testable.class)) {
      return Optional.of("is no test method");
    }
    if (Modifier.isAbstract(type().getModifiers()) || !type().getName().endsWith("Test")) {
      return Optional.of("its class is not run: it is abstract or not called ...Test");
    }
    if (method.isAnnotationPresent(Disabled.class) || type().isAnnotationPresent(Disabled.class)) {
      return Optional.of("is disabled");
    }
    if (!Flavours.flavoured(method) && !exceptions().isEmpty()) {
      return Optional.of("names exceptions, but is not run for every flavour");
    }
    if (exceptions().stream().anyMatch(exception -> exception.reason().isBlank())) {
      return Optional.of("gives no reason for an exception");
    }
    if (Flavours.backends(method).isEmpty()) {
      return Optional.of("is run for no back end");
    }
    return Optional.empty();
  }

  private Class<?> type() {
    return method.getDeclaringClass();
  }

  /** Such as {@code ClusterIpTest: every port leads to its own target}. */
  String words() {
    return type().getSimpleName() + ": " + words(method.getName());
  }

  /** A name in camel case, read out. */
  static String words(String name) {
    return name.replaceAll("(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", " ")
        .toLowerCase(Locale.ROOT);
  }

  /** Such as {@code iptables-legacy, iptables-nft; IPv4, IPv6}. */
  String runsFor() {
    if (!Flavours.flavoured(method)) {
      return Flavours.bound(method) ? joined(Flavours.backends(method)) : "once";
    }
    Set<IpFamily> families =
        Flavours.of(method).stream()
            .flatMap(flavour -> flavour.families().stream())
            .collect(Collectors.toCollection(() -> EnumSet.noneOf(IpFamily.class)));
    return joined(Flavours.backends(method)) + "; " + joined(families);
  }

  /** The back ends that can't do it, and why. */
  List<Unsupported> exceptions() {
    return Flavours.unsupported(method);
  }

  private static String joined(Collection<?> values) {
    return values.stream().map(Object::toString).collect(Collectors.joining(", "));
  }
}
