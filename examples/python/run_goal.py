#!/usr/bin/env python3
"""Hand a goal to Baton, wait for its end, print the answer. Standard library only, Python 3.9 or newer.

    python3 run_goal.py "Compare tea and coffee" [idempotency-key]

BATON_URL (default http://127.0.0.1:3000), BATON_API_KEY. Progress goes to stderr, the answer to stdout. Exit codes are those of
the baton command: 0 succeeded, 2 usage or refused, 3 partially succeeded, 4 failed, 5 cancelled or expired, 6 Baton can't be reached.
"""

import http.client
import json
import os
import random
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
import uuid

URL = os.environ.get("BATON_URL", "http://127.0.0.1:3000").rstrip("/")
KEY = os.environ.get("BATON_API_KEY", "")
WAIT = int(os.environ.get("BATON_WAIT", "20"))  # seconds that the server holds the first reply
ATTEMPTS = 6
TIMEOUT = 60  # seconds of silence; the server sends a heartbeat every 15 s
MAY_PASS = {408, 429, 500, 502, 503, 504}
CUT = (OSError, http.client.HTTPException)  # URLError and timeouts are OSErrors
EXIT = {"succeeded": 0, "partially_succeeded": 3, "failed": 4, "cancelled": 5, "expired": 5}


def open_call(method, path, body=None, headers=None):
    data = None if body is None else json.dumps(body).encode()
    headers = {"Content-Type": "application/json", **(headers or {})}
    if KEY:
        headers["Authorization"] = f"Bearer {KEY}"
    return urllib.request.urlopen(urllib.request.Request(URL + path, data, headers, method=method), timeout=TIMEOUT)


def with_retries(call):
    """What may pass is tried again: only for calls that may be sent twice."""
    for attempt in range(1, ATTEMPTS + 1):
        pause = random.uniform(0.25, 0.5) * 2**attempt
        try:
            return call()
        except urllib.error.HTTPError as error:
            if error.code not in MAY_PASS or attempt == ATTEMPTS:
                raise
            after = error.headers.get("Retry-After", "")
            pause = max(pause, min(int(after), 60)) if after.isdigit() else pause
        except CUT:
            if attempt == ATTEMPTS:
                raise
        time.sleep(pause)


def call_json(method, path, body=None, headers=None):
    def call():
        with open_call(method, path, body, headers) as response:
            return json.load(response)

    return with_retries(call)


def create(goal, key):
    """The goal, ended if that took less than WAIT. The same key again gives the same goal, for a day."""
    headers = {"Idempotency-Key": key, "Prefer": f"wait={WAIT}"}
    return call_json("POST", "/v1/goals", {"goal": goal}, headers)


def events_of(response):
    """(id, name, data) of each whole event. Baton writes an event's data in one line."""
    fields = {}
    for line in response:
        text = line.decode().rstrip("\r\n")
        if text == "":
            if "data" in fields:
                yield fields["id"], fields["event"], json.loads(fields["data"])
            fields = {}
        elif not text.startswith(":"):  # a heartbeat
            name, _, value = text.partition(":")
            fields[name] = value.removeprefix(" ")


def follow(goal_id):
    """(name, data) of each event, once and in order, across connections that are cut; ends when there are no more."""
    path = f"/v1/goals/{goal_id}/events"
    headers = {"Accept": "text/event-stream"}
    fruitless = 0
    while fruitless < ATTEMPTS:
        fruitless += 1
        with with_retries(lambda: open_call("GET", path, headers=headers)) as response:
            if response.status == 204:  # the goal has ended, and that was all
                return
            try:
                for event_id, name, data in events_of(response):
                    headers["Last-Event-ID"] = event_id
                    fruitless = 0
                    yield name, data
            except CUT as error:
                print(f"cut off: {error!r}", file=sys.stderr)
        time.sleep(min(fruitless, 10))
    raise ConnectionError(f"{ATTEMPTS} connections in a row brought no event")


def run(text, key):
    goal = create(text, key)
    print(f"{goal['id']} {goal['status']}", file=sys.stderr)
    if goal["status"] not in EXIT:
        for name, data in follow(goal["id"]):
            if name != "output.delta":
                print(name, data.get("taskId", ""), file=sys.stderr)
        goal = call_json("GET", f"/v1/goals/{goal['id']}")
    return goal


def tell(goal):
    if goal["output"] is not None:
        print(goal["output"])
    for gap in goal["missing"]:
        print(f"missing: {gap['taskId']}: {gap['reason']}", file=sys.stderr)
    if goal["error"] is not None:
        print(f"{goal['status']}: {goal['error']['message']}", file=sys.stderr)
    return EXIT[goal["status"]]


def main(arguments):
    if not 1 <= len(arguments) <= 2:
        print(__doc__, file=sys.stderr)
        return 2
    # Made once and sent with every attempt. Take one of your own, such as an order's number, to hold to it across restarts.
    key = arguments[1] if len(arguments) == 2 else str(uuid.uuid4())
    try:
        goal = run(arguments[0], key)
    except urllib.error.HTTPError as error:
        print(f"Baton refused: {error.code} {error.read().decode(errors='replace')}", file=sys.stderr)
        return 6 if error.code in MAY_PASS else 2
    except CUT as error:
        print(f"Baton can't be reached at {URL}: {error}", file=sys.stderr)
        return 6
    return tell(goal)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
