package dev.sluice.events.host;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether this JVM was started from an AOT cache. A JVM that can't use the cache it was given says
 * so in passing and starts without it: slower, and with more memory of its own. Any thread.
 */
public final class AotCache {
  private static final Logger LOG = LoggerFactory.getLogger(AotCache.class);
  private static final String OPTION = "-XX:AOTCache=";
  private static final Path MAPPED_FILES = Path.of("/proc/self/maps");

  /** What became of it. */
  enum Use {
    /** The JVM runs from it. */
    USED,
    /** One was given, and the JVM refused it. */
    REFUSED,
    /** None was given. */
    ABSENT
  }

  private AotCache() {}

  /** Registers the gauge {@code sluice.aot.cache.used}, 1 or 0, and logs why it is 0. */
  public static void tell(MeterRegistry registry) {
    Use use = ofThisJvm();
    Gauge.builder("sluice.aot.cache.used", () -> use == Use.USED ? 1 : 0)
        .description("Whether the JVM was started from its AOT cache")
        .register(registry);
    switch (use) {
      case USED -> LOG.debug("aot_cache=used");
      case REFUSED ->
          LOG.warn(
              "aot_cache=refused: it does not fit these jars or this JVM, or can't be read; started"
                  + " without it");
      case ABSENT -> LOG.info("aot_cache=absent: there is none; started without it");
    }
  }

  private static Use ofThisJvm() {
    List<String> options = ManagementFactory.getRuntimeMXBean().getInputArguments();
    // a path may be of any bytes
    try (Stream<String> maps = Files.lines(MAPPED_FILES, StandardCharsets.ISO_8859_1)) {
      return use(options, maps);
    } catch (IOException e) {
      LOG.debug("{} can't be read", MAPPED_FILES, e);
      return use(options, Stream.empty());
    }
  }

  /**
   * The JVM keeps a cache mapped as long as it uses it, and unmaps one that it finds wanting.
   *
   * @param options of the JVM
   * @param maps lines as those of /proc/PID/maps; see proc(5)
   */
  static Use use(List<String> options, Stream<String> maps) {
    Optional<String> given =
        options.stream()
            .filter(option -> option.startsWith(OPTION))
            .reduce((_, last) -> last)
            .map(option -> option.substring(OPTION.length()));
    if (given.isEmpty()) {
      return Use.ABSENT;
    }
    String file = Path.of(given.get()).toAbsolutePath().normalize().toString();
    // a file that was replaced since is told as "/path (deleted)"
    return maps.anyMatch(line -> line.replace(" (deleted)", "").endsWith(" " + file))
        ? Use.USED
        : Use.REFUSED;
  }
}
