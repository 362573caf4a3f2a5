# What the benchmarks share: their options, a PostgreSQL and a Waybill of their own, and what these cost in CPU. Sourced under
# `set -euo pipefail`; needs config/setup.sh and `scratch`, a directory for the data.

bench=$root/tests/bench
directory=/var/tmp binaries='' only=''
account_sid=AC0123456789abcdef0123456789abcdef auth_token=0123456789abcdef0123456789abcdef
tick=$(getconf CLK_TCK)
TIMEFORMAT='%U %S'

# read_options "NAME..." [--NAME VALUE]...: sets the variables of these names.
read_options() {
    local names=$1
    shift
    while (($#)); do
        [[ $1 == --* && " $names directory binaries " == *" ${1#--} "* ]] || fail "usage: $(sed -n 's/^#   //p' "$0")"
        declare -g "${1#--}=${2:?}"
        shift 2
    done
    command -v wrk >/dev/null || fail "This needs wrk: apt-get install wrk"
}

# build TARGET...: unless they are there already.
build() {
    [[ -z $binaries ]] || return 0
    begin_setup
    install_packages
    local target
    for target in "$@"; do build_tree build "$target"; done
    end_setup
    binaries=$root/build
}

begin_measuring() {
    load=$(cut -d' ' -f 1-3 /proc/loadavg)
    scratch=$(mktemp -d "$directory/waybill-bench-XXXXXXXX")
    chmod 711 "$scratch"
    trap clean_up EXIT
    : >"$scratch/results"
}

# --- what is measured ---

# start_own_postgres [SETTING...]: durable, on disk, and no checkpoint within a run, unless a setting says otherwise.
start_own_postgres() {
    local user
    user=$(id -un)
    ((EUID != 0)) || user=postgres
    choose_postgres "$scratch/postgres" "$scratch/socket" "$user"
    psql=("$postgres/psql" "$superuser_url" --no-psqlrc --quiet --tuples-only --no-align --field-separator=' '
        --set=ON_ERROR_STOP=1)
    create_postgres_data
    start_postgres "fsync = on" "synchronous_commit = on" "full_page_writes = on" "shared_buffers = 512MB" \
        "max_wal_size = 8GB" "min_wal_size = 2GB" "checkpoint_timeout = 30min" "$@"
    create_database
    postmaster=$(head -n 1 "$data/postmaster.pid")
}

query() { "${psql[@]}" --command="$1"; }

# run_waybill COMMAND: with real credentials in form; waybill_settings holds the settings of the benchmark.
run_waybill() {
    env --ignore-environment PATH="$PATH" DATABASE_URL="$superuser_url" PORT=0 TWILIO_ACCOUNT_SID="$account_sid" \
        TWILIO_AUTH_TOKEN="$auth_token" TWILIO_PHONE_NUMBER=+15005550006 "${waybill_settings[@]}" "$binaries/waybill" "$@"
}

start_waybill() {
    (cd "$scratch" && run_waybill migrate) >&2
    (cd "$scratch" && run_waybill serve) >"$scratch/waybill.log" 2>&1 &
    waybill_shell=$!
    local tries
    for tries in {1..100}; do
        sleep 0.1
        origin=$(sed -n 's/^ *listening *//p' "$scratch/waybill.log")
        [[ -z $origin ]] || ! answers "${origin##*:}" /readyz || break
    done
    ((tries < 100)) || { cat "$scratch/waybill.log" >&2 && fail "Waybill did not start."; }
    waybill=$(pgrep --parent "$waybill_shell" || echo "$waybill_shell")
}

answers() { # PORT PATH: with a 200
    local status
    { exec 3<>"/dev/tcp/127.0.0.1/$1"; } 2>/dev/null || return 1
    printf 'GET %s HTTP/1.0\r\n\r\n' "$2" >&3
    read -r _ status _ <&3
    exec 3>&-
    [[ $status == 200 ]]
}

# run NAME COMMAND...: when it is wanted.
run() {
    [[ $1 != *"$only"* ]] || "${@:2}"
}

# --- CPU, in microseconds ---

# cpu_of PID...: with that of the children which these have waited for.
cpu_of() {
    local pid
    for pid in "$@"; do cat "/proc/$pid/stat" 2>/dev/null || true; done |
        awk -v tick="$tick" '{ sub(/.*\) /, ""); sum += $12 + $13 + $14 + $15 } END { printf "%.0f", sum * 1e6 / tick }'
}

# Of the moment, of Waybill, of PostgreSQL (all of its processes; the backend of a psql ends a little after it) and of the
# whole machine.
take_times() {
    sleep 0.3
    echo "${EPOCHREALTIME/[.,]/} $(cpu_of "$waybill") $(cpu_of "$postmaster" $(pgrep --parent "$postmaster"))" \
        "$(awk -v tick="$tick" '/^cpu / { printf "%.0f", ($2 + $3 + $4 + $7 + $8 + $9) * 1e6 / tick }' /proc/stat)"
}

# --- the end ---

peak_memory() { sed -n 's/^VmHWM:[[:space:]]*//p' "/proc/$waybill/status"; }

report_machine() {
    echo "Writing 8 kB and fdatasync: $(time_of_fsync) microseconds"
    echo "Load of the machine: $load before, $(cut -d' ' -f 1-3 /proc/loadavg) after"
}

# What a commit waits for.
time_of_fsync() {
    as_owner timeout 4 "$postgres/pg_test_fsync" --secs-per-test=1 --filename="$data/fsync" 2>/dev/null |
        sed -n 's/^ *fdatasync .* \([0-9]*\) usecs.*/\1/p' | head -n 1
}

stop_waybill() {
    [[ -n ${waybill_shell:-} ]] || return 0
    kill -TERM "$waybill" 2>/dev/null || true
    wait "$waybill_shell" || true
    waybill_shell=
}

clean_up() {
    trap - EXIT
    stop_waybill
    [[ ! -v simulator_shell ]] || kill -TERM "$simulator_shell" 2>/dev/null || true
    [[ ! -f $scratch/postgres/postmaster.pid ]] || stop_postgres immediate
    rm -rf "$scratch"
}
