# Sourced by deploy/verify, after jdk.sh, guest.sh and reports.sh: runs the tests tagged ipvs, which Maven leaves out,
# where there is IPVS.
# shellcheck shell=bash

# select_ipvs_tests MAVEN-ARGUMENT...: sets the options for the tests' JVM and for JUnit's launcher with which they run
# what Maven was asked for, and an argument without which Maven would run these tests too; 1 if it was asked for none of
# them.
select_ipvs_tests() {
  # those about IPVS alone, and those that each back end has to pass
  local argument all='(ipvs | (flavoured & (!bound | guest)))' tags
  tags=$all
  ipvs_jvm_options=()
  ipvs_filters=()
  ipvs_left_out=()
  while [[ $# -gt 0 ]]; do
    argument=$1
    shift
    case $argument in
      -D | -pl | --projects)
        argument+=${1:-}
        shift
        ;;
    esac
    case $argument in
      --projects* | -pl*)
        argument=${argument#--projects}
        argument=${argument#-pl}
        has_local "${argument#=}" || return 1
        ;;
      -DskipTests | -DskipTests=true | -Dmaven.test.skip | -Dmaven.test.skip=true)
        return 1
        ;;
      -Dgroups=?*)
        tags="$all & ($(any_of "${argument#*=}"))"
        ;;
      -DexcludedGroups=?*)
        ipvs_filters+=("--exclude-tag=$(any_of "${argument#*=}")")
        ipvs_left_out=("$argument,ipvs")
        ;;
      -Dtest=*[!A-Za-z0-9_.,*#\$]*)
        echo "ipvs tests: not run, since they can't be chosen by $argument" >&2
        return 1
        ;;
      -Dtest=?*)
        ipvs_filters+=("--include-methodname=$(methods_named "${argument#*=}")")
        ;;
      -Dconformance.backends=?*)
        [[ ,${argument#*=}, == *,ipvs,* ]] || return 1
        ;;
      -D*)
        ipvs_jvm_options+=("$argument")
        ;;
    esac
  done
  # and not what only looks like tests, for those of the suite itself
  ipvs_filters+=("--include-tag=$tags" '--exclude-classname=.*[$]SamplesTest')
}

# without_ipvs MAVEN-ARGUMENT...: sets Maven's arguments, without the back end that it can't run tests for.
without_ipvs() {
  local argument backends
  maven_arguments=()
  for argument in "$@"; do
    if [[ $argument == -Dconformance.backends=?* ]]; then
      backends=$(tr ',' '\n' <<<"${argument#*=}" | sed '/^ipvs$/d' | paste -sd,)
      argument=-Dconformance.backends=${backends:-none}
    fi
    maven_arguments+=("$argument")
  done
}

# has_local PROJECTS: whether a list of Maven's has deploy/local, or is one of those that it is to leave out.
has_local() {
  local project projects found=1
  IFS=, read -r -a projects <<<"$1"
  for project in "${projects[@]}"; do
    case $project in
      '!deploy/local' | '!'*:local | -deploy/local | -*:local) return 1 ;;
      '!'* | -* | deploy/local | *:local) found=0 ;;
    esac
  done
  return "$found"
}

# any_of TAGS: a list of Surefire's as one tag expression.
any_of() {
  sed 's/,/) | (/g; s/.*/(&)/' <<<"$1"
}

# methods_named PATTERNS: Surefire's list of CLASS and CLASS#METHOD, with *, as a regular expression for CLASS#METHOD.
methods_named() {
  local pattern patterns all=
  IFS=, read -r -a patterns <<<"$1"
  for pattern in "${patterns[@]}"; do
    [[ $pattern == *'#'* ]] || pattern+='#*'
    # a nested class is its outer one's
    all+=${all:+|}$(sed 's/[.$]/\\&/g; s/\*/.*/g; s/#/([$].*)?#/' <<<"$pattern")
  done
  printf '(.*[.])?(%s)' "$all"
}

# launch_tests discover|execute [OPTION...] -- [JVM-OPTION...]: sets the command that runs JUnit's launcher on them.
launch_tests() {
  local target=$SLUICE_HOME/deploy/local/target action=$1 options=()
  shift
  while [[ $1 != -- ]]; do
    options+=("$1")
    shift
  done
  shift
  read -r -a ipvs_command < <(sed -n 's:.*<surefire.jvmArgs>\(.*\)</surefire.jvmArgs>.*:\1:p' "$SLUICE_HOME/pom.xml")
  ipvs_command=("$JAVA_HOME/bin/java" "${ipvs_command[@]}" -XX:-UsePerfData "$@" "${ipvs_jvm_options[@]}"
    -Dconformance.backends=ipvs
    -cp "$target/test-classes:$target/classes:$(<"$target/test-classpath")"
    org.junit.platform.console.ConsoleLauncher "$action" --disable-banner --disable-ansi-colors
    "--scan-class-path=$target/test-classes" "${ipvs_filters[@]}" "${options[@]}")
}

# run_ipvs_tests: those that were selected, under this kernel or else divided between guests. Fails if one does.
run_ipvs_tests() {
  local found shares=1 share running=() code=0
  cd -- "$SLUICE_HOME/deploy/local" || return
  # that there is none is sooner known without a guest
  launch_tests discover --details=summary --
  found=$("${ipvs_command[@]}") || return
  # the engine is a container; a class is another
  [[ ! $found =~ ' 1 containers found ' ]] || return 0
  has_ipvs || [[ $(nproc) -eq 1 ]] || shares=2
  for ((share = 1; share <= shares; share++)); do
    run_share "$share" "$shares" &
    running+=("$!")
  done
  for share in "${running[@]}"; do
    wait "$share" || code=1
  done
  return "$code"
}

# run_share NUMBER OF: that share of the tests. Its report lies in a folder of its own beside Maven's, since the launcher
# has but one name for it.
run_share() {
  local reports=$SLUICE_HOME/deploy/local/target/surefire-reports/ipvs-$1 code=0 passed failed skipped temporary=()
  mkdir -p "$reports"
  # a guest is slow on the host's files
  has_ipvs || temporary=(-Djava.io.tmpdir=/dev/shm)
  launch_tests execute --details=tree "--reports-dir=$reports" -- "-Dtests.share=$1/$2" "${temporary[@]}"
  SECONDS=0
  SLUICE_KERNEL_TESTS=required in_guest --timeout 1800 --memory 3G -- "${ipvs_command[@]}" \
    </dev/null >"$reports/output.txt" 2>&1 || code=$?
  read -r passed failed skipped < <(count_tests "$reports")
  echo "ipvs tests $1/$2: $passed passed, $failed failed, $skipped skipped, took $SECONDS s"
  [[ $code -eq 0 ]] || sed -n '/^Failures (/,/^Test run finished/p;/^guest: /p' "$reports/output.txt"
  return "$code"
}
