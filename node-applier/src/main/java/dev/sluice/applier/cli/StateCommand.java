package dev.sluice.applier.cli;

import dev.sluice.events.event.Moment;
import dev.sluice.events.host.Launch;
import dev.sluice.events.kubernetes.ObjectTree;
import dev.sluice.events.log.PastState;
import dev.sluice.events.model.ClusterObject;
import dev.sluice.events.model.Endpoint;
import dev.sluice.events.model.EndpointSlice;
import dev.sluice.events.model.Node;
import dev.sluice.events.model.Service;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** {@code sluice state}: the cluster as the log has it. */
@Command(
    name = "state",
    mixinStandardHelpOptions = true,
    description = {
      "Prints the cluster as it was at a moment: a table, or Kubernetes manifests of what a proxy"
          + " reads of it, in a form that plan --manifests and explain --manifests take.",
      "",
      "A moment is " + MomentConverter.FORMS + ".",
      "The exit code is 1 if a part of the log can't be read; what can be is printed."
    },
    footer = {
      "",
      "Examples:",
      "  sluice state --bootstrap-servers kafka:9092 --at 15m",
      "  mkdir then",
      "  sluice state --bootstrap-servers kafka:9092 --at 4711 -o yaml >then/all.yaml",
      "  sluice plan --manifests then --node-name node-1 --proxy-mode iptables"
    })
final class StateCommand implements Callable<Integer> {
  private static final String ROW = "%-14s %-20s %-40s %s%n";

  /** How it is printed. */
  enum Output {
    TABLE,
    YAML,
    JSON
  }

  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private LogOptions log = new LogOptions();

  @Option(
      names = "--at",
      defaultValue = "now",
      paramLabel = "MOMENT",
      converter = MomentConverter.class,
      description = "Which moment. Default: now.")
  private Moment at = Moment.NOW;

  @Option(
      names = {"-o", "--output"},
      defaultValue = "table",
      paramLabel = "FORMAT",
      description = "table, yaml or json. Default: table.")
  private Output output = Output.TABLE;

  @Override
  public Integer call() throws IOException, InterruptedException {
    PastState state;
    try (OpenLog opened = log.open(spec.commandLine().getErr())) {
      state = opened.at(at);
    }
    PrintWriter out = spec.commandLine().getOut();
    List<ClusterObject> objects =
        state.image().keys().stream().flatMap(key -> state.image().get(key).stream()).toList();
    switch (output) {
      case TABLE -> table(out, objects);
      case YAML -> {
        out.println("# " + when(state));
        objects.forEach(object -> out.print(ObjectTree.yaml(object)));
      }
      case JSON ->
          out.println(
              JsonMapper.builder()
                  .enable(SerializationFeature.INDENT_OUTPUT)
                  .build()
                  .writeValueAsString(ObjectTree.list(objects)));
    }
    out.flush();
    PrintWriter err = spec.commandLine().getErr();
    if (output != Output.YAML) {
      err.println(when(state));
    }
    state.problems().forEach(err::println);
    err.flush();
    return state.problems().isEmpty() ? 0 : Launch.FAILED;
  }

  static String when(PastState state) {
    return "revision "
        + state.revision()
        + state.time().map(time -> ", " + time).orElse("")
        + state
            .image()
            .head()
            .flatMap(head -> head.proxyMode())
            .map(m -> ", auto means " + m)
            .orElse("");
  }

  private static void table(PrintWriter out, List<ClusterObject> objects) {
    out.printf(ROW, "KIND", "NAMESPACE", "NAME", "WHAT");
    for (ClusterObject object : objects) {
      out.printf(
          ROW,
          object.key().kind().apiName(),
          object.key().namespace().isEmpty() ? "-" : object.key().namespace(),
          object.key().name(),
          what(object));
    }
  }

  private static String what(ClusterObject object) {
    return switch (object) {
      case Service service ->
          service.type()
              + list(" ", service.clusterIps())
              + list(
                  " ",
                  service.ports().stream()
                      .map(
                          port ->
                              port.port()
                                  + (port.nodePort() == 0 ? "" : ":" + port.nodePort())
                                  + "/"
                                  + port.protocol())
                      .toList());
      case EndpointSlice slice ->
          slice.serviceName().map(name -> "of " + name + ", ").orElse("")
              + slice.endpoints().stream().filter(Endpoint::ready).count()
              + " of "
              + slice.endpoints().size()
              + " ready"
              + list(": ", slice.endpoints().stream().map(Endpoint::address).limit(6).toList())
              + (slice.endpoints().size() > 6 ? ",…" : "");
      case Node node ->
          node.addresses().stream()
                  .map(address -> address.address().toString())
                  .collect(Collectors.joining(","))
              + (node.zone().isEmpty() ? "" : " in " + node.zone());
    };
  }

  private static String list(String before, List<?> values) {
    return values.isEmpty()
        ? ""
        : values.stream().map(Object::toString).collect(Collectors.joining(",", before, ""));
  }
}
