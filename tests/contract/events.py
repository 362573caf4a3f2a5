# Sends a message and waits until its delivery is reported here: python3 events.py WAYBILL_URL [API_KEY]
# Waybill on this machine needs ALLOW_PRIVATE_ENDPOINTS=yes to reach this receiver.
import base64, hashlib, hmac, json, sys, time, urllib.request
from http.server import BaseHTTPRequestHandler, HTTPServer

waybill, key = sys.argv[1], sys.argv[2:]
headers = {"Content-Type": "application/json", **({"Authorization": "Bearer " + key[0]} if key else {})}


def ask(method, path, body=None):
    data = None if body is None else json.dumps(body).encode()
    with urllib.request.urlopen(urllib.request.Request(waybill + path, data, headers, method=method)) as reply:
        return json.loads(reply.read() or "null")


class Receiver(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        genuine = is_genuine(self.headers, body)
        self.send_response(204 if genuine else 401)
        self.end_headers()
        if genuine:  # an event may come more than once: remember its id
            events[self.headers["webhook-id"]] = json.loads(body)

    def log_message(self, *_):
        pass


def is_genuine(fields, body):
    if abs(time.time() - float(fields["webhook-timestamp"])) > 300:
        return False
    signed = f"{fields['webhook-id']}.{fields['webhook-timestamp']}.".encode() + body
    digest = hmac.new(base64.b64decode(endpoint["secret"].removeprefix("whsec_")), signed, hashlib.sha256).digest()
    expected = "v1," + base64.b64encode(digest).decode()
    return any(hmac.compare_digest(each, expected) for each in fields["webhook-signature"].split())


events = {}
server = HTTPServer(("127.0.0.1", 0), Receiver)
url = f"http://127.0.0.1:{server.server_port}/"
endpoint = ask("POST", "/api/endpoints", {"url": url, "events": ["message.delivered"]})
message = ask("POST", "/api/messages", {"to": "+15550100001", "body": "Hello"})
while not any(event["data"]["id"] == message["id"] for event in events.values()):
    server.handle_request()
print("delivered to", message["to"])
ask("DELETE", f"/api/endpoints/{endpoint['id']}")
