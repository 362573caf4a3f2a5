"""The trial's machines: network namespaces on two bridges, with directories of their own where programs expect theirs.

Everything lives in the namespaces that `run` has made, and ends with them.
"""

import os
import signal
import subprocess
import threading
import time

from configuration import NETWORKS

RESTART_SECONDS = 2  # as in waybill.service


def command(*words, **options):
    return subprocess.run(words, check=True, stdin=subprocess.DEVNULL, capture_output=True, text=True, **options).stdout


def wait_until(what, is_true, patience):
    end = time.monotonic() + patience
    while not is_true():
        if time.monotonic() > end:
            raise TimeoutError(f"waited {patience} s in vain: {what}")
        time.sleep(0.1)


def make_networks():
    command("ip", "link", "set", "lo", "up")
    for name, prefix in NETWORKS.items():
        command("ip", "link", "add", name, "type", "bridge")
        command("ip", "addr", "add", prefix + "1/24", "dev", name)
        command("ip", "link", "set", name, "up")


class Service:
    """A program of a machine. It is started again, as systemd would, unless the trial itself has stopped it."""

    def __init__(self, machine, name, words, user=None, environment=None):
        self.machine, self.name, self.words, self.user = machine, name, words, user
        self.environment = environment or {}
        self.process = None
        self.is_wanted = False
        self.died_at = None

    def start(self):
        environment = {"PATH": os.environ["PATH"], "LANG": "C.UTF-8", **self.environment}
        with open(self.machine.logs / f"{self.machine.name}-{self.name}.log", "ab") as log:
            self.process = subprocess.Popen(self.machine.wrapped(self.words, self.user), env=environment, stdout=log,
                                            stderr=log, stdin=subprocess.DEVNULL, cwd=self.machine.directory)
        self.died_at = None
        self.is_wanted = True

    def is_running(self):
        return self.process is not None and self.process.poll() is None

    def stop(self, patience=90):
        """SIGTERM; its exit status."""
        self.is_wanted = False
        self.process.terminate()
        return self.process.wait(patience)


class Machine:
    """A machine on one or both networks; without an address, the world around them."""

    def __init__(self, name, scratch, logs, number=None, networks=()):
        self.name, self.logs, self.number, self.networks = name, logs, number, networks
        self.directory = scratch / name
        self.directory.mkdir(mode=0o755)
        self.places = {}
        self.services = {}
        if number is not None:
            self._connect()

    def _connect(self):
        command("ip", "netns", "add", self.name)
        command("ip", "-n", self.name, "link", "set", "lo", "up")
        for network in self.networks:
            port = f"{network[:3]}-{self.name}"
            command("ip", "link", "add", port, "type", "veth", "peer", "name", network, "netns", self.name)
            command("ip", "link", "set", port, "master", network, "up")
            command("ip", "-n", self.name, "addr", "add", self.address(network) + "/24", "dev", network)
            command("ip", "-n", self.name, "link", "set", network, "up")

    def address(self, network="inside"):
        return NETWORKS[network] + str(self.number)

    def mount(self, name, megabytes, user=None, at=None):
        """A disk of its own, small enough to be filled; its programs find it at `at`."""
        place = self.directory / name
        place.mkdir()
        command("mount", "-t", "tmpfs", "-o", f"size={megabytes}m,mode=755", f"{self.name}-{name}", str(place))
        if user:
            command("chown", user, str(place))
        if at:
            self.places[at] = place
        return place

    def wrapped(self, words, user=None):
        """The command that runs these words on the machine."""
        if user:
            words = ["setpriv", f"--reuid={user}", f"--regid={user}", "--init-groups", *words]
        if self.number is None:
            return [*words]
        mounts = "".join(f"mount --bind {place} {at} && " for at, place in self.places.items())
        return ["ip", "netns", "exec", self.name, "unshare", "--mount", "sh", "-c", mounts + 'exec "$@"', "sh", *words]

    def add(self, name, words, user=None, environment=None):
        self.services[name] = Service(self, name, words, user, environment)
        self.services[name].start()
        return self.services[name]

    # --- faults ---

    def pids(self, program=None):
        here = os.stat(f"/run/netns/{self.name}").st_ino
        found = []
        for entry in os.listdir("/proc"):
            try:
                if entry.isdigit() and os.stat(f"/proc/{entry}/ns/net").st_ino == here:
                    with open(f"/proc/{entry}/comm", encoding="utf-8") as comm:
                        if program in (None, comm.read().strip()):
                            found.append(int(entry))
            except OSError:
                continue  # it has ended
        return found

    def signal(self, number, program=None):
        """To all its processes, those that are born meanwhile too."""
        done = set()
        while left := [pid for pid in self.pids(program) if pid not in done]:
            for pid in left:
                done.add(pid)
                try:
                    os.kill(pid, number)
                except ProcessLookupError:
                    pass

    def crash(self):
        for service in self.services.values():
            service.is_wanted = False
        self.signal(signal.SIGKILL)

    def boot(self):
        for service in self.services.values():
            service.process.wait(10)
            service.start()

    def unplug(self, network="inside"):
        command("ip", "link", "set", f"{network[:3]}-{self.name}", "down")

    def plug(self, network="inside"):
        command("ip", "link", "set", f"{network[:3]}-{self.name}", "up")


class Supervisor(threading.Thread):
    """Starts again what has died, and keeps a list of what died although the trial had not killed it."""

    def __init__(self, machines):
        super().__init__(daemon=True)
        self.machines = machines
        self.expected = set()  # services that the trial kills now
        self.deaths = []
        self.is_over = False

    def run(self):
        while not self.is_over:
            for machine in self.machines:
                for service in list(machine.services.values()):
                    self._look_at(service)
            time.sleep(0.2)

    def _look_at(self, service):
        if not service.is_wanted or service.is_running():
            return
        if service.died_at is None:
            service.died_at = time.monotonic()
            if service in self.expected:
                self.expected.discard(service)
            else:
                self.deaths.append(f"{service.machine.name} {service.name}: exit status {service.process.returncode}")
        elif time.monotonic() - service.died_at > RESTART_SECONDS:
            service.start()
