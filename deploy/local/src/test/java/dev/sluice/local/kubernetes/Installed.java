package dev.sluice.local.kubernetes;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What a folder of deploy/kubernetes installs, by kind. */
public final class Installed {
  private static final Pattern VARIABLE = Pattern.compile("\\$\\(([A-Z_]+)\\)");

  private final List<HasMetadata> objects;

  private Installed(List<Map<String, Object>> documents) {
    objects = documents.stream().map(StrictModel::load).toList();
  }

  /** Builds and loads a folder. */
  public static Installed by(String folder) throws IOException {
    return new Installed(Kustomization.build(Kustomization.root().resolve(folder)));
  }

  /** Builds and loads the base with a component. */
  public static Installed with(String component) throws IOException {
    return new Installed(
        Kustomization.buildWith(Kustomization.root().resolve("components").resolve(component)));
  }

  /** A program's pods. */
  record Pods(HasMetadata owner, Map<String, String> selector, PodTemplateSpec template) {
    /** Init containers, and then the others. */
    List<Container> containers() {
      return Stream.of(template.getSpec().getInitContainers(), template.getSpec().getContainers())
          .flatMap(List::stream)
          .toList();
    }

    Container container(String name) {
      return containers().stream()
          .filter(container -> container.getName().equals(name))
          .findFirst()
          .orElseThrow();
    }

    String name() {
      return owner.getMetadata().getName();
    }
  }

  /** All objects. */
  List<HasMetadata> objects() {
    return objects;
  }

  /** All of a kind, in the order of the names that the build gave. */
  public <T extends HasMetadata> List<T> all(Class<T> kind) {
    return objects.stream().filter(kind::isInstance).map(kind::cast).toList();
  }

  /** The only one of a kind whose name begins so. */
  public <T extends HasMetadata> T one(Class<T> kind, String name) {
    List<T> found =
        all(kind).stream()
            .filter(object -> object.getMetadata().getName().startsWith(name))
            .toList();
    if (found.size() != 1) {
      throw new AssertionError(found.size() + " of " + kind.getSimpleName() + " " + name);
    }
    return found.getFirst();
  }

  /** All pods that it starts. */
  List<Pods> pods() {
    List<Pods> pods = new ArrayList<>();
    for (HasMetadata object : objects) {
      switch (object) {
        case DaemonSet set ->
            pods.add(
                new Pods(
                    set,
                    set.getSpec().getSelector().getMatchLabels(),
                    set.getSpec().getTemplate()));
        case Deployment set ->
            pods.add(
                new Pods(
                    set,
                    set.getSpec().getSelector().getMatchLabels(),
                    set.getSpec().getTemplate()));
        case Job job -> pods.add(new Pods(job, Map.of(), job.getSpec().getTemplate()));
        default -> {}
      }
    }
    return pods;
  }

  Pods pods(String name) {
    return pods().stream().filter(pods -> pods.name().equals(name)).findFirst().orElseThrow();
  }

  /**
   * The arguments of a program's container as the container gets them, with the files of flags that
   * they name laid into a folder.
   */
  public List<String> arguments(String pods, String container, Path folder) throws IOException {
    Path flags = Files.createDirectories(folder.resolve("flags"));
    for (Map.Entry<String, String> file : flags().getData().entrySet()) {
      Files.writeString(flags.resolve(file.getKey()), file.getValue());
    }
    Container wanted = pods(pods).container(container);
    return wanted.getArgs().stream()
        .map(argument -> expanded(argument, wanted.getEnv()))
        .map(argument -> argument.replace("@/etc/sluice/flags/", "@" + flags + "/"))
        .toList();
  }

  /** The files of flags. */
  ConfigMap flags() {
    return one(ConfigMap.class, "sluice-flags");
  }

  private static String expanded(String argument, List<EnvVar> environment) {
    return VARIABLE
        .matcher(argument)
        .replaceAll(
            found -> {
              Optional<EnvVar> variable =
                  environment.stream()
                      .filter(one -> one.getName().equals(found.group(1)))
                      .findFirst();
              return Matcher.quoteReplacement(
                  variable
                      .map(one -> "value-of-" + one.getName().toLowerCase(java.util.Locale.ROOT))
                      .orElseThrow(() -> new AssertionError("no variable: " + found.group())));
            });
  }
}
