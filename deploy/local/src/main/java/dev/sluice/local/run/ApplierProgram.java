package dev.sluice.local.run;

import dev.sluice.applier.iptables.IptablesTools.Variant;
import dev.sluice.events.model.ProxyMode;
import dev.sluice.local.lab.NetworkNamespace;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** {@code sluice apply} in a node's namespace, ready when its /healthz says so. */
public final class ApplierProgram implements AutoCloseable {
  /** Where its health is, within the node's namespace. */
  public static final String HEALTHZ = "http://127.0.0.1:10256/healthz";

  /** Where its metrics are, within the node's namespace. */
  public static final String METRICS = "http://127.0.0.1:10249/metrics";

  private static final Duration START_LIMIT = Duration.ofSeconds(40);
  private static final Pattern REVISION = Pattern.compile("\"revision\":(\\d+)");
  private static final Pattern MODE = Pattern.compile("\"mode\":\"([^\"]+)\"");

  private final SluiceProgram program;
  private final OperationsPage healthz;
  private final OperationsPage metrics;

  private ApplierProgram(SluiceProgram program, NetworkNamespace node) {
    this.program = program;
    this.healthz = new OperationsPage(node, HEALTHZ);
    this.metrics = new OperationsPage(node, METRICS);
  }

  /**
   * What it is started with.
   *
   * @param mode empty: auto
   * @param variant of iptables
   * @param work folder for its log and for what legacy iptables locks
   * @param stateDir folder for its checkpoint; empty: it keeps none
   */
  public record Settings(
      String bootstrapServers,
      String nodeName,
      Optional<ProxyMode> mode,
      Variant variant,
      Path work,
      Optional<Path> stateDir) {
    /** Without a checkpoint. */
    public Settings(
        String bootstrapServers,
        String nodeName,
        Optional<ProxyMode> mode,
        Variant variant,
        Path work) {
      this(bootstrapServers, nodeName, mode, variant, work, Optional.empty());
    }

    private SluiceProgram.Launch launch(Map<String, String> more) {
      List<String> arguments = new ArrayList<>(List.of("apply", "--proxy-mode"));
      arguments.add(mode.map(ProxyMode::toString).orElse("auto"));
      arguments.addAll(List.of("--bootstrap-servers", bootstrapServers));
      arguments.addAll(List.of("--node-name", nodeName));
      arguments.addAll(List.of("--cluster-cidr", "10.244.0.0/16,fd00:10:244::/48"));
      arguments.addAll(List.of("--iptables-variant", variant.toString()));
      arguments.addAll(
          stateDir
              .map(dir -> List.of("--state-dir", dir.toString()))
              .orElse(List.of("--no-checkpoint")));
      arguments.addAll(List.of("--healthz-bind-address", "127.0.0.1:10256"));
      arguments.addAll(List.of("--metrics-bind-address", "127.0.0.1:10249"));
      // tables belong to the namespace, but the lock is a file that all namespaces would share
      Map<String, String> environment = new HashMap<>(more);
      environment.put("XTABLES_LOCKFILE", work + "/xtables.lock");
      return new SluiceProgram.Launch(
          "sluice", arguments, environment, work.resolve("applier.log"));
    }
  }

  /**
   * Starts it; not ready yet.
   *
   * @throws ProgramException if it can't be started
   */
  public static ApplierProgram start(NetworkNamespace node, Settings settings) {
    return start(node, settings, Map.of());
  }

  /**
   * Starts it with variables of the environment besides.
   *
   * @throws ProgramException if it can't be started
   */
  public static ApplierProgram start(
      NetworkNamespace node, Settings settings, Map<String, String> environment) {
    return new ApplierProgram(SluiceProgram.start(node, settings.launch(environment)), node);
  }

  /**
   * Waits until the kernel has what the log had when the applier started.
   *
   * @throws ProgramException if that takes more than 40 seconds, or it ends
   */
  public void awaitReady() {
    program.await("ready", START_LIMIT, () -> healthz.get().isPresent());
  }

  /**
   * Waits until the kernel has a revision.
   *
   * @throws ProgramException if it has not in time, or the program ends
   */
  public void awaitRevision(long revision, Duration limit) {
    program.await("at revision " + revision, limit, () -> revision() >= revision);
  }

  /** The revision that the kernel has; 0 if the program doesn't say. */
  public long revision() {
    Optional<Matcher> found = healthz.get().map(REVISION::matcher).filter(Matcher::find);
    return found.map(matcher -> Long.parseLong(matcher.group(1))).orElse(0L);
  }

  /**
   * The mode that forwards.
   *
   * @throws ProgramException if the program doesn't say
   */
  public ProxyMode mode() {
    return healthz
        .get()
        .map(MODE::matcher)
        .filter(Matcher::find)
        .flatMap(matcher -> ProxyMode.of(matcher.group(1)))
        .orElseThrow(() -> new ProgramException("no mode from " + HEALTHZ));
  }

  /**
   * Its metrics as they are now.
   *
   * @throws ProgramException if it doesn't answer
   */
  public Metrics metrics() {
    return new Metrics(
        metrics.get().orElseThrow(() -> new ProgramException("no answer from " + METRICS)));
  }

  /** A number that its last line about writing to the kernel names, such as {@code writes}. */
  public OptionalLong lastApplied(String field) {
    List<LoggedLine> applied = logged(" applied revision=");
    return applied.isEmpty() ? OptionalLong.empty() : applied.getLast().number(field);
  }

  /** See {@link SluiceProgram#logged}. */
  public List<LoggedLine> logged(String containing) {
    return program.logged(containing);
  }

  /**
   * Waits until it has logged a line that contains a text, without asking it anything.
   *
   * @return the first of them
   * @throws ProgramException if it has not in time, or it ends
   */
  public LoggedLine awaitLogged(String containing, Duration limit) {
    program.await("so far as to log" + containing, limit, () -> !logged(containing).isEmpty());
    return logged(containing).getFirst();
  }

  /**
   * Does nothing while it runs.
   *
   * @throws ProgramException if it has ended
   */
  public void checkRunning() {
    program.checkRunning();
  }

  /** See {@link SluiceProgram#end}. */
  public Ending end() {
    return program.end();
  }

  /** See {@link SluiceProgram#kill}. */
  public void kill() {
    program.kill();
  }

  /** Its process id. */
  public long pid() {
    return program.pid();
  }

  /** The last lines that it logged. */
  public String tail() {
    return program.tail();
  }

  @Override
  public void close() {
    program.close();
  }
}
