package dev.sluice.applier.preparation;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Loads modules by the tool modprobe, which knows dependencies and other names. Blocks. */
public final class ModuleLoader {
  private static final Logger LOG = LoggerFactory.getLogger(ModuleLoader.class);
  private static final Pattern MATCH_OR_TARGET = Pattern.compile("(xt|ipt|ip6t)_.+");

  /** Modules that are not called as what they bring. */
  private static final Map<String, String> NAMED_OTHERWISE = Map.of("tcpudp", "tcp", "nat", "DNAT");

  private final Path root;
  private final Modprobe modprobe;

  /** Runs {@code modprobe}. */
  @FunctionalInterface
  public interface Modprobe {
    /**
     * Loads a module, or finds that it is there.
     *
     * @param words its name, and parameters
     * @return why it could not; empty where it could
     * @throws IOException if the tool can't be run
     */
    Optional<String> load(List<String> words) throws IOException;
  }

  /** What became of a module. */
  public sealed interface Outcome {
    /** It is there, loaded or built in. */
    record There(KernelModule module) implements Outcome {}

    /** It is not there, and would be loaded. */
    record Absent(KernelModule module) implements Outcome {}

    /** It has been loaded. */
    record Loaded(KernelModule module) implements Outcome {}

    /** The kernel takes no modules at all: what it has is built in, which can't be told by name. */
    record NoModules(KernelModule module) implements Outcome {}

    /** It could not be loaded. */
    record Failed(KernelModule module, String reason) implements Outcome {}
  }

  /**
   * @param root the root of the file system; another one in tests
   */
  public ModuleLoader(Path root, Modprobe modprobe) {
    this.root = root;
    this.modprobe = modprobe;
  }

  /** Whether a module is there; loads nothing. */
  public Outcome look(KernelModule module) {
    if (!Files.exists(root.resolve("proc/modules"))) {
      return new Outcome.NoModules(module);
    }
    // built-in ones are here only if they have parameters, and aliases never
    return Files.exists(root.resolve("sys/module").resolve(module.name().replace('-', '_')))
        ? new Outcome.There(module)
        : new Outcome.Absent(module);
  }

  /** Loads a module that is not there. */
  public Outcome load(KernelModule module) {
    Outcome found = look(module);
    if (!(found instanceof Outcome.Absent)) {
      return found;
    }
    List<String> words = new ArrayList<>(List.of(module.name()));
    words.addAll(module.parameters());
    try {
      return modprobe
          .load(words)
          .map(reason -> notLoaded(module, reason))
          .orElseGet(() -> new Outcome.Loaded(module));
    } catch (IOException e) {
      return notLoaded(module, String.valueOf(e.getMessage()));
    }
  }

  /** It may be built in all the same, where modprobe has no list of what is. */
  private Outcome notLoaded(KernelModule module, String reason) {
    return MATCH_OR_TARGET.matcher(module.name()).matches() && isRegistered(module.name())
        ? new Outcome.There(module)
        : new Outcome.Failed(module, reason);
  }

  /** Whether the kernel lists a match or target of iptables (net/netfilter/x_tables.c). */
  private boolean isRegistered(String module) {
    String family = module.startsWith("ip6t_") ? "ip6" : "ip";
    String bare = module.substring(module.indexOf('_') + 1);
    String name = NAMED_OTHERWISE.getOrDefault(bare, bare);
    for (String kind : List.of("matches", "targets")) {
      Path list = root.resolve("proc/net/" + family + "_tables_" + kind);
      try {
        if (Files.exists(list) && Files.readAllLines(list).contains(name)) {
          return true;
        }
      } catch (IOException e) {
        LOG.debug("modprobe's own reason is told", e);
      }
    }
    return false;
  }
}
