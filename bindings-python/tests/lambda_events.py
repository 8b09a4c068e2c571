"""Events as AWS hands them to a Lambda function, in the shapes of its documentation."""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, quote_plus, unquote

Event = dict[str, Any]


@dataclass
class LambdaContext:
    """The second argument of a handler, as far as anything reads it."""

    seconds: float = 60.0
    aws_request_id: str = "c6af9ac6-7b61-11e6-9a41-93e8deadbeef"

    def get_remaining_time_in_millis(self) -> int:
        return int(self.seconds * 1000)


def s3_record(bucket: str, key: str, *, etag: str | None = None, sequencer: str | None = None, size: int = 1) -> Event:
    """A record of an S3 notification. Its key is encoded as in a form."""
    stored: Event = {"key": quote_plus(key, safe="/"), "size": size}
    if etag is not None:
        stored["eTag"] = etag
    if sequencer is not None:
        stored["sequencer"] = sequencer
    return {
        "eventVersion": "2.1",
        "eventSource": "aws:s3",
        "awsRegion": "us-east-1",
        "eventTime": "2026-11-30T12:00:00.000Z",
        "eventName": "ObjectCreated:Put",
        "userIdentity": {"principalId": "AIDAJDPLRKLG7UEXAMPLE"},
        "requestParameters": {"sourceIPAddress": "127.0.0.1"},
        "responseElements": {"x-amz-request-id": "C3D13FE58DE4C810"},
        "s3": {
            "s3SchemaVersion": "1.0",
            "configurationId": "resize",
            "bucket": {
                "name": bucket,
                "ownerIdentity": {"principalId": "A3NL1KOZZKExample"},
                "arn": f"arn:aws:s3:::{bucket}",
            },
            "object": stored,
        },
    }


def s3_event(*records: Event) -> Event:
    """An S3 notification."""
    return {"Records": list(records)}


def sqs_event(bodies: Sequence[Event]) -> tuple[Event, list[str]]:
    """A batch of SQS messages, and their ids."""
    ids = [str(uuid.uuid4()) for _ in bodies]
    records = [
        {
            "messageId": message_id,
            "receiptHandle": "AQEBwJnKyrHigUMZj6rYigCgxlaS3SLy0a",
            "body": json.dumps(body),
            "attributes": {
                "ApproximateReceiveCount": "1",
                "SentTimestamp": "1545082649183",
                "SenderId": "AIDAIENQZJOLO23YVJ4VO",
                "ApproximateFirstReceiveTimestamp": "1545082649185",
            },
            "messageAttributes": {},
            "md5OfBody": "e4e68fb7bd0e697a0ae8f1bb342846b3",
            "eventSource": "aws:sqs",
            "eventSourceARN": "arn:aws:sqs:us-east-1:123456789012:photos",
            "awsRegion": "us-east-1",
        }
        for message_id, body in zip(ids, bodies, strict=True)
    ]
    return {"Records": records}, ids


def sns_event(body: Event) -> Event:
    """A message of SNS."""
    notification = {
        "Type": "Notification",
        "MessageId": str(uuid.uuid4()),
        "TopicArn": "arn:aws:sns:us-east-1:123456789012:photos",
        "Subject": "Amazon S3 Notification",
        "Message": json.dumps(body),
        "Timestamp": "2026-11-30T12:00:00.000Z",
        "SignatureVersion": "1",
        "Signature": "EXAMPLE",
        "MessageAttributes": {},
    }
    subscription = "arn:aws:sns:us-east-1:123456789012:photos:2bcfbf39-05c3-41de-beaa-fcfcc21c8f55"
    return {
        "Records": [
            {
                "EventVersion": "1.0",
                "EventSubscriptionArn": subscription,
                "EventSource": "aws:sns",
                "Sns": notification,
            }
        ]
    }


def eventbridge_event(bucket: str, key: str, *, etag: str | None = None) -> Event:
    """An event of EventBridge. Its key is not encoded."""
    return {
        "version": "0",
        "id": "17793124-05d4-b198-2fde-7ededc63b103",
        "detail-type": "Object Created",
        "source": "aws.s3",
        "account": "123456789012",
        "time": "2026-11-30T12:00:00Z",
        "region": "us-east-1",
        "resources": [f"arn:aws:s3:::{bucket}"],
        "detail": {
            "version": "0",
            "bucket": {"name": bucket},
            "object": {"key": key, "size": 1, **({} if etag is None else {"etag": etag})},
            "request-id": "N4N7GDK58NMKJ12R",
            "requester": "123456789012",
            "source-ip-address": "1.2.3.4",
            "reason": "PutObject",
        },
    }


def _many(pairs: Sequence[tuple[str, str]]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, value in pairs:
        found.setdefault(name, []).append(value)
    return found


def api_gateway_v1(method: str, path: str, query: str, headers: Mapping[str, str], stage: str = "prod") -> Event:
    """A request to a REST API with a proxy integration: the query is decoded, and given twice."""
    pairs = parse_qsl(query, keep_blank_values=True)
    return {
        "resource": "/{proxy+}",
        "path": path,
        "httpMethod": method,
        "headers": dict(headers) or None,
        "multiValueHeaders": {name: [value] for name, value in headers.items()} or None,
        "queryStringParameters": dict(pairs) or None,
        "multiValueQueryStringParameters": _many(pairs) or None,
        "pathParameters": {"proxy": path.lstrip("/")},
        "stageVariables": None,
        "requestContext": {
            "accountId": "123456789012",
            "apiId": "1234567890",
            "domainName": headers.get("host"),
            "httpMethod": method,
            "identity": {"sourceIp": "127.0.0.1", "userAgent": "tests"},
            "path": f"/{stage}{path}",
            "protocol": "HTTP/1.1",
            "requestId": "c6af9ac6-7b61-11e6-9a41-93e8deadbeef",
            "resourcePath": "/{proxy+}",
            "stage": stage,
        },
        "body": None,
        "isBase64Encoded": False,
    }


def api_gateway_v2(method: str, path: str, query: str, headers: Mapping[str, str], stage: str = "$default") -> Event:
    """A request to an HTTP API in the payload format 2.0: the path is decoded, duplicates are joined with commas, and the query is
    there as it was."""
    raw_path = unquote(path if stage == "$default" else f"/{stage}{path}")
    pairs = _many(parse_qsl(query, keep_blank_values=True))
    event: Event = {
        "version": "2.0",
        "routeKey": "$default",
        "rawPath": raw_path,
        "rawQueryString": query,
        "headers": dict(headers),
        "requestContext": {
            "accountId": "123456789012",
            "apiId": "api-id",
            "domainName": headers.get("host"),
            "domainPrefix": "api-id",
            "http": {
                "method": method,
                "path": raw_path,
                "protocol": "HTTP/1.1",
                "sourceIp": "127.0.0.1",
                "userAgent": "tests",
            },
            "requestId": "JKJaXmPLvHcESHA=",
            "routeKey": "$default",
            "stage": stage,
            "time": "30/Nov/2026:12:00:00 +0000",
            "timeEpoch": 1796040000000,
        },
        "isBase64Encoded": False,
    }
    if pairs:
        event["queryStringParameters"] = {name: ",".join(values) for name, values in pairs.items()}
    return event


def lambda_url(method: str, path: str, query: str, headers: Mapping[str, str]) -> Event:
    """A request to the URL of a function: the shape of :func:`api_gateway_v2`, but the path is there as it was."""
    event = api_gateway_v2(method, path, query, headers)
    context = event["requestContext"]
    event["rawPath"] = context["http"]["path"] = path
    context |= {"accountId": "anonymous", "apiId": "1a2b3c", "domainPrefix": "1a2b3c"}
    context["domainName"] = "1a2b3c.lambda-url.us-east-1.on.aws"
    return event


def alb(method: str, path: str, query: str, headers: Mapping[str, str]) -> Event:
    """A request to a load balancer: the query is not decoded, and of duplicates the last one is there."""
    sent = {**headers, "x-amzn-trace-id": "Root=1-5c536348-3d683b8b04734faae651f476"}
    return {**_alb(method, path), "queryStringParameters": dict(_raw_pairs(query)), "headers": sent}


def alb_with_lists(method: str, path: str, query: str, headers: Mapping[str, str]) -> Event:
    """A request to a load balancer whose target group has headers of several values switched on."""
    sent = {name: [value] for name, value in headers.items()}
    return {
        **_alb(method, path),
        "multiValueQueryStringParameters": _many(_raw_pairs(query)),
        "multiValueHeaders": sent,
    }


def _alb(method: str, path: str) -> Event:
    arn = "arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/photos/6d0ecf831eec9f09"
    return {
        "requestContext": {"elb": {"targetGroupArn": arn}},
        "httpMethod": method,
        "path": path,
        "body": "",
        "isBase64Encoded": False,
    }


def _raw_pairs(query: str) -> list[tuple[str, str]]:
    pairs = [pair.partition("=") for pair in query.split("&") if pair]
    return [(name, value) for name, _, value in pairs]


GATEWAYS = {
    "api gateway v1": api_gateway_v1,
    "api gateway v2": api_gateway_v2,
    "lambda url": lambda_url,
    "load balancer": alb,
    "load balancer with lists": alb_with_lists,
}
"""The services that ask a function over HTTP."""


def cloudfront_headers(headers: Sequence[tuple[str, str]]) -> dict[str, list[dict[str, str]]]:
    """Headers as CloudFront writes them: lower-case names, each with a list of values."""
    found: dict[str, list[dict[str, str]]] = {}
    for name, value in headers:
        shown = "-".join(part.capitalize() for part in name.split("-"))
        found.setdefault(name.lower(), []).append({"key": shown, "value": value})
    return found


def origin_response(
    method: str,
    uri: str,
    querystring: str,
    headers: Sequence[tuple[str, str]],
    domain: str,
    status: int,
    description: str,
    received: Sequence[tuple[str, str]],
) -> Event:
    """The event of an origin-response trigger: what CloudFront asked an S3 origin, and what that answered, without its body."""
    return {
        "Records": [
            {
                "cf": {
                    "config": {
                        "distributionDomainName": "d111111abcdef8.cloudfront.net",
                        "distributionId": "EDFDVBD6EXAMPLE",
                        "eventType": "origin-response",
                        "requestId": "4TyzHTaYWb1GX1qTfsHhEqV6HUDd_BzoBZnwfnvQc_1oF26ClkoUSEQ==",
                    },
                    "request": {
                        "clientIp": "203.0.113.178",
                        "headers": cloudfront_headers(
                            [
                                *headers,
                                ("x-forwarded-for", "203.0.113.178"),
                                ("user-agent", "Amazon CloudFront"),
                                ("via", "2.0 2afae0d44e2540f472c0635ab62c232b.cloudfront.net (CloudFront)"),
                                ("host", domain),
                            ]
                        ),
                        "method": method,
                        "origin": {
                            "s3": {
                                "authMethod": "none",
                                "customHeaders": {},
                                "domainName": domain,
                                "path": "",
                                "region": "us-east-1",
                            }
                        },
                        "querystring": querystring,
                        "uri": uri,
                    },
                    "response": {
                        "headers": cloudfront_headers(received),
                        "status": str(status),
                        "statusDescription": description,
                    },
                }
            }
        ]
    }
