package dev.sluice.applier.ipset;

/**
 * An element in a set.
 *
 * @param mark what the set has for it; 0: none, or one of other bits than the set's definition says
 */
record Member(Element element, int mark) {}
