package dev.sluice.local.bench.report;

import java.awt.Color;
import java.awt.Dimension;
import java.io.IOException;
import java.io.Writer;
import java.math.BigDecimal;
import java.math.MathContext;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.DoubleSummaryStatistics;
import java.util.List;
import java.util.Map;
import javax.xml.parsers.DocumentBuilder;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.apache.batik.svggen.SVGGraphics2D;
import org.knowm.xchart.ChartEncoder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.XYStyler;
import org.w3c.dom.Document;

/**
 * Lines over a number of something, drawn into two files.
 *
 * @param file their name, without what tells the format
 * @param over what the lines run over
 * @param unit of the values
 */
public record LinePlot(String file, String title, String over, String unit, Axes axes) {
  private static final String SVG = "http://www.w3.org/2000/svg";
  private static final int WIDTH = 800;
  private static final int HEIGHT = 500;
  private static final double HEADROOM = 1.1;
  private static final MathContext THREE_DIGITS = new MathContext(3);

  /** Lines over the number of Services. */
  public LinePlot(String file, String title, String unit, Axes axes) {
    this(file, title, "Services", unit, axes);
  }

  /** How both axes are divided. */
  public enum Axes {
    LOGARITHMIC,
    /** From zero. */
    LINEAR
  }

  /** What a line goes through. */
  public record Point(double over, double value) {}

  /** Writes it as PNG and as SVG; one without any line is left out. */
  public void write(Path folder, Map<String, List<Point>> lines) throws IOException {
    if (!lines.isEmpty()) {
      XYChart chart = chart(lines);
      ChartEncoder.saveChart(chart, folder.resolve(file).toString(), "png");
      writeSvg(chart, folder.resolve(file + ".svg"));
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

  private XYChart chart(Map<String, List<Point>> lines) {
    XYChart chart =
        new XYChartBuilder()
            .width(WIDTH)
            .height(HEIGHT)
            .title(title)
            .xAxisTitle(over)
            .yAxisTitle(unit)
            .build();
    chart.getStyler().setLegendPosition(LegendPosition.OutsideE);
    chart.getStyler().setChartBackgroundColor(Color.WHITE);
    scale(
        chart.getStyler(),
        lines.values().stream()
            .flatMap(List::stream)
            .mapToDouble(Point::value)
            .summaryStatistics());
    chart.setCustomXAxisTickLabelsFormatter(LinePlot::plain);
    chart.setCustomYAxisTickLabelsFormatter(LinePlot::plain);
    lines.forEach(
        (name, points) ->
            chart.addSeries(
                name,
                points.stream().mapToDouble(Point::over).toArray(),
                points.stream().mapToDouble(Point::value).toArray()));
    return chart;
  }

  private void scale(XYStyler styler, DoubleSummaryStatistics values) {
    switch (axes) {
      case LOGARITHMIC -> {
        styler.setXAxisLogarithmic(true);
        styler.setYAxisLogarithmic(true);
        // only powers of ten are labelled: the scale ends at them
        styler.setYAxisMin(Math.pow(10, Math.floor(Math.log10(values.getMin()))));
        styler.setYAxisMax(Math.pow(10, Math.ceil(Math.log10(values.getMax()))));
      }
      case LINEAR -> {
        styler.setXAxisMin(0.0);
        styler.setYAxisMin(0.0);
        styler.setYAxisMax(values.getMax() * HEADROOM);
      }
    }
  }

  /** Without an exponent, and without what binary fractions leave behind. */
  private static String plain(double value) {
    return new BigDecimal(value, THREE_DIGITS).stripTrailingZeros().toPlainString();
  }
}
