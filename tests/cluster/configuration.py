"""The files of config/deploy with the names and addresses of the trial, which are mostly those of the examples.

    configuration.py DIRECTORY      writes them there and asks HAProxy about its own: whether the trial still fits the files
"""

import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
NETWORKS = {"inside": "10.0.0.", "outside": "10.0.1."}  # databases and Waybills; Waybills and the world
ETCD_NUMBER, DATABASE_NUMBER, WAYBILL_NUMBER = 20, 10, 30  # etcd1 is 10.0.0.21 and so on
WORLD = NETWORKS["outside"] + "1"  # the proxy in front, Twilio, and the load
FRONT, TWILIO = "127.0.0.1:8080", WORLD + ":9080"  # the simulated Twilio posts to loopback alone
SUPERUSER_PASSWORD = "change-me-1"  # of patroni.yml
TTL = 20  # of patroni.yml


def shipped(name, changes):
    """A file of config/deploy with these replacements, each of which it must still need."""
    text = (ROOT / "config/deploy" / name).read_text(encoding="utf-8")
    for theirs, ours in changes.items():
        if theirs not in text:
            raise RuntimeError(f"{name} has lost: {theirs}")
        text = text.replace(theirs, ours)
    return text


def etcd(place):
    theirs, ours = (f"http://10.0.0.{ETCD_NUMBER + number}:" for number in (1, place))
    keys = ("listen-peer-urls", "initial-advertise-peer-urls", "listen-client-urls", "advertise-client-urls")
    return shipped("cluster/etcd.yml", {"name: etcd1": f"name: etcd{place}",
                                        **{f"\n{key}: {theirs}": f"\n{key}: {ours}" for key in keys}})


def patroni(place, version, watchdog):
    timestamps = "max_connections: 200\n        track_commit_timestamp: on"  # the verdict reads them
    return shipped("cluster/patroni.yml", {
        "name: pg1": f"name: pg{place}", "10.0.0.11:": f"10.0.0.{DATABASE_NUMBER + place}:", "ttl: 20\n": f"ttl: {TTL}\n",
        "/postgresql/15/": f"/postgresql/{version}/", "max_connections: 200": timestamps,
        f"password: {SUPERUSER_PASSWORD}": f"password: {SUPERUSER_PASSWORD}",
        "device: /dev/watchdog": f"device: {watchdog}\n  driver: testing"})  # this machine must survive the trial


def haproxy_to_primary():
    return shipped("cluster/haproxy.cfg", {})


def haproxy_in_front():
    one, two = (f"{NETWORKS['outside']}{WAYBILL_NUMBER + place}:8001" for place in (1, 2))
    return shipped("haproxy.cfg", {"bind :443 ssl crt /etc/ssl/private/texts.example.com.pem": f"bind {FRONT}",
                                   "127.0.0.1:8001": one, "127.0.0.1:8101": two, "port 8100": "port 8000"})


def pgbouncer(users):
    return shipped("pgbouncer.ini", {"/etc/pgbouncer/userlist.txt": str(users),
                                     "listen_port = 6432": "listen_port = 6432\nunix_socket_dir ="})


def main():
    directory = pathlib.Path(sys.argv[1])
    texts = {"etcd.yml": etcd(3), "patroni.yml": patroni(3, 17, directory / "watchdog"), "pgbouncer.ini": pgbouncer(directory / "users")}
    for name, text in texts.items():
        (directory / name).write_text(text, encoding="utf-8")
    for name, text in {"primary.cfg": haproxy_to_primary(), "front.cfg": haproxy_in_front()}.items():
        (directory / name).write_text(text, encoding="utf-8")
        subprocess.run(["/usr/sbin/haproxy", "-c", "-f", str(directory / name)], check=True)


if __name__ == "__main__":
    main()
