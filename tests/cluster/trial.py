"""One trial: starts the cluster, loads it, lets faults happen in a random order, and judges. Started by `run`."""

import argparse
import pathlib
import random
import subprocess
import sys
import time

import verdict as judging
from campaigns import Campaigns, fill_messages
from cluster import ACCOUNT, TOKEN, Cluster, ask
from configuration import FRONT, TWILIO
from faults import Faults
from machines import wait_until

CALM = 4  # seconds between two faults
SETTLING = 150  # seconds until everything is sent and reported
MAX_FILLED = 400_000


def read_arguments():
    parser = argparse.ArgumentParser()
    for name in ("scratch", "logs", "waybill", "pgbouncer"):
        parser.add_argument(f"--{name}", required=True)
    for name in ("seed", "minutes", "rate"):
        parser.add_argument(f"--{name}", type=int, required=True)
    parser.add_argument("--only", default="")
    return parser.parse_args()


def say(text):
    print(f"{time.strftime('%H:%M:%S')} {text}", file=sys.stderr, flush=True)


def start_load(cluster, arguments, log):
    messages = cluster.scratch / "messages"
    wanted = arguments.rate * 60 * arguments.minutes // 2
    fill_messages(cluster, min(max(wanted, 20_000), MAX_FILLED), messages)
    program = str(pathlib.Path(__file__).with_name("load.py"))
    return subprocess.Popen([sys.executable, program, f"http://{FRONT}", ACCOUNT, TOKEN, str(messages), str(log),
                             str(arguments.rate), str(arguments.seed)])


def let_faults_happen(faults, order, minutes, chooser):
    """Each of them once, in this order, and then any of them until the time is over."""
    records, end = [], time.monotonic() + minutes * 60
    while time.monotonic() < end:
        kind = order.pop(0) if order else chooser.choice(faults.kinds)
        record = faults.happen(kind)
        records.append(record)
        say(f"{kind.name}: healthy after {record.end - record.begin:.0f} s" if record.healthy
            else f"{kind.name}: NOT HEALTHY after {record.end - record.begin:.0f} s: {record.trouble}")
        time.sleep(CALM)
    return records


def settle(cluster, load, campaigns):
    load.terminate()
    campaigns.stop()
    load.wait(60)
    cluster.wait_until_healthy()
    wait_until("everything is sent", lambda: cluster.sql("select count(*) from outbox").strip() == "0", SETTLING)
    wait_until("Twilio has reported everything",
               lambda: '"callbacks_open":0' in ask(f"http://{TWILIO}/simulator/counters")[1].replace(" ", ""), SETTLING)
    cluster.wait_until_healthy()


def judge(verdict, cluster, records, faults, campaigns, log):
    attempts = list(judging.read_log(log))
    judging.judge_receipts(verdict, cluster, attempts)
    judging.judge_sending(verdict, cluster, records, faults.may_have_left)
    judging.judge_campaigns(verdict, cluster, campaigns)
    judging.judge_rows(verdict, cluster)
    judging.judge_deaths(verdict, cluster.supervisor.deaths)
    for record in records:
        verdict.expect(record.healthy, f"{record.kind.name}: {record.trouble}")
    judging.measure(records, cluster, attempts)


def main():
    arguments = read_arguments()
    scratch = pathlib.Path(arguments.scratch)
    cluster = Cluster(scratch, pathlib.Path(arguments.logs), arguments.waybill, arguments.pgbouncer.split())
    cluster.start(arguments.seed)
    chooser = random.Random(arguments.seed)
    faults = Faults(cluster, chooser)
    if arguments.only:
        faults.choose(arguments.only.split(","))
    order = chooser.sample(faults.kinds, len(faults.kinds))
    log = scratch / "receipts"
    load, campaigns = start_load(cluster, arguments, log), Campaigns(cluster, arguments.seed)
    campaigns.start()
    say("the cluster is healthy and loaded: " + " ".join(kind.name for kind in order))
    time.sleep(CALM)
    records = let_faults_happen(faults, order, arguments.minutes, chooser)
    verdict = judging.Verdict()
    say("settling")
    try:
        settle(cluster, load, campaigns)
    except (OSError, subprocess.SubprocessError) as error:
        verdict.expect(False, f"it does not settle: {error}")
    judge(verdict, cluster, records, faults, campaigns, log)
    is_met = judging.print_table(records)
    print("\n".join(verdict.facts + ["FAULT: " + fault for fault in verdict.faults]))
    print(f"seed {arguments.seed}: " + ("as promised" if not verdict.faults else f"{len(verdict.faults)} faults")
          + ("" if is_met else "; targets missed"))
    return 0 if not verdict.faults and is_met else 1


if __name__ == "__main__":
    sys.exit(main())
