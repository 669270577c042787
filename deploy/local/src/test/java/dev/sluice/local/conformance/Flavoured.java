package dev.sluice.local.conformance;

import dev.sluice.events.model.IpFamily;
import java.util.Set;

/**
 * What a case is run with: a constant of an enum that tests of a kind share. The first parameter of
 * an {@link EveryFlavour} test is of such an enum.
 */
public interface Flavoured {
  BackEnd backend();

  /** The address families that packets of the case have. Never empty. */
  Set<IpFamily> families();
}
