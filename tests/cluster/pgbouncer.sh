# A PgBouncer that keeps prepared statements in transaction mode (1.21 or later). Debian 12 has an older one: there that of
# Debian 13 is unpacked into .waybill with the libraries that it needs, and installed nowhere. Sourced behind config/setup.sh.

pgbouncer_root=$root/.waybill/cluster/debian13

# Sets pgbouncer: the words that run it.
find_pgbouncer() {
    pgbouncer=/usr/sbin/pgbouncer
    ! keeps_statements || return 0
    [[ -x $pgbouncer_root/usr/sbin/pgbouncer ]] || unpack_pgbouncer
    local loader libraries
    loader=$(printf '%s\n' "$pgbouncer_root"/usr/lib/*/ld-linux*.so.* | head -n 1)
    libraries=$(dirname "$loader")
    pgbouncer="$loader --library-path $libraries $pgbouncer_root/usr/sbin/pgbouncer"
    keeps_statements || fail "The PgBouncer of Debian 13 in $pgbouncer_root does not run; remove that directory and try again."
}

keeps_statements() {
    local version
    version=$($pgbouncer --version 2>/dev/null | sed -n 's/^PgBouncer \([0-9.]*\).*/\1/p')
    [[ -n $version && $(printf '%s\n' 1.21 "$version" | sort -V | head -n 1) == 1.21 ]]
}

# With lists, a cache and a state of apt's that this machine's own know nothing of.
unpack_pgbouncer() {
    local apt=$root/.waybill/cluster/apt log=$root/.waybill/packages.log package
    say "Unpacking the PgBouncer of Debian 13 into $pgbouncer_root"
    rm -rf "$apt" "$pgbouncer_root.new"
    mkdir -p "$apt"/{lists/partial,archives/partial,parts} "$pgbouncer_root.new"
    : >"$apt/status"
    echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] http://deb.debian.org/debian trixie main" >"$apt/sources"
    local options=(--option Dir::State="$apt" --option Dir::State::status="$apt/status" --option Dir::Cache="$apt"
        --option Dir::Etc::sourcelist="$apt/sources" --option Dir::Etc::sourceparts="$apt/parts"
        --option Dir::Etc::preferencesparts="$apt/parts" --option Debug::NoLocking=1 --option APT::Sandbox::User=root)
    { apt-get "${options[@]}" update &&
        apt-get "${options[@]}" --yes --no-install-recommends --download-only install pgbouncer; } >>"$log" 2>&1 ||
        fail "PgBouncer could not be fetched from Debian 13; see $log."
    for package in "$apt"/archives/*.deb; do
        dpkg-deb --extract "$package" "$pgbouncer_root.new"
    done
    rm -rf "$apt" "$pgbouncer_root"
    mv "$pgbouncer_root.new" "$pgbouncer_root"
}
