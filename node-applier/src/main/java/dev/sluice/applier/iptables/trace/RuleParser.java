package dev.sluice.applier.iptables.trace;

import dev.sluice.events.model.Cidr;
import dev.sluice.events.model.IpAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Set;

/**
 * Reads a rule as the save tools print it. What it does not know becomes {@link Match.Unknown} or
 * {@link Action.Unknown}, so that rules of others do no harm until a packet meets them.
 */
final class RuleParser {
  /** The kernel keeps chances in units of 2^-31 (xt_statistic.h); the tools round them. */
  private static final double PROBABILITY_UNITS = 1L << 31;

  private static final Set<String> MODULES =
      Set.of(
          "tcp", "udp", "sctp", "comment", "addrtype", "conntrack", "mark", "statistic", "recent");

  private final String text;
  private final Deque<String> words;
  private final List<Match> matches = new ArrayList<>();
  private final List<Match> unknown = new ArrayList<>();
  private boolean negated;
  private double chance = 1;
  private Action action = new Action.Nothing();

  private RuleParser(String text) {
    this.text = text;
    words = words(text);
  }

  /**
   * Reads one rule.
   *
   * @param text the rule without the words {@code -A chain}
   * @throws IllegalArgumentException if a word is missing or is no address or number
   */
  static ParsedRule parse(String text) {
    return new RuleParser(text).parse();
  }

  private ParsedRule parse() {
    while (!words.isEmpty()) {
      String word = words.remove();
      if (word.equals("!")) {
        negated = true;
      } else {
        option(word);
      }
    }
    matches.addAll(unknown);
    return new ParsedRule(text, matches, chance, action);
  }

  private void option(String option) {
    switch (option) {
      case "-s" -> add(new Match.Source(range(argument())));
      case "-d" -> add(new Match.Destination(range(argument())));
      case "-p" -> add(new Match.OfProtocol(argument()));
      case "-i" -> add(new Match.InInterface(argument()));
      case "-o" -> add(new Match.OutInterface(argument()));
      case "-m" -> known("-m", argument(), MODULES);
      case "--dport" -> add(ports(argument()));
      case "--src-type" -> addressType(option, new Match.SourceLocal());
      case "--dst-type" -> addressType(option, new Match.DestinationLocal());
      case "--ctstate" -> add(new Match.State(Set.of(argument().split(",", -1))));
      case "--mark" -> add(mark(argument()));
      case "--mode" -> known(option, argument(), Set.of("random"));
      case "--probability" -> probability(argument());
      case "--rcheck" -> add(new Match.Known());
      // notes the client, which matches always
      case "--set", "--reap", "--rsource" -> notNegated(option);
      case "--comment", "--seconds", "--name", "--mask" -> notNegated(option + " " + argument());
      case "-j" -> action = action(argument());
      default -> unknown(option);
    }
  }

  private void add(Match match) {
    matches.add(negated ? new Match.Not(match) : match);
    negated = false;
  }

  private void unknown(String words) {
    unknown.add(new Match.Unknown(words));
    negated = false;
  }

  private void known(String option, String argument, Set<String> arguments) {
    notNegated(option + " " + argument);
    if (!arguments.contains(argument)) {
      unknown(option + " " + argument);
    }
  }

  private void notNegated(String words) {
    if (negated) {
      unknown("! " + words);
    }
  }

  private void addressType(String option, Match local) {
    String type = argument();
    if (type.equals("LOCAL")) {
      add(local);
    } else {
      unknown(option + " " + type);
    }
  }

  private void probability(String argument) {
    chance = Math.rint(Double.parseDouble(argument) * PROBABILITY_UNITS) / PROBABILITY_UNITS;
    notNegated("--probability " + argument);
  }

  private static Cidr range(String text) {
    return text.contains("/") ? Cidr.parse(text) : Cidr.of(IpAddress.parse(text));
  }

  private static Match.DestinationPort ports(String text) {
    String[] ends = text.split(":", 2);
    return new Match.DestinationPort(
        Integer.parseInt(ends[0]), Integer.parseInt(ends[ends.length - 1]));
  }

  private static Match.Mark mark(String text) {
    String[] parts = text.split("/", 2);
    return new Match.Mark(
        Long.decode(parts[0]), parts.length == 1 ? 0xffff_ffffL : Long.decode(parts[1]));
  }

  private Action action(String target) {
    List<String> options = new ArrayList<>(words);
    words.clear();
    Action unknown = new Action.Unknown((target + " " + String.join(" ", options)).strip());
    String first = options.isEmpty() ? "" : options.getFirst();
    return switch (target) {
      case "REJECT" -> new Action.Reject();
      case "MASQUERADE" ->
          options.isEmpty() || options.equals(List.of("--random-fully"))
              ? new Action.Masquerade()
              : unknown;
      case "DNAT" ->
          first.equals("--to-destination") && options.size() == 2 ? dnat(options.get(1)) : unknown;
      case "MARK" ->
          first.equals("--set-xmark") && options.size() == 2 ? setMark(options.get(1)) : unknown;
      case String _ when !options.isEmpty() -> unknown;
      case "ACCEPT" -> new Action.Accept();
      case "DROP" -> new Action.Drop();
      case "RETURN" -> new Action.Return();
      default -> new Action.Jump(target);
    };
  }

  /** {@code ip:port} or {@code [ip]:port}. */
  private static Action dnat(String destination) {
    int colon = destination.lastIndexOf(':');
    String address = destination.substring(0, colon);
    return new Action.Dnat(
        IpAddress.parse(
            address.startsWith("[") ? address.substring(1, address.length() - 1) : address),
        Integer.parseInt(destination.substring(colon + 1)));
  }

  private static Action setMark(String text) {
    Match.Mark mark = mark(text);
    return new Action.SetMark(mark.value(), mark.mask());
  }

  private String argument() {
    if (words.isEmpty()) {
      throw new IllegalArgumentException("the rule \"" + text + "\" ends too early");
    }
    return words.remove();
  }

  /** Words are parted by spaces; quotation marks hold some together. */
  private static Deque<String> words(String text) {
    Deque<String> words = new ArrayDeque<>();
    StringBuilder word = new StringBuilder();
    boolean quoted = false;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"') {
        quoted = !quoted;
      } else if (c == '\\' && quoted && i + 1 < text.length()) {
        word.append(text.charAt(++i));
      } else if (c != ' ' || quoted) {
        word.append(c);
      } else if (!word.isEmpty()) {
        words.add(word.toString());
        word.setLength(0);
      }
    }
    if (!word.isEmpty()) {
      words.add(word.toString());
    }
    return words;
  }
}
