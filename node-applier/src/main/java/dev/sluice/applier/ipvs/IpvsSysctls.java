package dev.sluice.applier.ipvs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The kernel parameters that IPVS mode needs, as files. Blocks. */
public final class IpvsSysctls {
  private static final Logger LOG = LoggerFactory.getLogger(IpvsSysctls.class);
  private static final Pattern RELEASE = Pattern.compile("(\\d+)\\.(\\d+).*", Pattern.DOTALL);

  private final Path root;

  /**
   * @param root the root of the file system; another one in tests
   */
  public IpvsSysctls(Path root) {
    this.root = root;
  }

  /** A parameter below /proc/sys/net. */
  private record Setting(String name, String value) {}

  /**
   * Sets what differs.
   *
   * @param strictArp whether Services' addresses are not announced by other interfaces
   * @return what could not be set and why, in words
   */
  public List<String> apply(boolean strictArp) {
    List<Setting> settings = new ArrayList<>();
    // so that IPVS's packets can be masqueraded, and conntrack knows every flow
    settings.add(new Setting("ipv4/vs/conntrack", "1"));
    // Flows to destinations that are gone end at their next packet, those that stick to one look
    // for another; and a connection that reuses a port is not sent to one that is about to go.
    settings.add(new Setting("ipv4/vs/expire_nodest_conn", "1"));
    settings.add(new Setting("ipv4/vs/expire_quiescent_template", "1"));
    settings.add(new Setting("ipv4/ip_forward", "1"));
    if (reuseDropsConnections()) {
      settings.add(new Setting("ipv4/vs/conn_reuse_mode", "0"));
    }
    if (strictArp) {
      settings.add(new Setting("ipv4/conf/all/arp_ignore", "1"));
      settings.add(new Setting("ipv4/conf/all/arp_announce", "2"));
    }
    List<String> failures = new ArrayList<>();
    settings.forEach(setting -> set(setting, failures));
    return failures;
  }

  /**
   * With its default of 1, kernels 4.1 to 5.8 drop the first packet of a connection that reuses a
   * port (kubernetes/kubernetes#81775, mended in 5.9 by f0a5e4d7a594).
   */
  private boolean reuseDropsConnections() {
    Path file = root.resolve("proc/sys/kernel/osrelease");
    try {
      Matcher release = RELEASE.matcher(Files.readString(file));
      if (!release.matches()) {
        return false;
      }
      int version = Integer.parseInt(release.group(1)) * 1000 + Integer.parseInt(release.group(2));
      return version >= 4_001 && version < 5_009;
    } catch (IOException e) {
      LOG.warn("sysctl file={} can't be read: {}", file, e.toString());
      return false;
    }
  }

  private void set(Setting setting, List<String> failures) {
    Path file = root.resolve("proc/sys/net").resolve(setting.name());
    try {
      String before = Files.readString(file).strip();
      if (!before.equals(setting.value())) {
        Files.writeString(file, setting.value());
        LOG.info("sysctl file={} value={} before={}", file, setting.value(), before);
      }
    } catch (IOException e) {
      failures.add("%s = %s: %s".formatted(file, setting.value(), e));
    }
  }
}
