package dev.sluice.applier.ipset;

import dev.sluice.applier.netlink.Errno;

/**
 * The errors that only ipset gives, as numbers above the system's own
 * (include/uapi/linux/netfilter/ipset/ip_set.h).
 */
public enum IpsetError {
  PRIVATE(4096),
  PROTOCOL(4097),
  FIND_TYPE(4098),
  MAX_SETS(4099),
  /** The set is used by a rule. */
  BUSY(4100),
  EXIST_SETNAME2(4101),
  TYPE_MISMATCH(4102),
  /** The element is there already, or is not. */
  EXIST(4103),
  INVALID_CIDR(4104),
  INVALID_NETMASK(4105),
  INVALID_FAMILY(4106),
  TIMEOUT(4107),
  REFERENCED(4108),
  IPADDR_IPV4(4109),
  IPADDR_IPV6(4110),
  COUNTER(4111),
  COMMENT(4112),
  INVALID_MARKMASK(4113),
  SKBINFO(4114),
  BITMASK_NETMASK_EXCL(4115);

  private static final int FIRST_OF_TYPES = 4352;

  // ip_set_hash.h and ip_set_bitmap.h: the same numbers, by the type of the set
  private static final String[] OF_HASHES = {
    "HASH_FULL",
    "HASH_ELEM",
    "INVALID_PROTO",
    "MISSING_PROTO",
    "HASH_RANGE_UNSUPPORTED",
    "HASH_RANGE"
  };
  private static final String[] OF_BITMAPS = {"BITMAP_RANGE", "BITMAP_RANGE_SIZE"};

  private final int number;

  IpsetError(int number) {
    this.number = number;
  }

  /** The error's number. */
  public int number() {
    return number;
  }

  /** The header's name of an error that came of a set of a type, be it ipset's own or not. */
  static String name(int number, String type) {
    for (IpsetError error : values()) {
      if (error.number == number) {
        return "IPSET_ERR_" + error.name();
      }
    }
    String[] ofType = type.startsWith("bitmap:") ? OF_BITMAPS : OF_HASHES;
    int index = number - FIRST_OF_TYPES;
    return index >= 0 && index < ofType.length ? "IPSET_ERR_" + ofType[index] : Errno.name(number);
  }
}
