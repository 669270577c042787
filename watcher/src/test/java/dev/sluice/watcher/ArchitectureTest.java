package dev.sluice.watcher;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import dev.sluice.watcher.publish.ChangeDetector;
import dev.sluice.watcher.publish.ChangeProposal;
import dev.sluice.watcher.publish.ClusterGuard;
import dev.sluice.watcher.publish.FreshnessGuard;
import dev.sluice.watcher.publish.MassDeletionGuard;
import dev.sluice.watcher.publish.PublishedState;
import dev.sluice.watcher.publish.RevisionSequence;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class ArchitectureTest {
  private final JavaClasses classes =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("dev.sluice.watcher");

  @Test
  void theWatcherKnowsNoApplier() {
    noClasses()
        .should()
        .dependOnClassesThat(resideInAnyPackage("dev.sluice.applier.."))
        .check(classes);
  }

  @Test
  void whatDecidesIsPure() {
    noClasses()
        .that()
        .belongToAnyOf(
            ChangeDetector.class,
            ChangeProposal.class,
            PublishedState.class,
            RevisionSequence.class,
            MassDeletionGuard.class,
            ClusterGuard.class,
            FreshnessGuard.class)
        .should()
        .dependOnClassesThat(
            resideInAnyPackage(
                "io.vertx..", "org.apache.kafka..", "io.fabric8..", "dev.sluice.events.log.."))
        .orShould()
        .callMethod(Instant.class, "now")
        .check(classes);
  }

  @Test
  void sourcesKnowNoLog() {
    noClasses()
        .that()
        .resideInAPackage("dev.sluice.watcher.source..")
        .should()
        .dependOnClassesThat(
            resideInAnyPackage(
                "dev.sluice.watcher.publish..", "dev.sluice.events.log..", "org.apache.kafka.."))
        .check(classes);
  }

  @Test
  void theElectionKnowsNeitherLogNorSource() {
    noClasses()
        .that()
        .resideInAPackage("dev.sluice.watcher.lease..")
        .should()
        .dependOnClassesThat(
            resideInAnyPackage(
                "dev.sluice.watcher.publish..",
                "dev.sluice.watcher.source..",
                "dev.sluice.events.log..",
                "org.apache.kafka.."))
        .check(classes);
  }

  @Test
  void publishingKnowsNoKubernetesClient() {
    noClasses()
        .that()
        .resideInAPackage("dev.sluice.watcher.publish..")
        .should()
        .dependOnClassesThat(resideInAnyPackage("io.fabric8.."))
        .check(classes);
  }
}
