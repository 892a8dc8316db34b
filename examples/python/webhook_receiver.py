#!/usr/bin/env python3
"""Take Baton's webhooks: believe those that are signed, do the work of each once. Standard library only, Python 3.9 or newer.

    WEBHOOK_SECRET=whsec_… python3 webhook_receiver.py [port]
"""

import base64
import hmac
import json
import os
import queue
import re
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

PATH = "/hooks/baton"
TOLERANCE = 300  # seconds
MOST_BYTES = 65_536


def keys_of(secrets):
    """The keys of WEBHOOK_SECRET: whsec_…, several while one is replaced."""
    return [base64.b64decode(secret.removeprefix("whsec_"), validate=True) for secret in re.split(r"[\s,]+", secrets.strip())]


def refusal(headers, body, keys, now=None):
    """Why this message is not to be believed, or None. body: the bytes as they came."""
    message_id = headers.get("webhook-id") or ""
    sent = headers.get("webhook-timestamp") or ""
    given = (headers.get("webhook-signature") or "").encode().split()
    if not message_id or not given or not re.fullmatch(r"[0-9]{1,12}", sent):
        return "a header of Standard Webhooks is missing or malformed"
    if abs((time.time() if now is None else now) - int(sent)) > TOLERANCE:
        return "it was sent too long ago, or a clock is wrong"
    signed = f"{message_id}.{sent}.".encode() + body
    rights = [b"v1," + base64.b64encode(hmac.digest(key, signed, "sha256")) for key in keys]
    if not any(hmac.compare_digest(right, one) for right in rights for one in given):
        return "no signature matches"
    return None


class Receiver(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 15
    keys = []
    # In memory: what was answered and not yet done is lost with the process. Insert into a table with a unique key where that matters.
    seen = set()
    lock = threading.Lock()
    todo = queue.Queue()

    def do_POST(self):
        length = self.headers.get("Content-Length", "")
        if self.path != PATH:
            return self.answer(404)
        if not length.isdigit() or int(length) > MOST_BYTES:
            return self.answer(413)
        body = self.rfile.read(int(length))
        reason = refusal(self.headers, body, self.keys)
        if reason:
            print(f"refused: {reason}", file=sys.stderr, flush=True)
            return self.answer(400)
        self.answer(204)  # first: the work may take longer than Baton waits
        with self.lock:
            is_new = self.headers["webhook-id"] not in self.seen
            self.seen.add(self.headers["webhook-id"])
        if is_new:
            self.todo.put((self.headers["webhook-id"], json.loads(body)))

    def answer(self, status):
        self.close_connection = status >= 400  # its body may not have been read
        self.send_response(status)
        if status != 204:
            self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass


def work(message_id, message):
    """Yours."""
    print(message_id, message["type"], message["data"]["id"], flush=True)


def work_off(todo):
    while True:
        message_id, message = todo.get()
        try:
            work(message_id, message)
        except Exception as error:  # the others go on
            print(f"{message_id} was taken, and its work failed: {error!r}", file=sys.stderr, flush=True)


def main(arguments):
    secrets = os.environ.get("WEBHOOK_SECRET", "")
    if not secrets.strip():
        sys.exit("WEBHOOK_SECRET is not set: it is the orchestrator's.")
    Receiver.keys = keys_of(secrets)
    server = ThreadingHTTPServer(("127.0.0.1", int(arguments[0]) if arguments else 8083), Receiver)
    threading.Thread(target=work_off, args=(Receiver.todo,), daemon=True).start()
    print(f"listening on http://127.0.0.1:{server.server_port}{PATH}", flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main(sys.argv[1:])
