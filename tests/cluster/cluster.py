"""The cluster: what runs on each machine, from the files of config/deploy with this trial's names and addresses."""

import http.client
import json
import os
import pathlib
import pwd
import subprocess
import urllib.error
import urllib.request

import configuration
from configuration import DATABASE_NUMBER, ETCD_NUMBER, FRONT, ROOT, SUPERUSER_PASSWORD, TWILIO, WAYBILL_NUMBER, WORLD
from machines import Machine, Supervisor, command, make_networks, wait_until
from watchdog import Watchdog

DATABASES = ("pg1", "pg2", "pg3")
WAYBILLS = ("waybill1", "waybill2")

ACCOUNT, TOKEN, SENDER = "AC0123456789abcdef0123456789abcdef", "0123456789abcdef0123456789abcdef", "+15005550006"
LEASE_SECONDS = 10
PATIENCE = 90  # seconds, for everything that has to become healthy again
DATA_MEGABYTES, JOURNAL_MEGABYTES = 2500, 48


_direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def ask(url, data=None, headers=None, timeout=1.5):
    """Status and body; 0 when there is no answer."""
    request = urllib.request.Request(url, data=data, headers={"Host": "localhost", **(headers or {})})
    try:
        with _direct.open(request, timeout=timeout) as reply:
            return reply.status, reply.read().decode()
    except urllib.error.HTTPError as refusal:
        with refusal:
            return refusal.code, refusal.read().decode()
    except (OSError, http.client.HTTPException):
        return 0, ""


class Cluster:
    def __init__(self, scratch, logs, waybill, pgbouncer):
        self.scratch, self.logs, self.waybill, self.pgbouncer = scratch, logs, waybill, pgbouncer
        self.machines, self.watchdogs = {}, {}
        self.key = ""
        self.supervisor = None

    def start(self, seed):
        make_networks()
        for place in (1, 2, 3):
            self._start_etcd(place)
        wait_until("etcd answers", lambda: all(ask(f"http://10.0.0.2{n}:2379/health")[0] == 200 for n in (1, 2, 3)), 60)
        self._start_patroni(1)
        wait_until("pg1 is the primary", lambda: self.primary() == "pg1", PATIENCE)
        for place in (2, 3):
            self._start_patroni(place)
        wait_until("the databases are healthy", self.databases_are_healthy, PATIENCE)
        self._create_database()
        self._start_world(seed)
        for place in (1, 2):
            self._start_waybill(place)
        self.supervisor = Supervisor(list(self.machines.values()))
        self.supervisor.start()
        self.wait_until_healthy()

    # --- what is started ---

    def _machine(self, name, number, networks):
        self.machines[name] = Machine(name, self.scratch, self.logs, number, networks)
        return self.machines[name]

    def _write(self, machine, name, text):
        path = machine.directory / name
        path.write_text(text, encoding="utf-8")
        path.chmod(0o644)
        return str(path)

    def _start_etcd(self, place):
        machine = self._machine(f"etcd{place}", ETCD_NUMBER + place, ["inside"])
        machine.mount("data", 200, "postgres", "/var/lib/etcd")
        file = self._write(machine, "etcd.yml", configuration.etcd(place))
        machine.add("etcd", ["etcd", "--config-file", file], "postgres")

    def _start_patroni(self, place):
        machine = self._machine(f"pg{place}", DATABASE_NUMBER + place, ["inside"])
        machine.mount("data", DATA_MEGABYTES, "postgres", "/var/lib/postgresql")
        machine.mount("socket", 1, "postgres", "/run/postgresql")
        watchdog = self.watchdogs[machine.name] = Watchdog(machine, pwd.getpwnam("postgres").pw_uid)
        version = max(int(each.name) for each in pathlib.Path("/usr/lib/postgresql").iterdir())
        file = self._write(machine, "patroni.yml", configuration.patroni(place, version, watchdog.device))
        watchdog.start()
        machine.add("patroni", ["patroni", file], "postgres")

    def _create_database(self):
        self.sql("create role waybill_owner login password 'of-the-owner'; create role waybill login password 'of-waybill'")
        self.sql("create database waybill", database="postgres")
        self.sql(file=ROOT / "config/private_roles.sql")

    def _start_world(self, seed):
        world = self.machines["world"] = Machine("world", self.scratch, self.logs)
        file = self._write(world, "haproxy.cfg", configuration.haproxy_in_front())
        world.add("haproxy", ["haproxy", "-db", "-f", file])
        address, port = TWILIO.split(":")
        world.add("twilio", [self.waybill, "simulator", "--address", address, "--port", port, "--account-sid", ACCOUNT,
                             "--auth-token", TOKEN, "--seed", str(seed), "--api-latency", "20",
                             "--callback-latency", "500", "--undelivered-share", "0.02"])

    def _start_waybill(self, place):
        machine = self._machine(f"waybill{place}", WAYBILL_NUMBER + place, ["inside", "outside"])
        machine.mount("journal", JOURNAL_MEGABYTES)
        users = self._write(machine, "userlist.txt", '"waybill" "of-waybill"\n')
        pooler = self._write(machine, "pgbouncer.ini", configuration.pgbouncer(users))
        leads = self._write(machine, "haproxy.cfg", configuration.haproxy_to_primary())
        machine.add("haproxy", ["haproxy", "-db", "-f", leads])
        machine.add("pgbouncer", [*self.pgbouncer, "--user=nobody", pooler])
        environment = self._settings(machine)
        if not self.key:
            self.key = self._make_key(machine, environment)
        machine.add("waybill", [self.waybill, "serve"], environment=environment)

    def _settings(self, machine):
        return {"DATABASE_URL": "postgresql://waybill:of-waybill@127.0.0.1:6432/waybill",
                "MIGRATE_DATABASE_URL": "postgresql://waybill_owner:of-the-owner@127.0.0.1:5432/waybill",
                "DATABASE_POOLER": "transaction", "LISTEN_ADDRESS": "0.0.0.0", "PORT": "8000", "WEBHOOK_PORT": "8001",
                "PUBLIC_BASE_URL": f"http://{FRONT}", "TRUSTED_PROXIES": WORLD,
                "DRAIN_SECONDS": "5", "TWILIO_ACCOUNT_SID": ACCOUNT, "TWILIO_AUTH_TOKEN": TOKEN,
                "TWILIO_PHONE_NUMBER": SENDER, "TWILIO_API_BASE_URL": f"http://{TWILIO}", "ALLOW_CLEAR_TEXT": "yes",
                "JOURNAL_DIR": str(machine.directory / "journal"), "MESSAGES_PER_SECOND": "50",
                "LEASE_SECONDS": str(LEASE_SECONDS)}

    def _make_key(self, machine, environment):
        words = machine.wrapped([self.waybill, "key", "add", "trial", "--role", "admin"])
        def make():
            with open(self.logs / "key.log", "a", encoding="utf-8") as log:
                made = subprocess.run(words, env={"PATH": os.environ["PATH"], **environment}, cwd=machine.directory,
                                      text=True, stdout=subprocess.PIPE, stderr=log, check=False)
            self.key = made.stdout.strip()
            return made.returncode == 0
        wait_until("a key is made through PgBouncer and HAProxy", make, 60)
        return self.key

    # --- how it is ---

    def members(self):
        """Patroni's members by name, as the first of them that answers sees them."""
        for place in (1, 2, 3):
            status, body = ask(f"http://10.0.0.1{place}:8008/cluster")
            if status == 200:
                return {member["name"]: member for member in json.loads(body)["members"]}
        return {}

    def primary(self):
        """The name of the machine whose Patroni says that it is the primary, or None."""
        for place in (1, 2, 3):
            if ask(f"http://10.0.0.1{place}:8008/primary")[0] == 200:
                return f"pg{place}"
        return None

    def synchronous_standby(self):
        return next((name for name, member in self.members().items() if member["role"] == "sync_standby"), None)

    def databases_are_healthy(self):
        members = self.members().values()
        roles = sorted(member["role"] for member in members)
        follow = [member for member in members
                  if member["state"] in ("streaming", "running") and member.get("lag", 0) != "unknown"]
        return (roles == ["leader", "replica", "sync_standby"] and len(follow) == 3
                and len({member["timeline"] for member in members}) == 1 and self.primary() is not None)

    def waybills_are_healthy(self):
        return all(self.is_ready(name) and self.journaled(name) == 0 for name in WAYBILLS)

    def wait_until_healthy(self):
        wait_until("the databases are healthy", self.databases_are_healthy, PATIENCE)
        wait_until("the Waybills are ready and their journals empty", self.waybills_are_healthy, PATIENCE)

    def api(self, name, target, data=None, headers=None, timeout=5):
        sign_in = {"Authorization": f"Bearer {self.key}", "Content-Type": "application/json"}
        return ask(f"http://{self.machines[name].address()}:8000{target}", data, {**sign_in, **(headers or {})}, timeout)

    def is_ready(self, name):
        return self.api(name, "/readyz", timeout=1.5)[0] == 200

    def journaled(self, name):
        """How many receipts wait in its journal; None when it does not answer."""
        lines = self.api(name, "/metrics", timeout=1.5)[1].splitlines()
        return next((int(line.split()[1]) for line in lines if line.startswith("waybill_journal_records ")), None)

    def sql(self, statement=None, database=None, file=None):
        """As the superuser, on the primary: the rows, without alignment."""
        database = database or ("waybill" if file or self.key else "postgres")
        hosts = ",".join(f"10.0.0.1{n}" for n in (1, 2, 3))
        target = f"host={hosts} user=postgres dbname={database} target_session_attrs=read-write connect_timeout=2"
        what = ["--single-transaction", f"--file={file}"] if file else [f"--command={statement}"]
        return command("psql", "--no-psqlrc", "--quiet", "--tuples-only", "--no-align", "--set=ON_ERROR_STOP=1",
                       f"--dbname={target}", *what, env={**os.environ, "PGPASSWORD": SUPERUSER_PASSWORD})
