"""What must be true when everything runs again, and the table of what each kind of fault has cost."""

import json
import pathlib
import subprocess
from collections import Counter

from campaigns import MESSAGES_EACH
from cluster import WAYBILLS, ask
from configuration import TWILIO

SHOWN = 5
SETTLED = {"accepted", "sent", "delivered", "undelivered"}


class Verdict:
    def __init__(self):
        self.faults, self.facts = [], []

    def expect(self, is_true, sentence):
        if not is_true:
            self.faults.append(sentence)

    def note(self, sentence):
        self.facts.append(sentence)


def read_log(path):
    """The attempts: number, message, word, asked, answered, status, attempt."""
    with open(path, encoding="utf-8") as file:
        for line in file:
            number, message, word, asked, answered, status, attempt = line.split()
            yield f"{number} {message} {word}", float(asked), float(answered), int(status), int(attempt)


def judge_receipts(verdict, cluster, attempts):
    posted, acknowledged, asked_again = set(), set(), 0
    for receipt, _, _, status, attempt in attempts:
        posted.add(receipt)
        asked_again += attempt > 1
        if status // 100 == 2:
            acknowledged.add(receipt)
    kept = Counter(cluster.sql(
        "select raw_dlr_done_date || ' ' || message_id || ' ' || h.status from message_history h join messages m"
        " on m.id = h.message_id join campaigns c on c.id = m.campaign_id"
        " where h.source = 'receipt' and c.public_id like 'trial-%'").splitlines())
    lost = acknowledged - kept.keys()
    doubled = [receipt for receipt, times in kept.items() if times > 1]
    verdict.expect(not lost, f"{len(lost)} acknowledged receipts are lost: {sorted(lost)[:SHOWN]}")
    verdict.expect(not doubled, f"{len(doubled)} receipts are kept more than once: {doubled[:SHOWN]}")
    verdict.expect(kept.keys() <= posted, "receipts are kept that were never posted")
    verdict.expect(len(acknowledged) > 0, "no receipt was acknowledged")
    refused = len(posted - acknowledged)
    verdict.note(f"receipts: {len(acknowledged)} acknowledged, {len(lost)} of them lost; {asked_again} repeated attempts; "
                 f"{refused} never acknowledged")


def judge_sending(verdict, cluster, may_have_left):
    ledger = [json.loads(line) for line in ask(f"http://{TWILIO}/simulator/ledger", timeout=60)[1].splitlines()]
    sent = {}
    times = Counter()
    for line in ledger:
        message = line["status_callback"].partition("#")[0].rpartition("/")[2]
        times[message] += 1
        sent[message] = line
    rows = dict(row.split("|") for row in cluster.sql(
        "select m.id, m.status from messages m join campaigns c on c.id = m.campaign_id"
        " where c.public_id not like 'trial-%'").splitlines())
    twice = [message for message, count in times.items() if count > 1]
    verdict.expect(not twice, f"{len(twice)} messages were texted twice: {twice[:SHOWN]}")
    verdict.expect(len(sent) > 0, "nothing was sent")
    verdict.expect(sent.keys() <= rows.keys(), "Twilio has messages that the database has not")
    unknown = [message for message, status in rows.items() if status == "unknown"]
    for message, status in rows.items():
        line = sent.get(message)
        if line is None:
            verdict.expect(status == "unknown" and message in may_have_left,
                           f"{message} is {status}, but Twilio has it not" + (
                               " and its request had not left" if status == "unknown" else ""))
        elif status not in SETTLED:
            verdict.expect(status == "unknown" and line["callbacks_acknowledged"] == 0,
                           f"{message} is {status}, but Twilio has it as {line['status']}")
    verdict.note(f"messages: {len(rows)} uploaded, {len(sent)} in Twilio's ledger, {len(twice)} texted twice; {len(unknown)} "
                 f"unknown, {len([m for m in unknown if m in sent])} of them in the ledger")


def judge_campaigns(verdict, cluster, campaigns):
    stored = dict(row.split("|") for row in cluster.sql("select public_id, total from campaigns").splitlines())
    for campaign in campaigns.accepted:
        verdict.expect(stored.get(campaign) == str(MESSAGES_EACH), f"campaign {campaign} was accepted and is not whole")
    verdict.expect(len(campaigns.accepted) > 0, "no campaign was accepted")
    verdict.note(f"campaigns: {len(campaigns.accepted)} accepted, {campaigns.given_up} never answered with success")


def judge_rows(verdict, cluster):
    machine = cluster.machines[WAYBILLS[0]]
    check = subprocess.run(machine.wrapped([cluster.waybill, "backup-check"]), capture_output=True, text=True, check=False,
                           env={"PATH": "/usr/bin", **machine.services["waybill"].environment}, cwd=machine.directory)
    verdict.expect(check.returncode == 0, "backup-check: " + check.stdout + check.stderr)
    wrong = cluster.sql(file=pathlib.Path(__file__).with_name("faults_of_rows.sql")).strip()
    verdict.expect(not wrong, "statuses: " + wrong)
    losses = cluster.sql("select count(*) from history_losses").strip()
    verdict.expect(losses == "0", f"Waybill reports {losses} losses of history, and nothing was lost")


def judge_deaths(verdict, deaths):
    ours = [death for death in deaths if " waybill:" in death or "twilio" in death]
    verdict.expect(not ours, f"ended unexpectedly: {ours[:SHOWN]}")
    verdict.note(f"programs that ended while the trial had not killed them: {', '.join(deaths) or 'none'}")


# --- gaps ---

GAPS = """
select extract(epoch from at), extract(epoch from next)
  from (select at, lead(at) over (order by at) as next
          from (select distinct pg_xact_commit_timestamp(xmin) as at from message_history where source = 'receipt') as commits
       ) as pairs
 where next - at > interval '100 milliseconds'
"""


def measure(records, cluster, attempts):
    """Sets the longest gap between two commits with receipts, and the first attempts that failed, of each record."""
    gaps = [tuple(map(float, row.split("|"))) for row in cluster.sql(GAPS).splitlines()]
    failed = [asked for _, asked, _, status, attempt in attempts if attempt == 1 and status // 100 != 2]
    for record in records:
        record.gap = max((end - max(begin, record.begin) for begin, end in gaps
                          if end > record.begin and begin < record.end), default=0.0)
        record.failed = len([asked for asked in failed if record.begin <= asked <= record.end])


def print_table(records):
    """True when every target is met."""
    line = "{:20} {:>5} {:>12} {:>9} {:>8} {:>8} {:>9}"
    print(line.format("fault", "times", "longest gap", "target", "failed", "target", "healthy"))
    is_met = True
    for kind in sorted({record.kind.name for record in records}):
        of_kind = [record for record in records if record.kind.name == kind]
        target = of_kind[0].kind
        gap, failed = max(record.gap for record in of_kind), sum(record.failed for record in of_kind)
        missed = ((target.max_gap is not None and gap > target.max_gap)
                  or (target.max_failed is not None and failed > target.max_failed))
        is_met = is_met and not missed
        print(line.format(kind, len(of_kind), f"{gap:.1f} s", "" if target.max_gap is None else f"{target.max_gap} s",
                          failed, "" if target.max_failed is None else target.max_failed,
                          f"{max(record.end - record.begin for record in of_kind):.0f} s") + ("  MISSED" if missed else ""))
    return is_met
