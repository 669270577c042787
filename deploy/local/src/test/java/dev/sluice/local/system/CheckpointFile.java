package dev.sluice.local.system;

import dev.sluice.applier.checkpoint.Checkpoint;
import dev.sluice.applier.checkpoint.Checkpoint.About;
import dev.sluice.applier.checkpoint.CheckpointCodec;
import dev.sluice.applier.checkpoint.CheckpointStore;
import dev.sluice.events.image.ClusterImage;
import dev.sluice.events.kubernetes.ObservedObject;
import dev.sluice.events.model.ClusterObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/** The checkpoint that an applier has left in a folder, to be looked at and to be tampered with. */
record CheckpointFile(Path folder) {
  private static final CheckpointCodec CODEC = new CheckpointCodec();

  Path path() {
    return new CheckpointStore(folder).file();
  }

  byte[] bytes() throws Exception {
    return Files.readAllBytes(path());
  }

  Checkpoint read() throws Exception {
    return CODEC.decode(bytes());
  }

  void write(byte[] bytes) throws Exception {
    Files.write(path(), bytes);
  }

  /** It becomes another one, as sound as it was. */
  void edit(UnaryOperator<Checkpoint> change) throws Exception {
    write(CODEC.encode(change.apply(read())));
  }

  /** With objects that the log does not have, or no more. */
  static Checkpoint with(Checkpoint checkpoint, String manifests) {
    ClusterImage image = checkpoint.image();
    List<ClusterObject> objects = new ArrayList<>();
    image.keys().forEach(key -> objects.add(image.get(key).orElseThrow()));
    Scribe.objects(manifests).stream().map(ObservedObject::object).forEach(objects::add);
    return new Checkpoint(
        checkpoint.about(), ClusterImage.of(image.revision(), image.head(), objects));
  }

  /** Whose owner was at the log's end then. */
  static Checkpoint of(Checkpoint checkpoint, Instant caughtUp) {
    About about = checkpoint.about();
    return of(checkpoint, about.boot(), about.offset(), caughtUp);
  }

  /** At another offset. */
  static Checkpoint at(Checkpoint checkpoint, long offset) {
    About about = checkpoint.about();
    return of(checkpoint, about.boot(), offset, about.caughtUp());
  }

  /** Written before the kernel has booted. */
  static Checkpoint beforeABoot(Checkpoint checkpoint) {
    About about = checkpoint.about();
    return of(checkpoint, "an earlier boot", about.offset(), about.caughtUp());
  }

  private static Checkpoint of(Checkpoint checkpoint, String boot, long offset, Instant caughtUp) {
    About about = checkpoint.about();
    return new Checkpoint(
        new About(
            about.node(),
            about.program(),
            boot,
            about.topic(),
            about.log(),
            offset,
            caughtUp,
            about.undecodable(),
            about.revision(),
            about.head()),
        checkpoint.image());
  }
}
