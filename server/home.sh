#!/usr/bin/env bash
# Who runs Waybill and its private PostgreSQL, and where their files are. Sourced by server/run after config/setup.sh.
#
# Root gives way to one unprivileged user. What that user cannot reach in the tree is kept in /var/lib/waybill instead, in
# directories that root owns, so that every name in them is root's to give.

system_home=/var/lib/waybill

hash_of() { printf '%s' "$1" | sha256sum | cut -c 1-12; }

# as_user COMMAND...
as_user() {
    (
        cd /
        if ((EUID == 0)); then runuser -u "$user" -- "$@"; else "$@"; fi
    )
}

# choose_home: sets user, home (what belongs to this tree beside its sources), program and directory (where it works).
choose_home() {
    user=$(id -un) home=$root/.waybill program=$root/build/waybill directory=$root
    ((EUID == 0)) || return 0
    user=$(owner_of_data "$home" "$system_home/$(hash_of "$root")")
    as_user test -x "$home" || home=$system_home/$(hash_of "$root")
    mkdir -p "$home"
}

# owner_of_data HOME...: to whom an existing cluster belongs, else postgres.
owner_of_data() {
    local place found
    for place in "$@"; do
        found=$(stat -c %U "$place/postgres" 2>/dev/null) || continue
        [[ $found == root ]] || { echo "$found" && return; }
    done
    echo postgres
}

# settle_home: the privacy key, and for root what the user needs beside it.
settle_home() {
    create_privacy_key
    ((EUID == 0)) || return 0
    move_here journal
    make_private_directory "$home/journal"
    if ! as_user test -x "$program"; then copy_program; fi
    if [[ $home != "$root/.waybill" ]] || ! settings_are_readable; then copy_settings; fi
}

# Only its owner may read it. Without it no person can be erased; who loses it loses the opt-outs of erased people.
create_privacy_key() {
    ((EUID != 0)) || move_here privacy-key
    local key=$home/privacy-key
    [[ ! -e $key ]] || return 0
    (umask 077 && head -c 32 /dev/urandom | base64 --wrap=0 >"$key.new")
    ((EUID != 0)) || chown "$user" "$key.new"
    mv "$key.new" "$key"
}

# move_here NAME: what an earlier version kept in the tree as root. Once: after that it belongs to the user.
move_here() {
    local old=$root/.waybill/$1 new=$home/$1
    [[ $(stat -c %u "$old" 2>/dev/null) == 0 && ($old == "$new" || ! -e $new) ]] || return 0
    [[ $old == "$new" ]] || mv "$old" "$new"
    chown -R --no-dereference "$user" "$new"
    chmod -R u=rwX,go= "$new"
    say "$new belongs to $user now, who runs Waybill instead of root"
}

copy_program() {
    cmp --silent "$program" "$home/waybill" || { install -m 755 "$program" "$home/waybill.new" && mv "$home/waybill.new" "$home/waybill"; }
    program=$home/waybill
}

settings_file() { echo "${WAYBILL_SETTINGS:-$root/.env}"; }

settings_are_readable() { [[ ! -e $(settings_file) ]] || as_user test -r "$(settings_file)"; }

# Read by root, for the user alone. What the file itself says comes later and counts.
copy_settings() {
    local file
    file=$(settings_file)
    (
        umask 077
        echo "JOURNAL_DIR=$home/journal"
        echo "PRIVACY_KEY=$home/privacy-key"
        [[ ! -e $file ]] || cat "$file"
    ) >"$home/settings.new"
    chmod 600 "$home/settings.new"
    chown "$user" "$home/settings.new"
    mv "$home/settings.new" "$home/settings"
    directory=$home
    export WAYBILL_SETTINGS=$home/settings
}

# The beginning of a command that gives root's rights up for good, as an array: dropped.
choose_dropped() {
    dropped=()
    ((EUID == 0)) || return 0
    export HOME=$home
    dropped=(--reuid "$user" --regid "$(id -gn "$user")" --init-groups --no-new-privs --inh-caps=-all)
}
