"""Writes events.json: events of stores as Lambda, queues and webhooks are handed them, and the objects that they tell of.

    python core/tests/vectors/make_events.py

The forms are those of the documentation, with values of our own:
https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html (S3),
https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html (EventBridge),
https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html and with-sns.html (envelopes),
https://developers.cloudflare.com/r2/buckets/event-notifications/ (R2) and MinIO's webhooks. Keys are encoded by Python's
`urllib.parse.quote_plus`, and what is expected is what was encoded.
"""

import json
import urllib.parse
from pathlib import Path

TIME = "2026-11-30T08:15:30.123Z"
KEYS = {"plain": "photos/cat.jpg", "space": "my cat 1.jpg", "plus": "a+b.jpg", "percent": "100%25 a%b.jpg", "korean": "사진/고양이 1.jpg", "slashes": "/a//b/",
        "emoji": "\U0001f600.png", "quotes": "a\"b'c\\d.jpg", "equals": "a=b&c=d?e#f.jpg", "longest": "k" * 1024}
cases = []


def object_of(key, bucket="photos", size=48211, etag="d41d8cd98f00b204e9800998ecf8427e", version=None, sequencer="0055AED6DCD90281E5",
              name="ObjectCreated:Put", time=TIME, region="ap-northeast-2", message=None, source="s3"):
    return {"bucket": bucket, "key": key, "size_bytes": size, "entity_tag": etag, "version_id": version, "sequencer": sequencer,
            "event_name": name, "event_time": time, "region": region, "message_id": message, "source": source}


def s3(key, *, encoded=None, version_of_form="2.1", minio=False, left_out=(), **more):
    told = object_of(key, **more)
    thing = {"key": urllib.parse.quote_plus(key) if encoded is None else encoded, "size": told["size_bytes"], "eTag": told["entity_tag"],
             "versionId": told["version_id"], "sequencer": told["sequencer"]}
    thing = {name: value for name, value in thing.items() if value is not None and name not in left_out}
    return {"eventVersion": version_of_form, "eventSource": "minio:s3" if minio else "aws:s3", "awsRegion": told["region"], "eventTime": TIME,
            "eventName": ("s3:" if minio else "") + told["event_name"], "userIdentity": {"principalId": "AIDAEXAMPLE"},
            "requestParameters": {"sourceIPAddress": "203.0.113.7"}, "responseElements": {"x-amz-request-id": "C3D13FE58DE4C810"},
            "s3": {"s3SchemaVersion": "1.0", "configurationId": "resize", "bucket": {"name": told["bucket"], "ownerIdentity": {"principalId": "A3NL1KOZZKExample"}, "arn": f"arn:aws:s3:::{told['bucket']}"}, "object": thing}}


def eventbridge(key, kind="Object Created", service="aws.s3", reason="PutObject"):
    return {"version": "0", "id": "17793124-05d4-b198-2fde-7ededc63b103", "detail-type": kind, "source": service, "account": "111122223333", "time": TIME, "region": "ap-northeast-2",
            "resources": ["arn:aws:s3:::photos"], "detail": {"version": "0", "bucket": {"name": "photos"}, "object": {"key": key, "size": 5, "etag": "b1946ac92492d2347c6235b4d2611184",
            "version-id": "IYV3p45BT0ac8hjHg1houSdS1a.Mro8e", "sequencer": "617f08299329d189"}, "request-id": "N4N7GDK58NMKJ12R", "requester": "123456789012", "source-ip-address": "203.0.113.7", "reason": reason}}


def told_by_eventbridge(key, **more):
    return object_of(key, size=5, etag="b1946ac92492d2347c6235b4d2611184", version="IYV3p45BT0ac8hjHg1houSdS1a.Mro8e", sequencer="617f08299329d189", name="PutObject", source="eventbridge") | more


def r2(key, action="PutObject", **more):
    return {"account": "3f4b7e3dcab231cbfdaa90a6a28bd548", "action": action, "bucket": "photos", "object": {"key": key, "size": 65536, "eTag": "c846ff7a18f28c2e262116d6e8719ef0"}, "eventTime": TIME} | more


def told_by_r2(key, action="PutObject", **more):
    return object_of(key, size=65536, etag="c846ff7a18f28c2e262116d6e8719ef0", sequencer=None, name=action, region=None, source="r2") | more


def sqs(*bodies):
    return {"Records": [{"messageId": f"message-{number}", "receiptHandle": "AQEBwJnKyrHigUMZj6rYigCgxlaS3SLy0a", "body": body if isinstance(body, str) else json.dumps(body), "attributes": {},
                         "messageAttributes": {}, "md5OfBody": "e4e68fb7bd0e697a0ae8f1bb342846b3", "eventSource": "aws:sqs", "eventSourceARN": "arn:aws:sqs:ap-northeast-2:123456789012:q", "awsRegion": "ap-northeast-2"}
                        for number, body in enumerate(bodies)]}


def sns_message(message, kind="Notification"):
    return {"Type": kind, "MessageId": "95df01b4-ee98-5cb9-9903-4c221d41eb5e", "TopicArn": "arn:aws:sns:ap-northeast-2:123456789012:t", "Subject": "Amazon S3 Notification", "Message": json.dumps(message), "Timestamp": TIME}


def sns(*messages):
    return {"Records": [{"EventVersion": "1.0", "EventSubscriptionArn": "arn:aws:sns:ap-northeast-2:123456789012:t:1", "EventSource": "aws:sns", "Sns": sns_message(message)} for message in messages]}


def ignored(reason, name=None, bucket=None, key=None, message=None):
    return {"reason": reason, "event_name": name, "bucket": bucket, "key": key, "message_id": message}


TEST_EVENT = {"Service": "Amazon S3", "Event": "s3:TestEvent", "Time": TIME, "Bucket": "photos", "RequestId": "5582815E1AEA5ADF", "HostId": "8cLeGAmw098X5cv4Zkwcmo8vvZa3eH3eKxsPzbB9wrR"}


def read(name, why, event, objects, left=()):
    text = event if isinstance(event, str) else json.dumps(event, ensure_ascii=False)
    cases.append({"name": name, "why": why, "call": "parse_store_events", "input": {"event": text}, "ok": {"objects": list(objects), "ignored": list(left)}})


def refused(name, why, text):
    cases.append({"name": name, "why": why, "call": "parse_store_events", "input": {"event": text}, "error": {"code": "event_malformed", "http_status": 400}})


def services():
    for name, key in KEYS.items():
        read(f"s3-key-{name}", "keys of S3 are encoded as in a form, once", {"Records": [s3(key)]}, [object_of(key)])
        read(f"minio-key-{name}", "so are MinIO's", {"EventName": "s3:ObjectCreated:Put", "Key": f"photos/{key}", "Records": [s3(key, minio=True)]}, [object_of(key, source="minio")])
        read(f"eventbridge-key-{name}", "EventBridge does not encode", eventbridge(key), [told_by_eventbridge(key)])
        read(f"r2-key-{name}", "R2 does not encode", r2(key), [told_by_r2(key)])
    for form in ["2.0", "2.1", "2.2", "2.3", "2.4", "2.5", "2.9"]:
        read(f"s3-form-{form}", "a second number that is higher adds fields", {"Records": [s3("a.jpg", version_of_form=form) | {"new": 1}]}, [object_of("a.jpg")])
    read("s3-form-3.0", "a first number that is higher changes them", {"Records": [s3("a.jpg", version_of_form="3.0")]}, [], [ignored("unknown_event", "ObjectCreated:Put")])
    for kind in ["Put", "Post", "Copy", "CompleteMultipartUpload"]:
        read(f"s3-created-{kind}", "every way to create an object", {"Records": [s3("a.jpg", name=f"ObjectCreated:{kind}")]}, [object_of("a.jpg", name=f"ObjectCreated:{kind}")])
    for kind in ["ObjectRemoved:Delete", "ObjectRemoved:DeleteMarkerCreated", "ObjectRestore:Post", "ObjectRestore:Completed", "ReducedRedundancyLostObject", "Replication:OperationFailedReplication",
                 "ObjectTagging:Put", "ObjectAcl:Put", "LifecycleExpiration:Delete", "IntelligentTiering", "ObjectCreatedNot"]:
        read(f"s3-other-{kind}", "nothing was created", {"Records": [s3("a b.jpg", name=kind)]}, [], [ignored("not_created", kind, "photos", "a b.jpg")])
    read("s3-version", "the version that is to be read", {"Records": [s3("a.jpg", version="3HL4kqtJvjVBH40Nrjfkd")]}, [object_of("a.jpg", version="3HL4kqtJvjVBH40Nrjfkd")])
    read("s3-lean", "a server that leaves out what it does not have", {"Records": [s3("a.jpg", left_out=("size", "eTag", "sequencer"))]}, [object_of("a.jpg", size=None, etag=None, sequencer=None)])
    read("s3-capital-escape", "percent signs in both cases", {"Records": [s3("é.jpg", encoded="%c3%A9.jpg")]}, [object_of("é.jpg")])
    read("s3-twice-encoded", "decoded once", {"Records": [s3("a%20b.jpg", encoded="a%2520b.jpg")]}, [object_of("a%20b.jpg")])
    for name, encoded in {"cut": "a%2", "digits": "a%zz", "utf8": "%ff.jpg", "nul": "a%00b", "dots": "a/../b", "dots-encoded": "%2E%2E/b", "newline": "a%0Ab", "empty": ""}.items():
        read(f"s3-key-invalid-{name}", "what cannot be read or signed is named, and not lost", {"Records": [s3("x", encoded=encoded), s3("good.jpg")]}, [object_of("good.jpg")],
             [ignored("key_invalid", "ObjectCreated:Put", "photos", encoded or None)])
    read("s3-no-bucket", "an event of no bucket", {"Records": [{"eventVersion": "2.1", "eventSource": "aws:s3", "eventName": "ObjectCreated:Put", "s3": {"object": {"key": "a.jpg"}}}]}, [],
         [ignored("unknown_event", "ObjectCreated:Put", None, "a.jpg")])
    read("s3-many", "records of one event", {"Records": [s3(f"{number}.jpg", sequencer=f"00{number:04X}") for number in range(20)]}, [object_of(f"{number}.jpg", sequencer=f"00{number:04X}") for number in range(20)])
    read("s3-none", "no records", {"Records": []}, [])
    read("test-event", "the store tells that notifications are on", TEST_EVENT, [], [ignored("test_event", "s3:TestEvent")])
    for kind in ["Object Deleted", "Object Restore Completed", "Object Tags Added"]:
        read(f"eventbridge-{kind}", "nothing was created", eventbridge("a.jpg", kind), [], [ignored("not_created", "PutObject", "photos", "a.jpg")])
    read("eventbridge-other-service", "another service's", eventbridge("a.jpg", "EC2 Instance State-change Notification", "aws.ec2"), [], [ignored("unknown_event", "EC2 Instance State-change Notification")])
    for action in ["CopyObject", "CompleteMultipartUpload"]:
        read(f"r2-{action}", "every way to create an object", r2("a.jpg", action, copySource={"bucket": "photos", "object": "b.jpg"}), [told_by_r2("a.jpg", action)])
    for action in ["DeleteObject", "LifecycleDeletion"]:
        read(f"r2-{action}", "nothing was created", r2("a.jpg", action), [], [ignored("not_created", action, "photos", "a.jpg")])
    read("other-service", "a server that is not known", {"Records": [s3("a.jpg") | {"eventSource": "ceph:s3"}]}, [], [ignored("unknown_event", "ObjectCreated:Put")])
    read("record-of-nothing", "a record of no form is not lost", {"Records": [{}, 7, None, "text", s3("a.jpg")]}, [object_of("a.jpg")], [ignored("unknown_event")] * 4)


def envelopes():
    read("sqs", "a message for each event", sqs({"Records": [s3("a b.jpg")]}, eventbridge("b.jpg"), r2("c.jpg"), TEST_EVENT),
         [object_of("a b.jpg", message="message-0"), told_by_eventbridge("b.jpg", message_id="message-1"), told_by_r2("c.jpg", message_id="message-2")],
         [ignored("test_event", "s3:TestEvent", message="message-3")])
    read("sqs-two-records", "a message with several", sqs({"Records": [s3("a.jpg"), s3("b.jpg")]}), [object_of("a.jpg", message="message-0"), object_of("b.jpg", message="message-0")])
    for name, body in {"text": "hello", "empty": "", "json": "[1, 2]", "other": '{"order": 7}', "null": "null", "deep": "[" * 500 + "]" * 500}.items():
        read(f"sqs-foreign-{name}", "what would come again and again is acknowledged", sqs(body, {"Records": [s3("a.jpg")]}), [object_of("a.jpg", message="message-1")], [ignored("unknown_event", message="message-0")])
    read("sns", "a message of SNS", sns({"Records": [s3("a b.jpg")]}, TEST_EVENT), [object_of("a b.jpg")], [ignored("test_event", "s3:TestEvent")])
    read("sns-in-sqs", "a queue that is subscribed", sqs(sns_message({"Records": [s3("a b.jpg")]})), [object_of("a b.jpg", message="message-0")])
    read("sns-raw-in-sqs", "raw message delivery", sqs({"Records": [s3("a b.jpg")]}), [object_of("a b.jpg", message="message-0")])
    read("sns-webhook", "the body of a webhook", sns_message({"Records": [s3("a b.jpg")]}), [object_of("a b.jpg")])
    for kind in ["SubscriptionConfirmation", "UnsubscribeConfirmation"]:
        read(f"sns-{kind}", "the app's to confirm", sns_message({}, kind), [], [ignored("subscription", kind)])
    nested = {"Records": [s3("a.jpg")]}
    for _ in range(5):
        nested = sns_message(nested)
    read("nested-too-deep", "messages in messages end", sqs(nested), [], [ignored("unknown_event", message="message-0")])


def duplicates():
    first, later = "0055AED6DCD90281E5", "0055AED6DCD90281E6"
    again = ignored("duplicate", "ObjectCreated:Put", "photos", "a.jpg")
    older = ignored("superseded", "ObjectCreated:Put", "photos", "a.jpg")
    read("duplicate", "events come at least once", {"Records": [s3("a.jpg"), s3("a.jpg")]}, [object_of("a.jpg")], [again])
    read("duplicate-case", "hexadecimal in both cases", {"Records": [s3("a.jpg"), s3("a.jpg", sequencer=first.lower())]}, [object_of("a.jpg")], [again])
    read("superseded", "the later one counts", {"Records": [s3("a.jpg", sequencer=first), s3("a.jpg", sequencer=later)]}, [object_of("a.jpg", sequencer=later)], [older])
    read("superseded-unordered", "whatever order they come in", {"Records": [s3("a.jpg", sequencer=later), s3("a.jpg", sequencer=first)]}, [object_of("a.jpg", sequencer=later)], [older])
    read("superseded-length", "the shorter one is padded on the right", {"Records": [s3("a.jpg", sequencer="0055"), s3("a.jpg", sequencer="00541F")]}, [object_of("a.jpg", sequencer="0055")], [older])
    read("same-length-padded", "zeros on the right add nothing", {"Records": [s3("a.jpg", sequencer="0055"), s3("a.jpg", sequencer="005500")]}, [object_of("a.jpg", sequencer="0055")], [again])
    read("three", "of three the last", {"Records": [s3("a.jpg", sequencer=number) for number in ("02", "03", "01")]}, [object_of("a.jpg", sequencer="03")], [older, older])
    read("other-bucket", "a key of another bucket is another", {"Records": [s3("a.jpg"), s3("a.jpg", bucket="other")]}, [object_of("a.jpg"), object_of("a.jpg", bucket="other")])
    read("no-order", "sequencers that are no numbers say nothing", {"Records": [s3("a.jpg", sequencer="x1"), s3("a.jpg", sequencer="x2")]}, [object_of("a.jpg", sequencer="x1"), object_of("a.jpg", sequencer="x2")])
    read("duplicate-in-messages", "a message that came twice is acknowledged", sqs({"Records": [s3("a.jpg")]}, {"Records": [s3("a.jpg")]}), [object_of("a.jpg", message="message-0")], [again | {"message_id": "message-1"}])
    read("r2-duplicate", "without sequencers the same entity tag is the same", sqs(r2("a.jpg"), r2("a.jpg")), [told_by_r2("a.jpg", message_id="message-0")], [ignored("duplicate", "PutObject", "photos", "a.jpg", "message-1")])
    other = r2("a.jpg")
    other["object"]["eTag"] = "another"
    read("r2-two", "another entity tag is another object", sqs(r2("a.jpg"), other), [told_by_r2("a.jpg", message_id="message-0"), told_by_r2("a.jpg", message_id="message-1", entity_tag="another")])


def broken():
    for name, text in {"empty": "", "text": "hello", "cut": '{"Records": [', "array": "[]", "number": "7", "null": "null", "object": "{}", "records-text": '{"Records": "x"}', "deep": "[" * 2000, "type": '{"Type": "Other"}',
                       "detail": '{"detail-type": 7}', "twice": "{} {}"}.items():
        refused(f"broken-{name}", "no event", text)
    refused("too-many", "more records than any service hands over", json.dumps({"Records": [{}] * 10_001}, separators=(",", ":")))

    def batch(name, why, ids, **outcome):
        cases.append({"name": f"batch-{name}", "why": why, "call": "sqs_batch_response", "input": {"failed_message_ids": ids}} | outcome)

    batch("none", "all were worked off", [], ok={"text": '{"batchItemFailures":[]}'})
    batch("two", "these come again", ["a-1", "b-2"], ok={"text": '{"batchItemFailures":[{"itemIdentifier":"a-1"},{"itemIdentifier":"b-2"}]}'})
    batch("twice", "each once", ["a-1", "a-1"], ok={"text": '{"batchItemFailures":[{"itemIdentifier":"a-1"}]}'})
    batch("quotes", "an id is text", ['a"b'], ok={"text": '{"batchItemFailures":[{"itemIdentifier":"a\\"b"}]}'})
    batch("empty", "with an empty id the whole batch comes again", ["a-1", ""], error={"code": "option_invalid", "details": {"name": "failed_message_ids"}})
    batch("long", "no id of SQS", ["x" * 101], error={"code": "option_invalid", "details": {"name": "failed_message_ids"}})


if __name__ == "__main__":
    for part in (services, envelopes, duplicates, broken):
        part()
    names = [case["name"] for case in cases]
    assert len(names) == len(set(names)), [name for name in names if names.count(name) > 1]
    head = json.dumps({"about": "Events of stores: the objects that were created, and what is ignored with its reason.", "made_by": "make_events.py"})
    lines = ",\n".join(json.dumps(case, ensure_ascii=False) for case in cases)
    Path(__file__).with_name("events.json").write_text(f'{head[:-1]}, "cases": [\n{lines}\n]}}\n', encoding="utf-8")
    print(f"events.json: {len(cases)} cases")
