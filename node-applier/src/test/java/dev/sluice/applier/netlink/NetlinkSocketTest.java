package dev.sluice.applier.netlink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.sluice.applier.netlink.FakeKernel.Answer;
import dev.sluice.applier.netlink.NetlinkSocket.Refusal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class NetlinkSocketTest {
  private static final int ROOM = 2 << 20;
  private static final int REFUSAL_BYTES = 1280;

  private static List<NetlinkMessage> requests(int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> NetlinkMessage.request(28, 0, new Payload().u32(i)))
        .toList();
  }

  private static NetlinkSocket socket(FakeKernel kernel) {
    return new NetlinkSocket(kernel);
  }

  /** Refuses every third request of all, and acknowledges the one that asks for it. */
  private static List<Answer> everyThird(List<NetlinkMessage> requests) {
    List<Answer> answers = new ArrayList<>();
    for (NetlinkMessage request : requests) {
      boolean refused = request.payload().getInt(0) % 3 == 0;
      if (refused || (request.flags() & NetlinkMessage.ACK) != 0) {
        int errno = refused ? Errno.EEXIST.number() : 0;
        answers.add(Answer.of(FakeKernel.ended(request, errno)));
      }
    }
    return answers;
  }

  @Test
  void refusalsAreTiedToTheirRequestsOverAllSends() throws Exception {
    FakeKernel kernel = new FakeKernel(ROOM, NetlinkSocketTest::everyThird);

    List<Refusal> refusals = socket(kernel).send(requests(10_000));

    assertThat(kernel.sends()).hasSizeGreaterThan(5);
    assertThat(refusals)
        .extracting(Refusal::index)
        .containsExactlyElementsOf(
            IntStream.range(0, 10_000).filter(i -> i % 3 == 0).boxed().toList());
    assertThat(refusals).allMatch(refusal -> refusal.reason().is(Errno.EEXIST));
  }

  @Test
  void noMoreIsSentThanCanBeRefused() throws Exception {
    for (int room : new int[] {ROOM, 425_984, 2_304, 0}) {
      FakeKernel kernel = new FakeKernel(room, NetlinkSocketTest::everyThird);

      assertThat(socket(kernel).send(requests(2_000))).hasSize(667);
      assertThat(kernel.sends()).allMatch(sent -> sent.size() <= Math.max(1, room / REFUSAL_BYTES));
    }
  }

  @Test
  void aSendHasAtMostTheBuffersBytesAndOneAcknowledgement() throws Exception {
    FakeKernel kernel = new FakeKernel(ROOM, NetlinkSocketTest::everyThird);
    List<NetlinkMessage> large =
        IntStream.range(0, 5)
            .mapToObj(
                i ->
                    NetlinkMessage.request(
                        28, 0, new Payload().u32(1).attribute(1, v -> v.text("x".repeat(30_000)))))
            .toList();

    assertThat(socket(kernel).send(large)).isEmpty();
    assertThat(kernel.sends()).extracting(List::size).containsExactly(2, 2, 1);
    assertThat(kernel.sends().getFirst())
        .extracting(NetlinkMessage::flags)
        .containsExactly(NetlinkMessage.REQUEST, NetlinkMessage.REQUEST | NetlinkMessage.ACK);
    assertThatThrownBy(
            () ->
                socket(kernel)
                    .send(
                        List.of(
                            NetlinkMessage.request(
                                28,
                                0,
                                new Payload()
                                    .attribute(1, v -> v.text("x".repeat(40_000)))
                                    .attribute(1, v -> v.text("x".repeat(40_000)))))))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void lostAnswersAreAnErrorNotASuccess() {
    FakeKernel full = new FakeKernel(ROOM, requests -> List.of(Answer.failure(Errno.ENOBUFS)));
    FakeKernel silent = new FakeKernel(ROOM, requests -> List.of());

    assertThatThrownBy(() -> socket(full).send(requests(3))).hasMessageContaining("ENOBUFS");
    assertThatThrownBy(() -> socket(silent).send(requests(3))).hasMessageContaining("EAGAIN");
    assertThatThrownBy(() -> socket(full).query(dump(), Optional::of))
        .hasMessageContaining("ENOBUFS");
  }

  @Test
  void withoutPermissionTheRestIsNotWaitedFor() {
    // nfnetlink refuses the first of what is sent together and drops the others
    FakeKernel kernel =
        new FakeKernel(
            ROOM,
            requests ->
                List.of(Answer.of(FakeKernel.ended(requests.getFirst(), Errno.EPERM.number()))));

    assertThatThrownBy(() -> socket(kernel).send(requests(3))).hasMessageContaining("EPERM");
  }

  @Test
  void answersToEarlierRequestsAreSkipped() throws Exception {
    NetlinkMessage earlier = new NetlinkMessage(28, 0, 0, new Payload().u32(9).bytes());
    FakeKernel kernel =
        new FakeKernel(
            ROOM,
            requests ->
                List.of(
                    Answer.of(FakeKernel.ended(earlier, Errno.EEXIST.number())),
                    Answer.of(FakeKernel.part(earlier, 9), FakeKernel.done(earlier, 0)),
                    Answer.of(FakeKernel.part(requests.getLast(), 5)),
                    Answer.of(FakeKernel.ended(requests.getLast(), 0))));

    assertThat(socket(kernel).send(requests(2))).isEmpty();
    assertThat(values(socket(kernel), dump())).containsExactly(5);
  }

  @Test
  void aDumpOfManyPartsIsReadToItsEnd() throws Exception {
    FakeKernel kernel =
        new FakeKernel(
            ROOM,
            requests -> {
              NetlinkMessage request = requests.getFirst();
              return List.of(
                  Answer.of(FakeKernel.part(request, 1), FakeKernel.part(request, 2)),
                  Answer.of(FakeKernel.part(request, 3)),
                  Answer.of(FakeKernel.done(request, 0)));
            });

    assertThat(values(socket(kernel), dump())).containsExactly(1, 2, 3);
  }

  @Test
  void aDumpThatChangedMeanwhileIsAskedForAnew() throws Exception {
    int[] asked = {0};
    FakeKernel kernel =
        new FakeKernel(
            ROOM,
            requests -> {
              asked[0]++;
              int flags = asked[0] < 3 ? NetlinkMessage.DUMP_INTERRUPTED : 0;
              NetlinkMessage request = requests.getFirst();
              return List.of(
                  Answer.of(FakeKernel.part(request, asked[0])),
                  Answer.of(FakeKernel.done(request, flags)));
            });

    assertThat(values(socket(kernel), dump())).containsExactly(3);
  }

  @Test
  void aDumpThatNeverFitsTogetherIsGivenUp() {
    FakeKernel kernel =
        new FakeKernel(
            ROOM,
            requests ->
                List.of(
                    Answer.of(
                        FakeKernel.done(requests.getFirst(), NetlinkMessage.DUMP_INTERRUPTED))));

    assertThatThrownBy(() -> socket(kernel).query(dump(), Optional::of))
        .hasMessageContaining("EINTR");
    assertThat(kernel.sends()).hasSize(4);
  }

  @Test
  void aQuestionThatIsNoDumpAsksForItsEnd() throws Exception {
    FakeKernel kernel =
        new FakeKernel(
            ROOM,
            requests -> {
              NetlinkMessage request = requests.getFirst();
              return List.of(
                  Answer.of(FakeKernel.part(request, 7)), Answer.of(FakeKernel.ended(request, 0)));
            });
    NetlinkSocket socket = socket(kernel);

    assertThat(values(socket, requests(1).getFirst())).containsExactly(7);
    assertThat(kernel.sends().getFirst())
        .extracting(NetlinkMessage::flags, NetlinkMessage::sequence)
        .containsExactly(tuple(NetlinkMessage.REQUEST | NetlinkMessage.ACK, 1));
    socket.close();
    assertThat(kernel.closed()).isTrue();
  }

  private static NetlinkMessage dump() {
    return NetlinkMessage.request(22, NetlinkMessage.DUMP, new Payload().u32(0));
  }

  private static List<Integer> values(NetlinkSocket socket, NetlinkMessage request)
      throws Exception {
    return socket.query(request, message -> Optional.of(message.payload().getInt(0)));
  }
}
