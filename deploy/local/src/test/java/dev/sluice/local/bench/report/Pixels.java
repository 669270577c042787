package dev.sluice.local.bench.report;

import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;

/** What a plot's pixels are. */
public final class Pixels {
  private Pixels() {}

  /**
   * How many have a colour: lines and their marks have; the frame, the grid and the text do not.
   */
  public static long coloured(Path png) throws IOException {
    BufferedImage image = ImageIO.read(png.toFile());
    int width = image.getWidth();
    return IntStream.of(image.getRGB(0, 0, width, image.getHeight(), null, 0, width))
        .mapToObj(Color::new)
        .filter(colour -> colour.getRed() != colour.getBlue())
        .count();
  }
}
