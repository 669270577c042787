# Sourced by the scripts in deploy: finds a JDK and runs Sluice's modules with it.
# shellcheck shell=bash

SLUICE_HOME=$(cd -- "$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")/../.." && pwd -P)

# is_jdk HOME TOOL: whether this is a Java 25 or later that has the tool. Reads the release file, since
# starting a JVM to ask it would double the time that a short command takes.
is_jdk() {
  local version
  [[ -x $1/bin/$2 && -r $1/release ]] || return 1
  version=$(sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$1/release")
  [[ -n $version && $version -ge 25 ]]
}

# find_jdk [TOOL]: sets and exports JAVA_HOME, or exits with 1. TOOL is java, or javac to build.
find_jdk() {
  local tool=${1:-java} candidate on_path
  on_path=$(command -v "$tool" || true)
  [[ -z $on_path ]] || on_path=$(dirname -- "$(dirname -- "$(readlink -f -- "$on_path")")")
  for candidate in "${JAVA_HOME:-}" /usr/lib/jvm/* "$on_path"; do
    if [[ -n $candidate ]] && is_jdk "$candidate" "$tool"; then
      export JAVA_HOME=$candidate
      return
    fi
  done
  echo "${0##*/}: no JDK 25 or later found: install Temurin 25 or openjdk-25-jdk-headless, or set JAVA_HOME" >&2
  exit 1
}

# run_module MODULE MAIN-CLASS [JVM-OPTION...] -- ARGUMENT...: replaces this shell, so that signals reach Java.
# SLUICE_JAVA_OPTS comes last: of two contradicting options, the JVM takes the later.
run_module() {
  local target=$SLUICE_HOME/$1/target main=$2 options=() extra=()
  shift 2
  while [[ $1 != -- ]]; do
    options+=("$1")
    shift
  done
  shift
  find_jdk
  if [[ ! -d $target/classes || ! -r $target/classpath ]]; then
    echo "${0##*/}: not built: run mvn -q package -DskipTests in $SLUICE_HOME (or deploy/quickstart)" >&2
    exit 1
  fi
  read -r -a extra <<<"${SLUICE_JAVA_OPTS:-}" || true
  exec "$JAVA_HOME/bin/java" --enable-native-access=ALL-UNNAMED -XX:+UseSerialGC -XX:-UsePerfData \
    -Dsluice.home="$SLUICE_HOME" "${options[@]}" "${extra[@]}" \
    -cp "$target/classes:$(<"$target/classpath")" "$main" "$@"
}
