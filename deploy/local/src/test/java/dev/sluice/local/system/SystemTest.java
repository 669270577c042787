package dev.sluice.local.system;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A test against a real broker: one broker for all such tests of a JVM, and for each test method
 * that has a {@link TestLog} as its parameter a log of its own.
 */
@Tag("system")
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(SharedBroker.class)
@Timeout(value = 1, unit = TimeUnit.MINUTES)
@interface SystemTest {}
