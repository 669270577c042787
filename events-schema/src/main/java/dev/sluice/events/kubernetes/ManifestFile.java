package dev.sluice.events.kubernetes;

import dev.sluice.events.model.InvalidObjectException;
import dev.sluice.events.model.ObjectKey;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.constructor.StandardConstructor;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.schema.CoreSchema;

/**
 * A file of Kubernetes manifests: YAML or JSON, of several documents, {@code kind: List} included.
 *
 * @param objects what a proxy reads of it; other kinds are passed over
 * @param problems what could not be read, in the order of the file
 */
public record ManifestFile(List<ObservedObject> objects, List<Problem> problems) {
  private static final int LARGEST_CHARACTERS = 256 << 20;
  private static final int DEEPEST_LIST = 4;

  /**
   * What is wrong with a file.
   *
   * @param line counted from 1
   * @param key the object that is wrong, where that can be told
   */
  public record Problem(int line, Optional<ObjectKey> key, String reason) {}

  public ManifestFile {
    objects = List.copyOf(objects);
    problems = List.copyOf(problems);
  }

  /**
   * Reads and parses a file.
   *
   * @throws IOException if it can't be read; text that is no UTF-8 is a problem, not an exception
   */
  public static ManifestFile read(Path file) throws IOException {
    try {
      return parse(Files.readString(file));
    } catch (CharacterCodingException e) {
      return new ManifestFile(
          List.of(), List.of(new Problem(1, Optional.empty(), "the text is not UTF-8")));
    }
  }

  /** Parses a file's text. A syntax error ends the file there: what follows it is not read. */
  public static ManifestFile parse(String text) {
    Parse parse = new Parse();
    try {
      new Compose(parse.settings).composeAllFromString(text).forEach(parse::document);
    } catch (MarkedYamlEngineException e) {
      parse.problems.add(
          new Problem(Parse.line(e.getProblemMark()), Optional.empty(), e.getProblem()));
    } catch (YamlEngineException e) {
      parse.problems.add(new Problem(1, Optional.empty(), String.valueOf(e.getMessage())));
    }
    return new ManifestFile(parse.objects, parse.problems);
  }

  private static final class Parse {
    final LoadSettings settings =
        LoadSettings.builder()
            .setSchema(new CoreSchema())
            .setCodePointLimit(LARGEST_CHARACTERS)
            .build();
    final List<ObservedObject> objects = new ArrayList<>();
    final List<Problem> problems = new ArrayList<>();

    void document(Node node) {
      read(node, Map.of(), 0);
    }

    private void read(Node node, Map<String, String> defaults, int depth) {
      Optional<Node> items = items(node);
      if (items.isPresent() && items.get() instanceof SequenceNode sequence) {
        if (depth == DEEPEST_LIST) { // an alias can make a list an item of itself
          problems.add(
              new Problem(
                  line(node.getStartMark()), Optional.empty(), "lists are nested too deep"));
          return;
        }
        Map<String, String> common = itemDefaults(node);
        sequence.getValue().forEach(item -> read(item, common, depth + 1));
      } else {
        construct(node, defaults);
      }
    }

    private void construct(Node node, Map<String, String> defaults) {
      int line = line(node.getStartMark());
      try {
        // an empty document, as between two separators, is null
        Optional.ofNullable(
                new StandardConstructor(settings).constructSingleDocument(Optional.of(node)))
            .ifPresent(tree -> object(line, tree, defaults));
      } catch (MarkedYamlEngineException e) {
        // sound YAML that has no value, such as a key given twice: it concerns this object only
        problems.add(new Problem(line(e.getProblemMark()), Optional.empty(), e.getProblem()));
      }
    }

    private void object(int line, Object tree, Map<String, String> defaults) {
      if (!(tree instanceof Map<?, ?> fields)) {
        problems.add(new Problem(line, Optional.empty(), "no Kubernetes object, but " + tree));
        return;
      }
      Map<Object, Object> object = new LinkedHashMap<>(defaults);
      object.putAll(fields);
      try {
        if (!(object.get("kind") instanceof String)) {
          throw new InvalidObjectException("no Kubernetes object: kind is missing");
        }
        ObjectMapping.map(object).ifPresent(objects::add);
      } catch (InvalidObjectException e) {
        problems.add(new Problem(line, ObjectMapping.key(object), String.valueOf(e.getMessage())));
      }
    }

    private static int line(Optional<Mark> mark) {
      return mark.map(at -> at.getLine() + 1).orElse(1);
    }

    /** The items of a typed list, as the API gives it, do not say what they are. */
    private static Map<String, String> itemDefaults(Node list) {
      String kind = scalar(list, "kind").orElse("");
      String item = kind.substring(0, kind.length() - "List".length());
      return item.isEmpty()
          ? Map.of()
          : Map.of("kind", item, "apiVersion", scalar(list, "apiVersion").orElse(""));
    }

    /** The items of a {@code kind: List}, or of a typed list such as ServiceList. */
    private static Optional<Node> items(Node node) {
      boolean list = scalar(node, "kind").filter(kind -> kind.endsWith("List")).isPresent();
      return list ? field(node, "items") : Optional.empty();
    }

    private static Optional<String> scalar(Node node, String name) {
      return field(node, name)
          .filter(ScalarNode.class::isInstance)
          .map(value -> ((ScalarNode) value).getValue());
    }

    private static Optional<Node> field(Node node, String name) {
      if (node instanceof MappingNode mapping) {
        for (NodeTuple tuple : mapping.getValue()) {
          if (tuple.getKeyNode() instanceof ScalarNode key && key.getValue().equals(name)) {
            return Optional.of(tuple.getValueNode());
          }
        }
      }
      return Optional.empty();
    }
  }
}
