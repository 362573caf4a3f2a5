# Messages that Twilio has accepted and the receipts that come for them, for the benchmarks that need receipts. Sourced
# behind measuring.sh; needs `messages`, `campaigns` and `public_base_url`; `every`: of each campaign, every such message
# gets receipts.
every=1

fill_messages() {
    called=$((messages < 200000 ? messages : 200000))
    say "Filling $messages messages into $campaigns campaigns"
    "${psql[@]}" -v messages="$messages" -v campaigns="$campaigns" -v called="$called" -v every="$every" --file="$bench/fill.sql"
}

# sign_receipts CONNECTION: into a file of that name.
sign_receipts() {
    "${psql[@]}" --field-separator=$'\t' \
        --command="select message_id, sid, status, recipient from bench.receipts order by position" |
        "$binaries/sign_callbacks" "$public_base_url" "$account_sid" "$auth_token" "$1" >"$scratch/$1"
}

# What was written before is on the disk afterwards: the kernel's own writing would hold up a commit for a third of a second.
reset() {
    "${psql[@]}" -v moment="$1" --file="$bench/reset.sql"
    sync
}

# send FILE CONNECTIONS FIRST_BYTE SECONDS REQUESTS_PER_SECOND: sets ok refused broken took p50 p99 (ms) next.
send() {
    wrk --threads 1 --connections "$2" --duration $(($4 + 1))s --timeout 10s --script "$bench/send_receipts.lua" "$origin" \
        -- "$scratch/$1" "$3" "$4" "$5" "$2" "$scratch/sent" >"$scratch/wrk.log"
    read -r ok refused broken took p50 p99 next _ <"$scratch/sent"
    ((refused + broken == 0)) || fail "$refused receipts were not answered with 2xx, $broken connections broke"
}
