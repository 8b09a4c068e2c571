"""Writes edge.json: events of CloudFront, what their answers ask of the store, and what the function returns; and the picture of noise.

    python core/tests/vectors/make_edge.py

Written from the documentation of Lambda@Edge; the picture is made by Pillow. In a case, `answers` are those of the store, as in
confirm.json, and `event` is JSON, or a text that may be none. Of what is returned, `body` is the picture that its base64 holds, or JSON;
`members` and `header_names` are its names in order, since other values are equal where they are named. `code` is that of the error
for the log. https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/edge-function-restrictions-all.html says which headers
must not be touched, lambda-updating-http-responses.html next to it that a response without a body keeps the origin's.
"""

import base64
import hashlib
import hmac
import json

from lambda_events import (ALPHA, CREDENTIALS, ETAG, GPS, GRAY, MISSING, NOISE, NONE, NOW, OLD, PHOTO, POLICY, SHORT, SOURCE, TEXT, YEAR, cloudfront, found, get, listed,
                           picture, refused, rest, write, write_noise)

cases = []
CHROME = "image/avif,image/webp,image/apng,image/*,*/*;q=0.8"
KEPT = {"Server": "AmazonS3", "Date": "Tue, 14 Nov 2023 22:13:19 GMT", "Last-Modified": "Mon, 13 Nov 2023 08:00:00 GMT", "ETag": ETAG, "x-amz-version-id": "3HL4kqtJvjVBH40Nrjfkd",
        "Access-Control-Allow-Origin": "*", "Via": ["1.1 aaaa.example.com", "1.1 bbbb.example.com"], "Transfer-Encoding": "chunked"}
STALE = {"Content-Type": "image/heic", "Content-Length": "3145728", "Content-Encoding": "gzip", "Content-MD5": "1B2M2Y8AsgTpgAmY7PhCfg==", "Cache-Control": "max-age=60", "Expires": "0",
         "Accept-Ranges": "bytes", "Content-Disposition": 'attachment; filename="IMG_1.HEIC"', "Set-Cookie": "session=1", "x-amz-checksum-crc32": "AAAAAA==", "x-amz-checksum-type": "FULL_OBJECT",
         "x-amz-meta-uploaded-by": "user-7"}
SETS = {"content-type": "image/jpeg", "cache-control": YEAR, "vary": "Accept"}
PLAIN = ["body", "bodyEncoding", "headers", "status", "statusDescription"]


def origin(status="200", description="OK", headers=None):
    return {"status": status, "statusDescription": description, "headers": listed(KEPT | STALE if headers is None else headers)}


def set_headers(headers):
    return {name: [{"key": name, "value": value}] for name, value in headers.items()}


def answer(name, why, event, requests, returned, answers=(), code=None, **more):
    given = {"source": SOURCE, "policy": POLICY, "options": {}, "rules": {}, "now": NOW, "event": event, "answers": list(answers)} | more
    cases.append({"name": name, "why": why, "call": "answer_edge", "input": given, "ok": {"requests": requests, "returned": returned, "code": code}})


def made(shown, headers=SETS, kept=None, members=PLAIN):
    """An answer with a picture: the headers that it sets, and those of the origin that it keeps."""
    kept = listed(kept or {})
    return {"status": "200", "statusDescription": "OK", "headers": kept | set_headers(headers), "header_names": sorted({*kept, *headers}), "members": members} | (
        {"body": shown, "bodyEncoding": "base64"} if isinstance(shown, dict) else {})


def refusal(status, description, code, cache_control, kept=None, varies=True, members=PLAIN):
    headers = {"content-type": "application/json", "cache-control": cache_control} | ({"vary": "Accept"} if varies else {})
    kept = {name: value for name, value in (kept or {}).items() if name not in ("ETag", "Last-Modified")}
    body = {"body": {"error": {"code": code}}} if "body" in members else {}
    return made(None, headers, kept, members) | {"status": status, "statusDescription": description, "bodyEncoding": "text"} | body


def untouched(thing):
    return thing | {"members": sorted(thing), "header_names": sorted(thing["headers"])}


def passes(name, why, event, answers=(), requests=(), code=None, **more):
    cf = event["Records"][0]["cf"]
    answer(name, why, event, list(requests), untouched(cf.get("response", cf["request"])), answers, code, **more)


def malformed(name, why, event):
    given = {"source": SOURCE, "policy": POLICY, "options": {}, "rules": {}, "now": NOW, "event": event, "answers": []}
    cases.append({"name": f"malformed-{name}", "why": why, "call": "answer_edge", "input": given, "error": {"code": "event_malformed", "http_status": 400}})


def main_paths():
    photo, small = found(PHOTO), picture("jpeg", 24, 18)
    answer("request", "the main path of an origin request", cloudfront("/cat.jpg?w=24"), [get("cat.jpg")], made(small), [photo])
    answer("response", "the main path of an origin response: the original is the one that CloudFront has; what holds of it stays, what is its own goes",
           cloudfront("/cat.jpg?w=24", origin()), [get("cat.jpg", ETAG)], made(small, kept=KEPT), [photo])
    answer("response-bare", "an origin that says nothing", cloudfront("/cat.jpg?w=24", origin(headers={})), [get("cat.jpg")], made(small), [photo])
    answer("response-varies", "what the origin varies by stays", cloudfront("/cat.jpg?w=24", origin(headers={"Vary": ["Origin", "accept, Access-Control-Request-Method"]})), [get("cat.jpg")],
           made(small, SETS | {"vary": "Origin, accept, Access-Control-Request-Method"}), [photo])
    answer("response-weak", "a weak entity tag is no condition, and stays", cloudfront("/cat.jpg?w=24", origin(headers={"ETag": f"W/{ETAG}"})), [get("cat.jpg")], made(small, kept={"ETag": f"W/{ETAG}"}), [photo])
    answer("part", "a range of the original is nothing of the variant", cloudfront("/cat.jpg?w=24", origin("206", "Partial Content", KEPT | STALE | {"Content-Range": "bytes 0-99/3145728"}), headers={"Range": "bytes=0-99"}),
           [get("cat.jpg", ETAG)], made(small, kept=KEPT), [photo])
    answer("head-request", "HEAD: the headers of GET, no body", cloudfront("/cat.jpg?w=24", method="HEAD"), [get("cat.jpg")], made(None, members=["bodyEncoding", "headers", "status", "statusDescription"]), [photo])
    answer("head-response", "no body in the answer would be the body of the origin", cloudfront("/cat.jpg?w=24", origin(), method="HEAD"), [get("cat.jpg", ETAG)],
           made(None, kept=KEPT) | {"body": "", "bodyEncoding": "text"}, [photo])
    answer("upright", "turned as EXIF says, and without EXIF", cloudfront("/cat.jpg?w=24"), [get("cat.jpg")], made(picture("jpeg", 24, 32)), [found(GPS)])
    answer("alpha", "the baseline of what has alpha", cloudfront("/cat.png?w=24"), [get("cat.png")], made(picture("png", 24, 18), SETS | {"content-type": "image/png"}), [found(ALPHA)])
    answer("other-format", "the content type is that of the answer, not of the key", cloudfront("/cat.png?w=24"), [get("cat.png")], made(small), [found(GRAY)])
    answer("named-format", "the function in front of the cache may have chosen the format that the query names", cloudfront("/cat.jpg?w=24&f=png"), [get("cat.jpg")], made(picture("png", 24, 18), SETS | {"content-type": "image/png"}), [photo])
    answer("not-enlarged", "never larger than the original", cloudfront("/cat.jpg?w=640"), [get("cat.jpg")], made(picture("jpeg", 48, 36)), [photo], policy=POLICY | {"widths": [640]})
    for spelling in ["h=16&w=24", "width=24&height=16", "%77=24&h=%316", "utm_source=a&w=24&fbclid=%zz&h=16&&"]:
        answer(f"spelling-{spelling}", "one meaning in every spelling", cloudfront(f"/cat.jpg?{spelling}"), [get("cat.jpg")], made(picture("jpeg", 24, 16)), [photo])
    for name, accept, format in [("named", CHROME, "webp"), ("two-headers", ["image/avif", "image/webp"], "webp"), ("wildcards", OLD, "png"), ("none", None, "png"), ("nonsense", "image/webp;q=2, ,;", "png"),
                                 ("refused", "image/webp;q=0,*/*", "png")]:
        answer(f"accept-{name}", "WebP only where it is named, and always told", cloudfront("/cat.jpg?preset=icon", accept=accept), [get("cat.jpg")],
               made(picture(format, 16, 12), SETS | {"content-type": f"image/{format}"}), [photo])


def keys():
    for name, uri, key in [("percent", f"/{TEXT}.jpg", "a%20b.jpg"), ("plus", "/a+b%2B.jpg", "a+b+.jpg"), ("slash", "/a%2Fb.jpg", "a/b.jpg"), ("korean", "/%EC%82%AC%EC%A7%84/%EA%B3%A0%EC%96%91%EC%9D%B4.jpg", "사진/고양이.jpg"),
                           ("korean-raw", "/사진/고양이.jpg", "사진/고양이.jpg"), ("question", "/a%3Fb%23c.jpg", "a?b#c.jpg")]:
        answer(f"key-{name}", "decoded once", cloudfront(f"{uri}?w=24"), [get(key)], made(picture("jpeg", 24, 18)), [found(PHOTO)])
    for name, path, custom in [("s3", "/originals", False), ("s3-encoded", "/my%20photos", False), ("custom", "/originals/2023", True)]:
        answer(f"origin-path-{name}", "the path of the origin is part of the key", cloudfront("/cat.jpg?w=24", origin=path, custom=custom), [get(path[1:].replace("%20", " ") + "/cat.jpg")],
               made(picture("jpeg", 24, 18)), [found(PHOTO)])
    for name, uri in [("dots", "/../secret.jpg"), ("encoded-dots", "/a/%2E%2E/secret.jpg"), ("control", "/a%0A.jpg"), ("utf-8", "/%FF.jpg"), ("cut", "/a%2"), ("empty", "/"), ("double-slash", "//a.jpg")]:
        answer(f"key-{name}", "no key: nothing is fetched", cloudfront(f"{uri}?w=24"), [], refusal("400", "Bad Request", "variant_malformed", SHORT), code="variant_malformed")


def refusals():
    for query in ["w=", "w=0", "w=024", "w=1e3", "w=NaN", "w=%2B24", "w=24&w=32", "w=24&width=24", "w=12abc", "q=101", "fit=Cover", "f=gif", "preset=icon&w=24"]:
        answer(f"query-{query}", "one spelling for one meaning, or none", cloudfront(f"/cat.jpg?{query}"), [], refusal("400", "Bad Request", "variant_malformed", SHORT), code="variant_malformed")
    for query in ["w=25", "w=4000", "w=24&h=24", "w=24&q=91", "w=24&fit=fill", "preset=other", ""]:
        answer(f"not-allowed-{query}", "refused before anything is fetched", cloudfront(f"/cat.jpg?{query}"), [], refusal("403", "Forbidden", "variant_not_allowed", SHORT), code="variant_not_allowed")
    answer("not-allowed-response", "the original is not leaked: its body, its entity tag and its lifetime go", cloudfront("/cat.jpg?w=4000", origin()), [],
           refusal("403", "Forbidden", "variant_not_allowed", SHORT, KEPT), code="variant_not_allowed")
    answer("not-allowed-head", "an error has no body either", cloudfront("/cat.jpg?w=4000", origin(), method="HEAD"), [], refusal("403", "Forbidden", "variant_not_allowed", SHORT, KEPT) | {"body": ""}, code="variant_not_allowed")
    answer("not-allowed-prefix", "a key of others", cloudfront("/cat.jpg?w=24"), [], refusal("403", "Forbidden", "variant_not_allowed", SHORT), code="variant_not_allowed", policy=POLICY | {"key_prefixes": ["public"]})
    answer("quiet", "without negotiation there is no Vary", cloudfront("/cat.jpg?w=25", accept=CHROME), [], refusal("403", "Forbidden", "variant_not_allowed", SHORT, varies=False), code="variant_not_allowed",
           policy=POLICY | {"negotiate": False})
    signed = POLICY | {"signing_keys": ["0123456789abcdef0123456789abcdef"]}
    for name, expires, sets, code in [("valid", NOW + 600, SETS | {"cache-control": "public, max-age=600"}, None), ("expired", NOW - 1, None, "variant_signature_invalid")]:
        message = f"presize-variant-v1\ncat.jpg\n{expires}\nf=auto&q=80&w=30".encode()
        signature = base64.urlsafe_b64encode(hmac.digest(signed["signing_keys"][0].encode(), message, hashlib.sha256)).decode().rstrip("=")
        event = cloudfront(f"/cat.jpg?w=30&e={expires}&s={signature}")
        if code:
            answer(f"signed-{name}", "a signature ends", event, [], refusal("403", "Forbidden", code, SHORT), code=code, policy=signed)
        else:
            answer(f"signed-{name}", "any size, and no longer cached than it is valid", event, [get("cat.jpg")], made(picture("jpeg", 30, 23), sets), [found(PHOTO)], policy=signed)


def failures():
    def both(name, why, answers, status, description, code, cache_control, event=None, requests=None, **more):
        """An error, or the original where the options allow it."""
        event = event or cloudfront("/cat.jpg?w=24")
        requests = [get("cat.jpg")] if requests is None else requests
        answer(f"{name}", why, event, requests, refusal(status, description, code, cache_control), answers, code, **more)
        passes(f"{name}-originals", f"{why}: the option has the original instead", event, answers, requests, code, options={"originals": True}, **more)

    both("missing", "no original", [MISSING], "404", "Not Found", "original_not_found", SHORT)
    both("half", "a damaged original", [found({"file": "images/half_progressive_420.jpg"})], "422", "Unprocessable Entity", "image_corrupt", SHORT)
    both("no-picture", "an original that is no picture", [{"status": 200, "headers": {"etag": ETAG, "content-length": "5"}, "body": "hello"}], "415", "Unsupported Media Type", "image_format_unknown", SHORT)
    both("cut", "an original that arrives incomplete", [found(PHOTO) | {"headers": {"etag": ETAG, "content-length": "99999"}}], "502", "Bad Gateway", "store_response_invalid", NONE)
    both("denied", "credentials that may not read", [refused(403, "AccessDenied")], "502", "Bad Gateway", "store_refused", NONE)
    both("slow", "a store that asks for patience", [refused(503, "SlowDown")], "503", "Service Unavailable", "store_unavailable", NONE)
    both("no-bucket", "a bucket that is not there is no missing original", [refused(404, "NoSuchBucket")], "500", "Internal Server Error", "bucket_not_found", NONE)
    both("unreachable", "no answer", [{"fail": "connection refused"}], "503", "Service Unavailable", "store_unavailable", NONE)
    both("too-many-pixels", "the rules hold here too", [found(PHOTO)], "413", "Payload Too Large", "image_too_large", SHORT, rules={"max_pixels": 1000})
    both("too-many-bytes", "no more is read than the rules take", [found(PHOTO)], "413", "Payload Too Large", "image_too_large", SHORT, rules={"max_bytes": 1000})
    both("too-large", "1 MB in base64", [found(NOISE)], "500", "Internal Server Error", "variant_too_large", NONE, event=cloudfront("/cat.jpg?preset=tall"))
    both("credentials-expired", "nothing can be signed", [], "500", "Internal Server Error", "credentials_expired", NONE, requests=[],
         source=SOURCE | {"credentials": CREDENTIALS | {"session_token": "FwoGZXIvYXdzEXAMPLE", "expires_at": NOW - 10}})
    answer("replaced", "the original was replaced since CloudFront has it", cloudfront("/cat.jpg?w=24", origin()), [get("cat.jpg", ETAG)],
           refusal("503", "Service Unavailable", "store_unavailable", NONE, KEPT), [refused(412, "PreconditionFailed")], "store_unavailable")
    for name, answers, code, cache_control in [("unreachable", [{"fail": "connection refused"}], "store_unavailable", NONE), ("half", [found({"file": "images/half_progressive_420.jpg"})], "image_corrupt", SHORT)]:
        event = cloudfront("/cat.jpg?w=24", origin(headers=KEPT | STALE | {"Vary": "Origin", "Pragma": "cache"}))
        shown = origin(headers={name: value for name, value in (KEPT | STALE).items() if name not in ("Cache-Control", "Expires")})
        shown["headers"] |= set_headers({"cache-control": cache_control, "vary": "Origin, Accept"})
        answer(f"{name}-response-originals", "in place of a variant that failed, the original is cached no longer than the error", event, [get("cat.jpg", ETAG)], untouched(shown), answers, code, options={"originals": True})
    passes("too-large-response-originals", "CloudFront has the original at hand", cloudfront("/cat.jpg?preset=tall", origin()), [found(NOISE)], [get("cat.jpg", ETAG)], "variant_too_large", options={"originals": True})


def passing():
    for status, description in [("304", "Not Modified"), ("301", "Moved Permanently"), ("403", "Forbidden"), ("404", "Not Found"), ("416", "Range Not Satisfiable"), ("500", "Internal Server Error"), ("503", "Slow Down")]:
        passes(f"status-{status}", "the trigger fires for these too: they are not touched", cloudfront("/cat.jpg?w=24", origin(status, description)))
    for method in ["POST", "PUT", "DELETE", "OPTIONS"]:
        passes(f"method-{method}", "only reading has variants", cloudfront("/cat.jpg?w=24", method=method))
        passes(f"method-{method}-response", "only reading has variants", cloudfront("/cat.jpg?w=24", origin(), method=method))
    for name, query in [("none", ""), ("foreign", "?utm_source=a")]:
        passes(f"no-variant-{name}", "the option has the original where no variant is asked for", cloudfront(f"/cat.jpg{query}"), options={"originals": True})
        passes(f"no-variant-{name}-response", "the option has the original where no variant is asked for", cloudfront(f"/cat.jpg{query}", origin()), options={"originals": True})
    answer("not-allowed-originals", "the option is no way around the policy", cloudfront("/cat.jpg?w=4000", origin()), [], refusal("403", "Forbidden", "variant_not_allowed", SHORT, KEPT), code="variant_not_allowed", options={"originals": True})


def broken():
    for name, text in {"empty": "", "text": "hello", "cut": '{"Records": [', "array": "[]", "null": "null", "object": "{}", "twice": "{} {}", "deep": "[" * 2000}.items():
        malformed(name, "no event", text)
    for kind in ["viewer-request", "viewer-response", "origin-other"]:
        malformed(kind, "answers to viewer events may have 40 KB, and no body of their own", cloudfront("/cat.jpg?w=24", origin() if "response" in kind else None, kind=kind))
    malformed("no-response", "an origin response without one", cloudfront("/cat.jpg?w=24", kind="origin-response"))
    malformed("s3", "an event of another service", {"Records": [{"eventSource": "aws:s3", "s3": {"bucket": {"name": "photos"}, "object": {"key": "cat.jpg"}}}]})
    malformed("gateway", "an event of another service", rest("/cat.jpg?w=24"))

    def changed(name, place, value, response=None):
        event = json.loads(json.dumps(cloudfront("/cat.jpg?w=24", response)))
        *parents, last = place.split("/")
        at = event["Records"][0]["cf"]
        for parent in parents:
            at = at[parent]
        at[last] = value
        malformed(f"type-{name}", "a value of another type", event)

    changed("uri", "request/uri", 7)
    changed("no-uri", "request/uri", None)
    changed("method", "request/method", ["GET"])
    changed("query", "request/querystring", {"w": "24"})
    changed("headers", "request/headers", [])
    changed("accept", "request/headers/accept", "image/webp")
    changed("accept-entry", "request/headers/accept", [{"key": "Accept"}])
    changed("origin", "request/origin", "s3")
    changed("origin-path", "request/origin/s3/path", 7)
    changed("status", "response/status", 200, origin())
    changed("status-text", "response/status", "OK", origin())
    changed("response-headers", "response/headers", "none", origin())
    options = {"source": SOURCE, "policy": POLICY, "options": {"originals": "yes"}, "rules": {}, "now": NOW, "event": cloudfront("/cat.jpg"), "answers": []}
    cases.append({"name": "option-originals", "why": "a bad option is an error, never coerced", "call": "answer_edge", "input": options, "error": {"code": "option_invalid", "details": {"name": "originals"}}})


if __name__ == "__main__":
    write_noise()
    for part in (main_paths, keys, refusals, failures, passing, broken):
        part()
    write("edge.json", "Events of CloudFront, the requests that they lead to, and what the function returns.", "make_edge.py", cases)
