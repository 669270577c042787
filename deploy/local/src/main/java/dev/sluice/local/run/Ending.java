package dev.sluice.local.run;

import java.time.Duration;

/**
 * How a program ended.
 *
 * @param exitCode 0 for an orderly end
 * @param took from the signal to the end
 */
public record Ending(int exitCode, Duration took) {}
