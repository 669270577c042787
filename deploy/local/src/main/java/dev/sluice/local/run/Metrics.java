package dev.sluice.local.run;

/**
 * What a program's /metrics page says. Pure.
 *
 * @param text in Prometheus' text format
 */
public record Metrics(String text) {
  /**
   * A metric, summed over all its labels.
   *
   * @throws ProgramException if the page doesn't have it
   */
  public double sum(String name) {
    return sum(name, "");
  }

  /**
   * A metric, summed over those of its labels that contain a text.
   *
   * @param label such as {@code ip_family="IPv4"}
   * @throws ProgramException if the page doesn't have it
   */
  public double sum(String name, String label) {
    double[] values =
        text.lines()
            .filter(line -> line.startsWith(name + " ") || line.startsWith(name + "{"))
            .filter(line -> line.contains(label))
            .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
            .toArray();
    if (values.length == 0) {
      throw new ProgramException("no metric " + name + " " + label);
    }
    double sum = 0;
    for (double value : values) {
      sum += value;
    }
    return sum;
  }
}
