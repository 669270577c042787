/**
 * What a node must have before its rules can be written, and what its kernel grants a process:
 * parameters, modules and capabilities. Lists are pure; {@link
 * dev.sluice.applier.preparation.SysctlFiles} reads and writes files. Knows no mode's code.
 */
@NullMarked
package dev.sluice.applier.preparation;

import org.jspecify.annotations.NullMarked;
