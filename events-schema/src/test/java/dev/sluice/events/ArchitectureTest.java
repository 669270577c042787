package dev.sluice.events;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.time.Clock;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class ArchitectureTest {
  private static final String ROOT = "dev.sluice.events.";
  private static final String[] PURE = {
    ROOT + "model..",
    ROOT + "event..",
    ROOT + "image..",
    ROOT + "difference..",
    ROOT + "report..",
    ROOT + "kubernetes.."
  };
  private static final String[] KAFKA = {"org.apache.kafka..", "io.vertx.kafka.."};

  private final JavaClasses classes =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("dev.sluice.events");

  @Test
  void thePureCoreKnowsNoFrameworks() {
    noClasses()
        .that()
        .resideInAnyPackage(PURE)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "io.vertx..", "org.apache.kafka..", "io.fabric8..", "io.micrometer..", "picocli..")
        .check(classes);
  }

  @Test
  void thePureCoreKnowsNoClockAndNoRandomness() {
    noClasses()
        .that()
        .resideInAnyPackage(PURE)
        .should()
        .callMethod(Instant.class, "now")
        .orShould()
        .callMethod(System.class, "currentTimeMillis")
        .orShould()
        .callMethod(System.class, "nanoTime")
        .orShould()
        .callMethod(Math.class, "random")
        .orShould()
        .dependOnClassesThat()
        .areAssignableTo(Clock.class)
        .orShould()
        .dependOnClassesThat()
        .areAssignableTo(java.util.Random.class)
        .orShould()
        .dependOnClassesThat()
        .areAssignableTo(java.util.UUID.class)
        .check(classes);
  }

  @Test
  void onlyTheLogKnowsKafka() {
    noClasses()
        .that()
        .resideOutsideOfPackage(ROOT + "log..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(KAFKA)
        .check(classes);
  }

  @Test
  void onlyTheHostKnowsCommandLinesAndMetrics() {
    noClasses()
        .that()
        .resideOutsideOfPackage(ROOT + "host..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("picocli..", "io.micrometer..")
        .check(classes);
  }

  @Test
  void theHostKnowsNothingElse() {
    noClasses()
        .that()
        .resideInAPackage(ROOT + "host..")
        .should()
        .dependOnClassesThat(
            com.tngtech.archunit.base.DescribedPredicate.not(
                resideInAnyPackage(
                    "java..",
                    "org.slf4j..",
                    "ch.qos.logback..",
                    "org.jspecify..",
                    "io.vertx.core..",
                    "io.micrometer..",
                    "picocli..",
                    ROOT + "host..",
                    ROOT + "log..")))
        .check(classes);
  }

  @Test
  void arrowsRunOneWay() {
    layeredArchitecture()
        .consideringOnlyDependenciesInLayers()
        .layer("model")
        .definedBy(ROOT + "model..")
        .layer("event")
        .definedBy(ROOT + "event..")
        .layer("image")
        .definedBy(ROOT + "image..")
        .layer("difference")
        .definedBy(ROOT + "difference..")
        .layer("report")
        .definedBy(ROOT + "report..")
        .layer("kubernetes")
        .definedBy(ROOT + "kubernetes..")
        .layer("log")
        .definedBy(ROOT + "log..")
        .layer("host")
        .definedBy(ROOT + "host..")
        .whereLayer("model")
        .mayNotAccessAnyLayer()
        .whereLayer("event")
        .mayOnlyAccessLayers("model")
        .whereLayer("image")
        .mayOnlyAccessLayers("event", "model")
        .whereLayer("difference")
        .mayOnlyAccessLayers("image", "event", "model")
        .whereLayer("kubernetes")
        .mayOnlyAccessLayers("model")
        .whereLayer("report")
        .mayOnlyAccessLayers("image", "event", "model")
        .whereLayer("log")
        .mayOnlyAccessLayers("report", "image", "event", "model")
        .whereLayer("host")
        .mayOnlyAccessLayers("log")
        .check(classes);
  }
}
