package dev.sluice.local.lab;

/** What an echo server listens with, and a probe asks with. */
public enum Transport {
  TCP,
  UDP
}
