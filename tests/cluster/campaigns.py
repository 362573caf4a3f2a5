"""What the receipts are about: messages that Twilio has accepted, and campaigns that are sent while everything fails."""

import itertools
import json
import random
import threading
import time

from cluster import WAYBILLS

MESSAGES_EACH = 200
PERIOD = 7  # seconds from one campaign to the next
GIVE_UP_AFTER = 120

# Filled in as Waybill would have left them; the campaigns' ids begin with trial.
FILL = """
insert into campaigns (public_id, name, restaurant_name, offer, offer_code, message_template, lapsed_after_days, sender,
                       simulated, price_per_segment, status, completed_at, sample_body, valid_rows, rejected_rows,
                       duplicate_rows, opted_out_rows, total, total_segments)
select 'trial-' || n, 'trial', 'Luigi''s', '20%% off', 'SAVE20', 'Hi', 60, '+15005550006', false, 75, 'completed', now(),
       'Hi', %(each)d, 0, 0, 0, %(each)d, %(each)d
  from generate_series(1, %(campaigns)d) as n;
insert into messages (campaign_id, row_number, recipient, customer_name, body, segments, status, claimed_at, accepted_at)
select id, n, '+1' || 3000000000 + id * 1000000 + n, 'Ana', 'Hi', 1, 'accepted', now(), now()
  from campaigns, generate_series(1, %(each)d) as n
 where public_id like 'trial-%%' order by n, id;
insert into campaign_counters (campaign_id, accepted, ever_accepted, accepted_segments)
select id, %(each)d, %(each)d, %(each)d from campaigns where public_id like 'trial-%%';
"""
FILLED = "select m.id from messages m join campaigns c on c.id = m.campaign_id where c.public_id like 'trial-%' order by m.id"


def fill_messages(cluster, count, file):
    """Writes their ids into the file."""
    campaigns = 10
    cluster.sql(FILL % {"campaigns": campaigns, "each": count // campaigns})
    cluster.sql("vacuum analyze messages")
    file.write_text(cluster.sql(FILLED), encoding="utf-8")


class Campaigns(threading.Thread):
    """Uploads one campaign after another, to either Waybill, until it is accepted."""

    def __init__(self, cluster, seed):
        super().__init__(daemon=True)
        self.cluster, self.random = cluster, random.Random(seed)
        self.numbers = itertools.count(2_120_000_000)
        self.accepted, self.given_up = [], 0
        self.is_ending = threading.Event()

    def run(self):
        for place in itertools.count():
            self._upload(place)
            if self.is_ending.wait(PERIOD):
                return

    def stop(self):
        self.is_ending.set()
        self.join(GIVE_UP_AFTER + 10)

    def _upload(self, place):
        recipients = [{"customerName": "Ana", "phoneNumber": f"+1{next(self.numbers)}"} for _ in range(MESSAGES_EACH)]
        body = json.dumps({"restaurantName": "Luigi's", "offer": "20% off", "offerCode": f"SAVE{place}",
                           "recipients": recipients}).encode()
        end = time.monotonic() + GIVE_UP_AFTER
        while time.monotonic() < end:
            status, reply = self.cluster.api(self.random.choice(WAYBILLS), "/api/campaigns", body,
                                             {"Prefer": "respond-async", "Idempotency-Key": f"trial-{place}"})
            if status in (200, 202):
                self.accepted.append(json.loads(reply)["data"]["campaignId"])
                return
            time.sleep(0.5)
        self.given_up += 1
