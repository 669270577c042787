# Sourced by deploy/verify, after packages.sh: Prometheus' promtool, without Prometheus.
# shellcheck shell=bash

# need_promtool: puts promtool on the PATH. Installing Debian's package would start a server: it is unpacked instead, into
# a folder that a later run finds again.
need_promtool() {
  local folder=$SLUICE_HOME/deploy/local/target/prometheus
  if ! command -v promtool >/dev/null && [[ ! -x $folder/usr/bin/promtool ]]; then
    if ! command -v apt-get >/dev/null; then
      echo "${0##*/}: no apt-get here; install promtool by hand" >&2
      exit 1
    fi
    echo "unpacking promtool"
    mkdir -p -- "$folder"
    quietly apt-get -qq update
    (cd -- "$folder" && quietly apt-get -qq -o APT::Sandbox::User=root download prometheus)
    quietly dpkg-deb -x "$folder"/prometheus_*.deb "$folder"
    rm -f -- "$folder"/prometheus_*.deb
  fi
  PATH=$PATH:$folder/usr/bin
  export PATH
}
