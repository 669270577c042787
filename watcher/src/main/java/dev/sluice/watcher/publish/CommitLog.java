package dev.sluice.watcher.publish;

import dev.sluice.events.event.Change;
import dev.sluice.events.event.Head;
import dev.sluice.events.event.ModeReason;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a publisher writes to the program's log about each transaction. */
final class CommitLog {
  private static final Logger log = LoggerFactory.getLogger(Publisher.class);

  private CommitLog() {}

  static void committed(List<Change> chunk, Head head, Duration duration) {
    log.info(
        "event=published revision={} changes={} epoch={} complete={} millis={}",
        head.revision(),
        chunk.size(),
        head.epoch(),
        head.complete(),
        duration.toMillis());
    for (Change change : chunk) {
      log.debug(
          "event=change revision={} key={} cause={} deleted={}",
          change.revision().number(),
          change.key(),
          change.revision().cause().text(),
          change.after().isEmpty());
    }
  }

  static void mode(Optional<Head> before, Head head) {
    Optional<String> old = before.flatMap(Head::proxyMode);
    if (!head.proxyMode().equals(old)) {
      log.info(
          "event=mode-decided mode={} before={} reason=\"{}\"",
          head.proxyMode().orElse(""),
          old.orElse("none"),
          head.proxyModeReason().map(ModeReason::toString).orElse(""));
    }
  }
}
