package dev.sluice.applier.cli;

import dev.sluice.events.event.Moment;
import dev.sluice.events.host.DurationConverter;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * Moments as operators write them: a revision ({@code 4711}), an ISO 8601 time ({@code
 * 2026-01-31T14:02:07Z}; with no zone it is the clock's), a time of today ({@code 14:02}), how long
 * ago ({@code 15m}, {@code 2d12h}), or {@code now}.
 */
final class MomentConverter implements ITypeConverter<Moment> {
  /** What can be written, for descriptions of options. */
  static final String FORMS =
      "a revision, an ISO 8601 time (local where it names no zone), how long ago (15m, 2d), or now";

  private static final Pattern AGO = Pattern.compile("(?:(\\d{1,6})d)?(.*)");
  private static final Duration DAY = Duration.ofDays(1);

  private final Clock clock;

  /** By the system's clock and zone; for picocli. */
  MomentConverter() {
    this(Clock.system(ZoneId.systemDefault()));
  }

  MomentConverter(Clock clock) {
    this.clock = clock;
  }

  /**
   * Parses a moment.
   *
   * @throws TypeConversionException if the text is none
   */
  @Override
  public Moment convert(String text) {
    if (text.equals("now")) {
      return Moment.NOW;
    }
    if (text.matches("[0-9]+")) {
      return revision(text);
    }
    return ago(text)
        .or(() -> time(text))
        .<Moment>map(Moment.AtTime::new)
        .orElseThrow(
            () -> new TypeConversionException("\"" + text + "\" is no moment; expected " + FORMS));
  }

  private static Moment revision(String text) {
    try {
      return new Moment.AtRevision(Long.parseLong(text));
    } catch (NumberFormatException e) {
      throw new TypeConversionException("there is no revision " + text);
    } catch (IllegalArgumentException e) {
      throw new TypeConversionException(String.valueOf(e.getMessage()));
    }
  }

  private Optional<Instant> ago(String text) {
    Matcher parts = AGO.matcher(text);
    if (!parts.matches()) {
      return Optional.empty();
    }
    try {
      Duration days = DAY.multipliedBy(parts.group(1) == null ? 0 : Long.parseLong(parts.group(1)));
      String rest = parts.group(2);
      if (rest.isEmpty() && parts.group(1) != null) {
        return Optional.of(clock.instant().minus(days));
      }
      return Optional.of(clock.instant().minus(days).minus(new DurationConverter().convert(rest)));
    } catch (TypeConversionException e) {
      return Optional.empty();
    }
  }

  private Optional<Instant> time(String text) {
    String iso = text.replaceFirst("^(\\d{4}-\\d{2}-\\d{2}) (?=\\d)", "$1T");
    List<Function<String, Instant>> forms =
        List.of(
            t -> OffsetDateTime.parse(t).toInstant(),
            t -> LocalDateTime.parse(t).atZone(clock.getZone()).toInstant(),
            t -> LocalDate.parse(t).atStartOfDay(clock.getZone()).toInstant(),
            t ->
                LocalTime.parse(t)
                    .atDate(LocalDate.now(clock))
                    .atZone(clock.getZone())
                    .toInstant());
    return forms.stream().flatMap(form -> parsed(form, iso).stream()).findFirst();
  }

  private static Optional<Instant> parsed(Function<String, Instant> form, String text) {
    try {
      return Optional.of(form.apply(text));
    } catch (DateTimeException e) {
      return Optional.empty(); // not of this form; the next one may be
    }
  }
}
