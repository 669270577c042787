package dev.sluice.events.log;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.Test;

class LogWriteExceptionTest {
  @Test
  void anotherWriterIsToldApartFromOtherErrors() {
    assertThat(new LogWriteException("x", new ProducerFencedException("old")).fenced()).isTrue();
    assertThat(
            new LogWriteException("x", new KafkaException(new InvalidProducerEpochException("old")))
                .fenced())
        .isTrue();
    assertThat(new LogWriteException("x", new TimeoutException("late")).fenced()).isFalse();
  }

  @Test
  void theReasonInACauseIsTold() {
    KafkaException error =
        new KafkaException("we are in an error state", new TimeoutException("no\n answer"));

    assertThat(new LogWriteException("writing 1 changes", error))
        .hasMessage("writing 1 changes: we are in an error state: no answer");
  }
}
