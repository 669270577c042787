# Sourced by the scripts in deploy, after jdk.sh and packages.sh: what needs IPVS, on kernels with and without it.
# shellcheck shell=bash

# has_ipvs: whether this kernel has IPVS, loaded or to be loaded. Only asks: loads no module and touches no rule.
has_ipvs() {
  [[ -e /proc/net/ip_vs ]] || modprobe -n -q ip_vs 2>/dev/null
}

# need_guest: installs what deploy/lab/guest needs, if it is missing; says so on the standard error.
need_guest() {
  need_programs linux.uml:user-mode-linux modprobe:kmod unshare:util-linux pkill:procps ip:iproute2 >&2
}

# in_guest [OPTION...] -- COMMAND...: runs a command here if this kernel has IPVS, else by deploy/lab/guest with the
# options.
in_guest() {
  local options=()
  while [[ $1 != -- ]]; do
    options+=("$1")
    shift
  done
  shift
  if has_ipvs; then
    "$@"
  else
    "$SLUICE_HOME/deploy/lab/guest" "${options[@]}" -- "$@"
  fi
}
