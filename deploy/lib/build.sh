# Sourced by the scripts in deploy, after jdk.sh and children.sh: builds with Maven, and only if something has changed.
# shellcheck shell=bash

# build_if_changed STAMP CLASSPATH GOAL... -- FIND-EXPRESSION...: unless the stamp is newer than all files for which the
# expression holds, and all libraries of the class path are there, runs Maven and renews the stamp. Maven alone would
# need half a minute to find out that nothing has changed. Says on the standard error what it does.
build_if_changed() {
  local stamp=$1 classpath=$2 goals=() log started code=0 start=$SECONDS
  shift 2
  while [[ $1 != -- ]]; do
    goals+=("$1")
    shift
  done
  shift
  if built "$stamp" "$classpath" "$@"; then
    echo "already built" >&2
    return
  fi
  echo "building with mvn -q ${goals[*]} (the first time takes some minutes)" >&2
  # set before: what is edited during the build is newer than this
  started=$(mktemp)
  log=$(mktemp)
  # shellcheck disable=SC2064 # the names as they are now
  trap "rm -f '$started' '$log'" EXIT
  guarded run_maven "$log" "${goals[@]}" || code=$?
  if [[ $code -ne 0 ]]; then
    grep -E '^\[ERROR\]' "$log" | head -20 >&2 || tail -20 "$log" >&2
    echo "${0##*/}: failed: the build, mvn ${goals[*]}, ended with $code" >&2
    exit 1
  fi
  touch -r "$started" "$stamp"
  rm -f "$started" "$log"
  trap - EXIT
  echo "built in $((SECONDS - start)) s" >&2
}

built() {
  local stamp=$1 classpath=$2
  shift 2
  [[ -e $stamp && -r $classpath ]] || return 1
  [[ -z $(find "$SLUICE_HOME" -name target -prune -o -name .git -prune -o \( "$@" \) -newer "$stamp" -print -quit) ]] ||
    return 1
  # the libraries lie in Maven's repository, which may have been emptied
  tr ':' '\n' <"$classpath" | (while read -r library; do [[ -e $library ]] || exit 1; done)
}

run_maven() {
  local log=$1
  shift
  cd -- "$SLUICE_HOME"
  exec mvn -B -ntp -q "$@" >"$log" 2>&1 </dev/null
}
