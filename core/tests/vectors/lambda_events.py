"""Events of Lambda and what an answer asks of the store, for make_edge.py and make_gateway.py. Knows nothing of presize.

The forms are those of the documentation, with values of our own:
https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/lambda-event-structure.html,
https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html (REST APIs),
https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html (HTTP APIs),
https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html (function URLs),
https://docs.aws.amazon.com/elasticloadbalancing/latest/application/lambda-functions.html (load balancers).
What a service decodes, Python's `urllib.parse` decodes here: REST and HTTP APIs the query, HTTP APIs the path as well.
"""

import json
import urllib.parse
from pathlib import Path

NOW = 1_700_000_000
CREDENTIALS = {"access_key_id": "AKIDEXAMPLE", "secret_access_key": "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"}
SOURCE = {"bucket": {"kind": "s3", "region": "ap-northeast-2", "name": "photos"}, "credentials": CREDENTIALS}
RESULTS = {"bucket": {"kind": "s3", "region": "ap-northeast-2", "name": "resized"}, "credentials": CREDENTIALS}
POLICY = {"widths": [24, 32], "heights": [16], "sizes": ["12x12"], "qualities": [90], "formats": ["webp", "jpeg", "png"],
          "presets": {"icon": {"width": 16, "lossless": True}, "tall": {"width": 300, "height": 1000, "format": "png"}}}
PHOTO = {"file": "images/baseline_420.jpg"}  # 48 x 36
GPS = {"file": "images/gps.jpg"}  # 36 x 48 as displayed
GRAY = {"file": "images/gray.png"}  # 48 x 36
ALPHA = {"file": "images/rgba.png"}  # 48 x 36
NOISE = {"file": "images/noise_tiles.webp"}  # 300 x 5328, and no smaller as PNG than its pixels
ETAG = '"9b2cf535f27731c974343645a3985328"'
OLD = "image/png,image/*;q=0.8,*/*;q=0.5"
YEAR, SHORT, NONE = "public, max-age=31536000", "public, max-age=10", "no-store"
TEXT = "a%2520b"  # a percent sign, percent-encoded, and what would be a space if it were decoded twice


def write_noise():
    """Noise in tiles of more than 32 KiB: WebP finds the last tile again, and PNG's deflate does not."""
    import random

    from PIL import Image

    tile = random.Random(7).randbytes(300 * 37 * 3)
    picture = Image.frombytes("RGB", (300, 37 * 144), tile * 144)
    picture.save(Path(__file__).parent / NOISE["file"], "WEBP", lossless=True, quality=100, method=6)


# the store

def found(body, etag=ETAG, **headers):
    size = (Path(__file__).parent / body["file"]).stat().st_size
    return {"status": 200, "headers": {"etag": etag, "content-length": str(size), "content-type": "application/octet-stream"} | headers, "body": body}


def refused(status, code="", **headers):
    body = {"body": f'<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>{code}</Code></Error>'} if code else {}
    return {"status": status, "headers": headers} | body


MISSING = refused(404, "NoSuchKey")
DONE = {"status": 200, "headers": {"etag": '"b1946ac92492d2347c6235b4d2611184"'}}
GONE = {"status": 404, "headers": {}}  # of HEAD, which has no body


def request(method, bucket, key, max_body_bytes, headers=None, body=None):
    headers = headers or {}
    return {"method": method, "host": f"{bucket['bucket']['name']}.s3.ap-northeast-2.amazonaws.com", "path": "/" + urllib.parse.quote(key, safe="/-_.~"),
            "signed": ";".join(sorted(["host", *headers])), "headers": headers, "body": body} | ({} if max_body_bytes is None else {"max_body_bytes": max_body_bytes})


def get(key, etag=None, source=SOURCE):
    return request("GET", source, key, None, {"if-match": etag} if etag else None)


def picture(format, width, height):
    return {"format": format, "width": width, "height": height}


# CloudFront

def listed(headers):
    """`{"accept": [{"key": "Accept", "value": "image/*"}]}`: one entry for each time that a header comes."""
    entries = {}
    for name, values in headers.items():
        entries[name.lower()] = [{"key": name, "value": value} for value in ([values] if isinstance(values, str) else values)]
    return entries


def cloudfront(url, response=None, *, method="GET", accept=OLD, origin="", kind=None, custom=False, headers=None):
    uri, _, query = url.partition("?")
    s3 = {"authMethod": "origin-access-identity", "customHeaders": {}, "domainName": "photos.s3.ap-northeast-2.amazonaws.com", "path": origin, "region": "ap-northeast-2"}
    server = {"customHeaders": {}, "domainName": "origin.example.com", "keepaliveTimeout": 5, "path": origin, "port": 443, "protocol": "https", "readTimeout": 30, "sslProtocols": ["TLSv1.2"]}
    sent = {"X-Forwarded-For": "203.0.113.178", "User-Agent": "Amazon CloudFront", "Via": "2.0 2afae0d44e2540f472c0635ab62c232b.cloudfront.net (CloudFront)",
            "Host": "photos.s3.ap-northeast-2.amazonaws.com"} | ({"Accept": accept} if accept else {}) | (headers or {})
    asked = {"clientIp": "203.0.113.178", "headers": listed(sent), "method": method, "querystring": query, "uri": uri, "origin": {"custom": server} if custom else {"s3": s3}}
    config = {"distributionDomainName": "d111111abcdef8.cloudfront.net", "distributionId": "EDFDVBD6EXAMPLE",
              "eventType": kind or ("origin-response" if response else "origin-request"), "requestId": "4TyzHTaYWb1GX1qTfsHhEqV6HUDd_BzoBZnwfnvQc_1oF26ClkoUSEQ=="}
    return {"Records": [{"cf": {"config": config, "request": asked} | ({"response": response} if response else {})}]}


# gateways

API = "a1b2c3d4e5.execute-api.ap-northeast-2.amazonaws.com"
URL = "abcdefg.lambda-url.ap-northeast-2.on.aws"
BALANCER = "img-846800462.ap-northeast-2.elb.amazonaws.com"


def pairs_of(query, decoded=True):
    lists = {}
    for pair in filter(None, query.split("&")):
        name, _, value = pair.partition("=")
        if decoded:
            name, value = urllib.parse.unquote_plus(name), urllib.parse.unquote_plus(value)
        lists.setdefault(name, []).append(value)
    return lists


def last(lists):
    return {name: values[-1] for name, values in lists.items()} or None


def lists_of(headers):
    return {name: [values] if isinstance(values, str) else values for name, values in headers.items()}


def rest(url, *, method="GET", accept=OLD, host=API, stage="prod", headers=None, decodes_path=False):
    path, _, query = url.partition("?")
    lists, sent = pairs_of(query), lists_of({"Accept": accept, "Host": host, "X-Forwarded-Proto": "https"} | (headers or {}))
    at = path if host != API else f"/{stage}{path}"
    return {"resource": "/{proxy+}", "path": path, "httpMethod": method, "headers": last(sent), "multiValueHeaders": sent,
            "queryStringParameters": last(lists), "multiValueQueryStringParameters": lists or None, "pathParameters": {"proxy": path[1:]}, "stageVariables": None,
            "requestContext": {"accountId": "123456789012", "apiId": "a1b2c3d4e5", "domainName": host, "domainPrefix": host.split(".")[0], "httpMethod": method,
                               "identity": {"sourceIp": "203.0.113.7", "userAgent": "curl/8.7.1", "user": None}, "path": at, "protocol": "HTTP/1.1", "requestId": "JKJaXmPLvHcESHA=",
                               "resourceId": "roq9wj", "resourcePath": "/{proxy+}", "stage": stage}, "body": None, "isBase64Encoded": False}


def http_1(url, *, stage="$default", host=API, **more):
    path, question, query = url.partition("?")
    event = rest(url, stage=stage, host=host, **more)
    at = urllib.parse.unquote(path)
    at = at if stage == "$default" or host != API else f"/{stage}{at}"
    event["requestContext"] |= {"path": at, "resourceId": None}
    return {"version": "1.0"} | event | {"path": at}


def http_2(url, *, method="GET", accept=OLD, host=API, stage="$default", headers=None, decodes_path=True):
    path, _, query = url.partition("?")
    at = urllib.parse.unquote(path) if decodes_path else path
    at = at if stage == "$default" or host != API else f"/{stage}{at}"
    sent = {"accept": accept, "host": host, "x-forwarded-proto": "https"} | (headers or {})
    sent = {name.lower(): values if isinstance(values, str) else ",".join(values) for name, values in sent.items()}
    joined = {name: ",".join(values) for name, values in pairs_of(query).items()}
    return {"version": "2.0", "routeKey": "$default", "rawPath": at, "rawQueryString": query, "headers": sent} | ({"queryStringParameters": joined} if joined else {}) | {
            "requestContext": {"accountId": "123456789012", "apiId": host.split(".")[0], "domainName": host, "domainPrefix": host.split(".")[0],
                               "http": {"method": method, "path": at, "protocol": "HTTP/1.1", "sourceIp": "203.0.113.7", "userAgent": "curl/8.7.1"},
                               "requestId": "JKJaXmPLvHcESHA=", "routeKey": "$default", "stage": stage, "time": "14/Nov/2023:22:13:20 +0000", "timeEpoch": NOW * 1000}, "isBase64Encoded": False}


def function_url(url, **more):
    return http_2(url, host=URL, decodes_path=False, **more)


def balancer(url, *, method="GET", accept=OLD, host=BALANCER, headers=None, has_lists=False):
    path, _, query = url.partition("?")
    lists = pairs_of(query, decoded=False)
    sent = lists_of({"accept": accept, "host": host, "x-forwarded-port": "443", "x-forwarded-proto": "https"} | {name.lower(): value for name, value in (headers or {}).items()})
    named = {"multiValueQueryStringParameters": lists, "multiValueHeaders": sent} if has_lists else {"queryStringParameters": last(lists) or {}, "headers": last(sent)}
    return {"requestContext": {"elb": {"targetGroupArn": "arn:aws:elasticloadbalancing:ap-northeast-2:123456789012:targetgroup/images/6d0ecf831eec9f09"}},
            "httpMethod": method, "path": path} | named | {"body": "", "isBase64Encoded": False}


def balancer_lists(url, **more):
    return balancer(url, has_lists=True, **more)


SERVICES = {"rest": rest, "http-1": http_1, "http-2": http_2, "function-url": function_url, "balancer": balancer, "balancer-lists": balancer_lists}


def write(name, about, made_by, cases):
    names = [case["name"] for case in cases]
    assert len(names) == len(set(names)), [name for name in names if names.count(name) > 1]
    head = json.dumps({"about": about, "made_by": made_by})
    lines = ",\n".join(json.dumps(case, ensure_ascii=False) for case in cases)
    Path(__file__).with_name(name).write_text(f'{head[:-1]}, "cases": [\n{lines}\n]}}\n', encoding="utf-8")
    print(f"{name}: {len(cases)} cases")
