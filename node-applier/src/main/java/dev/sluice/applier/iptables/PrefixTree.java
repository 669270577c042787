package dev.sluice.applier.iptables;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.pcollections.TreePMap;

/**
 * Rules by key, arranged so that a packet meets few of them: an 8-way radix tree whose nodes become
 * chains. A leaf holds up to {@value #LEAF_RULES} rules; levels that do not tell keys apart are
 * left out. The shape is a function of the rules alone, not of the order in which they came, so
 * every node with the same log has the same chains. Immutable; versions share structure.
 */
final class PrefixTree {
  static final int LEAF_RULES = 8;
  private static final int STRIDE = 3;

  static final PrefixTree EMPTY = new PrefixTree(new Leaf(TreePMap.empty()));

  private final Node root;

  private PrefixTree(Node root) {
    this.root = root;
  }

  /** The part of the tree with these first bits; it has a chain of its own. */
  record Slot(Bits prefix, int length) {
    static final Slot ROOT = new Slot(new Bits(0, 0), 0);
  }

  /** What stands in the chain of a slot. */
  sealed interface Content {}

  /** The rules themselves, ordered by key and owner, each once for its key. */
  record Rules(List<String> rules) implements Content {}

  /** Jumps to the chains of these slots, in order. */
  record Jumps(List<Slot> slots) implements Content {}

  /**
   * Adds the rule that {@code owner} wants for {@code key}. An owner has one rule a key; the same
   * rule wanted by several owners stands once.
   */
  PrefixTree plus(Bits key, Owner owner, String rule) {
    return new PrefixTree(insert(root, key, owner, rule));
  }

  /** Takes out what {@code owner} wants for {@code key}, if anything. */
  PrefixTree minus(Bits key, Owner owner) {
    return new PrefixTree(remove(root, key, owner));
  }

  /** What stands in a slot's chain; empty where the tree has no such chain. */
  Optional<Content> content(Slot slot) {
    Node node = root;
    int length = 0;
    while (length < slot.length) {
      if (!(node instanceof Branch branch) || branch.offset >= slot.length) {
        return Optional.empty();
      }
      Optional<Node> child = branch.child(slot.prefix);
      if (child.isEmpty() || slot.prefix.commonPrefix(branch.prefix) < branch.offset) {
        return Optional.empty();
      }
      node = child.get();
      length = branch.offset + STRIDE;
    }
    return length == slot.length ? Optional.of(node.content()) : Optional.empty();
  }

  /** The slots whose chains may differ between two versions: a superset, found by identity. */
  static Set<Slot> changed(PrefixTree before, PrefixTree after) {
    Set<Slot> result = new LinkedHashSet<>();
    collect(Optional.of(before.root), Optional.of(after.root), Slot.ROOT, result);
    return result;
  }

  @SuppressWarnings("ReferenceEquality") // identity tells unchanged parts without a look inside
  private static void collect(
      Optional<Node> before, Optional<Node> after, Slot slot, Set<Slot> result) {
    if (before.isPresent() && after.isPresent() && before.get() == after.get()) {
      return;
    }
    result.add(slot);
    Set<Slot> below = new HashSet<>();
    before.ifPresent(node -> below.addAll(node.slots()));
    after.ifPresent(node -> below.addAll(node.slots()));
    for (Slot next : below) {
      collect(
          before.flatMap(node -> node.at(next)),
          after.flatMap(node -> node.at(next)),
          next,
          result);
    }
  }

  /** Who wants a rule; orders the rules of one key. */
  record Owner(String text) implements Comparable<Owner> {
    @Override
    public int compareTo(Owner other) {
      return text.compareTo(other.text);
    }
  }

  private sealed interface Node {
    /** How many rules it holds. */
    int weight();

    Content content();

    /** The slots below it. */
    List<Slot> slots();

    /** The node that is directly below it at a slot. */
    Optional<Node> at(Slot slot);

    /** The entries of all leaves, in order. */
    TreePMap<Bits, TreePMap<Owner, String>> entries();
  }

  private record Leaf(TreePMap<Bits, TreePMap<Owner, String>> entries) implements Node {
    @Override
    public int weight() {
      int rules = 0;
      for (TreePMap<Owner, String> owners : entries.values()) {
        rules += owners.size();
      }
      return rules;
    }

    @Override
    public Content content() {
      List<String> rules = new ArrayList<>();
      entries.values().forEach(owners -> rules.addAll(new LinkedHashSet<>(owners.values())));
      return new Rules(List.copyOf(rules));
    }

    @Override
    public List<Slot> slots() {
      return List.of();
    }

    @Override
    public Optional<Node> at(Slot slot) {
      return Optional.empty();
    }
  }

  /**
   * @param prefix what all keys below begin with
   * @param offset the length of that, a multiple of {@value #STRIDE}
   * @param children by the next digit, at least two
   */
  private record Branch(Bits prefix, int offset, int weight, TreePMap<Integer, Node> children)
      implements Node {
    static Branch of(Bits prefix, int offset, TreePMap<Integer, Node> children) {
      int weight = children.values().stream().mapToInt(Node::weight).sum();
      return new Branch(prefix.prefix(offset), offset, weight, children);
    }

    Optional<Node> child(Bits key) {
      return Optional.ofNullable(children.get(digit(key, offset)));
    }

    @Override
    public Content content() {
      return new Jumps(slots());
    }

    @Override
    public List<Slot> slots() {
      return children.keySet().stream().map(this::slot).toList();
    }

    private Slot slot(int digit) {
      int shift = 128 - offset - STRIDE; // from the right
      Bits low =
          shift >= 64
              ? new Bits((long) digit << (shift - 64), 0)
              : shift >= 0
                  ? new Bits(shift > 61 ? (long) digit >>> (64 - shift) : 0, (long) digit << shift)
                  : new Bits(0, (long) digit >>> -shift);
      return new Slot(
          new Bits(prefix.high() | low.high(), prefix.low() | low.low()), offset + STRIDE);
    }

    @Override
    public Optional<Node> at(Slot slot) {
      return slot.length == offset + STRIDE && slot.prefix.commonPrefix(prefix) >= offset
          ? child(slot.prefix)
          : Optional.empty();
    }

    @Override
    public TreePMap<Bits, TreePMap<Owner, String>> entries() {
      TreePMap<Bits, TreePMap<Owner, String>> all = TreePMap.empty();
      for (Node child : children.values()) {
        all = all.plusAll(child.entries());
      }
      return all;
    }
  }

  private static int digit(Bits key, int offset) {
    return key.digit(offset, STRIDE);
  }

  private static Node insert(Node node, Bits key, Owner owner, String rule) {
    return switch (node) {
      case Leaf leaf -> {
        TreePMap<Owner, String> owners = leaf.entries.getOrDefault(key, TreePMap.empty());
        yield ofEntries(leaf.entries.plus(key, owners.plus(owner, rule)));
      }
      case Branch branch -> {
        int common = aligned(Math.min(key.commonPrefix(branch.prefix), branch.offset));
        Node added = ofEntries(TreePMap.singleton(key, TreePMap.singleton(owner, rule)));
        if (common < branch.offset) {
          yield Branch.of(
              key,
              common,
              TreePMap.<Integer, Node>singleton(digit(branch.prefix, common), branch)
                  .plus(digit(key, common), added));
        }
        Node child = branch.child(key).map(c -> insert(c, key, owner, rule)).orElse(added);
        yield Branch.of(
            branch.prefix, branch.offset, branch.children.plus(digit(key, branch.offset), child));
      }
    };
  }

  @SuppressWarnings("ReferenceEquality") // the same node: nothing was removed below
  private static Node remove(Node node, Bits key, Owner owner) {
    return switch (node) {
      case Leaf leaf -> {
        TreePMap<Owner, String> owners = leaf.entries.getOrDefault(key, TreePMap.empty());
        if (!owners.containsKey(owner)) {
          yield leaf;
        }
        TreePMap<Owner, String> rest = owners.minus(owner);
        yield new Leaf(rest.isEmpty() ? leaf.entries.minus(key) : leaf.entries.plus(key, rest));
      }
      case Branch branch -> {
        boolean below = key.commonPrefix(branch.prefix) >= branch.offset;
        Optional<Node> before = below ? branch.child(key) : Optional.empty();
        if (before.isEmpty()) {
          yield branch;
        }
        Node child = remove(before.get(), key, owner);
        if (child == before.get()) {
          yield branch;
        }
        int digit = digit(key, branch.offset);
        TreePMap<Integer, Node> children =
            child.weight() == 0 ? branch.children.minus(digit) : branch.children.plus(digit, child);
        yield shrunk(Branch.of(branch.prefix, branch.offset, children));
      }
    };
  }

  private static Node shrunk(Branch branch) {
    if (branch.children.size() == 1) {
      return branch.children.values().iterator().next();
    }
    return branch.weight <= LEAF_RULES ? new Leaf(branch.entries()) : branch;
  }

  /** One key can't be told apart by prefixes, however many rules it has. */
  private static Node ofEntries(TreePMap<Bits, TreePMap<Owner, String>> entries) {
    Leaf leaf = new Leaf(entries);
    if (leaf.weight() <= LEAF_RULES || entries.size() == 1) {
      return leaf;
    }
    int offset = aligned(entries.firstKey().commonPrefix(entries.lastKey()));
    TreePMap<Integer, TreePMap<Bits, TreePMap<Owner, String>>> parts = TreePMap.empty();
    for (var entry : entries.entrySet()) {
      int digit = digit(entry.getKey(), offset);
      parts =
          parts.plus(
              digit,
              parts.getOrDefault(digit, TreePMap.empty()).plus(entry.getKey(), entry.getValue()));
    }
    TreePMap<Integer, Node> children = TreePMap.empty();
    for (var part : parts.entrySet()) {
      children = children.plus(part.getKey(), ofEntries(part.getValue()));
    }
    return Branch.of(entries.firstKey(), offset, children);
  }

  private static int aligned(int bits) {
    return bits - bits % STRIDE;
  }
}
