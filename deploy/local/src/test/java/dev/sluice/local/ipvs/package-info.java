/** Tests of sets, virtual servers and the addresses that go with them, by a kernel with IPVS. */
@NullMarked
package dev.sluice.local.ipvs;

import org.jspecify.annotations.NullMarked;
