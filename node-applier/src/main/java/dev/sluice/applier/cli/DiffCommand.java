package dev.sluice.applier.cli;

import dev.sluice.applier.cli.ProgramTarget.Programmed;
import dev.sluice.applier.program.ObjectChange;
import dev.sluice.events.difference.FieldChange;
import dev.sluice.events.difference.ImageDifference;
import dev.sluice.events.difference.ImageDifference.Differing;
import dev.sluice.events.event.Moment;
import dev.sluice.events.host.Launch;
import dev.sluice.events.log.PastState;
import dev.sluice.events.model.ProxyMode;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** {@code sluice diff}: what differs between two moments. */
@Command(
    name = "diff",
    mixinStandardHelpOptions = true,
    description = {
      "Prints what differs between two moments: the objects, field by field; and with --node-name"
          + " what that node's kernel holds, in lines as its tools have them.",
      "+ came, - went, ~ changed.",
      "",
      "A moment is " + MomentConverter.FORMS + ".",
      "The proxy's flags must be those that the node's applier runs with.",
      "Exit code: 0, whatever differs, unless --exit-code is given."
    },
    footer = {
      "",
      "Examples:",
      "  sluice diff --bootstrap-servers kafka:9092 --from 15m",
      "  sluice diff --bootstrap-servers kafka:9092 --from 4711 --to 4715 \\",
      "      --node-name node-1 --proxy-mode iptables --cluster-cidr 10.244.0.0/16"
    })
final class DiffCommand implements Callable<Integer> {
  private static final int DIFFERS = 1;
  private static final int TROUBLE = Launch.WRONG_USE;

  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private LogOptions log = new LogOptions();
  @Mixin private NodeOptions node = new NodeOptions();

  @Option(
      names = "--from",
      required = true,
      paramLabel = "MOMENT",
      converter = MomentConverter.class,
      description = "The moment to compare with.")
  private Moment from = Moment.NOW;

  @Option(
      names = "--to",
      defaultValue = "now",
      paramLabel = "MOMENT",
      converter = MomentConverter.class,
      description = "The moment to compare. Default: now.")
  private Moment to = Moment.NOW;

  @Option(
      names = "--node-name",
      paramLabel = "NAME",
      description = "The node whose program is compared, too.")
  private Optional<String> nodeName = Optional.empty();

  @Option(
      names = "--exit-code",
      description = "Exit with 1 where something differs, and with 2 where that can't be told.")
  private boolean exitCode;

  @Mixin private AnswerFormat output = new AnswerFormat();

  @Override
  public Integer call() throws IOException, InterruptedException {
    if (nodeName.isPresent()) {
      node.flags.check(spec.commandLine());
    }
    try {
      return compare();
    } catch (IOException e) {
      if (!exitCode) {
        throw e;
      }
      spec.commandLine().getErr().println(spec.qualifiedName() + ": " + e.getMessage());
      spec.commandLine().getErr().flush();
      return TROUBLE;
    }
  }

  private int compare() throws IOException, InterruptedException {
    PastState old;
    PastState now;
    try (OpenLog opened = log.open(spec.commandLine().getErr())) {
      old = opened.at(from);
      now = opened.at(to);
    }
    List<Differing> objects = ImageDifference.between(old.image(), now.image());
    List<NodeDifference> programs =
        nodeName.isPresent() ? programs(nodeName.get(), old, now) : List.of();
    PrintWriter out = spec.commandLine().getOut();
    switch (output.value()) {
      case TEXT -> text(old, now, objects, programs).forEach(out::println);
      case JSON ->
          out.println(
              JsonMapper.builder()
                  .enable(SerializationFeature.INDENT_OUTPUT)
                  .build()
                  .writeValueAsString(tree(old, now, objects, programs)));
    }
    out.flush();
    List<String> problems = new ArrayList<>(old.problems());
    problems.addAll(now.problems());
    problems.stream().distinct().forEach(spec.commandLine().getErr()::println);
    spec.commandLine().getErr().flush();
    if (!problems.isEmpty()) {
      return exitCode ? TROUBLE : Launch.FAILED;
    }
    boolean same =
        objects.isEmpty() && programs.stream().allMatch(program -> program.changes().isEmpty());
    return exitCode && !same ? DIFFERS : 0;
  }

  /** What differs of one family. */
  private record NodeDifference(ProxyMode mode, Programmed before, Programmed after) {
    List<ObjectChange> changes() {
      return after.changes();
    }
  }

  private List<NodeDifference> programs(String name, PastState old, PastState now)
      throws IOException, InterruptedException {
    ProxyMode before = mode(old);
    ProxyMode mode = mode(now);
    node.check(spec.commandLine(), old.image(), name, old.revision());
    node.check(spec.commandLine(), now.image(), name, now.revision());
    if (before != mode) {
      throw new ParameterException(
          spec.commandLine(),
          "auto means %s at revision %d and %s at %d: name one by --proxy-mode"
              .formatted(before, old.revision(), mode, now.revision()));
    }
    NodeTimeline timeline =
        node.timeline(spec.commandLine(), name, node.shown(spec.commandLine(), mode));
    List<Programmed> first = timeline.jump(old.image());
    List<Programmed> second = timeline.jump(now.image());
    List<NodeDifference> differences = new ArrayList<>();
    for (int i = 0; i < first.size(); i++) {
      differences.add(new NodeDifference(mode, first.get(i), second.get(i)));
    }
    return differences;
  }

  private ProxyMode mode(PastState state) {
    return node.flags.proxy.choice(spec.commandLine(), state.image().head()).mode();
  }

  private List<String> text(
      PastState old, PastState now, List<Differing> objects, List<NodeDifference> programs) {
    List<String> lines = new ArrayList<>();
    lines.add("from " + StateCommand.when(old));
    lines.add("to   " + StateCommand.when(now));
    lines.add("");
    lines.add("objects that differ: " + objects.size());
    for (Differing object : objects) {
      lines.add(sign(object) + " " + object.key());
      object.fields().stream().map(FieldChange::toString).forEach(f -> lines.add("    " + f));
    }
    for (NodeDifference program : programs) {
      lines.add("");
      lines.add(
          "%s, %s, %s: %s"
              .formatted(
                  nodeName.orElseThrow(),
                  program.mode(),
                  program.after().family(),
                  ProgramText.summary(program.changes())));
      lines.add("digest %s".formatted(digests(program)));
      program.changes().forEach(change -> lines.addAll(ProgramText.lines(change)));
    }
    return lines;
  }

  private static String digests(NodeDifference program) {
    String before = program.before().digest().toString();
    String after = program.after().digest().toString();
    return before.equals(after) ? after : before + " -> " + after;
  }

  private static String sign(Differing object) {
    if (object.before().isEmpty()) {
      return "+";
    }
    return object.after().isEmpty() ? "-" : "~";
  }

  private Map<String, Object> tree(
      PastState old, PastState now, List<Differing> objects, List<NodeDifference> programs) {
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("from", old.revision());
    tree.put("to", now.revision());
    tree.put("objects", objects.stream().map(DiffCommand::tree).toList());
    nodeName.ifPresent(
        name -> {
          tree.put("node", name);
          tree.put("programs", programs.stream().map(DiffCommand::tree).toList());
        });
    return tree;
  }

  private static Map<String, Object> tree(Differing object) {
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("object", object.key().toString());
    tree.put("operation", ChangeText.verb(object.before(), object.after()));
    tree.put("fields", ChangeText.fields(object.fields()));
    return tree;
  }

  private static Map<String, Object> tree(NodeDifference program) {
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("mode", program.mode().toString());
    tree.put("family", program.after().family().toString());
    tree.put("digestBefore", program.before().digest().toString());
    tree.put("digestAfter", program.after().digest().toString());
    tree.put("changes", program.changes().stream().map(ProgramText::tree).toList());
    return tree;
  }
}
