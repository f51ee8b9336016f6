#!/usr/bin/env bash
# Fetches the database servers that tests want and this Debian does not have: MySQL 9 (`mysql-sid`)
# and a newer MariaDB (`mariadb-sid`), each with the libraries that it was built for, into a folder
# of its own. Needs no root and changes nothing else. Quick when they are there already.
#
#   build-tools/get-servers.sh [--anew] [mysql-sid] [mariadb-sid]
#
#   --anew   fetches them although they are there, for a newer version
#
# The folders lie in $HOMEPORT_CACHE (~/.cache/homeport), where testkit looks for them. Their
# programs are usr/bin/mysql, usr/sbin/mysqld and so on: scripts that start the real ones with the
# folder's own libraries, as they want a newer C library than this machine has.
set -euo pipefail

readonly CACHE="${HOMEPORT_CACHE:-$HOME/.cache/homeport}"
readonly SUITE=sid
# A change here that old folders lack must raise it: they are fetched anew then.
readonly RECIPE=1

# What apt resolves, with everything that it depends on.
declare -rA PACKAGES=(
  [mysql-sid]="mysql-server-core mysql-client-core"
  [mariadb-sid]="mariadb-server-core mariadb-client-core libpam0g"
)
# What is taken without what it depends on: of mariadb-server only its plugins are wanted.
declare -rA SINGLE_PACKAGES=(
  [mysql-sid]=""
  [mariadb-sid]="mariadb-server"
)
declare -rA SERVER=(
  [mysql-sid]=usr/sbin/mysqld
  [mariadb-sid]=usr/sbin/mariadbd
)
# Tests count on it: an older one is as good as none.
declare -rA OLDEST=(
  [mysql-sid]=9
  [mariadb-sid]=11
)

say() {
  echo "get-servers: $*"
}

fail() {
  echo "get-servers: $*" >&2
  exit 1
}

require() {
  local program
  for program in apt-get dpkg-deb flock; do
    command -v "$program" >/dev/null || fail "$program is missing: this works on Debian only"
  done
}

# The machine's own mirror of Debian, as its apt is configured.
mirror() {
  local codename
  codename="$(. /etc/os-release && echo "${VERSION_CODENAME:-}")"
  # What security and updates come from need not have sid; an Origin is known after an update only.
  apt-get indextargets --format '$(RELEASE) $(COMPONENT) $(ORIGIN) $(REPO_URI)' \
    'Created-By: Packages' |
    awk -v codename="$codename" '
      ($1 == codename || $1 == "sid" || $1 == "unstable" || $1 == "stable") && $2 == "main" &&
          ($3 == "Debian" || $3 == "$(ORIGIN)") && !found {print $4; found = 1}'
}

# An apt that knows nothing of what is installed here: only mirror, keys and proxies are the
# machine's own. $1 is the folder that it works in.
private_apt() {
  local work=$1
  shift
  "$1" \
    -o Dir::State="$work/state" -o Dir::State::status="$work/status" -o Dir::Cache="$work/cache" \
    -o Dir::Etc::sourcelist="$work/sources.list" -o Dir::Etc::sourceparts=/dev/null \
    -o Dir::Etc::preferences=/dev/null -o Dir::Etc::preferencesparts=/dev/null \
    -o APT::Install-Recommends=false -o APT::Sandbox::User="$(id -un)" \
    -o Acquire::Languages=none -o Acquire::Retries=3 \
    -q -y "${@:2}"
}

prepare_apt() {
  local work=$1 uri keyring=/usr/share/keyrings/debian-archive-keyring.gpg signed_by=""
  uri="$(mirror)"
  [[ -n $uri ]] || fail "this machine's apt has no mirror of Debian"
  [[ -r $keyring ]] && signed_by="[signed-by=$keyring]"
  mkdir -p "$work"/state/lists/partial "$work"/cache/archives/partial
  : >"$work/status"
  echo "deb $signed_by $uri $SUITE main" >"$work/sources.list"
  private_apt "$work" apt-get -o APT::Update::Error-Mode=any update
}

# $1: the work folder, $2: which server. Leaves the packages in $1/cache/archives.
download() {
  local work=$1 packages single
  read -ra packages <<<"${PACKAGES[$2]}"
  read -ra single <<<"${SINGLE_PACKAGES[$2]}"
  private_apt "$work" apt-get --download-only install "${packages[@]}"
  if [[ ${#single[@]} -gt 0 ]]; then
    (cd "$work/cache/archives" && private_apt "$work" apt-get download "${single[@]}")
  fi
}

# $1: the packages, $2: the folder to fill.
unpack() {
  local package
  for package in "$1"/*.deb; do
    dpkg-deb --extract "$package" "$2"
  done
  # Perl is there for scripts that nobody needs.
  rm -rf "$2"/usr/share/{doc,man,locale,lintian,perl*} "$2"/usr/lib/*/perl* "$2"/usr/bin/*perl*
}

# Puts a script before each program that starts it with the libraries beside it. $1: the folder as
# it is now, $2: as it will be called.
wrap_programs() {
  local loader program path
  loader="$(cd "$1" && find usr/lib -name 'ld-linux*.so.*' | head -n 1)"
  [[ -n $loader ]] || fail "the packages have no ld.so"
  for program in "$1"/usr/bin/* "$1"/usr/sbin/* "$1"/usr/lib/mysql/plugin/*/*; do
    [[ -f $program && ! -L $program && "$(head -c 4 "$program" | tail -c 3)" == ELF ]] || continue
    path="${program#"$1"}"
    mv "$program" "$program.elf"
    cat >"$program" <<EOF
#!/bin/sh
exec "$2/$loader" --argv0 "\$0" --library-path "$2/${loader%/*}" "$2$path.elf" "\$@"
EOF
    chmod 755 "$program"
  done
}

# $1: which server. What stands in a folder of this script's making.
recipe() {
  echo "recipe $RECIPE: ${PACKAGES[$1]} ${SINGLE_PACKAGES[$1]}"
}

is_there() {
  [[ -r "$CACHE/$1/recipe" && "$(<"$CACHE/$1/recipe")" == "$(recipe "$1")" ]]
}

# $1: the work folder, $2: which server.
get() {
  local new="$1/$2" home="$CACHE/$2"
  rm -rf "$1/cache/archives"
  mkdir -p "$1/cache/archives/partial" "$new"
  download "$1" "$2"
  unpack "$1/cache/archives" "$new"
  wrap_programs "$new" "$home"
  recipe "$2" >"$new/recipe"
  # The scripts name the folder by its final name: it is tried there, and taken back if it fails.
  rm -rf "$home.old"
  [[ ! -e $home ]] || mv -T "$home" "$home.old"
  mv -T "$new" "$home"
  if ! check "$2"; then
    rm -rf "$home"
    [[ ! -e "$home.old" ]] || mv -T "$home.old" "$home"
    fail "$2 is of no use: see above"
  fi
  rm -rf "$home.old"
}

# $1: which server. Whether it runs and is new enough; says what it is.
check() {
  local version
  version="$("$CACHE/$1/${SERVER[$1]}" --no-defaults --version 2>&1)" || {
    say "it does not run on this machine: $version"
    return 1
  }
  say "$1 is $version"
  [[ $version =~ Ver\ ([0-9]+)\. && ${BASH_REMATCH[1]} -ge ${OLDEST[$1]} ]] || {
    say "$SUITE has nothing from ${OLDEST[$1]} on"
    return 1
  }
}

main() {
  local anew=no wanted=() missing=() server work
  for server in "$@"; do
    case $server in
      --anew) anew=yes ;;
      mysql-sid | mariadb-sid) wanted+=("$server") ;;
      *) fail "unknown: $server; see the head of this script" ;;
    esac
  done
  [[ ${#wanted[@]} -gt 0 ]] || wanted=(mysql-sid mariadb-sid)
  mkdir -p "$CACHE"
  # Somebody else may be at it: wait, and find it done.
  exec 9>"$CACHE/lock"
  flock 9
  rm -rf "$CACHE"/new.* # of one that was killed
  for server in "${wanted[@]}"; do
    if [[ $anew == yes ]] || ! is_there "$server" || ! check "$server"; then
      missing+=("$server")
    fi
  done
  [[ ${#missing[@]} -gt 0 ]] || return 0
  require
  # In the cache itself, so that the last step is a rename within one file system.
  work="$(mktemp -d "$CACHE/new.XXXXXX")"
  trap "rm -rf '$work'" EXIT
  prepare_apt "$work"
  for server in "${missing[@]}"; do
    say "fetching $server"
    get "$work" "$server"
  done
}

main "$@"
