package dev.sluice.applier.program;

import dev.sluice.events.model.IpFamily;
import java.util.Map;

/** What a kernel would hold of one family in some mode, to be shown. */
public interface Plan {
  IpFamily family();

  /** The fingerprint that a node reports of it. */
  ProgramDigest digest();

  /** What the mode's own tool takes as it is, where there is one; remarks are comments. */
  String text();

  /** The same as a tree for JSON. */
  Map<String, Object> tree();
}
