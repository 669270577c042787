package dev.sluice.applier.cli;

@picocli.CommandLine.Command(name = "plan")
final class PlanCommand implements Runnable {
  @Override
  public void run() {}
}
