/**
 * The iptables back end. {@code IptablesCompiler} and what it uses are pure; {@code IptablesKernel}
 * reads and writes the kernel through the restore and save tools, on the one thread that calls it.
 */
@NullMarked
package dev.sluice.applier.iptables;

import org.jspecify.annotations.NullMarked;
