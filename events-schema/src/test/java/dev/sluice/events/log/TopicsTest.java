package dev.sluice.events.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.events.log.Topics.Definition;
import org.apache.kafka.common.config.TopicConfig;
import org.junit.jupiter.api.Test;

class TopicsTest {
  private final Topics topics = new Topics(Topics.DEFAULT_CLUSTER);

  @Test
  void namesBeginWithTheCluster() {
    assertThat(topics.definitions((short) 1))
        .extracting(Definition::name)
        .containsExactly("sluice.state", "sluice.history", "sluice.nodes");
  }

  @Test
  void theStateIsCompactedSoThatAStartUpIsBounded() {
    Definition state = topics.definitions((short) 1).getFirst();

    assertThat(state.cleanupPolicy()).isEqualTo("compact");
    assertThat(state.settings())
        .containsEntry(TopicConfig.CLEANUP_POLICY_CONFIG, "compact")
        .containsEntry(TopicConfig.SEGMENT_BYTES_CONFIG, "67108864")
        .containsEntry(TopicConfig.SEGMENT_MS_CONFIG, "3600000")
        .containsEntry(TopicConfig.MIN_COMPACTION_LAG_MS_CONFIG, "600000")
        .containsEntry(TopicConfig.DELETE_RETENTION_MS_CONFIG, "86400000");
  }

  @Test
  void theHistoryIsKeptForThirtyDays() {
    assertThat(topics.definitions((short) 1).get(1).settings())
        .containsEntry(TopicConfig.CLEANUP_POLICY_CONFIG, "delete")
        .containsEntry(TopicConfig.RETENTION_MS_CONFIG, "2592000000");
  }

  @Test
  void withThreeReplicasTwoMustHaveARecord() {
    assertThat(topics.definitions((short) 3))
        .allSatisfy(
            topic ->
                assertThat(topic.settings())
                    .containsEntry(TopicConfig.MIN_IN_SYNC_REPLICAS_CONFIG, "2")
                    .containsEntry(TopicConfig.UNCLEAN_LEADER_ELECTION_ENABLE_CONFIG, "false"));
    assertThat(topics.definitions((short) 1))
        .allSatisfy(
            topic ->
                assertThat(topic.settings())
                    .containsEntry(TopicConfig.MIN_IN_SYNC_REPLICAS_CONFIG, "1"));
  }

  @Test
  void aClusterThatCannotNameATopicIsRefused() {
    assertThatThrownBy(() -> new Topics("a/b")).hasMessageContaining("\"a/b\"");
    assertThatThrownBy(() -> new Topics("")).isInstanceOf(IllegalArgumentException.class);
  }
}
