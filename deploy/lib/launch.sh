# Sourced by the scripts in deploy/bin, after jdk.sh: runs a module of Sluice.
# shellcheck shell=bash

# run_module MODULE MAIN-CLASS [JVM-OPTION...] -- ARGUMENT...: replaces this shell, so that signals reach Java.
# SLUICE_JAVA_OPTS comes last: of two contradicting options, the JVM takes the later.
run_module() {
  local module=$1 main=$2 options=() extra=() classpath='' cache=() native=()
  shift 2
  while [[ $1 != -- ]]; do
    options+=("$1")
    shift
  done
  shift
  find_jdk
  if [[ -n ${SLUICE_APP:-} ]] || installed || packaged "$module"; then
    use_jars "$(app_folder "$module")"
    use_native "$(app_folder "$module")/native"
  else
    use_classes "$SLUICE_HOME/$module/target"
    use_native "$SLUICE_HOME/$module/target/native"
  fi
  read -r -a extra <<<"${SLUICE_JAVA_OPTS:-}" || true
  # The JVM's own complaints, such as those of a cache that it can't use, must not get into what a command prints.
  exec "$JAVA_HOME/bin/java" --enable-native-access=ALL-UNNAMED -XX:+UseSerialGC -XX:-UsePerfData \
    -Xlog:disable -Xlog:all=warning:stderr -Dsluice.home="$SLUICE_HOME" \
    "${cache[@]}" "${native[@]}" "${options[@]}" "${extra[@]}" -cp "$classpath" "$main" "$@"
}

# installed: whether this is no checkout.
installed() {
  [[ -d $SLUICE_HOME/app ]]
}

# app_folder MODULE: where its jars and its AOT cache are. SLUICE_APP names another folder, for who compares.
app_folder() {
  if [[ -n ${SLUICE_APP:-} ]]; then
    echo "$SLUICE_APP"
  elif installed; then
    echo "$SLUICE_HOME/app/$1"
  else
    echo "$SLUICE_HOME/$1/target/app"
  fi
}

# packaged MODULE: whether this checkout has the module's jars, made by mvn package, and nothing was compiled since.
packaged() {
  local stamp=$SLUICE_HOME/$1/target/app/packaged
  [[ -e $stamp && -z $(find "$SLUICE_HOME/events-schema/target/classes" "$SLUICE_HOME/$1/target/classes" \
    -newer "$stamp" -print -quit) ]]
}

# use_jars FOLDER: sets the class path, and the AOT cache made with just these jars, if there is one. Where the JVM finds
# that it doesn't fit, it starts without; the program tells (gauge sluice_aot_cache_used, and a warning).
use_jars() {
  local jars=("$1"/*.jar)
  classpath=$(IFS=: && printf '%s' "${jars[*]}")
  # a name that is not there would cost the JDK's own archive too
  [[ ! -r $1/sluice.aot ]] || cache=(-XX:AOTMode=auto "-XX:AOTCache=$1/sluice.aot")
}

# use_classes TARGET: sets the class path to what Maven has compiled last; there can be no cache for folders.
use_classes() {
  if [[ ! -d $1/classes || ! -r $1/classpath ]]; then
    echo "${0##*/}: not built: run mvn -q package -DskipTests in $SLUICE_HOME (or deploy/quickstart)" >&2
    exit 1
  fi
  classpath=$1/classes:$(<"$1/classpath")
}

# use_native FOLDER: has libraries of machine code loaded from there, if it has those for this machine. Java would unpack
# them at each start, and a read-only root file system has no room for that.
use_native() {
  local jffi zstd
  case $(uname -m) in
    x86_64) jffi=x86_64 zstd=amd64 ;;
    aarch64) jffi=aarch64 zstd=aarch64 ;;
    *) return 0 ;;
  esac
  jffi=$1/jni/$jffi-Linux
  zstd=("$1/linux/$zstd"/libzstd-jni-*.so)
  [[ ! -d $jffi ]] || native+=("-Djffi.boot.library.path=$jffi")
  [[ ! -r ${zstd[0]} ]] || native+=("-DZstdNativePath=${zstd[0]}")
}
