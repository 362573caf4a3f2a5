"""What must be true when everything runs again, and the table of what each kind of fault has cost."""

import json
import pathlib
import subprocess
from collections import Counter

from campaigns import MESSAGES_EACH
from cluster import LEASE_SECONDS, WAYBILLS, ask
from configuration import TWILIO

SHOWN = 5
SETTLED = {"accepted", "sent", "delivered", "undelivered"}


class Verdict:
    def __init__(self):
        self.faults, self.facts = [], []

    def expect(self, is_true, sentence):
        if not is_true:
            self.faults.append(sentence)

    def expect_none(self, found, what):
        self.expect(not found, f"{what}: {len(found)}, such as {sorted(found)[:SHOWN]}")

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
    verdict.expect_none(lost, "acknowledged receipts that are lost")
    verdict.expect_none(doubled, "receipts that are kept more than once")
    verdict.expect(kept.keys() <= posted, "receipts are kept that were never posted")
    verdict.expect(len(acknowledged) > 0, "no receipt was acknowledged")
    refused = len(posted - acknowledged)
    verdict.note(f"receipts: {len(acknowledged)} acknowledged, {len(lost)} of them lost; {asked_again} repeated attempts; "
                 f"{refused} never acknowledged")


def may_be_unknown(claimed_at, message, records, may_have_left):
    """Its request may have left: a Waybill was killed or frozen then, or could not store that it had not left."""
    return message in may_have_left or any(
        record.begin - LEASE_SECONDS <= claimed_at <= record.end for record in records if not record.kind.is_of_waybill)


def judge_sending(verdict, cluster, records, may_have_left):
    ledger = [json.loads(line) for line in ask(f"http://{TWILIO}/simulator/ledger", timeout=60)[1].splitlines()]
    sent = {}
    times = Counter()
    for line in ledger:
        message = line["status_callback"].partition("#")[0].rpartition("/")[2]
        times[message] += 1
        sent[message] = line
    stored = [row.split("|") for row in cluster.sql(
        "select m.id, m.status, extract(epoch from m.claimed_at) from messages m join campaigns c on c.id = m.campaign_id"
        " where c.public_id not like 'trial-%'").splitlines()]
    rows = {message: status for message, status, _ in stored}
    twice = [message for message, count in times.items() if count > 1]
    verdict.expect_none(twice, "messages that were texted twice")
    verdict.expect(len(sent) > 0, "nothing was sent")
    verdict.expect(sent.keys() <= rows.keys(), "Twilio has messages that the database has not")
    unknown = {message: float(claimed_at) for message, status, claimed_at in stored if status == "unknown"}
    not_sent = [f"{message} is {status}" for message, status in rows.items() if message not in sent and status != "unknown"]
    held = [message for message, claimed_at in unknown.items()
            if message not in sent and not may_be_unknown(claimed_at, message, records, may_have_left)]
    unsettled = [f"{message} is {rows.get(message)}, at Twilio {line['status']}" for message, line in sent.items()
                 if rows.get(message) not in SETTLED
                 and not (rows.get(message) == "unknown" and line["callbacks_acknowledged"] == 0)]
    verdict.expect_none(not_sent, "messages that Twilio has not")
    verdict.expect_none(held, "unknown messages whose requests had not left")
    verdict.expect_none(unsettled, "messages that Twilio has and that are not settled")
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
    verdict.expect_none(ours, "programs that ended unexpectedly")
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
