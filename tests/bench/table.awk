# The median of each column over the rounds, in the order of the runs, and the rate as a share of the floor's.
# name|receipts a second|p50|p99|batch|Waybill|PostgreSQL|client|others

BEGIN { FS = "|" }

!($1 in seen) {
    seen[$1]
    names[++runs] = $1
}

{
    for (column = 2; column <= NF; ++column) values[$1, column] = values[$1, column] " " $column
}

function median(name, column,    count, i, j, value, spare) {
    count = split(values[name, column], value, " ")
    for (i = 2; i <= count; ++i)
        for (j = i; j > 1 && value[j] + 0 < value[j - 1] + 0; --j) {
            spare = value[j]
            value[j] = value[j - 1]
            value[j - 1] = spare
        }
    return value[int((count + 1) / 2)]
}

function print_line(name, rate, p50, p99, batch, waybill, postgres, client, others, share) {
    printf "%-24s %10s %7s %7s %7s %8s %11s %7s %7s %9s\n", name, rate, p50, p99, batch, waybill, postgres, client,
        others, share
}

END {
    print_line("", "receipts/s", "p50 ms", "p99 ms", "batch", "Waybill", "PostgreSQL", "client", "others", "of floor")
    floor = median("pgbench, batches of 100", 2)
    for (run = 1; run <= runs; ++run) {
        name = names[run]
        rate = median(name, 2)
        print_line(name, rate, median(name, 3), median(name, 4), median(name, 5), median(name, 6), median(name, 7),
            median(name, 8), median(name, 9), floor ? int(100 * rate / floor + 0.5) "%" : "")
    }
}
