package dev.sluice.local.apiserver;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A request as the API server's authorizers see it. What does not apply is empty.
 *
 * @param verb {@code get}, {@code list}, {@code watch}, {@code create}, {@code update}, {@code
 *     patch} or {@code delete}
 * @param group empty for the core group
 * @param resource the plural, such as {@code services}
 */
public record ApiRequest(
    String verb, String group, String resource, String namespace, String name) {
  private static final Pattern PATH =
      Pattern.compile(
          "/(api|apis/(?<group>[^/]+))/[^/]+(/namespaces/(?<namespace>[^/]+)(?=/))?"
              + "/(?<resource>[^/]+)(/(?<name>[^/]+))?");

  /**
   * Reads a request's method and path.
   *
   * @param uri with its query
   * @throws IllegalArgumentException if it is of no resource
   */
  public static ApiRequest of(String method, String uri) {
    String path = uri.replaceFirst("\\?.*", "");
    Matcher matcher = PATH.matcher(path);
    if (!matcher.matches()) {
      throw new IllegalArgumentException("no resource: " + uri);
    }
    String name = matcher.group("name");
    boolean watches = uri.matches(".*[?&]watch=true(&.*)?");
    String verb =
        switch (method) {
          case "GET" -> name != null ? "get" : watches ? "watch" : "list";
          case "POST" -> "create";
          case "PUT" -> "update";
          case "PATCH" -> "patch";
          case "DELETE" -> "delete";
          default -> throw new IllegalArgumentException("no verb: " + method);
        };
    return new ApiRequest(
        verb,
        Optional.ofNullable(matcher.group("group")).orElse(""),
        matcher.group("resource"),
        Optional.ofNullable(matcher.group("namespace")).orElse(""),
        Optional.ofNullable(name).orElse(""));
  }
}
