package dev.sluice.applier.cli;

import dev.sluice.applier.program.ModeAbilities;
import dev.sluice.applier.program.ModeChoice;
import dev.sluice.events.event.AutoMode;
import dev.sluice.events.event.Head;
import dev.sluice.events.event.ModeReason;
import dev.sluice.events.image.ClusterImage;
import dev.sluice.events.model.ProxyMode;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** What the mode auto means in a cluster and on a node, and why. Pure. */
final class ModeExplanation {
  private ModeExplanation() {}

  /**
   * A node that is asked itself.
   *
   * @param abilities what its kernel can do
   */
  record Here(String nodeName, ModeAbilities abilities) {}

  /**
   * Explains.
   *
   * @param fromLog whether a watcher has decided, rather than the default limits for manifests
   * @param here empty where no kernel can be asked
   */
  static Answer of(ClusterImage image, boolean fromLog, Optional<Here> here) {
    return new Answer(text(image, fromLog, here), tree(image, fromLog, here));
  }

  private static String text(ClusterImage image, boolean fromLog, Optional<Here> here) {
    StringBuilder text = new StringBuilder();
    Optional<String> mode = image.head().flatMap(Head::proxyMode);
    text.append(mode.map("auto means "::concat).orElse("auto is not decided: iptables until then"));
    image
        .head()
        .flatMap(Head::proxyModeReason)
        .ifPresent(why -> text.append(", decided ").append(why));
    text.append('\n')
        .append("Services that a proxy serves: ")
        .append(image.servedServices())
        .append(" of ")
        .append(image.services().size())
        .append(fromLog ? ", at revision " + image.revision() : "")
        .append('\n');
    if (!fromLog) {
      text.append("limits: a watcher's defaults, ipvs from ")
          .append(AutoMode.DEFAULT.ipvsFrom())
          .append(" on, iptables again below ")
          .append(AutoMode.DEFAULT.iptablesBelow())
          .append('\n');
    }
    here.ifPresent(node -> append(text, image, node));
    return text.toString();
  }

  private static void append(StringBuilder text, ClusterImage image, Here here) {
    ModeChoice choice = choice(image, here);
    text.append("on ").append(here.nodeName()).append(": ").append(choice.mode());
    text.append(", as ").append(choice.reason()).append('\n');
    for (ProxyMode mode : ProxyMode.values()) {
      text.append("  ").append(mode).append(": ");
      text.append(here.abilities().missing(mode).map("no, "::concat).orElse("yes")).append('\n');
    }
  }

  private static Map<String, Object> tree(
      ClusterImage image, boolean fromLog, Optional<Here> here) {
    Map<String, Object> tree = new LinkedHashMap<>();
    image.head().flatMap(Head::proxyMode).ifPresent(mode -> tree.put("auto", mode));
    image.head().flatMap(Head::proxyModeReason).ifPresent(why -> tree.put("reason", tree(why)));
    tree.put("services", image.servedServices());
    tree.put("allServices", image.services().size());
    tree.put("revision", image.revision());
    if (!fromLog) {
      Map<String, Object> limits = new LinkedHashMap<>();
      limits.put("ipvsFrom", AutoMode.DEFAULT.ipvsFrom());
      limits.put("iptablesBelow", AutoMode.DEFAULT.iptablesBelow());
      tree.put("limits", limits);
    }
    here.ifPresent(node -> tree.put("node", tree(image, node)));
    return tree;
  }

  private static Map<String, Object> tree(ModeReason why) {
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("services", why.services());
    tree.put("limit", why.limit());
    tree.put("revision", why.revision());
    return tree;
  }

  private static Map<String, Object> tree(ClusterImage image, Here here) {
    ModeChoice choice = choice(image, here);
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("name", here.nodeName());
    tree.put("mode", choice.mode().toString());
    tree.put("reason", choice.reason());
    Map<String, Object> missing = new LinkedHashMap<>();
    here.abilities().missing().forEach((mode, what) -> missing.put(mode.toString(), what));
    tree.put("able", here.abilities().able().stream().map(ProxyMode::toString).toList());
    tree.put("missing", missing);
    return tree;
  }

  private static ModeChoice choice(ClusterImage image, Here here) {
    return ModeChoice.of(Optional.empty(), image.head(), here.abilities());
  }
}
