# Sourced by the scripts in deploy: root, and the programs that they need.
# shellcheck shell=bash

# need_root: ends the script with one line unless it runs as root.
need_root() {
  if [[ $(id -u) -ne 0 ]]; then
    echo "${0##*/}: must run as root: it makes network namespaces and loads rules (try sudo $0)" >&2
    exit 1
  fi
}

# need_programs PROGRAM:PACKAGE...: installs with apt-get the packages of those programs that are missing.
need_programs() {
  local wanted missing=()
  for wanted in "$@"; do
    command -v "${wanted%%:*}" >/dev/null || missing+=("${wanted#*:}")
  done
  [[ ${#missing[@]} -gt 0 ]] || return 0
  if ! command -v apt-get >/dev/null; then
    echo "${0##*/}: no apt-get here; install these by hand: ${missing[*]}" >&2
    exit 1
  fi
  echo "installing ${missing[*]}"
  quietly env DEBIAN_FRONTEND=noninteractive apt-get -qq update
  quietly env DEBIAN_FRONTEND=noninteractive apt-get -qq -y --no-install-recommends install "${missing[@]}"
}

# quietly COMMAND...: shows what it said only if it fails, and then ends the script.
quietly() {
  local said
  if ! said=$("$@" 2>&1 </dev/null); then
    printf '%s\n' "$said" >&2
    echo "${0##*/}: failed: $*" >&2
    exit 1
  fi
}
