#!/usr/bin/env python3
# Fires every alert of config/monitoring by a real fault, and asks a real Prometheus every query of the dashboard. Not part of
# CI: it takes about seven minutes. Needs the Debian package prometheus, and root, who starts PostgreSQL as postgres.
#   tests/monitoring/trial.py [WAYBILL]        the binary; build/waybill without one
#
# Each fault has a Waybill of its own, with a database and a simulated Twilio. Prometheus looks every second and does not wait
# (`for`) as long as in production; the conditions are those of alerts.yml.
import glob, http.server, json, os, re, shutil, signal, subprocess, sys, threading, time, urllib.error, urllib.parse
import urllib.request

from worlds import Cluster, World, free_port, pg_bin, root, run, scratch, started, targets, wait_until, worlds


class Refusing(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_error(500)

    def log_message(self, *_):
        pass


# --- the faults; the name of each is that of its database ---

def errors(shared):
    world = World("errors", shared, ["--undelivered-share=1", "--callback-latency=50"],
                  PAUSE_FILTERED_PERCENT="0", PAUSE_FAILED_PERCENT="0", DAILY_BUDGET="10")
    for wave in range(4):
        world.send(300, 300 * wave)
        time.sleep(5)


def failing_campaign(shared):
    World("failing_campaign", shared, ["--undelivered-share=1", "--callback-latency=50"]).send(2000)


def refused_account(shared):
    World("refused_account", shared, token_of_waybill="f" * 32).send(5)


def refused_sender(shared):
    world = World("refused_sender", shared, TWILIO_PHONE_NUMBER="+15005550007", SMTP_URL="smtp://127.0.0.1:9",
                  SMTP_FROM="waybill@example.com")
    world.ask("/api/notifications", {"kind": "email", "address": "ana@example.com"})
    world.send(5)


def lost_replies(shared):
    World("lost_replies", shared, ["--cut-after-share=1"]).send(60)


def throttled(shared):
    World("throttled", shared, ["--throttle-share=1"]).send(400)


def lost_receipts(shared):
    World("lost_receipts", shared, ["--loss-share=1"], RECEIPT_ALARM_SECONDS="5").send(20)


def used_up_budget(shared):
    World("used_up_budget", shared, DAILY_BUDGET="0.2").send(60)


def strangers(shared):
    world = World("strangers", shared)
    for _ in range(20):
        world.receipt(1, key="e" * 32)


def refused_events(shared):
    receiver = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Refusing)
    threading.Thread(target=receiver.serve_forever, daemon=True).start()
    for name, retries in ("disabled_endpoint", "1"), ("late_events", "900,900"):
        world = World(name, shared, ALLOW_PRIVATE_ENDPOINTS="yes", EVENT_RETRY_SECONDS=retries)
        world.ask("/api/endpoints", {"url": f"http://127.0.0.1:{receiver.server_port}/"})
        world.send(3)


def late_receipts(shared):
    world = World("late_receipts", shared, ["--callback-latency=4000"])
    world.send(50)
    wait_until("the messages are accepted", lambda: world.metric('waybill_sends_total{outcome="accepted"}') >= 45)
    world.simulator.send_signal(signal.SIGSTOP)
    time.sleep(310)
    world.simulator.send_signal(signal.SIGCONT)


def crash(shared):
    world = World("crash", shared, ["--api-latency=4000"], LEASE_SECONDS="60")
    world.send(40)
    wait_until("requests are under way", lambda: world.metric("waybill_sends_in_flight") > 5)
    world.process.kill()
    world.process.wait()
    world.start()


def crowd(shared):
    world = World("crowd", shared, descriptors=260, RECEIPT_DEADLINE_MS="10000")
    message = world.message()
    for _ in range(2):  # receipts wait for the lock and hold their connections
        shared.psql("crowd", "begin; lock table message_history in access exclusive mode; select pg_sleep(9)", wait=False)
        time.sleep(0.5)
        posts = [threading.Thread(target=world.receipt, args=(message, "SM%032d" % i)) for i in range(220)]
        for post in posts:
            post.start()
        for post in posts:
            post.join()


def no_database(_):
    cluster = Cluster("pg_no_database")
    world = World("no_database", cluster, JOURNAL_MAX_BYTES="65536")
    message, poison = world.message(), "SM" + "d" * 32
    cluster.psql("no_database", "create function refuse() returns trigger language plpgsql as $$ begin "
                 f"if new.sid = '{poison}' then raise check_violation; end if; return new; end $$; "
                 "create trigger refuse before insert on message_history for each row execute function refuse()")
    cluster.stop()
    world.receipt(message, poison)
    wait_until("the journal is full", lambda: world.receipt(message, "SM%032x" % time.time_ns()) == 503, 120)
    for _ in range(200):
        try:
            world.get("/api/campaigns")
        except urllib.error.HTTPError:
            time.sleep(0.05)
    cluster.start()


def old_copy(_):
    cluster = Cluster("pg_old_copy")
    world = World("old_copy", cluster, MESSAGES_PER_SECOND="20")
    world.send(2000)
    sent = lambda: world.metric('waybill_sends_total{outcome="accepted"}')
    wait_until("messages are sent", lambda: sent() > 20)
    cluster.stop("fast")
    shutil.copytree(cluster.data, cluster.data + ".old", symlinks=True)
    cluster.start()
    before = sent()
    wait_until("more messages are sent", lambda: sent() > before + 40)
    cluster.stop()
    shutil.rmtree(cluster.data)
    shutil.move(cluster.data + ".old", cluster.data)
    subprocess.run(["chown", "-R", "postgres:postgres", cluster.data], check=True)
    cluster.start()


def ended(shared):
    world = World("ended", shared)
    time.sleep(10)
    world.process.kill()


faults = [errors, failing_campaign, refused_account, refused_sender, lost_replies, throttled, lost_receipts, used_up_budget,
          strangers, refused_events, late_receipts, crash, crowd, no_database, old_copy, ended]

# --- Prometheus ---


class Prometheus:
    def __init__(self):
        unpacked = root + "/.waybill/prometheus/usr/bin"
        self.bin = os.path.dirname(shutil.which("prometheus") or "") or unpacked
        self.port = free_port()
        rules = re.sub(r"for: \d+m", "for: 2s", open(root + "/config/monitoring/alerts.yml").read())
        open(scratch + "/alerts.yml", "w").write(rules)
        open(targets, "w").write("[]")
        open(scratch + "/prometheus.yml", "w").write(
            "global: {scrape_interval: 1s, evaluation_interval: 1s}\nrule_files: [alerts.yml]\nscrape_configs:\n"
            f"  - job_name: waybill\n    file_sd_configs: [{{files: ['{targets}'], refresh_interval: 1s}}]\n")
        run([self.bin + "/prometheus", f"--config.file={scratch}/prometheus.yml", f"--storage.tsdb.path={scratch}/tsdb",
             f"--web.listen-address=127.0.0.1:{self.port}"], "prometheus")
        wait_until("Prometheus is ready", lambda: self.ask("/-/ready") or True)

    def ask(self, path, **query):
        url = f"http://127.0.0.1:{self.port}{path}?" + urllib.parse.urlencode(query)
        with urllib.request.urlopen(url, timeout=10) as reply:
            return reply.read().decode()

    def firing(self):
        return {each["labels"]["alertname"]: each["labels"].get("fault", "")
                for each in json.loads(self.ask("/api/v1/alerts"))["data"]["alerts"] if each["state"] == "firing"}

    def has_data(self, query):
        return bool(json.loads(self.ask("/api/v1/query", query=query.replace("$__rate_interval", "5m")))["data"]["result"])

    def is_clean(self, page):
        return subprocess.run([self.bin + "/promtool", "check", "metrics"], input=page.encode()).returncode == 0


def guarded(fault, shared, failures):
    try:
        fault(shared)
    except Exception as error:
        failures.append(f"{fault.__name__}: {error!r}")


def trial():
    prometheus, shared, failures = Prometheus(), Cluster("pg_shared"), []
    for fault in faults:
        threading.Thread(target=guarded, args=(fault, shared, failures), daemon=True).start()
    wanted = set(re.findall(r"- alert: (\w+)", open(root + "/config/monitoring/alerts.yml").read()))
    fired, begun = {}, time.time()
    while wanted - set(fired) and time.time() < begun + 720:
        for alert, fault in prometheus.firing().items():
            if alert not in fired:
                fired[alert] = fault
                print(f"{time.time() - begun:4.0f} s  {alert}  {fault}", flush=True)
        time.sleep(1)
    panels = json.load(open(root + "/config/monitoring/grafana.json"))["panels"]
    empty = [f"{panel['title']}: {target['expr']}" for panel in panels for target in panel["targets"]
             if not prometheus.has_data(target["expr"])]
    unclean = [world.name for world in worlds if world.process.poll() is None and not prometheus.is_clean(world.get("/metrics"))]
    silent = sorted(wanted - set(fired))
    print(f"{len(fired)} of {len(wanted)} alerts fired", *silent)
    print(f"{len(panels)} panels, without data:", empty or "none")
    print("pages that promtool check metrics complains about:", unclean or "none")
    print("faults that could not be made:", failures or "none")
    return not (silent or empty or unclean or failures)


try:
    good = trial()
finally:
    for process in started:
        if process.poll() is None:
            process.send_signal(signal.SIGCONT)
            process.kill()
    for data in glob.glob(scratch + "/pg_*"):
        if os.path.exists(data + "/postmaster.pid"):
            subprocess.run(["runuser", "-u", "postgres", "--", pg_bin + "/pg_ctl", "stop", "--silent", "--mode=immediate",
                            "--pgdata=" + data], cwd="/")
if good:
    shutil.rmtree(scratch, ignore_errors=True)
else:
    print("logs:", scratch)
sys.exit(0 if good else 1)
