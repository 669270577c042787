package dev.sluice.watcher.source;

import java.io.IOException;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.FileSystems;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Waits until something changes in any of some directories. Blocks; owned by one thread. */
final class FolderWatch implements AutoCloseable {
  // Editors and tools write a file in several steps: wait until they pause, but not for long.
  private static final Duration PAUSE = Duration.ofMillis(10);
  private static final Duration LONGEST = Duration.ofMillis(50);

  private final WatchService service;
  private final Map<Path, WatchKey> keys = new HashMap<>();

  /**
   * @throws IOException if the system has no watch left to give
   */
  FolderWatch() throws IOException {
    service = FileSystems.getDefault().newWatchService();
  }

  /**
   * Watches exactly these directories from now on.
   *
   * @return whether another look is needed: what is watched only now may have changed meanwhile
   * @throws IOException if one can't be watched; the others are
   */
  boolean watch(Set<Path> directories) throws IOException {
    for (Path old : new HashSet<>(keys.keySet())) {
      WatchKey key = keys.get(old);
      if (key != null && !(directories.contains(old) && key.isValid())) {
        key.cancel();
        keys.remove(old);
      }
    }
    boolean more = false;
    @Nullable IOException failure = null;
    for (Path directory : directories) {
      if (!keys.containsKey(directory)) {
        try {
          keys.put(directory, register(directory));
          more = true;
        } catch (NoSuchFileException e) {
          more = true; // deleted meanwhile: another look tells
        } catch (IOException e) {
          failure = e;
        }
      }
    }
    if (failure != null) {
      throw failure;
    }
    return more;
  }

  private WatchKey register(Path directory) throws IOException {
    return directory.register(
        service,
        StandardWatchEventKinds.ENTRY_CREATE,
        StandardWatchEventKinds.ENTRY_MODIFY,
        StandardWatchEventKinds.ENTRY_DELETE);
  }

  /** Waits for a change and until it pauses, or for as long as told. */
  void await(Duration longest) throws InterruptedException {
    WatchKey key = service.poll(longest.toNanos(), TimeUnit.NANOSECONDS);
    long end = System.nanoTime() + LONGEST.toNanos();
    while (key != null) {
      key.pollEvents(); // which file it was, the next scan finds out
      key.reset();
      boolean enough = System.nanoTime() - end > 0;
      key = enough ? null : service.poll(PAUSE.toNanos(), TimeUnit.NANOSECONDS);
    }
  }

  @Override
  public void close() {
    try {
      service.close();
    } catch (IOException | ClosedWatchServiceException e) {
      throw new IllegalStateException("closing a watch service", e);
    }
  }
}
