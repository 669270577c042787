package dev.sluice.local.bench.traffic;

import dev.sluice.local.lab.Execution;
import dev.sluice.local.lab.NetworkNamespace;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.OptionalDouble;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Apache's {@code ab}: many short connections at once.
 *
 * @param requests how many it makes
 * @param concurrency how many of them at a time
 */
public record ApacheBench(int requests, int concurrency) {
  private static final int MOST_AT_A_TIME = 1000;
  private static final Duration LIMIT = Duration.ofMinutes(2);
  private static final Pattern RATE = Pattern.compile("Requests per second: +([0-9.]+)");
  private static final Pattern COMPLETE = Pattern.compile("Complete requests: +([0-9]+)");
  private static final Pattern FAILED = Pattern.compile("Failed requests: +([0-9]+)");
  private static final Pattern NON_2XX = Pattern.compile("Non-2xx responses: +([0-9]+)");

  /** So many requests, 1,000 at a time if they are so many. */
  public static ApacheBench of(int requests) {
    return new ApacheBench(requests, Math.min(requests, MOST_AT_A_TIME));
  }

  /**
   * What came of it.
   *
   * @param rate requests a second; none where it gave up
   * @param failed requests that were not answered, or not well
   */
  public record Outcome(OptionalDouble rate, int failed) {}

  /**
   * Runs it in a namespace.
   *
   * @throws dev.sluice.local.lab.LabException if it can't be started or does not end
   */
  public Outcome run(NetworkNamespace client, InetSocketAddress target) {
    String host = target.getAddress().getHostAddress();
    String url =
        "http://%s:%d/".formatted(host.contains(":") ? "[" + host + "]" : host, target.getPort());
    Execution done =
        client.exec(
            LIMIT,
            // -r: goes on after an error of a socket, and counts it
            "ab",
            "-q",
            "-r",
            "-n",
            "" + requests,
            "-c",
            "" + concurrency,
            url);
    return outcome(done.out());
  }

  /** Reads its report. Pure. */
  Outcome outcome(String report) {
    Matcher rate = RATE.matcher(report);
    if (!rate.find()) {
      return new Outcome(OptionalDouble.empty(), requests - number(COMPLETE, report));
    }
    int missing = requests - number(COMPLETE, report);
    return new Outcome(
        OptionalDouble.of(Double.parseDouble(rate.group(1))),
        missing + number(FAILED, report) + number(NON_2XX, report));
  }

  private static int number(Pattern pattern, String report) {
    Matcher matcher = pattern.matcher(report);
    return matcher.find() ? Integer.parseInt(matcher.group(1)) : 0;
  }
}
