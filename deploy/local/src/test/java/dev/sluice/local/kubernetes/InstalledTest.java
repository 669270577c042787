package dev.sluice.local.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.applier.cli.AppliedFlags;
import dev.sluice.applier.cli.Sluice;
import dev.sluice.events.host.BindAddress;
import dev.sluice.local.SluiceHome;
import dev.sluice.watcher.cli.SluiceWatcher;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerPort;
import io.fabric8.kubernetes.api.model.HTTPGetAction;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Probe;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.kubernetes.api.model.rbac.ClusterRoleBinding;
import io.fabric8.kubernetes.api.model.rbac.RoleBinding;
import io.fabric8.kubernetes.api.model.rbac.Subject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.ParseResult;

/** That what is installed fits together, and fits the programs. */
class InstalledTest {
  private static final String BASE = "base";
  private static final Pattern CAPABILITY = Pattern.compile("`([A-Z_]+)`");

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(strings = {BASE, "overlays/kafka", "overlays/strimzi"})
  void theProgramsTakeTheirArguments(String from) throws Exception {
    Installed installed = Installed.by(from);
    int parsed = 0;
    for (Installed.Pods pods : installed.pods()) {
      for (Container container : pods.containers()) {
        List<String> arguments =
            installed.arguments(pods.name(), container.getName(), folder.resolve(from));
        ParseResult result = parse(container, arguments);
        assertThat(result.errors()).isEmpty();
        assertThat(result.unmatched()).isEmpty();
        parsed++;
      }
    }
    assertThat(parsed).isGreaterThanOrEqualTo(3);
    String[] proxy = {"@" + folder.resolve(from).resolve("flags/proxy")};
    assertThat(AppliedFlags.parse(proxy).config()).isNotNull();
    assertThat(AppliedFlags.parse(proxy).ipvs()).isNotNull();
  }

  private static ParseResult parse(Container container, List<String> arguments) {
    CommandLine command =
        container.getImage().contains("sluice-watcher")
            ? SluiceWatcher.commandLine()
            : Sluice.commandLine();
    return command.parseArgs(arguments.toArray(String[]::new));
  }

  @Test
  void aProbeAsksWhereTheProgramAnswers() throws Exception {
    Installed installed = Installed.by(BASE);
    assertProbes(installed, "sluice-applier", "applier");
    assertProbes(installed, "sluice-watcher", "watcher");
  }

  private void assertProbes(Installed installed, String pods, String name) throws Exception {
    Container container = installed.pods(pods).container(name);
    ParseResult last = last(parse(container, installed.arguments(pods, name, folder)));
    BindAddress healthz = last.matchedOptionValue("--healthz-bind-address", null);
    Map<String, Integer> ports =
        container.getPorts().stream()
            .collect(Collectors.toMap(ContainerPort::getName, ContainerPort::getContainerPort));
    assertThat(healthz).isNotNull();
    assertThat(healthz.host()).as("what the kubelet reaches").isEqualTo("0.0.0.0");
    assertThat(ports).containsEntry("healthz", healthz.port());
    assertThat(path(container.getStartupProbe())).isEqualTo("/livez");
    assertThat(path(container.getLivenessProbe())).isEqualTo("/livez");
    assertThat(path(container.getReadinessProbe())).isEqualTo("/healthz");
    assertThat(
            Stream.of(
                    container.getStartupProbe(),
                    container.getLivenessProbe(),
                    container.getReadinessProbe())
                .map(probe -> probe.getHttpGet().getPort().getStrVal()))
        .allSatisfy(port -> assertThat(ports).containsKey(port));
  }

  private static ParseResult last(ParseResult result) {
    return result.hasSubcommand() ? last(result.subcommand()) : result;
  }

  private static String path(Probe probe) {
    HTTPGetAction get = probe.getHttpGet();
    return get.getPath();
  }

  @ParameterizedTest
  @ValueSource(strings = {BASE, "overlays/kafka", "overlays/strimzi"})
  void whatIsNamedIsThere(String from) throws Exception {
    Installed installed = Installed.by(from);
    Set<String> names =
        installed.objects().stream()
            .map(object -> object.getKind() + "/" + object.getMetadata().getName())
            .collect(Collectors.toSet());
    assertThat(installed.pods()).isNotEmpty();
    for (Installed.Pods pods : installed.pods()) {
      PodSpec spec = pods.template().getSpec();
      assertThat(pods.template().getMetadata().getLabels()).containsAllEntriesOf(pods.selector());
      assertThat(names).contains("ServiceAccount/" + spec.getServiceAccountName());
      Set<String> volumes =
          spec.getVolumes().stream().map(Volume::getName).collect(Collectors.toSet());
      Set<String> mounted =
          pods.containers().stream()
              .flatMap(container -> container.getVolumeMounts().stream())
              .map(VolumeMount::getName)
              .collect(Collectors.toSet());
      assertThat(mounted).isEqualTo(volumes);
      spec.getVolumes().stream()
          .filter(volume -> volume.getConfigMap() != null)
          .forEach(
              volume -> assertThat(names).contains("ConfigMap/" + volume.getConfigMap().getName()));
    }
    PodDisruptionBudget budget = installed.one(PodDisruptionBudget.class, "sluice-watcher");
    assertThat(budget.getSpec().getSelector().getMatchLabels())
        .isEqualTo(installed.pods("sluice-watcher").selector());
  }

  @ParameterizedTest
  @ValueSource(strings = {BASE, "overlays/kafka", "overlays/strimzi"})
  void nothingNeedsAServiceToStart(String from) throws Exception {
    Installed installed = Installed.by(from);
    for (Installed.Pods pods : installed.pods()) {
      PodSpec spec = pods.template().getSpec();
      assertThat(spec.getHostNetwork()).as(pods.name()).isTrue();
      assertThat(spec.getDnsPolicy()).as(pods.name()).isEqualTo("Default");
      assertThat(spec.getPriorityClassName()).startsWith("system-");
    }
    String kafka = Objects.requireNonNull(installed.flags().getData().get("kafka"));
    assertThat(kafka).contains("--bootstrap-servers=");
    assertThat(kafka.lines().filter(line -> line.startsWith("--bootstrap-servers=")))
        .singleElement()
        .asString()
        .doesNotContain(".svc", "cluster.local");
    assertThat(
            installed
                .pods("sluice-watcher")
                .container("watcher")
                .getEnvFrom()
                .getFirst()
                .getConfigMapRef()
                .getName())
        .startsWith("sluice-api-server");
    assertThat(
            installed
                .one(io.fabric8.kubernetes.api.model.ConfigMap.class, "sluice-api-server")
                .getData())
        .containsOnlyKeys("KUBERNETES_SERVICE_HOST", "KUBERNETES_SERVICE_PORT");
  }

  @Test
  void anApplierHasNoAccessToTheApiServer() throws Exception {
    Installed installed = Installed.by(BASE);

    PodSpec applier = installed.pods("sluice-applier").template().getSpec();
    ServiceAccount account = installed.one(ServiceAccount.class, "sluice-applier");

    assertThat(applier.getAutomountServiceAccountToken()).isFalse();
    assertThat(account.getAutomountServiceAccountToken()).isFalse();
    assertThat(applier.getVolumes()).allMatch(volume -> volume.getProjected() == null);
    List<Subject> subjects = new ArrayList<>();
    installed.all(ClusterRoleBinding.class).forEach(one -> subjects.addAll(one.getSubjects()));
    installed.all(RoleBinding.class).forEach(one -> subjects.addAll(one.getSubjects()));
    assertThat(subjects)
        .isNotEmpty()
        .allMatch(subject -> subject.getName().equals("sluice-watcher"));
  }

  @Test
  void onlyTheInitContainerIsPrivileged() throws Exception {
    Installed installed = Installed.by(BASE);
    for (Installed.Pods pods : installed.pods()) {
      for (Container container : pods.containers()) {
        boolean prepares = container.getName().equals("prepare-node");
        var context = container.getSecurityContext();
        assertThat(context.getReadOnlyRootFilesystem()).isTrue();
        assertThat(Boolean.TRUE.equals(context.getPrivileged())).isEqualTo(prepares);
        if (!prepares) {
          assertThat(context.getAllowPrivilegeEscalation()).isFalse();
          assertThat(context.getCapabilities().getDrop()).containsExactly("ALL");
        }
        assertThat(container.getResources().getRequests()).containsOnlyKeys("cpu", "memory");
        assertThat(container.getResources().getLimits()).containsKey("memory");
      }
    }
    assertThat(installed.pods("sluice-watcher").container("watcher").getSecurityContext())
        .satisfies(context -> assertThat(context.getCapabilities().getAdd()).isEmpty());
    assertThat(installed.pods("sluice-watcher").template().getSpec().getSecurityContext())
        .satisfies(context -> assertThat(context.getRunAsNonRoot()).isTrue());
  }

  @Test
  void theApplierHasTheCapabilitiesThatTheDocumentGivesAnyOfItsModes() throws Exception {
    Set<String> wanted = new TreeSet<>();
    int rows = 0;
    for (String line : Files.readAllLines(SluiceHome.find().resolve("deploy/docs/security.md"))) {
      if (line.matches("\\| `(iptables|ipvs)`, .*variant.* \\| .* \\|")) {
        String cell = line.split("\\|", -1)[2];
        CAPABILITY.matcher(cell).results().forEach(found -> wanted.add(found.group(1)));
        rows++;
      }
    }

    assertThat(rows).isEqualTo(3);
    assertThat(
            new TreeSet<>(
                Installed.by(BASE)
                    .pods("sluice-applier")
                    .container("applier")
                    .getSecurityContext()
                    .getCapabilities()
                    .getAdd()))
        .isEqualTo(wanted);
  }

  @Test
  void theImagesAreThoseOfDeployImagesInThisVersion() throws Exception {
    StringBuilder version = new StringBuilder();
    CommandLine sluice = Sluice.commandLine();
    version.append(sluice.getCommandSpec().version()[0].replaceFirst("^sluice ", ""));
    for (String from : List.of(BASE, "overlays/kafka", "overlays/strimzi")) {
      for (Installed.Pods pods : Installed.by(from).pods()) {
        for (Container container : pods.containers()) {
          String[] parts = container.getImage().split(":", -1);
          String name = parts[0].substring(parts[0].lastIndexOf('/') + 1);
          assertThat(parts[0]).isEqualTo("registry.example.com/sluice/" + name);
          assertThat(parts[1]).isEqualTo(version.toString());
          assertThat(SluiceHome.find().resolve("deploy/images").resolve(name + ".Containerfile"))
              .exists();
        }
      }
    }
  }

  @Test
  void theLeaseIsInTheNamespaceWhereTheWatcherMayHaveIt() throws Exception {
    Installed installed = Installed.by(BASE);
    ParseResult watcher =
        parse(
            installed.pods("sluice-watcher").container("watcher"),
            installed.arguments("sluice-watcher", "watcher", folder));
    assertThat((Object) watcher.matchedOptionValue("--leader-elect-resource-namespace", ""))
        .isEqualTo(installed.one(RoleBinding.class, "sluice-watcher").getMetadata().getNamespace());
  }

  @Test
  void theNamespaceAdmitsWhatRunsInIt() throws Exception {
    Installed installed = Installed.by(BASE);
    Namespace namespace = installed.all(Namespace.class).getFirst();
    assertThat(namespace.getMetadata().getLabels())
        .containsEntry("pod-security.kubernetes.io/enforce", "privileged");
    assertThat(installed.objects())
        .filteredOn(object -> !clusterWide(object))
        .isNotEmpty()
        .allMatch(
            object ->
                object.getMetadata().getNamespace().equals(namespace.getMetadata().getName()));
  }

  private static boolean clusterWide(HasMetadata object) {
    return Set.of("Namespace", "ClusterRole", "ClusterRoleBinding").contains(object.getKind());
  }

  @Test
  void aNodeIsNeverWithoutItsPlace() throws Exception {
    Installed installed = Installed.by(BASE);
    DaemonSet applier = installed.one(DaemonSet.class, "sluice-applier");
    assertThat(applier.getSpec().getTemplate().getSpec().getTolerations())
        .singleElement()
        .satisfies(all -> assertThat(all.getOperator()).isEqualTo("Exists"))
        .satisfies(all -> assertThat(all.getKey()).isNull());
    assertThat(applier.getSpec().getUpdateStrategy().getType()).isEqualTo("RollingUpdate");
    assertThat(installed.one(Deployment.class, "sluice-watcher").getSpec().getReplicas())
        .isEqualTo(2);
  }

  @Test
  void aComponentLimitsTheApplierToLabelledNodes() throws Exception {
    assertThat(
            Installed.with("labelled-nodes")
                .pods("sluice-applier")
                .template()
                .getSpec()
                .getNodeSelector())
        .containsEntry("sluice.dev/proxy", "sluice")
        .containsEntry("kubernetes.io/os", "linux");
  }

  @Test
  void aComponentServesMetricsWhereItsServicesSay() throws Exception {
    Installed installed = Installed.with("metrics");
    List<Service> services = installed.all(Service.class);
    assertThat(services).hasSize(2);
    for (Service service : services) {
      Installed.Pods pods =
          installed.pods().stream()
              .filter(
                  one ->
                      one.template()
                          .getMetadata()
                          .getLabels()
                          .entrySet()
                          .containsAll(service.getSpec().getSelector().entrySet()))
              .findFirst()
              .orElseThrow();
      Container container = pods.template().getSpec().getContainers().getFirst();
      ParseResult result =
          last(parse(container, installed.arguments(pods.name(), container.getName(), folder)));
      BindAddress metrics = result.matchedOptionValue("--metrics-bind-address", null);
      assertThat(service.getSpec().getClusterIP()).isEqualTo("None");
      assertThat(service.getSpec().getPorts().getFirst().getPort()).isEqualTo(metrics.port());
      assertThat(container.getPorts())
          .anyMatch(
              port ->
                  port.getName().equals("metrics")
                      && port.getContainerPort().equals(metrics.port()));
    }
  }

  @Test
  void thePageNamesEveryFolder() throws Exception {
    String page = Files.readString(Kustomization.root().resolve("README.md"));
    Stream.concat(Kustomization.all().stream(), Kustomization.components().stream())
        .map(each -> Kustomization.root().relativize(each).toString())
        .forEach(each -> assertThat(page).contains(each));
    assertThat(Arrays.asList(page.split("\n", -1))).hasSizeLessThan(300);
  }
}
