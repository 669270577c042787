/**
 * IPVS: virtual servers in the kernel, with the addresses, sets and constant rules that lead
 * packets to them. {@code *Compiler} and {@code *Message} are pure, {@code *Kernel} have effects.
 */
@NullMarked
package dev.sluice.applier.ipvs;

import org.jspecify.annotations.NullMarked;
