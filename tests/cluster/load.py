"""Posts signed receipts at an even pace and writes down what became of each attempt. A process of its own.

    load.py ORIGIN ACCOUNT TOKEN MESSAGES LOG RATE SEED

MESSAGES: a file of ids. LOG: a line per attempt: number, message, word, when it was due, when it was answered, status; 0
for no answer. A receipt that is not accepted is posted again, as Twilio does. SIGTERM: ends when all are answered.
"""

import asyncio
import base64
import collections
import hmac
import random
import signal
import sys
import time
import urllib.parse

CONNECTIONS = 1500
DEADLINE = 15  # seconds, as Twilio's
ATTEMPTS, BEFORE_NEXT_ATTEMPT = 12, 1.0
TICK = 0.01
LAG = 2000  # messages between a `sent` and its final receipt
AGAIN = 0.05  # of the receipts are posted once more
UNDELIVERED_EACH = 20


class Receipts:
    """Which receipt comes next: each message is sent, and a while later it has arrived, or not."""

    def __init__(self, messages, seed):
        self.messages, self.random, self.count = messages, random.Random(seed), 0
        self.last = collections.deque(maxlen=200)

    def next(self):
        if self.last and self.random.random() < AGAIN:
            return self.random.choice(self.last)
        self.count += 1
        turn = self.count // 2
        is_final = self.count % 2 == 1 and turn >= LAG
        place = (turn - LAG if is_final else turn) % len(self.messages)
        final = "undelivered" if place % UNDELIVERED_EACH == 0 else "delivered"
        receipt = (self.count, self.messages[place], final if is_final else "sent")
        self.last.append(receipt)
        return receipt


class Signer:
    def __init__(self, origin, account, token):
        self.origin, self.account, self.token = origin, account, token.encode()
        self.host = origin.split("://")[1]

    def request(self, number, message, word):
        form = {"AccountSid": self.account, "MessageSid": "SM" + message.zfill(32), "MessageStatus": word,
                "RawDlrDoneDate": str(number)}
        if word == "undelivered":
            form["ErrorCode"] = "30003"
        target = f"/webhooks/twilio/status/{message}"
        text = self.origin + target + "".join(name + form[name] for name in sorted(form))
        signature = base64.b64encode(hmac.digest(self.token, text.encode(), "sha1")).decode()
        body = urllib.parse.urlencode(form)
        return (f"POST {target} HTTP/1.1\r\nHost: {self.host}\r\nContent-Type: application/x-www-form-urlencoded\r\n"
                f"X-Twilio-Signature: {signature}\r\nContent-Length: {len(body)}\r\n\r\n{body}").encode()


class Load:
    def __init__(self, arguments):
        origin, account, token, messages, log, rate, seed = arguments
        host, port = origin.split("://")[1].split(":")
        self.where, self.rate, self.signer = (host, int(port)), int(rate), Signer(origin, account, token)
        with open(messages, encoding="utf-8") as file:
            self.receipts = Receipts(file.read().split(), int(seed))
        self.log = open(log, "w", encoding="utf-8", buffering=1 << 16)
        self.idle, self.tasks = [], set()
        self.open = 0
        self.is_ending = False

    async def run(self):
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, self._end)
        await self._keep_pace()
        while self.open:
            await asyncio.sleep(0.1)
        self.log.close()

    def _end(self):
        self.is_ending = True

    async def _keep_pace(self):
        """When too many wait, what is too much is left out, not piled up."""
        begun, made = time.monotonic(), 0
        while not self.is_ending:
            wanted = int((time.monotonic() - begun) * self.rate)
            for _ in range(min(wanted - made, CONNECTIONS - self.open)):
                self.open += 1
                self._post(self.receipts.next(), 1)
            made = wanted
            await asyncio.sleep(TICK)

    def _post(self, receipt, attempt):
        task = asyncio.get_running_loop().create_task(self._attempt(receipt, attempt))
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)

    async def _attempt(self, receipt, attempt):
        streams = self._idle_connection()
        asked, status, is_kept = time.time(), 0, False
        try:
            async with asyncio.timeout(DEADLINE):
                streams = streams or await asyncio.open_connection(*self.where)
                streams[1].write(self.signer.request(*receipt))
                status, is_kept = await self._answer(streams[0])
        except (OSError, EOFError, ValueError, TimeoutError):
            pass
        if is_kept:
            self.idle.append(streams)
        elif streams:
            streams[1].close()
        self.log.write(f"{receipt[0]} {receipt[1]} {receipt[2]} {asked:.4f} {time.time():.4f} {status} {attempt}\n")
        self._judge(receipt, attempt, status)

    def _idle_connection(self):
        """The one that was used last; the proxy closes what is idle for long."""
        while self.idle:
            streams = self.idle.pop()
            if not streams[0].at_eof():
                return streams
            streams[1].close()
        return None

    async def _answer(self, stream):
        head = (await stream.readuntil(b"\r\n\r\n")).lower()
        status = int(head.split(b" ", 2)[1])
        length = head.partition(b"content-length:")[2].partition(b"\r\n")[0]
        if length:
            await stream.readexactly(int(length))
        return status, b"connection: close" not in head and (length != b"" or status == 204)

    def _judge(self, receipt, attempt, status):
        if status // 100 == 2 or attempt == ATTEMPTS:
            self.open -= 1
        else:
            asyncio.get_running_loop().call_later(BEFORE_NEXT_ATTEMPT, self._post, receipt, attempt + 1)


if __name__ == "__main__":
    asyncio.run(Load(sys.argv[1:]).run())
