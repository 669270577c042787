package dev.sluice.local.demo;

import dev.sluice.applier.iptables.IptablesTools.Variant;
import dev.sluice.events.model.ProxyMode;
import dev.sluice.local.SluiceHome;
import dev.sluice.local.run.WorkFolder;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * Starts a system, takes the tour through it if that is wanted, and lets the caller have it for as
 * long as it likes. Removes everything in the end, whatever happened. One thread.
 */
public final class Demo {
  private static final String EXAMPLE = "deploy/examples/quickstart";

  private static final Duration LOOK = Duration.ofMillis(500);

  private final Narrator narrator;

  /**
   * @param narrator told what happens
   */
  public Demo(Narrator narrator) {
    this.narrator = narrator;
  }

  /**
   * What to do.
   *
   * @param manifests the folder to publish; empty: a copy of the quickstart's, made for this run
   * @param mode that the applier is asked for; empty: auto
   * @param variant of iptables
   * @param tour whether to take the tour, which needs the quickstart's manifests
   */
  public record Plan(
      Optional<Path> manifests, Optional<ProxyMode> mode, Variant variant, boolean tour) {
    /**
     * @throws IllegalArgumentException for a tour through manifests of one's own
     */
    public Plan {
      if (tour && manifests.isPresent()) {
        throw new IllegalArgumentException("the tour is one of the quickstart's manifests");
      }
    }
  }

  /** What is done with a system that runs. */
  public interface Stay {
    /** Returns when the system may be removed. */
    void with(DemoSystem system) throws InterruptedException;
  }

  /**
   * Carries out the plan.
   *
   * @throws TourException where the tour doesn't find what it should
   * @throws RuntimeException of the kinds that {@link DemoSystem#start} names
   * @throws IOException if the files can't be written
   */
  public void run(Plan plan, Stay stay) throws IOException, InterruptedException {
    try (WorkFolder work = WorkFolder.create("up")) {
      Path folder = work.path().resolve("manifests");
      ManifestCopy copy = ManifestCopy.of(SluiceHome.find().resolve(EXAMPLE), folder);
      DemoSystem.Settings settings =
          new DemoSystem.Settings(
              plan.manifests().orElse(folder), plan.mode(), plan.variant(), work.path());
      try (DemoSystem system = DemoSystem.start(settings, narrator)) {
        if (plan.tour()) {
          take(new Tour(system, copy, narrator), system);
        }
        stay.with(system);
      }
    }
  }

  private static void take(Tour tour, DemoSystem system) {
    try {
      tour.run();
    } catch (TourException e) {
      throw new TourException(e.getMessage() + "\n" + system.logTails());
    }
  }

  /**
   * Watches a system until this thread is interrupted.
   *
   * @throws dev.sluice.local.run.ProgramException if one of its programs ends
   */
  public static void watch(DemoSystem system) throws InterruptedException {
    while (true) {
      system.checkRunning();
      Thread.sleep(LOOK);
    }
  }
}
