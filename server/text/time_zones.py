#!/usr/bin/python3
"""Writes time_zones.inc: which time zones the numbers that begin with some digits may belong to.

The table is libphonenumber's, as Debian's package python3-phonenumbers contains it: Copyright (C) The Libphonenumber
Authors, Apache License 2.0. Names that tzdata keeps only as links become the zones that they stand for, because not
every system has the old names installed. Run it again when the package is newer:

    apt-get install python3-phonenumbers tzdata
    server/text/time_zones.py >server/text/time_zones.inc
"""

from collections import defaultdict
from pathlib import Path
from textwrap import wrap

from phonenumbers import __version__
from phonenumbers.tzdata import TIMEZONE_DATA


def read_links():
    lines = Path("/usr/share/zoneinfo/tzdata.zi").read_text(encoding="ascii").splitlines()
    links = (line.split() for line in lines if line.startswith("L "))
    return {name: target for _, target, name in links}


def zones_of(names, links):
    zones = set()
    for name in names:
        while name in links:
            name = links[name]
        zones.add(name)
    return "&".join(sorted(zones))


def without_repetition(table):
    """A prefix says nothing new if a shorter one says the same and none lies between them."""

    def shorter(prefix):
        beginnings = (prefix[:size] for size in range(len(prefix) - 1, 0, -1))
        return next((table[each] for each in beginnings if each in table), None)

    return {prefix: zones for prefix, zones in table.items() if shorter(prefix) != zones}


def main():
    links = read_links()
    table = without_repetition({prefix: zones_of(names, links) for prefix, names in TIMEZONE_DATA.items()})
    prefixes = defaultdict(list)
    for prefix in sorted(table):
        prefixes[table[prefix]].append(prefix)
    print("// Written by time_zones.py from libphonenumber", __version__, "(Apache License 2.0): the zones, the prefixes.")
    for zones in sorted(prefixes):
        print("{" + "\n".join(f'"{part}"' for part in wrap(zones, 110, break_long_words=True)) + ",")
        lines = wrap(" ".join(prefixes[zones]), 110)
        print("\n".join(f' "{line} "' for line in lines) + "},")


if __name__ == "__main__":
    main()
