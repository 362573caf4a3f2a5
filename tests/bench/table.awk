# The median of each column over the rounds, in the order of the runs; with a ceiling, its first number as a share of that run's.
#   awk -v header='|NAME|…' [-v ceiling=RUN] -f table.awk RESULTS        a line of RESULTS: RUN|number|…

BEGIN {
    FS = "|"
    columns = split(header, title, "|")
}

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

function width(column) {
    return length(title[column]) < 7 ? 7 : length(title[column])
}

END {
    line = sprintf("%-26s", "")
    for (column = 2; column <= columns; ++column) line = line sprintf(" %*s", width(column), title[column])
    print line (ceiling ? "  of ceiling" : "")
    lowest = ceiling ? median(ceiling, 2) : 0
    for (run = 1; run <= runs; ++run) {
        name = names[run]
        line = sprintf("%-26s", name)
        for (column = 2; column <= columns; ++column) line = line sprintf(" %*s", width(column), median(name, column))
        print line (lowest ? sprintf(" %9s", int(100 * median(name, 2) / lowest + 0.5) "%") : "")
    }
}
