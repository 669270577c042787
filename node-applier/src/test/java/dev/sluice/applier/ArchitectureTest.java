package dev.sluice.applier;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMethodCall;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.time.Clock;
import java.time.Instant;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ArchitectureTest {
  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("dev.sluice.applier", "dev.sluice.events");

  private static final String[] EFFECTS = {
    "io.vertx..", "org.apache.kafka..", "io.fabric8..", "jnr..", "io.micrometer..", "picocli.."
  };

  private static final DescribedPredicate<JavaClass> EFFECTFUL_IPTABLES =
      DescribedPredicate.describe(
          "iptables classes with effects",
          type ->
              type.getSimpleName()
                      .matches(
                          "IptablesKernel|IptablesTools|IptablesBackend|InstalledRules|Narrowing"
                              + "|Command|OrphanedTools|RulesReading|Canary|IptablesVerification")
                  || type.getName().contains("FlushSign")
                  || type.getName().contains("IptablesTools$")
                  || type.getName().contains("Command$")
                  || type.getName().contains("Narrowing$"));

  private static final DescribedPredicate<JavaClass> EFFECTFUL_IPVS =
      DescribedPredicate.describe(
          "ipvs classes with effects",
          type ->
              type.getPackageName().endsWith(".ipvs")
                  && type.getName()
                      .replaceAll(".*\\.|\\$.*", "")
                      .matches(
                          "IpvsBackend|InstalledServers|IpvsKernel|LinkKernel|NodeKernel|NodeReader|NodeWriter"
                              + "|NodeReading|ServersReading|ServerWriter|Drain|Departure|IpvsRemoval|IpvsSysctls|IpvsVerification"));

  private static void check(ArchRule rule) {
    rule.check(CLASSES);
  }

  @Test
  void policyAndProgramsKnowNoEffects() {
    check(
        noClasses()
            .that()
            .resideInAnyPackage(
                "..applier.forwarding..", "..applier.program..", "..applier.iptables..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(EFFECTS));
  }

  @Test
  void pureCodeTellsNoTimeAndDrawsNoLots() {
    check(
        noClasses()
            .that()
            .resideInAnyPackage(
                "..applier.forwarding..",
                "..applier.program..",
                "..applier.iptables..",
                "..applier.ipset..",
                "..applier.ipvs..")
            .and(DescribedPredicate.not(EFFECTFUL_IPVS)) // told the time by a clock that is given
            .should()
            .dependOnClassesThat()
            .belongToAnyOf(Clock.class, Random.class));
    check(
        noClasses()
            .that()
            .resideInAnyPackage(
                "..applier.forwarding..",
                "..applier.program..",
                "..applier.iptables..",
                "..applier.ipset..",
                "..applier.ipvs..")
            .should()
            .callMethodWhere(
                JavaMethodCall.Predicates.target(
                    DescribedPredicate.describe(
                        "the clock",
                        target ->
                            (target.getOwner().isEquivalentTo(Instant.class)
                                    && target.getName().equals("now"))
                                || (target.getOwner().isEquivalentTo(System.class)
                                    && target.getName().matches("nanoTime|currentTimeMillis"))))));
  }

  @Test
  void theCompilerDoesNotReachTheKernel() {
    check(
        noClasses()
            .that()
            .resideInAPackage("..applier.iptables..")
            .and()
            .doNotHaveSimpleName("RestoreError") // reads a tool's result, which is a value
            .and(DescribedPredicate.not(EFFECTFUL_IPTABLES))
            .should()
            .dependOnClassesThat(EFFECTFUL_IPTABLES)
            .orShould()
            .dependOnClassesThat()
            .haveNameMatching("java\\.lang\\.Process.*|java\\.io\\.File.*|java\\.nio\\.file\\..*"));
  }

  @Test
  void messagesAndPolicyAroundNetlinkKnowNoEffects() {
    check(
        noClasses()
            .that()
            .resideInAnyPackage(
                "..applier.netlink..",
                "..applier.conntrack..",
                "..applier.ipset..",
                "..applier.ipvs..")
            .and()
            .haveNameNotMatching(
                ".*(LibC|NetlinkSocket|SocketDescriptor|NetlinkConnection|Kernel|ConntrackCleaner"
                    + "|Sysctls).*")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(EFFECTS)
            .orShould()
            .dependOnClassesThat()
            .haveSimpleName("NetlinkConnection")
            .orShould()
            .dependOnClassesThat()
            .haveNameMatching("java\\.io\\.File.*|java\\.nio\\.file\\..*"));
  }

  @Test
  void whatLoadBalancersAreToldKnowsNoEffects() {
    check(
        noClasses()
            .that()
            .resideInAPackage("..applier.health..")
            .and()
            .haveNameNotMatching(".*HealthServers.*")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(EFFECTS));
    check(
        noClasses()
            .that()
            .resideInAPackage("..applier.health..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("..applier.iptables..", "..applier.runtime..", "..applier.cli.."));
  }

  @Test
  void whatACheckpointIsAndIsGoodForIsDecidedWithoutFilesAndClocks() {
    check(
        noClasses()
            .that()
            .resideInAPackage("..applier.checkpoint..")
            .and()
            .doNotHaveSimpleName("CheckpointStore")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(EFFECTS)
            .orShould()
            .dependOnClassesThat()
            .haveNameMatching("java\\.io\\.File.*|java\\.nio\\.file\\..*")
            .orShould()
            .dependOnClassesThat()
            .belongToAnyOf(Clock.class, Random.class));
    check(
        noClasses()
            .that()
            .resideInAPackage("..applier.checkpoint..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                "..applier.forwarding..",
                "..applier.program..",
                "..applier.conntrack..",
                "..applier.netlink..",
                "..applier.runtime..",
                "..applier.cli.."));
  }

  @Test
  void framingKnowsNoDomain() {
    check(
        noClasses()
            .that()
            .resideInAPackage("..applier.netlink..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                "..applier.conntrack..",
                "..applier.ipset..",
                "..applier.ipvs..",
                "..applier.forwarding..",
                "..applier.program..",
                "..applier.iptables..",
                "..applier.runtime..",
                "..applier.cli.."));
    check(
        noClasses()
            .that()
            .resideInAPackage("..applier.conntrack..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("..applier.iptables..", "..applier.runtime..", "..applier.cli.."));
  }

  @Test
  void setsKnowOnlyNetlinkAndIpvsNoRuntime() {
    check(
        noClasses()
            .that()
            .resideInAPackage("..applier.ipset..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                "..applier.ipvs..",
                "..applier.iptables..",
                "..applier.conntrack..",
                "..applier.forwarding..",
                "..applier.program..",
                "..applier.health..",
                "..applier.runtime..",
                "..applier.cli.."));
    check(
        noClasses()
            .that()
            .resideInAPackage("..applier.ipvs..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("..applier.health..", "..applier.runtime..", "..applier.cli.."));
  }

  @Test
  void whatIpvsHoldsIsDecidedWithoutAKernel() {
    check(
        noClasses()
            .that()
            .resideInAPackage("..applier.ipvs..")
            .and(DescribedPredicate.not(EFFECTFUL_IPVS))
            .should()
            .dependOnClassesThat(EFFECTFUL_IPVS)
            .orShould()
            .dependOnClassesThat(EFFECTFUL_IPTABLES)
            .orShould()
            .dependOnClassesThat()
            .resideInAPackage("..applier.conntrack..")
            .orShould()
            .dependOnClassesThat()
            .haveSimpleNameEndingWith("Kernel")
            .orShould()
            .dependOnClassesThat()
            .haveNameMatching(".*\\.(NetlinkSocket|NetlinkConnection|LibC).*")
            .orShould()
            .dependOnClassesThat()
            .haveNameMatching("java\\.lang\\.Process.*|java\\.io\\.File.*|java\\.nio\\.file\\..*"));
  }

  @Test
  void arrowsRunOneWay() {
    check(
        noClasses()
            .that()
            .resideInAPackage("..applier.forwarding..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                "..applier.program..",
                "..applier.iptables..",
                "..applier.ipset..",
                "..applier.ipvs..",
                "..applier.runtime..",
                "..applier.cli.."));
    check(
        noClasses()
            .that()
            .resideInAPackage("..applier.program..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                "..applier.iptables..",
                "..applier.ipset..",
                "..applier.ipvs..",
                "..applier.runtime..",
                "..applier.cli.."));
    check(
        noClasses()
            .that()
            .resideInAPackage("..applier.iptables..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                "..applier.ipset..", "..applier.ipvs..", "..applier.runtime..", "..applier.cli.."));
    check(
        noClasses()
            .that()
            .resideInAPackage("..applier.runtime..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                "..applier.iptables..",
                "..applier.ipset..",
                "..applier.ipvs..",
                "..applier.cli.."));
    check(slices().matching("dev.sluice.applier.(*)..").should().beFreeOfCycles());
  }

  @Test
  void whatANodeNeedsIsJudgedWithoutTouchingIt() {
    check(
        noClasses()
            .that()
            .resideInAnyPackage("..applier.preparation..", "..applier.bootstrap..")
            .and()
            .haveNameNotMatching(".*(SysctlFiles|ModuleLoader|Capabilities|BrokerLookup).*")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(EFFECTS)
            .orShould()
            .dependOnClassesThat()
            .haveNameMatching("java\\.lang\\.Process.*|java\\.io\\.File.*|java\\.nio\\.file\\..*"));
    check(
        noClasses()
            .that()
            .resideInAnyPackage("..applier.preparation..", "..applier.bootstrap..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("..applier.runtime..", "..applier.cli.."));
  }

  @Test
  void theApplierKnowsNoWatcherAndNoKubernetesClient() {
    check(
        noClasses()
            .that()
            .resideInAPackage("dev.sluice.applier..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("dev.sluice.watcher..", "dev.sluice.local..", "io.fabric8.."));
  }
}
