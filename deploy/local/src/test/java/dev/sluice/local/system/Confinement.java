package dev.sluice.local.system;

import dev.sluice.applier.preparation.Capability;
import dev.sluice.local.SluiceHome;
import dev.sluice.local.lab.Execution;
import dev.sluice.local.lab.NetworkNamespace;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What a container with a read-only root file system and few capabilities lets a process do: all
 * that is mounted is read-only, /proc/sys too, but for an empty /run; no exec can add privileges.
 *
 * @param user and group that the process has
 */
record Confinement(Set<Capability> capabilities, int user, int group) {
  private static final int NOBODYS = 65532;

  /**
   * Mounts are the process's own. Who is not root can't look into root's home, where Maven keeps
   * the libraries; in an image they lie elsewhere.
   */
  private static final String SCRIPT =
      """
      mount -t tmpfs -o mode=755 sluice-test /run
      if [ "$1" != 0 ] && [ -d /root/.m2 ]; then
        mkdir /run/m2
        mount --bind /root/.m2 /run/m2
        mount -t tmpfs -o mode=755 sluice-test /root
        umask 022
        tr ':' '\\n' <"$2" | grep '^/root/.m2/' | while read -r jar; do
          mkdir -p "${jar%/*}"
          cp "/run/m2/${jar#/root/.m2/}" "$jar"
        done
        umount /run/m2
        rmdir /run/m2
        chmod 777 /run
      fi
      mount --bind /proc/sys /proc/sys
      awk '{ print $5 }' /proc/self/mountinfo | sort -u | while read -r point; do
        case $point in
          /run) ;;
          *) mount -o remount,bind,ro "$point" 2>/dev/null || true ;;
        esac
      done
      if touch /tmp/sluice-test-writable 2>/dev/null; then
        rm /tmp/sluice-test-writable
        echo "the root file system is not read-only" >&2
        exit 99
      fi
      export XTABLES_LOCKFILE=/run/xtables.lock HOME=/nowhere
      shift 2
      exec "$@"
      """;

  static Confinement asRoot(Collection<Capability> capabilities) {
    return new Confinement(EnumSet.copyOf(capabilities), 0, 0);
  }

  /** As somebody else, whose capabilities are ambient. */
  static Confinement asNobody(Collection<Capability> capabilities) {
    return new Confinement(EnumSet.copyOf(capabilities), NOBODYS, NOBODYS);
  }

  /** The same user in root's group. */
  Confinement inGroupZero() {
    return new Confinement(capabilities, user, 0);
  }

  /** The same with one capability less. */
  Confinement without(Capability one) {
    Set<Capability> others = EnumSet.copyOf(capabilities);
    others.remove(one);
    return new Confinement(others, user, group);
  }

  /** The words to put before a command. */
  List<String> prefix() {
    String kept =
        capabilities.stream()
            .map(one -> ",+" + one)
            .collect(Collectors.joining())
            .toLowerCase(Locale.ROOT);
    List<String> words =
        new ArrayList<>(List.of("unshare", "--mount", "--propagation", "private", "--"));
    words.addAll(List.of("sh", "-euc", SCRIPT, "sh", Integer.toString(user)));
    words.add(SluiceHome.find().resolve("node-applier/target/classpath").toString());
    words.addAll(List.of("setpriv", "--no-new-privs", "--bounding-set=-all" + kept));
    words.add("--inh-caps=-all" + kept);
    if (user != 0) {
      words.addAll(List.of("--reuid=" + user, "--regid=" + group, "--clear-groups"));
      words.add("--ambient-caps=-all" + kept);
    }
    words.add("--");
    return words;
  }

  /** Runs a tool so. */
  Execution exec(NetworkNamespace namespace, String... command) {
    List<String> words = prefix();
    words.addAll(Arrays.asList(command));
    return namespace.exec(words.toArray(String[]::new));
  }
}
