# Sourced by deploy/images/build: does what a Containerfile says in a folder, without a container engine. Only the
# instructions and forms that ours have; others are refused.
# shellcheck shell=bash

# A stage's folder has root (its files) and settings (variables, user, entry point), and its base's are copied.

# run_containerfile FILE CONTEXT WORK: carries out all its lines; sets image_folder to the last stage's folder.
run_containerfile() {
  local file=$1 line instruction rest
  context=$2 work=$3 stage='' image_folder=''
  declare -gA arguments=() stages=()
  while IFS= read -r line; do
    instruction=${line%% *}
    rest=${line#* }
    case $instruction in
      ARG) arguments[${rest%%=*}]=${rest#*=} ;;
      FROM) begin_stage "$rest" ;;
      RUN) run_in_stage "$rest" ;;
      COPY) copy_into_stage "$rest" ;;
      ENV | USER | ENTRYPOINT) printf '%s %s\n' "$instruction" "$rest" >>"$stage/settings" ;;
      LABEL) ;;
      *)
        echo "$file: $instruction is not carried out here" >&2
        return 1
        ;;
    esac || return
  done < <(instructions "$file")
  image_folder=$stage
}

# instructions FILE: one a line, without comments.
instructions() {
  grep -v '^[[:space:]]*#' "$1" | sed -e ':more' -e '/\\$/{N;s/\\\n[[:space:]]*/ /;bmore' -e '}' | grep -v '^[[:space:]]*$'
}

# begin_stage "IMAGE [AS NAME]"
begin_stage() {
  local image=${1%% *} name=${1##* } variable
  for variable in "${!arguments[@]}"; do
    image=${image//"\${$variable}"/${arguments[$variable]}}
  done
  [[ $1 == *' AS '* ]] || name=last
  stage=$work/$name
  stages[$name]=$stage
  mkdir -p "$stage"
  : >"$stage/settings"
  echo "FROM $image" >&2
  base_files "$image" "$stage/root"
}

# base_files IMAGE FOLDER: what stands for an image of a registry. Debian's is made by mmdebstrap, once; that with a JDK
# is Debian's with this machine's JDK.
base_files() {
  local tar=$cache/debian-12.tar release
  if [[ ! -e $tar ]]; then
    mmdebstrap --quiet --variant=minbase --format=tar bookworm "$tar.new" http://deb.debian.org/debian >&2 || return
    mv "$tar.new" "$tar"
  fi
  mkdir -p "$2"
  tar -C "$2" -xf "$tar" --exclude='./dev/*' || return
  case $1 in
    */debian:12-slim) ;;
    */eclipse-temurin:25-jdk)
      find_jdk javac
      release=$(sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$JAVA_HOME/release")
      [[ $release == 25 ]] || echo "the image has a JDK 25, this machine $release" >&2
      mkdir -p "$2/opt/java"
      cp -aL "$JAVA_HOME" "$2/opt/java/openjdk" || return
      echo 'ENV PATH=/opt/java/openjdk/bin:/usr/sbin:/usr/bin:/sbin:/bin' >>"${2%/root}/settings"
      ;;
    *)
      echo "$1: no stand-in for this image" >&2
      return 1
      ;;
  esac
}

# environment STAGE: its variables, one a line.
environment() {
  sed -n 's/^ENV //p' "$1/settings"
}

# run_in_stage COMMAND: as root, with the network of this machine, as engines do.
run_in_stage() {
  local variables
  mapfile -t variables < <(environment "$stage")
  echo "RUN $1" | cut -c1-120 >&2
  cp -L /etc/resolv.conf "$stage/root/etc/resolv.conf"
  [[ ! -e /etc/apt/apt.conf.d/01proxy ]] || cp /etc/apt/apt.conf.d/01proxy "$stage/root/etc/apt/apt.conf.d/"
  # ended with this shell: no process, and no mount, is left
  unshare --mount --pid --fork --kill-child bash -c '
    set -e
    root=$1
    shift
    mount -t proc proc "$root/proc"
    mount -t tmpfs -o mode=1777 tmpfs "$root/tmp"
    mount --rbind /dev "$root/dev"
    exec env -i DEBIAN_FRONTEND=noninteractive PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin "${@:2}" \
      chroot "$root" /bin/sh -c "$1"
  ' run "$stage/root" "$1" "${variables[@]}" >&2
}

# copy_into_stage "[--from=STAGE] SOURCE... DESTINATION": a folder's content, or files into a folder, as COPY does.
copy_into_stage() {
  local from=$context words source destination
  read -r -a words <<<"$1"
  if [[ ${words[0]} == --from=* ]]; then
    from=${stages[${words[0]#--from=}]}/root
    words=("${words[@]:1}")
  fi
  destination=$stage/root${words[-1]}
  unset 'words[-1]'
  echo "COPY ${words[*]}" >&2
  for source in "${words[@]}"; do
    if [[ -d $from/$source ]]; then
      mkdir -p "$destination"
      cp -a "$from/$source/." "$destination/" || return
    else
      mkdir -p "$destination"
      # a pattern is the shell's, and must match
      # shellcheck disable=SC2086
      cp -a "$from"/$source "$destination/" || return
    fi
  done
  chown -R 0:0 "$destination"
}

# in_image STAGE COMMAND...: replaces this shell by a command in the image: read-only root, an empty /tmp, its user. What
# FOLDER:PATH names in the array binds is there too, to be read.
in_image() {
  local folder=$1 user variables
  shift
  user=$(sed -n 's/^USER //p' "$folder/settings")
  mapfile -t variables < <(environment "$folder")
  # shellcheck disable=SC2016 # expanded within
  exec unshare --mount --pid --fork --kill-child bash -c '
    set -e
    root=$1 user=$2 binds=$3 variables=$4
    shift 4
    mount --bind "$root" "$root"
    while read -r bind; do
      [[ -n $bind ]] || continue
      mkdir -p "$root${bind#*:}"
      mount --bind "${bind%%:*}" "$root${bind#*:}"
    done <<<"$binds"
    mount -t proc proc "$root/proc"
    mount -t tmpfs -o mode=1777,noexec tmpfs "$root/tmp"
    mount -t tmpfs -o mode=755 tmpfs "$root/run"
    mount --rbind /dev "$root/dev"
    mount -o remount,bind,ro "$root"
    mapfile -t variables <<<"$variables"
    exec env -i "${variables[@]}" ${SLUICE_JAVA_OPTS:+SLUICE_JAVA_OPTS="$SLUICE_JAVA_OPTS"} \
      chroot "$root" setpriv --reuid "${user%%:*}" --regid "${user##*:}" --clear-groups --no-new-privs \
      ${SLUICE_CAPABILITIES:+--bounding-set="$SLUICE_CAPABILITIES"} --inh-caps=-all "$@"
  ' in_image "$folder/root" "$user" "${binds:-}" "$(printf '%s\n' "${variables[@]}")" "$@"
}

# entry_point STAGE: the program that the image runs.
entry_point() {
  sed -n 's/^ENTRYPOINT \["\(.*\)"\]$/\1/p' "$1/settings"
}
