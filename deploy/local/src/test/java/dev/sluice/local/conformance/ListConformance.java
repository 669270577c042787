package dev.sluice.local.conformance;

/**
 * Prints the rows of the suite with their cases. Exit code 1 if a row has none, or if a case would
 * not be run.
 */
public final class ListConformance {
  private ListConformance() {}

  public static void main(String[] arguments) {
    Coverage coverage = new Coverage(Case.in("dev.sluice.local"));
    System.out.print(coverage.listing());
    coverage.defects().forEach(System.err::println);
    System.exit(coverage.without().isEmpty() && coverage.defects().isEmpty() ? 0 : 1);
  }
}
