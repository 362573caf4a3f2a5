# What the trial is made of: a PostgreSQL that can be stopped, and a Waybill with its simulated Twilio and its database.
import base64, glob, hashlib, hmac, json, os, re, resource, shutil, socket, subprocess, sys, tempfile, threading, time
import urllib.error, urllib.parse, urllib.request

root = os.path.realpath(os.path.join(os.path.dirname(__file__), "../.."))
waybill = os.path.abspath(sys.argv[1] if len(sys.argv) > 1 else root + "/build/waybill")
pg_bin = sorted(glob.glob("/usr/lib/postgresql/*/bin"))[-1]
scratch = tempfile.mkdtemp(prefix="waybill-trial-")
os.chmod(scratch, 0o711)
account, token = "AC" + "0" * 31 + "1", "0123456789abcdef0123456789abcdef"
started = []  # processes, to be ended

worlds, registering = [], threading.Lock()
targets = scratch + "/targets.json"  # of Prometheus: the worlds


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def run(arguments, name, **more):
    log = open(f"{scratch}/{name}.log", "a")
    process = subprocess.Popen(arguments, stdout=log, stderr=log, stdin=subprocess.DEVNULL, **more)
    started.append(process)
    return process


def wait_until(what, condition, patience=60):
    end = time.time() + patience
    while time.time() < end:
        try:
            if condition():
                return
        except OSError:
            pass
        time.sleep(0.2)
    raise RuntimeError("not within %d s: %s" % (patience, what))


class Cluster:
    def __init__(self, name):
        self.data, self.name = f"{scratch}/{name}", name
        os.mkdir(self.data, 0o700)
        shutil.chown(self.data, "postgres", "postgres")
        self.command("initdb", "--username=postgres", "--auth=trust", "--encoding=UTF8", "--no-sync")
        with open(self.data + "/postgresql.conf", "a") as settings:
            settings.write(f"listen_addresses = ''\nunix_socket_directories = '{self.data}'\nmax_connections = 400\n")
        self.start()

    def command(self, program, *arguments):
        subprocess.run(["runuser", "-u", "postgres", "--", f"{pg_bin}/{program}", "--pgdata=" + self.data, *arguments],
                       check=True, stdout=subprocess.DEVNULL, cwd="/")

    def start(self):
        self.command("pg_ctl", "start", "--wait", "--silent", f"--log={self.data}/server.log")

    def stop(self, mode="immediate"):
        self.command("pg_ctl", "stop", "--wait", "--silent", "--mode=" + mode)

    def url(self, database):
        return f"postgresql://postgres@{urllib.parse.quote(self.data, safe='')}/{database}"

    def psql(self, database, sql, wait=True):
        arguments = [f"{pg_bin}/psql", self.url(database), "--quiet", "--no-psqlrc", "--set=ON_ERROR_STOP=1", "--command=" + sql]
        return subprocess.run(arguments, check=True) if wait else run(arguments, "psql")


class World:
    """A Waybill with its simulated Twilio and its database."""

    def __init__(self, name, cluster, simulator=(), token_of_waybill=token, descriptors=None, **settings):
        self.name, self.cluster, self.port, self.descriptors = name, cluster, free_port(), descriptors
        cluster.psql("postgres", f"create database {name}")
        twilio = free_port()
        self.simulator = run([waybill, "simulator", f"--port={twilio}", f"--account-sid={account}", f"--auth-token={token}",
                              *simulator], name)
        self.settings = {"PATH": os.environ["PATH"], "WAYBILL_SETTINGS": "/dev/null", "DATABASE_URL": cluster.url(name),
                         "PORT": str(self.port), "JOURNAL_DIR": f"{scratch}/journal-{name}", "TWILIO_ACCOUNT_SID": account,
                         "TWILIO_AUTH_TOKEN": token_of_waybill, "TWILIO_PHONE_NUMBER": "+15005550006",
                         "TWILIO_API_BASE_URL": f"http://127.0.0.1:{twilio}", "MESSAGES_PER_SECOND": "300", **settings}
        self.start()
        wait_until(name + " is ready", lambda: self.get("/readyz"))
        with registering:
            worlds.append(self)
            with open(targets + ".new", "w") as file:
                json.dump([{"targets": [f"127.0.0.1:{each.port}"], "labels": {"fault": each.name}} for each in worlds], file)
            os.rename(targets + ".new", targets)
        time.sleep(4)  # until Prometheus has seen its counters, from which on it counts

    def start(self):
        limit = self.descriptors and (lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (self.descriptors,) * 2))
        self.process = run([waybill, "serve"], self.name, env=self.settings, preexec_fn=limit, cwd="/")

    def ask(self, path, body=None, headers=None):
        data = None if body is None else body if isinstance(body, bytes) else json.dumps(body).encode()
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}{path}", data,
                                         {"Content-Type": "application/json", **(headers or {})})
        with urllib.request.urlopen(request, timeout=30) as reply:
            return reply.read().decode() or "{}"

    def get(self, path):
        return self.ask(path)

    def send(self, count, first=0):
        people = [{"customerName": "Ana", "phoneNumber": f"+1555010{first + i:04d}"} for i in range(count)]
        return json.loads(self.ask("/api/campaigns", {"restaurantName": "Luigi's", "offer": "20%", "offerCode": "SAVE",
                                                      "recipients": people}, {"Prefer": "respond-async"}))["data"]["campaignId"]

    def message(self):
        return json.loads(self.ask("/api/messages", {"to": "+15550109999", "body": "Your table is ready"}))["id"]

    def metric(self, sample):
        found = re.search("^" + re.escape(sample) + " (.*)$", self.get("/metrics"), re.M)
        return float(found.group(1)) if found else 0

    def receipt(self, message, sid="SM" + "0" * 31 + "7", key=token):
        """Its status, or why there was none."""
        path = f"/webhooks/twilio/status/{message}"
        form = {"AccountSid": account, "MessageSid": sid, "MessageStatus": "sent"}
        signed = f"http://127.0.0.1:{self.port}{path}" + "".join(name + form[name] for name in sorted(form))
        signature = base64.b64encode(hmac.new(key.encode(), signed.encode(), hashlib.sha1).digest()).decode()
        try:
            self.ask(path, urllib.parse.urlencode(form).encode(),
                     {"Content-Type": "application/x-www-form-urlencoded", "X-Twilio-Signature": signature})
            return 204
        except urllib.error.HTTPError as error:
            return error.code
        except OSError as error:
            return str(error)
