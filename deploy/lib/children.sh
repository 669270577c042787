# Sourced by the scripts in deploy: commands that must not outlive the script.
# shellcheck shell=bash

# guarded COMMAND...: runs a command to its end, as the shell does; but a signal that ends this script also ends the
# command, which the shell alone would leave running, and is waited for.
guarded() {
  local child code=0
  "$@" &
  child=$!
  trap 'end_child "$child" 143' TERM
  trap 'end_child "$child" 130' INT
  trap 'end_child "$child" 129' HUP
  wait "$child" || code=$?
  trap - TERM INT HUP
  return "$code"
}

# end_child PID CODE: ends a command and all that it has started, and then the script with the code.
end_child() {
  local pid
  trap '' TERM INT HUP
  for pid in $(descendants "$1") "$1"; do
    kill -TERM "$pid" 2>/dev/null || true
  done
  wait "$1" 2>/dev/null || true
  echo "${0##*/}: ended by a signal" >&2
  exit "$2"
}

# descendants PID: the processes that a process has started, and so on.
descendants() {
  local child
  for child in $(pgrep -P "$1"); do
    descendants "$child"
    echo "$child"
  done
}
