# A stand-alone simulator over TLS, and lists that Waybill sends to it, for the benchmarks that send. Sourced behind measuring.sh;
# needs `latency`, the milliseconds before each of its replies.

make_certificate() {
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj "/CN=a simulated Twilio" \
        -addext subjectAltName=IP:127.0.0.1 -keyout "$scratch/key.pem" -out "$scratch/certificate.pem" 2>/dev/null
}

start_simulator() {
    "$binaries/waybill" simulator --account-sid "$account_sid" --auth-token "$auth_token" --api-latency "$latency" \
        --callback-latency 200 --keep-alive true --max-messages 500000 --tls-certificate "$scratch/certificate.pem" \
        --tls-key "$scratch/key.pem" >"$scratch/simulator.log" 2>&1 &
    simulator_shell=$!
    local tries
    for tries in {1..50}; do
        sleep 0.1
        simulator=$(head -n 1 "$scratch/simulator.log")
        [[ $simulator != https://* ]] || return 0
    done
    fail "The simulator did not start: $simulator"
}

ask_simulator() { curl --silent --show-error --fail --cacert "$scratch/certificate.pem" "$@"; }

# counter NAME
counter() { ask_simulator "$simulator/simulator/counters" | sed "s/.*\"$1\":\([0-9]*\).*/\1/"; }

write_customers() { # COUNT FIRST_NUMBER
    awk -v count="$1" -v first="$2" 'BEGIN {
        print "customer_name,phone_number,last_order_date"
        for (i = 0; i < count; ++i) printf "Ana Maria %d,+1%d,2020-01-31\n", i, first + i
    }'
}

# upload_customers [FORM...]: creates a campaign for the list that it reads.
upload_customers() {
    curl --silent --show-error --fail "$origin/api/campaigns/sms" --header 'Prefer: respond-async' --output /dev/null \
        --form restaurantName="Mario's Trattoria" --form offer='20% off your next order' --form offerCode=COMEBACK20 \
        --form confirmRepeat=true "$@" --form 'customerList=@-;filename=customers.csv' || fail "$(tail -n 3 "$scratch/waybill.log")"
}
