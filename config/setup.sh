#!/usr/bin/env bash
# What server/run and tests/run share: packages, the build, private PostgreSQL servers. Sourced under `set -euo pipefail`.
#   config/setup.sh [proxy] [browser] [fuzz]      only installs what the build needs, before a `cmake` by hand

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)

say() { printf '%s\n' "$*" >&2; }

fail() {
    say "$*"
    exit 1
}

as_root() {
    if ((EUID == 0)); then "$@"; else sudo "$@"; fi
}

# One setup at a time in this tree; released by end_setup, or when the script ends.
begin_setup() {
    mkdir -p "$root/.waybill" || fail "Cannot write to $root; run this as the user to whom it belongs."
    exec 8>"$root/.waybill/setup.lock"
    flock --nonblock 8 || { say "Waiting for another run that is setting up in $root" && flock 8; }
}

end_setup() { exec 8>&-; }

# --- packages ---

installed_packages() {
    dpkg-query --show --showformat '${Package} ${db:Status-Status}\n' "$@" 2>/dev/null | sed -n 's/ installed$//p'
}

# wanted_packages [SECTION...]: the sections proxy, browser, fuzz, tidy, cluster and contract of the list only when they are asked for.
wanted_packages() {
    local release
    release=$(. /etc/os-release && echo "${VERSION_ID:-}")
    awk -v asked=" $* " -v column="$([[ $release == 12 ]] && echo 1 || echo 2)" '
        /^#/ { section = tolower($2); sub(":", "", section) }
        /^[^#]/ && (section !~ /^(proxy|browser|fuzz|tidy|cluster|contract)$/ || index(asked, " " section " ")) {
            count = split($0, names, / *\| */)
            print names[column <= count ? column : count]
        }' "$root/config/packages.txt"
}

missing_packages() {
    local wanted
    mapfile -t wanted < <(wanted_packages "$@")
    comm -23 <(printf '%s\n' "${wanted[@]}" | sort -u) <(installed_packages "${wanted[@]}" | sort -u)
}

# install_packages [SECTION...]
install_packages() {
    local missing
    mapfile -t missing < <(missing_packages "$@")
    ((${#missing[@]} == 0)) || install_missing "${missing[@]}"
    [[ -f $phonenumber_header || -f $unpacked_phonenumber$phonenumber_header ]] || install_phonenumber_headers
}

install_missing() {
    local missing=("$@")
    command -v apt-get >/dev/null || fail "This needs Debian packages and finds no apt-get: ${missing[*]}"
    ((EUID == 0)) || command -v sudo >/dev/null ||
        fail "Packages are missing. Run this as root or with sudo installed, or first: apt-get install ${missing[*]}"

    local log=$root/.waybill/packages.log
    say "Installing ${#missing[@]} Debian packages (a minute or two, details in $log): ${missing[*]}"
    keep_debian_from_starting_postgresql
    keep_services_from_starting
    apt_get update >"$log" 2>&1 || say "apt-get update failed; trying with the package lists that are here."
    if ! apt_get install "${missing[@]}" >>"$log" 2>&1; then
        tail -n 15 "$log" >&2
        let_services_start
        fail "The packages could not be installed; see $log."
    fi
    let_services_start
    as_root rm -f "$no_default_cluster"
}

# Debian 12's libphonenumber-dev depends on Boost 1.74 and does not go with 1.81. Where that is so, its headers, all that
# the build needs of it, are unpacked into the tree; Debian 13 installs the package.
phonenumber_header=/usr/include/phonenumbers/phonenumberutil.h
unpacked_phonenumber=$root/.waybill/libphonenumber-dev

install_phonenumber_headers() {
    local log=$root/.waybill/packages.log
    if [[ $(dpkg-query --show --showformat '${Version}' libphonenumber8) != 8.12.* ]]; then
        install_missing libphonenumber-dev
        return
    fi
    say "Unpacking the headers of libphonenumber-dev into $unpacked_phonenumber"
    unpack_package libphonenumber-dev "$unpacked_phonenumber"
}

# unpack_package PACKAGE DIRECTORY: a Debian package's files, without installing it.
unpack_package() {
    local log=$root/.waybill/packages.log
    download_package "$@" >>"$log" 2>&1 ||
        { apt_get update >>"$log" 2>&1 && download_package "$@" >>"$log" 2>&1; } ||
        fail "$1 could not be downloaded; see $log."
}

# Moved into place when complete: an interrupted run leaves nothing that looks whole.
download_package() {
    local package=$1 directory=$2 new=$2.new
    rm -rf "$new" && mkdir -p "$new/package" &&
        (cd "$new/package" && apt-get --option APT::Sandbox::User="$(id -un)" download "$package") &&
        dpkg-deb --extract "$new/package/$package"_*.deb "$new" &&
        rm -rf "$new/package" "$directory" && mv "$new" "$directory"
}

apt_get() {
    as_root env DEBIAN_FRONTEND=noninteractive apt-get --yes --no-install-recommends --no-remove \
        --option DPkg::Lock::Timeout=300 "$@" </dev/null
}

# Debian would make a PostgreSQL cluster of its own and start it at every boot. An existing PostgreSQL is left alone.
no_default_cluster=/etc/postgresql-common/createcluster.d/waybill.conf

keep_debian_from_starting_postgresql() {
    [[ -z $(installed_packages postgresql-common) ]] || return 0
    as_root mkdir -p "${no_default_cluster%/*}"
    echo "create_main_cluster = false" | as_root tee "$no_default_cluster" >/dev/null
}

# What brings a service is only run by hand here: nginx and etcd by tests, PostgreSQL with data of its own.
no_services=/usr/sbin/policy-rc.d
keep_services_from_starting() {
    services_may_start=yes
    [[ ! -e $no_services ]] || return 0
    services_may_start=no
    printf '#!/bin/sh\nexit 101\n' | as_root tee "$no_services" >/dev/null
    as_root chmod 755 "$no_services"
}

let_services_start() {
    [[ $services_may_start == yes ]] || as_root rm -f "$no_services"
    local service
    for service in nginx etcd; do
        [[ " ${missing[*]} " != *" $service"[\ -]* ]] || as_root systemctl --quiet disable "$service" 2>/dev/null || true
    done
}

# --- build ---

# build_tree DIRECTORY TARGET [CMAKE_OPTION...]; the target tidy needs no build, only the commands that would compile.
build_tree() {
    local directory=$root/$1 target=$2
    shift 2
    if [[ ! -f $directory/build.ninja ]] ||
        ! grep --quiet --line-regexp --fixed-strings "CMAKE_HOME_DIRECTORY:INTERNAL=$root" "$directory/CMakeCache.txt"; then
        cmake --fresh --log-level=WARNING -G Ninja -S "$root" -B "$directory" -DWAYBILL_UNITY=ON "$@" >&2
    fi
    [[ $target == tidy ]] || cmake --build "$directory" --target "$target" >&2
}

# --- PostgreSQL ---
#
# A private server: a data directory, a socket that its owner alone can reach, no TCP port. PostgreSQL refuses to run as
# root; for root everything runs as the owner of the data.

# socket_of DATA FALLBACK: inside the data, which its owner alone can enter. A path of more than 100 bytes is too long for a
# socket: then a directory named FALLBACK where the system keeps such things. A server that runs keeps its place.
socket_of() {
    local running
    running=$(sed -n 5p "$1/postmaster.pid" 2>/dev/null) || true
    if [[ -n $running ]]; then
        echo "$running"
    elif ((${#1} + ${#postgres_socket} < 100)); then
        echo "$1/socket"
    elif ((EUID == 0)); then
        echo "/run/$2"
    else
        [[ -n ${XDG_RUNTIME_DIR:-} ]] || fail "$1 is too long a path for a socket; set XDG_RUNTIME_DIR, or move the tree."
        echo "$XDG_RUNTIME_DIR/$2"
    fi
}
postgres_socket=/socket/.s.PGSQL.5432.lock

# choose_postgres DATA SOCKET OWNER: what the functions below work on.
choose_postgres() {
    data=$1 socket=$2 owner=$3
    local version='*'
    [[ ! -f $data/PG_VERSION ]] || version=$(<"$data/PG_VERSION")
    postgres=$(printf '%s\n' /usr/lib/postgresql/$version/bin/postgres | sort -V | tail -n 1)
    [[ -x $postgres ]] || fail "There is no $postgres; the data in $data needs it."
    postgres=${postgres%/*}
    database_url=$(url_of waybill)
    owner_url=$(url_of waybill_owner)
    superuser_url=$(url_of postgres)
}

url_of() { echo "postgresql://$1@${socket//\//%2F}/waybill"; }

as_owner() {
    (
        cd /
        if ((EUID == 0)); then runuser -u "$owner" -- "$@"; else "$@"; fi
    )
}

# The beginning of a command that controls the chosen server.
pg_ctl_command() {
    local as_owner=
    ((EUID != 0)) || as_owner="runuser -u $owner -- "
    echo "$as_owner$postgres/pg_ctl --pgdata=$data --log=$data/server.log"
}

# A directory that only its owner can enter.
make_private_directory() {
    mkdir -p -m 700 "$1"
    ((EUID != 0)) || chown --no-dereference "$owner" "$1"
    [[ -d $1 && ! -L $1 && $(stat -c %U "$1") == "$owner" ]] || fail "$1 belongs to another user; remove it."
}

create_postgres_data() {
    [[ ! -f $data/PG_VERSION ]] || return 0
    rm -rf "$data.new"
    make_private_directory "$data.new"
    as_owner "$postgres/initdb" --pgdata="$data.new" --username=postgres --auth=trust --encoding=UTF8 \
        --locale=C.UTF-8 --no-sync >/dev/null
    echo "include 'waybill.conf'" >>"$data.new/postgresql.conf"
    mv "$data.new" "$data"
}

# Also true for one that another run has started.
postgres_runs() {
    local pid
    pid=$(head -n 1 "$data/postmaster.pid" 2>/dev/null) || return 1
    [[ $(readlink "/proc/$pid/cwd") == "$data" ]]
}

# start_postgres [SETTING...]: lines for postgresql.conf. Not for one that runs.
start_postgres() {
    make_private_directory "$socket"
    printf '%s\n' "listen_addresses = ''" "unix_socket_directories = '$socket'" "max_connections = 200" "$@" |
        as_owner tee "$data/waybill.conf" >/dev/null
    # Leftovers of a crash would keep PostgreSQL from starting if another program has its old process id by now.
    rm -f "$data/postmaster.pid" "$socket"/.s.PGSQL.*
    if ! as_owner "$postgres/pg_ctl" start --wait --silent --timeout=60 --pgdata="$data" --log="$data/server.log" \
        8>&- 9>&-; then
        tail -n 15 "$data/server.log" >&2
        fail "PostgreSQL did not start; see $data/server.log."
    fi
}

# psql_as ROLE DATABASE [ARGUMENT...]
psql_as() {
    "$postgres/psql" --no-psqlrc --quiet --tuples-only --no-align --set=ON_ERROR_STOP=1 --host="$socket" \
        --username="$1" --dbname="$2" "${@:3}"
}

# The database, and who owns it: config/private_roles.sql.
create_database() {
    rename_old_superuser
    local owner_of="SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname = 'waybill'"
    if [[ -z $(psql_as postgres postgres --command="$owner_of") ]]; then
        psql_as postgres postgres --command="CREATE DATABASE waybill"
    fi
    if [[ $(psql_as postgres postgres --command="$owner_of") != waybill_owner ]]; then
        psql_as postgres waybill --single-transaction --file="$root/config/private_roles.sql"
    fi
}

# Earlier versions made the role of the server the superuser. No role can rename itself.
rename_old_superuser() {
    psql_as postgres postgres --command="DROP ROLE IF EXISTS waybill_altering" &>/dev/null && return
    say "Giving the private PostgreSQL a superuser of its own"
    psql_as waybill postgres --command="DO \$\$ BEGIN
        IF to_regrole('waybill_altering') IS NULL THEN CREATE ROLE waybill_altering SUPERUSER LOGIN; END IF; END \$\$"
    psql_as waybill_altering postgres --command="ALTER ROLE waybill RENAME TO postgres"
    psql_as postgres postgres --command="DROP ROLE waybill_altering"
}

# stop_postgres MODE: smart, fast or immediate.
stop_postgres() {
    as_owner "$postgres/pg_ctl" stop --wait --silent --timeout=60 --mode="$1" --pgdata="$data"
}

if [[ ${BASH_SOURCE[0]} == "$0" ]]; then
    set -euo pipefail
    begin_setup
    install_packages "$@"
fi
