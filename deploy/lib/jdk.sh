# Sourced by the scripts in deploy: finds the Java to run with.
# shellcheck shell=bash

SLUICE_LIB=$(cd -- "$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")" && pwd -P)
# An installation has bin, lib, app and perhaps jre side by side; a checkout has bin and lib in deploy.
if [[ -d ${SLUICE_LIB%/*}/app ]]; then
  SLUICE_HOME=${SLUICE_LIB%/*}
else
  SLUICE_HOME=${SLUICE_LIB%/*/*}
fi

# is_jdk HOME TOOL: whether this is a Java 25 or later that has the tool. Reads the release file, since
# starting a JVM to ask it would double the time that a short command takes.
is_jdk() {
  local version
  [[ -x $1/bin/$2 && -r $1/release ]] || return 1
  version=$(sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$1/release")
  [[ -n $version && $version -ge 25 ]]
}

# find_jdk [TOOL]: sets and exports JAVA_HOME, or exits with 1. TOOL is java, or javac to build. An installation's own
# comes first: its AOT cache was made with it.
find_jdk() {
  local tool=${1:-java} candidate on_path
  on_path=$(command -v "$tool" || true)
  [[ -z $on_path ]] || on_path=$(dirname -- "$(dirname -- "$(readlink -f -- "$on_path")")")
  for candidate in "$SLUICE_HOME/jre" "${JAVA_HOME:-}" /usr/lib/jvm/* "$on_path"; do
    if [[ -n $candidate ]] && is_jdk "$candidate" "$tool"; then
      export JAVA_HOME=$candidate
      return
    fi
  done
  echo "${0##*/}: no JDK 25 or later found: install Temurin 25 or openjdk-25-jdk-headless, or set JAVA_HOME" >&2
  exit 1
}
