package dev.sluice.events.kubernetes;

import dev.sluice.events.model.InvalidObjectException;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * A JSON object as the API gives it, read field by field; an error names the field's path. An
 * absent field and a null are the same, as in the API.
 */
final class ApiObject {
  private final Map<?, ?> fields;
  private final String path;

  private ApiObject(Map<?, ?> fields, String path) {
    this.fields = fields;
    this.path = path;
  }

  static ApiObject root(Map<?, ?> fields) {
    return new ApiObject(fields, "");
  }

  /** The text at {@code name}, or "" where there is none. */
  String text(String name) {
    Object value = fields.get(name);
    if (value == null) {
      return "";
    }
    if (value instanceof String text) {
      return text;
    }
    throw wrong(name, "text", value);
  }

  /** The constant that is spelt as the text at {@code name}, or {@code absent}. */
  <E extends Enum<E>> E choice(String name, E absent) {
    String text = text(name);
    if (text.isEmpty()) {
      return absent;
    }
    E[] choices = absent.getDeclaringClass().getEnumConstants();
    for (E choice : choices) {
      if (choice.toString().equals(text)) {
        return choice;
      }
    }
    throw wrong(name, "one of " + Arrays.toString(choices), text);
  }

  /** The whole number at {@code name}, or {@code absent}. */
  int number(String name, int absent) {
    Object value = fields.get(name);
    if (value == null) {
      return absent;
    }
    if (value instanceof Integer || value instanceof Long || value instanceof BigInteger) {
      BigInteger whole = new BigInteger(value.toString());
      if (whole.bitLength() < 32) {
        return whole.intValue();
      }
    }
    throw wrong(name, "a number", value);
  }

  /** The truth value at {@code name}, or {@code absent}. */
  boolean flag(String name, boolean absent) {
    Object value = fields.get(name);
    if (value == null) {
      return absent;
    }
    if (value instanceof Boolean flag) {
      return flag;
    }
    throw wrong(name, "true or false", value);
  }

  /** The object at {@code name}, or an empty one. */
  ApiObject object(String name) {
    Object value = fields.get(name);
    return value == null ? new ApiObject(Map.of(), at(name)) : asObject(value, at(name));
  }

  /** The objects in the list at {@code name}; none where it is absent. */
  List<ApiObject> objects(String name) {
    List<ApiObject> result = new ArrayList<>();
    for (Object item : list(name)) {
      result.add(asObject(item, at(name) + "[" + result.size() + "]"));
    }
    return result;
  }

  /** The texts in the list at {@code name}; none where it is absent. */
  List<String> texts(String name) {
    List<String> result = new ArrayList<>();
    for (Object item : list(name)) {
      if (!(item instanceof String text)) {
        throw wrong(name + "[" + result.size() + "]", "text", item);
      }
      result.add(text);
    }
    return result;
  }

  boolean has(String name) {
    return fields.get(name) != null;
  }

  /** Runs {@code read}, and puts the path of {@code name} in front of what it refuses. */
  <T> T parse(String name, Function<ApiObject, T> read) {
    try {
      return read.apply(this);
    } catch (InvalidObjectException e) {
      throw located(e, at(name));
    }
  }

  /** Builds from this object, and puts its path in front of what is refused. */
  <T> T build(Function<ApiObject, T> read) {
    try {
      return read.apply(this);
    } catch (InvalidObjectException e) {
      throw located(e, path);
    }
  }

  /** A field of the wrong type has told its path already; a value that was refused knows none. */
  private static InvalidObjectException located(InvalidObjectException e, String place) {
    boolean told = String.valueOf(e.getMessage()).startsWith(place);
    return told ? e : e.at(place);
  }

  private List<?> list(String name) {
    Object value = fields.get(name);
    if (value == null) {
      return List.of();
    }
    if (value instanceof List<?> list) {
      return list;
    }
    throw wrong(name, "a list", value);
  }

  private ApiObject asObject(Object value, String where) {
    if (value instanceof Map<?, ?> map) {
      return new ApiObject(map, where);
    }
    throw new InvalidObjectException(where + ": expected an object, found " + shown(value));
  }

  private InvalidObjectException wrong(String name, String expected, Object found) {
    return new InvalidObjectException(
        at(name) + ": expected " + expected + ", found " + shown(found));
  }

  private static String shown(Object value) {
    String text = String.valueOf(value);
    return "\"" + (text.length() > 60 ? text.substring(0, 60) + "…" : text) + "\"";
  }

  private String at(String name) {
    return path.isEmpty() ? name : path + "." + name;
  }
}
