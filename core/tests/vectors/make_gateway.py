"""Writes gateway.json: events of API Gateway, function URLs and load balancers, what their answers ask of the store, and what is returned.

    python core/tests/vectors/make_gateway.py

Written from the documentation that lambda_events.py names, and of S3's conditional writes
<https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html>. How a case is read is said in make_edge.py, which
makes the picture of noise too. The four messages are those of a well-known function that resizes on the first miss. Lambda takes 6 MB,
a load balancer 1 MB: 300 x 5328 pixels of noise are 4.8 MB, in base64 6.4 MB; 300 x 1000 are 1.2 MB.
"""

import base64
import hashlib
import hmac
import json
import urllib.parse

from lambda_events import (ALPHA, API, BALANCER, DONE, ETAG, GONE, GPS, GRAY, MISSING, NOISE, NONE, NOW, PHOTO, POLICY, RESULTS, SERVICES, SHORT, SOURCE, TEXT, URL, YEAR, balancer,
                           balancer_lists, cloudfront, found, function_url, get, http_1, http_2, picture, refused, request, rest, write)

VERSION = "0.1.0"
SIGNING_KEY = "0123456789abcdef0123456789abcdef"
SMALL = picture("jpeg", 24, 18)
SQUARE = picture("jpeg", 12, 12)
CDN = "https://img.example.com"
FIRST_MISS = {"request": "key", "errors": "message", "results_url": CDN}
ERRORS = {400: "Bad Request", 403: "Forbidden", 404: "Not Found", 405: "Method Not Allowed", 307: "Temporary Redirect", 200: "OK", 304: "Not Modified", 500: "Internal Server Error", 503: "Service Unavailable"}
cases = []


def tag(cache_key):
    """The weak entity tag of a variant: of the original's, of what is made of it, and of the version."""
    digest = hashlib.sha256(f"{ETAG}\n{cache_key}\n{VERSION}".encode()).digest()
    return f'W/"{base64.urlsafe_b64encode(digest[:16]).decode().rstrip("=")}"'


def entity_tag(key, query="f=baseline&q=80&w=24"):
    return tag(f"v1/{urllib.parse.quote(key, safe='/-_.~')}?{query}")


def returned(event, status, headers, body=None, is_picture=False):
    is_balancer = "elb" in event["requestContext"]
    has_lists = is_balancer and "multiValueHeaders" in event
    shown = {"statusCode": status, "isBase64Encoded": is_picture} | ({"body": body} if body is not None else {})
    shown |= {"multiValueHeaders": {name: [value] for name, value in headers.items()}} if has_lists else {"headers": headers}
    shown |= {"statusDescription": f"{status} {ERRORS[status]}"} if is_balancer else {}
    return shown | {"members": sorted(shown), "header_names": sorted(headers)}


def answer(name, why, event, requests, status, headers, body=None, answers=(), code=None, is_picture=False, **more):
    given = {"source": SOURCE, "policy": POLICY, "options": {}, "rules": {}, "now": NOW, "event": event, "answers": list(answers)} | more
    cases.append({"name": name, "why": why, "call": "answer_gateway", "input": given, "ok": {"requests": requests, "returned": returned(event, status, headers, body, is_picture), "code": code}})


def made(name, why, event, key="cat.jpg", shown=SMALL, answers=None, query="f=baseline&q=80&w=24", requests=None, varies=True, **more):
    headers = {"content-type": f"image/{shown['format']}", "cache-control": YEAR, "etag": entity_tag(key, query)} | ({"vary": "Accept"} if varies else {})
    answer(name, why, event, [get(key)] if requests is None else requests, 200, headers, shown, [found(PHOTO)] if answers is None else answers, is_picture=True, **more)


def refusal(name, why, event, status, code, requests=(), answers=(), body=None, varies=True, headers=None, **more):
    sets = {"content-type": "application/json", "cache-control": SHORT if status < 500 else NONE} | ({"vary": "Accept"} if varies else {}) | (headers or {})
    answer(name, why, event, list(requests), status, sets, {"error": {"code": code}} if body is None else body, answers, code, **more)


def services():
    for name, service in SERVICES.items():
        made(f"{name}", "the main path: encoded as its service encodes it, the key is decoded once", service(f"/photos/{TEXT}+c.jpg?w=24&utm_source=a%20b"), "photos/a%20b+c.jpg")
        made(f"{name}-korean", "a key in UTF-8", service("/%EC%82%AC%EC%A7%84/%EA%B3%A0%EC%96%91%EC%9D%B4.jpg?w=24"), "사진/고양이.jpg")
        made(f"{name}-spelling", "names and values are encoded in any way", service("/cat.jpg?%77=%324&f%6Frmat=auto"))
        refusal(f"{name}-plus", "a sign is no part of a number, encoded or not", service("/cat.jpg?w=%2B24"), 400, "variant_malformed")
        refusal(f"{name}-pair", "what is decoded in a value is no other parameter", service("/cat.jpg?w=24%26h%3D16"), 400, "variant_malformed")
        refusal(f"{name}-percent", "nothing is decoded twice", service("/cat.jpg?w=%252324"), 400, "variant_malformed")
        refusal(f"{name}-not-allowed", "refused before anything is fetched", service("/cat.jpg?w=25"), 403, "variant_not_allowed")
        refusal(f"{name}-empty", "no query asks for no variant", service("/cat.jpg"), 403, "variant_not_allowed")
        refusal(f"{name}-dots", "a key that leaves its folder", service("/a/%2E%2E/secret.jpg?w=24"), 400, "variant_malformed")
        refusal(f"{name}-method", "variants are read", service("/cat.jpg?w=24", method="POST"), 405, "method_not_allowed", headers={"allow": "GET, HEAD"})
        event = service("/cat.jpg?w=24", method="HEAD")
        answer(f"{name}-head", "HEAD: the headers of GET, no body", event, [get("cat.jpg")], 200, {"content-type": "image/jpeg", "cache-control": YEAR, "vary": "Accept", "etag": entity_tag("cat.jpg")}, None, [found(PHOTO)])
        answer(f"{name}-known", "the client has it", service("/cat.jpg?w=24", headers={"If-None-Match": entity_tag("cat.jpg")}), [get("cat.jpg")], 304,
               {"cache-control": YEAR, "vary": "Accept", "etag": entity_tag("cat.jpg")}, None, [found(PHOTO)])
        # A load balancer without lists hands over the last of two values: there is nothing to refuse.
        if name == "balancer":
            made(f"{name}-twice", "of two values the service tells the last", service("/cat.jpg?w=32&w=24"))
        else:
            refusal(f"{name}-twice", "one thing twice", service("/cat.jpg?w=24&w=32"), 400, "variant_malformed")
            made(f"{name}-accept-twice", "WebP, named in the second header", service("/cat.jpg?preset=icon", accept=["image/avif", "image/webp"]), shown=picture("webp", 16, 12), query="f=webp&preset=icon")
        made(f"{name}-accept", "WebP, where it is named", service("/cat.jpg?preset=icon", accept="image/webp"), shown=picture("webp", 16, 12), query="f=webp&preset=icon")


def paths():
    for name, event in {"http-1": http_1("/cat.jpg?w=24", stage="prod"), "http-2": http_2("/cat.jpg?w=24", stage="prod"), "rest": rest("/cat.jpg?w=24", stage="prod")}.items():
        made(f"stage-{name}", "a stage is no part of the key", event)
    made("stage-folder", "a folder that begins like the stage", http_2("/production/cat.jpg?w=24", stage="prod"), "production/cat.jpg")
    made("stage-same", "a folder with the name of the stage", http_2("/prod/cat.jpg?w=24", stage="prod"), "prod/cat.jpg")
    made("stage-domain", "an API under a domain of its own has no stage in its paths", http_2("/prod/cat.jpg?w=24", stage="prod", host="api.example.com"), "prod/cat.jpg")
    made("base-path", "the start of all paths is no part of the key", http_2("/images/cat.jpg?w=24", stage="prod"), options={"base_path": "/images"})
    made("base-path-slash", "with a slash at its end or without", rest("/images/cat.jpg?w=24", host="api.example.com"), options={"base_path": "/images/"})
    for name, path in [("other", "/cat.jpg"), ("longer", "/images2/cat.jpg"), ("only", "/images")]:
        refusal(f"base-path-{name}", "a path that is not below it", http_2(f"{path}?w=24"), 400, "variant_malformed", options={"base_path": "/images"})
    made("path-form", "the size in the path", function_url(f"/12x12/{TEXT}+c.jpg"), "a%20b+c.jpg", SQUARE, query="f=baseline&fit=cover&h=12&q=80&w=12", options={"request": "path"})
    refusal("path-form-none", "a path without a size", function_url("/cat.jpg"), 400, "variant_malformed", options={"request": "path"})
    made("no-query", "null is no query", rest("/12x12/cat.jpg"), "cat.jpg", SQUARE, query="f=baseline&fit=cover&h=12&q=80&w=12", options={"request": "path"})
    event = rest("/cat.jpg?w=24")
    event["multiValueHeaders"] = None
    event["multiValueQueryStringParameters"] = None
    made("single-values", "what a test console sends", event)
    event = json.loads(json.dumps(event))
    event["headers"] = None
    made("no-headers", "null is no header", event)
    event = function_url("/cat.jpg?w=24")
    event["rawQueryString"] = "?" + event["rawQueryString"]
    made("question-mark", "a query with its question mark, as an example of the documentation has it", event)
    event = http_2("/cat.jpg?preset=icon")
    event["headers"] = {"AcCePt": "image/webp"}
    made("header-case", "names have any case", event, shown=picture("webp", 16, 12), query="f=webp&preset=icon")
    made("upright", "turned as EXIF says, and without EXIF", rest("/cat.jpg?w=24"), shown=picture("jpeg", 24, 32), answers=[found(GPS)])
    made("alpha", "the baseline of what has alpha", rest("/cat.png?w=24"), "cat.png", picture("png", 24, 18), [found(ALPHA)])


def first_miss():
    """S3 redirects what it does not have to `?key=12x12/...`; the function makes it, stores it, and redirects to it."""
    store = {"results": RESULTS}
    path_form = {"request": "path", "errors": "message"}

    def head(key):
        return request("HEAD", RESULTS, key, 0)

    def put(key, shown, conditional=True, cache_control=YEAR):
        headers = {"content-type": f"image/{shown['format']}", "cache-control": cache_control, "x-amz-meta-presize-result-of": ETAG.strip('"')} | ({"if-none-match": "*"} if conditional else {})
        made_request = request("PUT", RESULTS, key, None, headers, shown)
        made_request["signed"] = ";".join(sorted(["host", "content-length", *headers]))
        return made_request

    def redirected(name, why, event, key, requests, answers, location=None, **more):
        location = location or f"{CDN}/{urllib.parse.quote(key, safe='/-_.~')}"
        answer(name, why, event, requests, 307, {"location": location, "cache-control": NONE, "vary": "Accept"}, None, answers, **({"options": FIRST_MISS} | store | more))

    def failed(name, why, event, status, code, message, requests=(), answers=(), **more):
        refusal(name, why, event, status, code, requests, answers, {"message": message} if message else {}, **({"options": FIRST_MISS} | store | more))

    for name, service in SERVICES.items():
        redirected(f"miss-{name}", "looked for, made, stored, redirected to: a redirect is not cached", service("/resize?key=12x12%2Fblue%20marble%2B1.jpg"), "12x12/blue marble+1.jpg",
                   [head("12x12/blue marble+1.jpg"), get("blue marble+1.jpg"), put("12x12/blue marble+1.jpg", SQUARE)], [GONE, found(PHOTO), DONE])
        redirected(f"hit-{name}", "there already: nothing is made", service("/resize?key=12x12/cat.jpg"), "12x12/cat.jpg", [head("12x12/cat.jpg")], [DONE])
        failed(f"words-missing-{name}", "no key", service("/resize"), 400, "variant_malformed", "Bad Request: Missing key query parameter")
        failed(f"words-format-{name}", "no size before the key", service("/resize?key=cat.jpg"), 400, "variant_malformed", "Bad Request: Invalid key format")
        failed(f"words-allowed-{name}", "a size that is not listed", service("/resize?key=13x13/cat.jpg"), 403, "variant_not_allowed", "Forbidden: Resolution not allowed")
        failed(f"words-original-{name}", "no original", service("/resize?key=12x12/cat.jpg"), 404, "original_not_found", "Not Found: Original image not found",
               [head("12x12/cat.jpg"), get("cat.jpg")], [GONE, MISSING])
    event = rest("/resize?key=12x12/cat.jpg")
    steps = [head("12x12/cat.jpg"), get("cat.jpg"), put("12x12/cat.jpg", SQUARE)]
    redirected("miss-head", "HEAD is redirected too", rest("/resize?key=12x12/cat.jpg", method="HEAD"), "12x12/cat.jpg", steps, [GONE, found(PHOTO), DONE])
    redirected("miss-unlisted", "without the permission to list, a missing object is 403", event, "12x12/cat.jpg", steps, [refused(403), found(PHOTO), DONE])
    redirected("miss-overtaken", "another request has stored it", event, "12x12/cat.jpg", steps, [GONE, found(PHOTO), refused(412, "PreconditionFailed")])
    redirected("miss-unconditional", "a store without conditional writes", event, "12x12/cat.jpg", [*steps, put("12x12/cat.jpg", SQUARE, conditional=False)], [GONE, found(PHOTO), refused(501, "NotImplemented"), DONE])
    redirected("miss-other-format", "what is stored has the content type of the result", rest("/resize?key=12x12/cat.png"), "12x12/cat.png", [head("12x12/cat.png"), get("cat.png"), put("12x12/cat.png", SQUARE)],
               [GONE, found(GRAY), DONE])
    redirected("miss-path", "the results on the same host", function_url("/12x12/cat.jpg"), "12x12/cat.jpg", steps, [GONE, found(PHOTO), DONE], "/results/12x12/cat.jpg",
               options={"request": "path", "results_url": "/results/"})
    redirected("miss-url", "a result under its canonical name", rest("/cat.jpg?h=16&w=24"), "baseline.cover.h16.q80.w24/cat.jpg",
               [head("baseline.cover.h16.q80.w24/cat.jpg"), get("cat.jpg"), put("baseline.cover.h16.q80.w24/cat.jpg", picture("jpeg", 24, 16))], [GONE, found(PHOTO), DONE], options={"results_url": CDN})
    # Signed as delivery.json says; the policy has no such width, and the signature expires in a minute.
    expires = NOW + 60
    mac = hmac.new(SIGNING_KEY.encode(), f"presize-variant-v1\ncat.jpg\n{expires}\nf=auto&q=80&w=16".encode(), hashlib.sha256).digest()
    signed_url = f"/cat.jpg?w=16&e={expires}&s={base64.urlsafe_b64encode(mac).decode().rstrip('=')}"
    signed_steps = [head("baseline.q80.w16/cat.jpg"), get("cat.jpg"), put("baseline.q80.w16/cat.jpg", picture("jpeg", 16, 12))]
    redirected("miss-signed", "what is stored outlives the signature", function_url(signed_url), "baseline.q80.w16/cat.jpg", signed_steps, [GONE, found(PHOTO), DONE],
               options={"results_url": CDN}, policy=POLICY | {"signing_keys": [SIGNING_KEY]})
    failed("miss-empty-key", "an empty key is none", rest("/resize?key="), 400, "variant_malformed", "Bad Request: Missing key query parameter")
    failed("miss-dots", "a key that leaves its folder", rest("/resize?key=12x12/../cat.jpg"), 400, "variant_malformed", "Bad Request: Invalid key format")
    failed("miss-twice", "a size before another size", rest("/resize?key=12x12/12x12/cat.jpg"), 400, "variant_malformed", "Bad Request: Invalid key format")
    failed("miss-key-twice", "two keys", rest("/resize?key=12x12/cat.jpg&key=12x12/dog.jpg"), 400, "variant_malformed", "Bad Request: Invalid key format")
    for name, key, asked, options in [("path", "webp.cover.h12.q80.w12/cat.jpg", "/12x12/webp.cover.h12.q80.w12/cat.jpg", path_form | {"results_url": CDN}),
                                      ("url", "baseline.q80.w24/cat.jpg", "/baseline.q80.w24/cat.jpg?w=24", {"results_url": CDN, "errors": "message"})]:
        result_key = f"12x12/{key}" if name == "path" else f"baseline.q80.w24/{key}"
        failed(f"miss-of-a-result-{name}", "in a bucket with both, results of results would have no end", function_url(asked), 404, "original_not_found", "Not Found: Original image not found",
               [head(result_key), get(key)], [GONE, found(PHOTO, **{"x-amz-meta-presize-result-of": ETAG.strip('"')})], options=options)
    failed("miss-conflict", "two at once: the client asks again", event, 503, "store_unavailable", None, steps, [GONE, found(PHOTO), refused(409, "ConditionalRequestConflict")])
    failed("miss-no-bucket", "a bucket that is not there is no missing result", event, 500, "bucket_not_found", None, steps[:1], [refused(404, "NoSuchBucket")])
    failed("miss-unreachable", "no answer", event, 503, "store_unavailable", None, steps[:1], [{"fail": "connection refused"}])
    answer("miss-presize-words", "the errors of presize, where they are asked for", rest("/resize?key=13x13/cat.jpg"), [], 403, {"content-type": "application/json", "cache-control": SHORT, "vary": "Accept"},
           {"error": {"code": "variant_not_allowed"}}, code="variant_not_allowed", options=FIRST_MISS | {"errors": "presize"}, **store)
    for name, asked, url in [("function-url", function_url("/12x12/cat%20a.jpg"), f"https://{URL}"), ("balancer", balancer("/12x12/cat%20a.jpg"), f"https://{BALANCER}"), ("port", balancer_lists("/12x12/cat%20a.jpg"), f"http://{BALANCER.upper()}:80"),
                             ("stage", rest("/12x12/cat%20a.jpg"), f"https://{API}/prod")]:
        failed(f"loop-{name}", "a redirect to the request itself", asked, 500, "variant_redirect_loop", None, options=path_form | {"results_url": url})
    redirected("loop-none", "another path on the same host", function_url("/12x12/cat.jpg"), "12x12/cat.jpg", [head("12x12/cat.jpg")], [DONE], f"https://{URL}/results/12x12/cat.jpg", options=path_form | {"results_url": f"https://{URL}/results"})


def sizes():
    policy = POLICY | {"original_size": True}
    tall, all_of_it = picture("png", 300, 1000), picture("png", 300, 5328)
    for name, service in SERVICES.items():
        event = service("/cat.webp?preset=tall")
        if "balancer" in name:
            refusal(f"large-{name}", "a load balancer takes 1 MB", event, 500, "variant_too_large", [get("cat.webp")], [found(NOISE)])
        else:
            made(f"large-{name}", "Lambda takes 6 MB", event, "cat.webp", tall, [found(NOISE)], "f=png&preset=tall", varies=False)
    refusal("too-large", "more than 6 MB in base64", rest("/cat.webp?f=png"), 500, "variant_too_large", [get("cat.webp")], [found(NOISE)], policy=policy)
    key = "png/cat.webp"
    put = request("PUT", RESULTS, key, None, {"content-type": "image/png", "cache-control": YEAR, "x-amz-meta-presize-result-of": ETAG.strip('"'), "if-none-match": "*"}, all_of_it)
    put["signed"] = ";".join(sorted(["host", "content-length", *put["headers"]]))
    answer("too-large-stored", "what is too large is stored and redirected to", rest("/cat.webp?f=png"), [request("HEAD", RESULTS, key, 0), get("cat.webp"), put], 307,
           {"location": f"{CDN}/{key}", "cache-control": NONE, "vary": "Accept"}, None, [GONE, found(NOISE), DONE], policy=policy, results=RESULTS, options={"results_url": CDN, "redirect": "large"})
    made("small-answered", "what is not too large is answered, and not stored", rest("/cat.jpg?w=24"), requests=[request("HEAD", RESULTS, "baseline.q80.w24/cat.jpg", 0), get("cat.jpg")],
         answers=[GONE, found(PHOTO)], results=RESULTS, options={"results_url": CDN, "redirect": "large"})


def broken():
    def malformed(name, why, event):
        given = {"source": SOURCE, "policy": POLICY, "options": {}, "rules": {}, "now": NOW, "event": event, "answers": []}
        cases.append({"name": f"malformed-{name}", "why": why, "call": "answer_gateway", "input": given, "error": {"code": "event_malformed", "http_status": 400}})

    for name, text in {"empty": "", "text": "hello", "cut": '{"version": "2.0"', "array": "[]", "null": "null", "object": "{}", "deep": "[" * 2000}.items():
        malformed(name, "no event", text)
    malformed("cloudfront", "an event of another service", cloudfront("/cat.jpg?w=24"))
    malformed("s3", "an event of another service", {"Records": [{"eventSource": "aws:s3", "s3": {"bucket": {"name": "photos"}, "object": {"key": "cat.jpg"}}}]})
    malformed("lattice", "an event of VPC Lattice", {"version": "2.0", "path": "/cat.jpg", "method": "GET", "headers": {"accept": ["*/*"]}, "queryStringParameters": {"w": ["24"]}, "requestContext": {"serviceNetworkArn": "arn:aws:vpc-lattice:us-east-1:123456789012:servicenetwork/sn-0"}})
    malformed("websocket", "a message of a WebSocket API", {"requestContext": {"routeKey": "$default", "connectionId": "L0SM9cOFvHcCIhw=", "stage": "prod"}, "body": "hello"})

    def changed(name, event, place, value):
        event = json.loads(json.dumps(event))
        *parents, last = place.split("/")
        at = event
        for parent in parents:
            at = at[parent]
        at[last] = value
        malformed(f"type-{name}", "a value of another type", event)

    for name, value in {"path": None, "httpMethod": 7, "requestContext": [], "headers": "a", "multiValueHeaders": [], "multiValueHeaders/Accept": "image/webp", "multiValueQueryStringParameters": "w=24",
                        "multiValueQueryStringParameters/w": [24], "requestContext/path": 7, "requestContext/domainName": {}}.items():
        changed(f"rest-{name}", rest("/cat.jpg?w=24"), name, value)
    for name, value in {"rawPath": ["/cat.jpg"], "rawQueryString": {}, "headers/accept": ["a"], "requestContext/http": "GET", "requestContext/http/method": None, "requestContext/stage": 7}.items():
        changed(f"http-2-{name}", http_2("/cat.jpg?w=24"), name, value)
    for name, value in {"path": 7, "headers/accept": 7, "queryStringParameters": "w=24", "queryStringParameters/w": 24}.items():
        changed(f"balancer-{name}", balancer("/cat.jpg?w=24"), name, value)

    def option(name, why, options, option, results=None):
        given = {"source": SOURCE, "policy": POLICY, "options": options, "rules": {}, "now": NOW, "event": rest("/cat.jpg?w=24"), "answers": []} | ({"results": results} if results else {})
        cases.append({"name": f"option-{name}", "why": why, "call": "answer_gateway", "input": given, "error": {"code": "option_invalid", "details": {"name": option}}})

    option("results-url-missing", "where would redirects lead", {}, "results_url", RESULTS)
    option("results-url-alone", "nothing is stored there", {"results_url": CDN}, "results_url")
    for name, url in {"relative": "results", "query": f"{CDN}/?a", "scheme": "ftp://img.example.com", "user": "https://a@img.example.com", "space": f"{CDN}/a b", "line": f"{CDN}/a\nb", "host": "https://", "network": "//img.example.com", "empty": ""}.items():
        option(f"results-url-{name}", "no URL that a redirect can lead to", {"results_url": url}, "results_url", RESULTS)
    option("base-path", "a path begins with a slash", {"base_path": "images"}, "base_path")
    option("request", "an unknown word", {"request": "header"}, "request")
    option("redirect", "an unknown word", {"redirect": "never", "results_url": CDN}, "redirect", RESULTS)
    option("errors", "an unknown word", {"errors": "html"}, "errors")


if __name__ == "__main__":
    for part in (services, paths, first_miss, sizes, broken):
        part()
    write("gateway.json", "Events of API Gateway, function URLs and load balancers, the requests that they lead to, and what the function returns.", "make_gateway.py", cases)
