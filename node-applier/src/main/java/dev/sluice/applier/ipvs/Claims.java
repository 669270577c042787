package dev.sluice.applier.ipvs;

import dev.sluice.applier.ipvs.Claim.Owner;
import dev.sluice.applier.ipvs.Claim.Place;
import dev.sluice.applier.program.Program;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.pcollections.HashPMap;
import org.pcollections.HashTreePMap;
import org.pcollections.TreePMap;

/**
 * All claims, and the program of those that win. Immutable; the next version shares structure with
 * the one before, so a change costs what it touches.
 *
 * @param changed the keys whose objects may differ from those of the version before
 */
record Claims(
    HashPMap<Place, TreePMap<Owner, Map<IpvsKey, IpvsObject>>> places,
    Program<IpvsKey, IpvsObject> program,
    Set<IpvsKey> changed) {
  /** No claims over a program of things that nobody claims. */
  static Claims over(Program<IpvsKey, IpvsObject> program) {
    return new Claims(HashTreePMap.empty(), program, Set.copyOf(program.objects().keySet()));
  }

  /** The claims without some and with others. */
  Claims replace(Collection<Claim> gone, Collection<Claim> come) {
    HashPMap<Place, TreePMap<Owner, Map<IpvsKey, IpvsObject>>> next = places;
    Set<Place> touched = new HashSet<>();
    for (Claim claim : gone) {
      TreePMap<Owner, Map<IpvsKey, IpvsObject>> left = at(next, claim.place()).minus(claim.owner());
      next = left.isEmpty() ? next.minus(claim.place()) : next.plus(claim.place(), left);
      touched.add(claim.place());
    }
    for (Claim claim : come) {
      next = next.plus(claim.place(), at(next, claim.place()).plus(claim.owner(), claim.objects()));
      touched.add(claim.place());
    }
    Map<IpvsKey, Optional<IpvsObject>> objects = new HashMap<>();
    for (Place place : touched) {
      winner(places, place).keySet().forEach(key -> objects.putIfAbsent(key, Optional.empty()));
    }
    for (Place place : touched) {
      winner(next, place).forEach((key, object) -> objects.put(key, Optional.of(object)));
    }
    return withObjects(next, objects);
  }

  private Claims withObjects(
      HashPMap<Place, TreePMap<Owner, Map<IpvsKey, IpvsObject>>> next,
      Map<IpvsKey, Optional<IpvsObject>> objects) {
    Program<IpvsKey, IpvsObject> result = program;
    for (Map.Entry<IpvsKey, Optional<IpvsObject>> object : objects.entrySet()) {
      IpvsKey key = object.getKey();
      result =
          object.getValue().isPresent()
              ? result.plus(key, object.getValue().get())
              : result.minus(key);
    }
    // not a copy: those probe one place after the other, and addresses that follow each other fill
    // long runs of them
    return new Claims(next, result, Collections.unmodifiableSet(objects.keySet()));
  }

  private static TreePMap<Owner, Map<IpvsKey, IpvsObject>> at(
      HashPMap<Place, TreePMap<Owner, Map<IpvsKey, IpvsObject>>> places, Place place) {
    return places.getOrDefault(place, TreePMap.empty());
  }

  private static Map<IpvsKey, IpvsObject> winner(
      HashPMap<Place, TreePMap<Owner, Map<IpvsKey, IpvsObject>>> places, Place place) {
    TreePMap<Owner, Map<IpvsKey, IpvsObject>> owners = at(places, place);
    return owners.isEmpty() ? Map.of() : owners.firstEntry().getValue();
  }
}
