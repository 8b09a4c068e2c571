"""Delivery in Python: the variant of a query, and an event of 100 records. See peers/script.rs and src/delivery.rs."""

import json
import platform
import sys
import time
import urllib.parse

KEY, QUERY = "photos/cat.jpg", "w=200&h=150&q=90&utm_source=x"
ACCEPT = "image/avif,image/webp,image/apng,image/*,*/*;q=0.8"


def record(number):
    return {
        "eventVersion": "2.1",
        "eventSource": "aws:s3",
        "awsRegion": "eu-central-1",
        "eventTime": "2026-11-30T08:15:30.123Z",
        "eventName": "ObjectCreated:Put",
        "userIdentity": {"principalId": "AIDAEXAMPLE"},
        "requestParameters": {"sourceIPAddress": "203.0.113.7"},
        "responseElements": {"x-amz-request-id": "C3D13FE58DE4C810"},
        "s3": {
            "s3SchemaVersion": "1.0",
            "configurationId": "resize",
            "bucket": {"name": "photos", "ownerIdentity": {"principalId": "A3NL1KOZZKExample"}, "arn": "arn:aws:s3:::photos"},
            "object": {
                "key": f"photos/my+cat%2B{number}.jpg",
                "size": 48211,
                "eTag": "d41d8cd98f00b204e9800998ecf8427e",
                "sequencer": "0055AED6DCD90281E5",
            },
        },
    }


EVENT = {"Records": [record(number) for number in range(100)]}
TEXT = json.dumps(EVENT)
PYTHON = f"Python {platform.python_version()}"


def query():
    from presize import Variants

    variants = Variants(widths=[200, 320, 800], heights=[150], qualities=[90], formats=["webp", "jpeg", "png"])
    return "presize", lambda: variants.from_query(KEY, QUERY, ACCEPT).cache_key


def event():
    from presize import parse_store_events

    return "presize, the dictionary that Lambda makes", lambda: parse_store_events(EVENT)


def event_text():
    from presize import parse_store_events

    return "presize, its JSON", lambda: parse_store_events(TEXT)


PEERS = {
    "query": query,
    "query-alone": lambda: (f"urllib.parse.parse_qsl alone, {PYTHON}", lambda: urllib.parse.parse_qsl(QUERY)),
    "event": event,
    "event-text": event_text,
    "event-alone": lambda: (f"json.loads alone, {PYTHON}", lambda: json.loads(TEXT)),
}

name, work = PEERS[sys.argv[1]]()
print(name, flush=True)
for line in sys.stdin:
    start = time.process_time_ns()
    for _ in range(int(line)):
        work()
    print(time.process_time_ns() - start, flush=True)
