# Sourced by deploy/images/build, after containerfile.sh: what can be known of an image without a container engine.
# shellcheck shell=bash

# check_images IMAGE...: 1 if a check fails; its reason is the last line.
check_images() {
  local image image_folder='' failed=0
  need_programs mmdebstrap:mmdebstrap unshare:util-linux setpriv:util-linux ip:iproute2 pgrep:procps
  checks=$here/target
  cache=$checks/cache
  mkdir -p "$cache"
  for image in "$@"; do
    rm -rf --one-file-system "${checks:?}/$image"
    mkdir -p "$checks/$image"
    run_containerfile "$here/$image.Containerfile" "$SLUICE_HOME" "$checks/$image" 2>"$checks/$image.log" || {
      tail -20 "$checks/$image.log" >&2
      echo "build: failed: $image can't be assembled" >&2
      return 1
    }
    check "$image: prints its version" prints_version "$image" || failed=1
    check "$image: starts from its AOT cache" uses_cache "$image" || failed=1
    check "$image: notices a cache that doesn't fit" refuses_other_cache "$image" || failed=1
    check "$image: starts and serves health, with its rights and a read-only root" serves "$image" || failed=1
  done
  return "$failed"
}

# check WORDS COMMAND...: says how it went; what the command said only if it failed.
check() {
  local words=$1 said
  shift
  if said=$("$@" 2>&1); then
    echo "ok    $words"
  else
    printf '%s\n' "$said" | tail -30
    echo "FAILED $words"
    return 1
  fi
}

prints_version() {
  local version
  version=$(sed -n 's:^  <version>\(.*\)</version>$:\1:p' "$SLUICE_HOME/pom.xml")
  [[ $(in_container "$1" "$(entry_point "$image_folder")" --version) == "$1 $version" ]]
}

# With AOTMode=on the JVM ends when it can't use the cache.
uses_cache() {
  SLUICE_JAVA_OPTS=-XX:AOTMode=on in_container "$1" "$(entry_point "$image_folder")" --version
}

# And it would: else the check before says nothing.
refuses_other_cache() {
  local jar
  jar=$(ls "$image_folder"/root/opt/sluice/app/*/events-schema-*.jar)
  local before
  before=$(stat -c %y "$jar")
  touch "$jar"
  if uses_cache "$1"; then
    echo "the cache was used though a jar is newer"
    touch -d "$before" "$jar"
    return 1
  fi
  # and without the option it starts all the same
  prints_version "$1" || return
  touch -d "$before" "$jar"
}

in_container() {
  shift
  (in_image "$image_folder" "$@")
}

# serves IMAGE: in a network namespace of its own, in which nothing else is and no Kafka answers.
serves() {
  local arguments binds='' port folder=$image_folder/serve pid code=1 capabilities='' deadline
  rm -rf "$folder"
  mkdir -p "$folder/manifests"
  case $1 in
    sluice)
      port=10256
      capabilities=-all,+net_admin,+net_raw
      arguments=(apply --bootstrap-servers 127.0.0.1:1 --node-name node-1 --proxy-mode iptables
        --iptables-localhost-nodeports=false --conntrack-max-per-core=0 --conntrack-tcp-timeout-established=0s
        --conntrack-tcp-timeout-close-wait=0s)
      ;;
    sluice-watcher)
      port=10266
      capabilities=-all
      binds=$folder/manifests:/manifests
      arguments=(--bootstrap-servers 127.0.0.1:1 --manifests /manifests --healthz-bind-address "0.0.0.0:$port")
      ;;
  esac
  SLUICE_CAPABILITIES=$capabilities unshare --net bash -c "
    set -e
    ip link set lo up
    $(declare -f in_image environment)
    image_folder=\$1 binds=\$2
    shift 2
    in_image \"\$image_folder\" \"\$@\"
  " serve "$image_folder" "$binds" "$(entry_point "$image_folder")" "${arguments[@]}" >"$folder/said" 2>&1 &
  pid=$!
  deadline=$((SECONDS + 90))
  while [[ $SECONDS -lt $deadline ]] && kill -0 "$pid" 2>/dev/null; do
    if nsenter --net="/proc/$pid/ns/net" bash -c "$(declare -f ask); ask $port /livez" 2>/dev/null | grep -q '^HTTP/1.1 200'; then
      code=0
      break
    fi
    sleep 0.5
  done
  if [[ $code -eq 0 ]]; then
    # nothing was read of the log: alive, and not ready
    nsenter --net="/proc/$pid/ns/net" bash -c "$(declare -f ask); ask $port /healthz" | grep -q '^HTTP/1.1 503' || code=1
  fi
  end_orderly "$pid" || code=1
  [[ $code -eq 0 ]] || cat "$folder/said"
  # netlink, or the programs would do without IPVS and conntrack; and what Kafka's clients compress with
  if grep -E 'UnsatisfiedLinkError|Exception' "$folder/said"; then
    return 1
  fi
  return "$code"
}

# end_orderly PID: sends SIGTERM to the program, the only child of an unshare, and waits for ten seconds at most.
end_orderly() {
  local program deadline=$((SECONDS + 10))
  program=$(pgrep -P "$1" || true)
  [[ -z $program ]] || kill -TERM "$program" 2>/dev/null || true
  while kill -0 "$1" 2>/dev/null && [[ $SECONDS -lt $deadline ]]; do
    sleep 0.2
  done
  if kill -0 "$1" 2>/dev/null; then
    echo "it has not ended ten seconds after SIGTERM"
    # its child goes with it
    kill -KILL "$1" 2>/dev/null || true
    wait "$1" || true
    return 1
  fi
  wait "$1" || true
}

# ask PORT PATH: an HTTP answer.
ask() {
  exec 3<>"/dev/tcp/127.0.0.1/$1"
  printf 'GET %s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n' "$2" >&3
  cat <&3
}
