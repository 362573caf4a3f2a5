"""The faults: each harms the cluster, cures it when its effect has been seen, and leaves the rest to the cluster."""

import json
import os
import signal
import subprocess
import time
from dataclasses import dataclass, field

from cluster import DATABASES, LEASE_SECONDS, PATIENCE, WAYBILLS, ask
from configuration import TTL
from machines import wait_until

AFTER_TAKEOVER = 3  # seconds that the old primary stays away while the new one works
NODE_TARGET, SWITCHOVER_TARGET = TTL + 3, 6  # seconds without a committed receipt
RESTART_TARGET = 0  # receipts whose first attempt fails


@dataclass
class Kind:
    name: str
    happen: object
    max_gap: int | None = None
    max_failed: int | None = None
    is_of_waybill: bool = False  # PostgreSQL answers meanwhile


@dataclass
class Record:
    kind: Kind
    begin: float
    end: float = 0
    trouble: str = ""
    gap: float = 0  # these two are filled in by the verdict
    failed: int = 0
    healthy: bool = field(default=True)


class Faults:
    def __init__(self, cluster, random):
        self.cluster, self.random = cluster, random
        self.may_have_left = set()  # messages that a Waybill may have sent when it was killed or frozen
        gap, failed = {"max_gap": NODE_TARGET}, {"max_failed": RESTART_TARGET}
        self.kinds = [Kind("kill-primary", self.kill_primary, **gap), Kind("freeze-primary", self.freeze_primary, **gap),
                      Kind("kill-standby", self.kill_standby, **gap), Kind("freeze-standby", self.freeze_standby, **gap),
                      Kind("kill-node", self.kill_node, **gap), Kind("freeze-node", self.freeze_node, **gap),
                      Kind("kill-waybill", self.kill_waybill, is_of_waybill=True, **gap),
                      Kind("freeze-waybill", self.freeze_waybill, is_of_waybill=True, **gap),
                      Kind("partition", self.partition, **gap), Kind("cut-waybill", self.cut_waybill),
                      Kind("fill-primary", self.fill_primary), Kind("fill-journals", self.fill_journals),
                      Kind("switchover", self.switchover, max_gap=SWITCHOVER_TARGET),
                      Kind("restart-waybills", self.restart_waybills, is_of_waybill=True, **failed),
                      Kind("restart-postgresql", self.restart_postgresql, **failed)]

    def choose(self, names):
        by_name = {kind.name: kind for kind in self.kinds}
        if not set(names) <= by_name.keys():
            raise ValueError("there are these faults: " + " ".join(by_name))
        self.kinds = [by_name[name] for name in names]

    def happen(self, kind):
        """Ends when everything is healthy again, or is not in time."""
        record = Record(kind, time.time())
        try:
            kind.happen()
            self.cluster.wait_until_healthy()
        except (OSError, KeyError, subprocess.SubprocessError) as error:
            record.trouble, record.healthy = repr(error), False
        record.end = time.time()
        return record

    # --- PostgreSQL and its machine ---

    def kill_primary(self):
        machine = self._primary()
        machine.signal(signal.SIGKILL, "postgres")
        self._wait_until_back(machine)

    def freeze_primary(self):
        """Patroni hangs with it, and the watchdog resets the machine."""
        machine = self._primary()
        machine.signal(signal.SIGSTOP, "postgres")
        try:
            self._wait_for_another_primary(machine)
        finally:
            machine.signal(signal.SIGCONT, "postgres")

    def kill_standby(self):
        machine = self._standby()
        machine.signal(signal.SIGKILL, "postgres")
        self._wait_until_back(machine)

    def freeze_standby(self):
        machine = self._standby()
        machine.signal(signal.SIGSTOP, "postgres")
        try:
            wait_until("another standby is the synchronous one",
                       lambda: self.cluster.synchronous_standby() not in (None, machine.name), PATIENCE)
            time.sleep(AFTER_TAKEOVER)
        finally:
            machine.signal(signal.SIGCONT, "postgres")

    def kill_node(self):
        machine = self._primary()
        self.cluster.watchdogs[machine.name].disarm()
        machine.crash()
        try:
            self._wait_for_another_primary(machine)
        finally:
            machine.boot()

    def freeze_node(self):
        """With its watchdog, as when a virtual machine is paused."""
        machine = self._primary()
        watchdog = self.cluster.watchdogs[machine.name]
        watchdog.is_suspended = True
        machine.signal(signal.SIGSTOP)
        try:
            self._wait_for_another_primary(machine)
        finally:
            machine.signal(signal.SIGCONT)
            watchdog.is_suspended = False

    def partition(self):
        machine = self._primary()
        machine.unplug()
        try:
            self._wait_for_another_primary(machine)
        finally:
            machine.plug()

    def switchover(self):
        primary = self._primary()
        # Patroni answers when it is done, or accepts it and says no more.
        ask(f"http://{primary.address()}:8008/switchover", json.dumps({"leader": primary.name}).encode(), timeout=30)
        self._wait_for_another_primary(primary)

    def restart_postgresql(self):
        """The standbys, then a switchover, then what was the primary."""
        primary = self._primary()
        for name in DATABASES:
            if name != primary.name:
                self._restart_database(name)
        self.switchover()
        wait_until("the databases are healthy", self.cluster.databases_are_healthy, PATIENCE)
        self._restart_database(primary.name)

    def _restart_database(self, name):
        address = self.cluster.machines[name].address()
        status, body = ask(f"http://{address}:8008/restart", b"{}", timeout=60)
        if status != 200:
            raise OSError(f"Patroni does not restart {name}: {status} {body}")
        wait_until("the databases are healthy", self.cluster.databases_are_healthy, PATIENCE)

    # --- disks ---

    def fill_primary(self):
        machine = self._primary()
        with _filled(machine.directory / "data"):
            end = time.time() + TTL
            while time.time() < end and self.cluster.primary() in (None, machine.name):
                time.sleep(0.5)
            time.sleep(AFTER_TAKEOVER)

    def fill_journals(self):
        """While PostgreSQL is away, so that receipts can go nowhere."""
        places = [self.cluster.machines[name].directory / "journal" for name in WAYBILLS]
        with _filled(places[0]), _filled(places[1]):
            self.kill_primary()
            time.sleep(AFTER_TAKEOVER)

    # --- Waybill ---

    def kill_waybill(self):
        machine = self._waybill()
        self.cluster.supervisor.expected.add(machine.services["waybill"])
        machine.signal(signal.SIGKILL, "waybill")
        self._note_what_may_have_left()
        wait_until("it has been started again", lambda: self.cluster.is_ready(machine.name), PATIENCE)

    def freeze_waybill(self):
        machine = self._waybill()
        machine.signal(signal.SIGSTOP, "waybill")
        self._note_what_may_have_left()
        time.sleep(LEASE_SECONDS + 5)
        machine.signal(signal.SIGCONT, "waybill")

    def cut_waybill(self):
        """Its cable to the databases is pulled; receipts still reach it."""
        machine = self._waybill()
        machine.unplug()
        time.sleep(LEASE_SECONDS + 5)
        machine.plug()

    def restart_waybills(self):
        for name in WAYBILLS:
            service = self.cluster.machines[name].services["waybill"]
            if (status := service.stop()) != 0:
                raise OSError(f"{name} has ended with status {status}")
            service.start()
            wait_until(f"{name} is ready", lambda at=name: self.cluster.is_ready(at), PATIENCE)
            time.sleep(AFTER_TAKEOVER)  # the proxy has noticed

    def _note_what_may_have_left(self):
        rows = self.cluster.sql("select message_id from outbox where leased_until is not null and not unsent")
        self.may_have_left.update(rows.split())

    # --- who ---

    def _primary(self):
        return self.cluster.machines[self.cluster.primary()]

    def _standby(self):
        return self.cluster.machines[self.cluster.synchronous_standby()]

    def _waybill(self):
        return self.cluster.machines[self.random.choice(WAYBILLS)]

    def _wait_until_back(self, machine):
        """First its Patroni must notice; the others learn of it seconds later."""
        def runs():
            return ask(f"http://{machine.address()}:8008/health")[0] == 200
        wait_until("Patroni notices that PostgreSQL is gone", lambda: not runs(), PATIENCE)
        wait_until("PostgreSQL is started again", runs, PATIENCE)

    def _wait_for_another_primary(self, machine):
        wait_until("another machine is the primary",
                   lambda: self.cluster.primary() not in (None, machine.name), PATIENCE)
        time.sleep(AFTER_TAKEOVER)


class _filled:
    """The rest of a disk is another program's file."""

    def __init__(self, place):
        self.file = place / "another-program"

    def __enter__(self):
        with open(self.file, "wb", buffering=0) as file:
            try:
                while True:
                    file.write(bytes(65536))
            except OSError:
                pass

    def __exit__(self, *_):
        os.remove(self.file)
