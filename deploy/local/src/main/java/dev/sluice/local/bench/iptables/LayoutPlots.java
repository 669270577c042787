package dev.sluice.local.bench.iptables;

import dev.sluice.local.bench.iptables.LayoutResult.Measured;
import dev.sluice.local.bench.iptables.LayoutResult.Target;
import java.awt.Color;
import java.awt.Dimension;
import java.io.IOException;
import java.io.Writer;
import java.math.BigDecimal;
import java.math.MathContext;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.DoubleSummaryStatistics;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import javax.xml.parsers.DocumentBuilder;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.apache.batik.svggen.SVGGraphics2D;
import org.knowm.xchart.ChartEncoder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.w3c.dom.Document;

/** Draws results over the number of Services, a line for each variant and layout. */
final class LayoutPlots {
  private static final String SVG = "http://www.w3.org/2000/svg";
  private static final int WIDTH = 800;
  private static final int HEIGHT = 500;
  private static final MathContext THREE_DIGITS = new MathContext(3);

  /** What is drawn: a file each. */
  enum Plot {
    FULL_LOAD("full-load", "Loading all rules", "seconds"),
    ONE_CHANGE("one-change", "One endpoint replaced", "milliseconds"),
    CONNECT("connect", "Connect to the last Service, p50", "microseconds");

    private final String file;
    private final String title;
    private final String unit;

    Plot(String file, String title, String unit) {
      this.file = file;
      this.title = title;
      this.unit = unit;
    }

    /** The file's name, without what tells its format. */
    String file() {
      return "iptables-" + file;
    }

    String title() {
      return title;
    }
  }

  private LayoutPlots() {}

  private static OptionalDouble value(Plot plot, Measured measured) {
    return switch (plot) {
      case FULL_LOAD -> OptionalDouble.of(measured.loads().percentile(50) / 1000);
      case ONE_CHANGE -> OptionalDouble.of(measured.changes().percentile(50));
      case CONNECT -> connect(measured);
    };
  }

  private static OptionalDouble connect(Measured measured) {
    ConnectTimes times = measured.connects().get(Target.LAST);
    return times == null || times.nanos().isEmpty()
        ? OptionalDouble.empty()
        : OptionalDouble.of(times.nanos().get().percentile(50) * 1000);
  }

  /** Writes each plot as PNG and as SVG; one without any value is left out. */
  static void write(Path folder, List<LayoutResult> results) throws IOException {
    for (Plot plot : Plot.values()) {
      Map<String, List<Point>> lines = lines(plot, results);
      if (!lines.isEmpty()) {
        XYChart chart = chart(plot, lines);
        ChartEncoder.saveChart(chart, folder.resolve(plot.file()).toString(), "png");
        writeSvg(chart, folder.resolve(plot.file() + ".svg"));
      }
    }
  }

  private static DocumentBuilder documentBuilder() {
    try {
      return DocumentBuilderFactory.newDefaultNSInstance().newDocumentBuilder();
    } catch (ParserConfigurationException e) {
      throw new IllegalStateException("the platform's own defaults are fine", e);
    }
  }

  private static void writeSvg(XYChart chart, Path file) throws IOException {
    Document document = documentBuilder().getDOMImplementation().createDocument(SVG, "svg", null);
    SVGGraphics2D graphics = new SVGGraphics2D(document);
    graphics.setSVGCanvasSize(new Dimension(WIDTH, HEIGHT));
    chart.paint(graphics, WIDTH, HEIGHT);
    try (Writer writer = Files.newBufferedWriter(file)) {
      graphics.stream(writer);
    } finally {
      graphics.dispose();
    }
  }

  private record Point(double services, double value) {}

  private static Map<String, List<Point>> lines(Plot plot, List<LayoutResult> results) {
    Map<String, List<Point>> lines = new LinkedHashMap<>();
    for (LayoutResult result : results) {
      if (result.outcome() instanceof Measured measured) {
        value(plot, measured)
            .ifPresent(
                value ->
                    lines
                        .computeIfAbsent(result.what().series(), _ -> new ArrayList<>())
                        .add(new Point(result.what().workload().services(), value)));
      }
    }
    return lines;
  }

  private static XYChart chart(Plot plot, Map<String, List<Point>> lines) {
    XYChart chart =
        new XYChartBuilder()
            .width(WIDTH)
            .height(HEIGHT)
            .title(plot.title)
            .xAxisTitle("Services")
            .yAxisTitle(plot.unit)
            .build();
    chart.getStyler().setLegendPosition(LegendPosition.OutsideE);
    chart.getStyler().setChartBackgroundColor(Color.WHITE);
    chart.getStyler().setXAxisLogarithmic(true);
    chart.getStyler().setYAxisLogarithmic(true);
    // only powers of ten are labelled: the scale ends at them
    DoubleSummaryStatistics values =
        lines.values().stream().flatMap(List::stream).mapToDouble(Point::value).summaryStatistics();
    chart.getStyler().setYAxisMin(Math.pow(10, Math.floor(Math.log10(values.getMin()))));
    chart.getStyler().setYAxisMax(Math.pow(10, Math.ceil(Math.log10(values.getMax()))));
    chart.setCustomXAxisTickLabelsFormatter(LayoutPlots::plain);
    chart.setCustomYAxisTickLabelsFormatter(LayoutPlots::plain);
    lines.forEach(
        (name, points) ->
            chart.addSeries(
                name,
                points.stream().mapToDouble(Point::services).toArray(),
                points.stream().mapToDouble(Point::value).toArray()));
    return chart;
  }

  /** Without an exponent, and without what binary fractions leave behind. */
  private static String plain(double value) {
    return new BigDecimal(value, THREE_DIGITS).stripTrailingZeros().toPlainString();
  }
}
