package dev.sluice.watcher.convergence;

import dev.sluice.events.host.DurationConverter;
import dev.sluice.events.model.InvalidObjectException;
import dev.sluice.events.model.IpAddress;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import picocli.CommandLine.TypeConversionException;

/**
 * What is asked, and how long the asker waits for it to come true. Pure.
 *
 * @param patience zero: none
 */
record Question(Subject subject, Duration patience) {
  static final String REVISION = "revision";
  static final String ENDPOINT = "endpoint";
  static final String WAIT = "wait";

  /** More than any pod's grace period in practice; a connection should not be held for ever. */
  static final Duration LONGEST_WAIT = Duration.ofMinutes(5);

  private static final Set<String> KNOWN = Set.of(REVISION, ENDPOINT, WAIT);

  /** What is to be true of all live nodes. */
  sealed interface Subject {
    /** They have a revision. */
    record HasRevision(long revision) implements Subject {}

    /** They send no new connections to any of these addresses. */
    record HasDropped(Set<IpAddress> addresses) implements Subject {}
  }

  /**
   * Parses the parameters of a request.
   *
   * @param parameters their values, by name
   * @throws IllegalArgumentException naming what is wrong with them
   */
  static Question parse(Map<String, List<String>> parameters) {
    parameters.forEach(
        (name, values) -> {
          if (!KNOWN.contains(name)) {
            throw new IllegalArgumentException(
                "there is no parameter "
                    + quoted(name)
                    + "; there are revision, endpoint and wait");
          } else if (values.size() != 1) {
            throw new IllegalArgumentException(name + " is given more than once");
          }
        });
    boolean revision = parameters.containsKey(REVISION);
    if (revision == parameters.containsKey(ENDPOINT)) {
      throw new IllegalArgumentException("either revision or endpoint is to be given");
    }
    Subject subject =
        revision
            ? new Subject.HasRevision(revision(value(parameters, REVISION)))
            : new Subject.HasDropped(addresses(value(parameters, ENDPOINT)));
    return new Question(
        subject, parameters.containsKey(WAIT) ? wait(value(parameters, WAIT)) : Duration.ZERO);
  }

  private static String value(Map<String, List<String>> parameters, String name) {
    return parameters.getOrDefault(name, List.of("")).getFirst();
  }

  private static long revision(String text) {
    if (!text.matches("[0-9]{1,18}")) {
      throw new IllegalArgumentException("revision: " + quoted(text) + " is none");
    }
    return Long.parseLong(text);
  }

  private static Set<IpAddress> addresses(String text) {
    Set<IpAddress> addresses = new LinkedHashSet<>();
    for (String each : text.split(",", -1)) {
      try {
        addresses.add(IpAddress.parse(each));
      } catch (InvalidObjectException e) {
        throw new IllegalArgumentException("endpoint: " + quoted(each) + " is no address", e);
      }
    }
    return addresses;
  }

  private static Duration wait(String text) {
    try {
      Duration wait = new DurationConverter().convert(text);
      if (wait.compareTo(LONGEST_WAIT) <= 0) {
        return wait;
      }
    } catch (TypeConversionException e) {
      throw new IllegalArgumentException("wait: " + quoted(text) + " is no duration", e);
    }
    throw new IllegalArgumentException(
        "wait: " + quoted(text) + " is longer than " + LONGEST_WAIT.toMinutes() + "m");
  }

  private static String quoted(String text) {
    String shown = text.length() > 60 ? text.substring(0, 60) + "…" : text;
    return "\"" + shown.replaceAll("\\p{Cntrl}", "?") + "\"";
  }
}
