"""The watchdogs of the database machines: each resets its machine when Patroni has not shown in time that it is alive.

Patroni's `testing` driver writes into a named pipe what it would ask of /dev/watchdog.
"""

import os
import re
import threading
import time

LOOK_SECONDS = 0.2
REBOOT_SECONDS = 8


class Watchdog(threading.Thread):
    def __init__(self, machine, owner):
        super().__init__(daemon=True)
        self.machine = machine
        self.device = machine.directory / "watchdog"
        os.mkfifo(self.device)
        os.chown(self.device, owner, owner)
        self.pipe = os.open(self.device, os.O_RDWR | os.O_NONBLOCK)  # open for writing too: it never ends
        self.is_armed, self.timeout, self.fed_at = False, 60.0, 0.0
        self.is_suspended = False  # with its machine
        self.resets = 0

    def run(self):
        while True:
            time.sleep(LOOK_SECONDS)
            self._read()
            if self.is_suspended:
                self.fed_at = time.monotonic()
            elif self.is_armed and time.monotonic() - self.fed_at > self.timeout:
                self._reset()

    def disarm(self):
        self.is_armed = False

    def _read(self):
        try:
            said = os.read(self.pipe, 4096).decode()
        except BlockingIOError:
            return
        self.fed_at = time.monotonic()
        if found := re.findall(r"Ctimeout=(\d+)\n", said):
            self.timeout = float(found[-1])
        self.is_armed = not said.endswith("V")

    def _reset(self):
        self.resets += 1
        self.machine.crash()
        time.sleep(REBOOT_SECONDS)
        self._read()
        self.is_armed = False
        self.machine.boot()
