"""Writes confirm.json: what a confirmation asks of the store, answer by answer, and how it ends.

    python core/tests/vectors/make_confirm.py

It needs nothing but Python and knows nothing of presize. The answers are those that S3 documents:
HeadObject, GetObject, CopyObject, PutObject, DeleteObject <https://docs.aws.amazon.com/AmazonS3/latest/API/>,
a copy that begins with 200 and fails <https://docs.aws.amazon.com/AmazonS3/latest/API/API_CopyObject.html>,
403 for a missing object to those who may not list <https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadObject.html>.
The requests are what must follow from them. What images are is said by inspect.json, which Pillow made.

A body is text, or as in other inputs `{"file"}`, `{"base64"}`; also `{"file", "from", "to"}`, `{"repeat", "count"}` (a text,
so many times) and `{"parts": [...]}`, one after the other. An answer with `fail` is none: the client gave up, with this
reason. `clock` is the time at which its request is made. Headers of a request that are not signed are only `range`.
"""

import base64
import hashlib
import json
import pathlib
import struct

HERE = pathlib.Path(__file__).parent
NOW = 1_700_000_000
TIME = "2023-11-14T22:13:20Z"
SEOUL = {"kind": "s3", "region": "ap-northeast-2", "name": "photos"}
LOCAL = {"kind": "custom", "endpoint": "http://127.0.0.1:9000", "region": "us-east-1", "name": "photos", "style": "path"}
LONG_TERM = {"access_key_id": "AKIDEXAMPLE", "secret_access_key": "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"}
HEAD_BYTES = 262_144
TYPES = {".jpg": "image/jpeg", ".png": "image/png", ".webp": "image/webp", ".gif": "image/gif"}
INSPECTED = {case["input"].get("file"): case.get("ok") for case in json.loads((HERE / "inspect.json").read_text())["cases"]}
STEM = "uploads/user-7/1700000000000-0123456789abcdef"
KEY = f"{STEM}.jpg"
PHOTO = {"file": "images/gps.jpg"}  # 36 x 48 as displayed, with EXIF
cases = []


# bodies

def content(body):
    if body is None:
        return b""
    if isinstance(body, str):
        return body.encode()
    if "file" in body:
        return (HERE / body["file"]).read_bytes()[body.get("from", 0):body.get("to")]
    if "base64" in body:
        return base64.b64decode(body["base64"])
    if "repeat" in body:
        return body["repeat"].encode() * body["count"]
    return b"".join(map(content, body["parts"]))


def cut(body, size):
    """The first bytes of a body, as parts of its parts."""
    parts, rest = [], size
    for part in body["parts"]:
        data = content(part)[:rest]
        rest -= len(data)
        if len(data) == len(content(part)):
            parts.append(part)
        elif "repeat" in part:
            assert len(part["repeat"]) == 1
            parts.append(part | {"count": len(data)})
        elif data:
            parts.append({"base64": base64.b64encode(data).decode()})
    assert content({"parts": parts}) == content(body)[:size]
    return {"parts": parts}


def raw(data):
    return {"base64": base64.b64encode(data).decode()}


def etag(body):
    return hashlib.md5(content(body)).hexdigest()


def picture(file):
    info = INSPECTED[file]
    return {"format": info["format"], "width": info["width"], "height": info["height"]}


# answers

def answer(status, headers=None, body=None):
    return {"status": status, "headers": headers or {}} | ({} if body is None else {"body": body})


def error_document(status, code):
    return answer(status, {"content-type": "application/xml"}, f'<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>{code}</Code><Message>-</Message></Error>')


def found(body, media_type="image/jpeg", **headers):
    """To HEAD: `None` leaves a header out."""
    given = {"etag": f'"{etag(body)}"', "content-length": str(len(content(body))), "content-type": media_type}
    given |= {name.replace("_", "-"): value for name, value in headers.items()}
    return answer(200, {name: value for name, value in given.items() if value is not None})


def read(body, media_type="image/jpeg", **headers):
    return found(body, media_type, **headers) | {"body": body}


def part(body, media_type="image/jpeg", total=None, **headers):
    size = min(HEAD_BYTES, len(content(body)))
    total = total or len(content(body))
    answered = found(body, media_type, **({"content_length": str(size), "content_range": f"bytes 0-{size - 1}/{total}"} | headers))
    return answered | {"status": 206, "body": cut(body, size)}


def copied(tag):
    return answer(200, {"content-type": "application/xml"}, '<?xml version="1.0" encoding="UTF-8"?>\n'
                  '<CopyObjectResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><LastModified>2023-11-14T22:13:20.000Z</LastModified>'
                  f"<ETag>&quot;{tag}&quot;</ETag></CopyObjectResult>")


def written(tag):
    return answer(200, {"etag": f'"{tag}"'})


MISSING = answer(404)
FORBIDDEN = answer(403)
DELETED = answer(204)
NO_KEY = error_document(404, "NoSuchKey")


# requests

class Place:
    """Where requests go: host and path of a bucket, and how it is called as the source of a copy."""

    def __init__(self, host, path="", source="photos/"):
        self.host, self.path, self.source = host, path, source

    def request(self, method, key, headers=None, max_body_bytes=65_536, unsigned=None, body=None):
        names = sorted(["host", *(headers or {})])
        return {"method": method, "host": self.host, "path": f"{self.path}/{key}", "signed": ";".join(names), "expires": "300",
                "headers": (headers or {}) | (unsigned or {}), "max_body_bytes": max_body_bytes, "body": body}

    def head(self, key):
        return self.request("HEAD", key, max_body_bytes=0)

    def get(self, key, body, head=False):
        size = len(content(body))
        match = {"if-match": f'"{etag(body)}"'}
        if head and size > HEAD_BYTES:
            return self.request("GET", key, match, HEAD_BYTES, {"range": "bytes=0-262143"})
        return self.request("GET", key, match, max(size, 65_536))

    def copy(self, key, source, body, media_type="image/jpeg", **headers):
        given = {"content-type": media_type, "x-amz-copy-source": f"{self.source}{source}", "x-amz-copy-source-if-match": f'"{etag(body)}"',
                 "x-amz-metadata-directive": "REPLACE"}
        return self.request("PUT", key, given | {name.replace("_", "-"): value for name, value in headers.items()})

    def put(self, key, made, **headers):
        """The length is the encoder's: it is held against the body by the runner."""
        media_type = {"jpeg": "image/jpeg", "png": "image/png", "webp": "image/webp"}[made["format"]]
        request = self.request("PUT", key, {"content-length": "", "content-type": media_type} | {name.replace("_", "-"): value for name, value in headers.items()}, body=made)
        del request["headers"]["content-length"]
        return request

    def delete(self, key):
        return self.request("DELETE", key)


S3 = Place("photos.s3.ap-northeast-2.amazonaws.com")
head, get, copy, put, delete = S3.head, S3.get, S3.copy, S3.put, S3.delete


def explain(key):
    """GET of the first byte, where HEAD was refused: an answer to HEAD has no body that says why."""
    return S3.request("GET", key, unsigned={"range": "bytes=0-0"})


def incoming(key):
    return f"incoming/{key}"


# cases

def case(name, why, steps, ok=None, error=None, key=KEY, owner="user-7", policy=None, request=None, received=None, bucket=SEOUL, credentials=LONG_TERM, now=NOW):
    """`steps` are pairs of a request and its answer."""
    requests, answers = [step[0] for step in steps], [step[1] for step in steps]
    outcome = "confirmed" if ok else "rejected" if error["http_status"] < 500 else "failed"
    event = {"timestamp": TIME, "action": "confirm", "owner": owner, "key": key, "bytes": received, "outcome": outcome, "code": error and error["code"]}
    given = {"bucket": bucket, "credentials": credentials, "policy": policy or {}, "now": now,
             "request": {"owner": owner, "key": key} | (request or {}), "answers": answers}
    beside = {"requests": requests, "event": event}
    result = {"ok": {"confirmed": ok} | beside} if ok else {"error": error | beside}
    cases.append({"name": name, "why": why, "call": "confirm", "input": given} | result)


def confirmed(body, file, key=KEY, base=None, variants=(), **changes):
    result = {"key": key, "public_url": base and f"{base}/{key}"} | picture(file) | {"bytes": len(content(body)), "etag": etag(body)}
    return result | {"variants": [{"public_url": base and f"{base}/{variant['key']}"} | variant for variant in variants]} | changes


def error(code, http_status, /, **details):
    return {"code": code, "http_status": http_status} | ({"details": details} if details else {})


def good(name, why, body=PHOTO, file=None, key=KEY, copy_headers=None, base=None, **rest):
    """The main path."""
    media_type = TYPES[pathlib.Path(key).suffix]
    case(name, why, [
        (head(key), MISSING), (head(incoming(key)), found(body, media_type)), (get(incoming(key), body), read(body, media_type)),
        (copy(key, incoming(key), body, media_type, **(copy_headers or {})), copied(etag(body))), (delete(incoming(key)), DELETED),
    ], ok=confirmed(body, file or body["file"], key, base), key=key, received=len(content(body)), **rest)


def rejected(name, why, failure, steps, body=PHOTO, removed=(KEY,), received=..., **rest):
    """A rejection deletes what has arrived."""
    received = len(content(body)) if received is ... else received
    case(name, why, [*steps, *((delete(incoming(key)), DELETED) for key in removed)], error=failure, received=received, **rest)


ARRIVED = [(head(KEY), MISSING), (head(incoming(KEY)), found(PHOTO))]
CHECKED = [*ARRIVED, (get(incoming(KEY), PHOTO), read(PHOTO))]
COPY = copy(KEY, incoming(KEY), PHOTO)
LENGTH = len(content(PHOTO))
TAG = etag(PHOTO)


def main_path():
    good("good-jpeg", "the main path: looked at, checked, copied, removed")
    good("good-png", "the type is that of the key", {"file": "images/rgb.png"}, key=f"{STEM}.png")
    good("good-webp", "the type is that of the key", {"file": "images/lossless.webp"}, key=f"{STEM}.webp")
    good("good-gif", "an animation stays one", {"file": "images/animated.gif"}, key=f"{STEM}.gif")
    good("good-promises", "what was promised came", request={"size_bytes": LENGTH, "content_type": "image/jpg"})
    base = "https://cdn.example.com/photos"
    good("good-public-url", "where it can be read", policy={"public_base_url": base}, base=base)
    good("good-cache-control", "headers and metadata of the final object", policy={"cache_control": "public, max-age=31536000", "metadata": {"app": "photos"}},
         copy_headers={"cache_control": "public, max-age=31536000", "x_amz_meta_app": "photos"})
    good("good-origin", "who and what it was, of the moment when the confirmation began",
         policy={"record_origin": True, "metadata": {"app": "photos"}}, request={"filename": "cat.jpg"},
         copy_headers={"x_amz_meta_app": "photos", "x_amz_meta_original_filename": "cat.jpg", "x_amz_meta_uploaded_by": "user-7", "x_amz_meta_upload_timestamp": TIME})
    good("good-origin-no-name", "a name that is not known is not written", policy={"record_origin": True},
         copy_headers={"x_amz_meta_uploaded_by": "user-7", "x_amz_meta_upload_timestamp": TIME})
    good("good-origin-hangul", "a name outside ASCII, in an encoded word (RFC 2047)", policy={"record_origin": True}, request={"filename": "고양이.jpg"},
         copy_headers={"x_amz_meta_original_filename": f"=?UTF-8?B?{base64.b64encode('고양이.jpg'.encode()).decode()}?=", "x_amz_meta_uploaded_by": "user-7",
                       "x_amz_meta_upload_timestamp": TIME})
    case("good-403", "S3 says 403 for a missing object to those who may not list the bucket",
         [(head(KEY), FORBIDDEN), *CHECKED[1:], (COPY, copied(TAG)), (delete(incoming(KEY)), DELETED)], ok=confirmed(PHOTO, PHOTO["file"]), received=LENGTH)
    for name, status in [("404", 404), ("403", 403), ("500", 500)]:
        case(f"good-delete-{name}", "what is left over does not undo what is done",
             [*CHECKED, (COPY, copied(TAG)), (delete(incoming(KEY)), answer(status))], ok=confirmed(PHOTO, PHOTO["file"]), received=LENGTH)
    case("good-delete-fails", "the store is gone when all is done", [*CHECKED, (COPY, copied(TAG)), (delete(incoming(KEY)), {"fail": "connection refused"})],
         ok=confirmed(PHOTO, PHOTO["file"]), received=LENGTH)
    case("good-etag-of-parts", "an entity tag is opaque: where the copy has its own (SSE-KMS), it is read and held against what was checked", [
        (head(KEY), MISSING), (head(incoming(KEY)), found(PHOTO, etag='"0123-2"')),
        (S3.request("GET", incoming(KEY), {"if-match": '"0123-2"'}), read(PHOTO, etag='"0123-2"')),
        (COPY | {"headers": COPY["headers"] | {"x-amz-copy-source-if-match": '"0123-2"'}}, copied("4567")),
        (S3.request("GET", KEY, {"if-match": '"4567"'}), read(PHOTO, etag='"4567"')), (delete(incoming(KEY)), DELETED),
    ], ok=confirmed(PHOTO, PHOTO["file"], etag="4567"), received=LENGTH)
    case("good-unquoted-etag", "some servers leave the quotes out", [
        (head(KEY), MISSING), (head(incoming(KEY)), found(PHOTO, etag=TAG)), (get(incoming(KEY), PHOTO), read(PHOTO, etag=TAG)),
        (COPY, answer(200, {}, f"<CopyObjectResult><ETag>{TAG}</ETag></CopyObjectResult>")), (delete(incoming(KEY)), DELETED),
    ], ok=confirmed(PHOTO, PHOTO["file"]), received=LENGTH)
    case("good-doubled-headers", "twice the same is once", [
        (head(KEY), MISSING), (head(incoming(KEY)), found(PHOTO, etag=[f'"{TAG}"', f'"{TAG}"'], content_length=[str(LENGTH)] * 2, content_encoding="aws-chunked")),
        (get(incoming(KEY), PHOTO), read(PHOTO)), (COPY, copied(TAG)), (delete(incoming(KEY)), DELETED),
    ], ok=confirmed(PHOTO, PHOTO["file"]), received=LENGTH)
    local = Place("127.0.0.1:9000", "/photos")
    case("good-local", "a server of one's own, in path style", [
        (local.head(KEY), MISSING), (local.head(incoming(KEY)), found(PHOTO)), (local.get(incoming(KEY), PHOTO), read(PHOTO)),
        (local.copy(KEY, incoming(KEY), PHOTO), copied(TAG)), (local.delete(incoming(KEY)), DELETED),
    ], ok=confirmed(PHOTO, PHOTO["file"]), received=LENGTH, bucket=LOCAL)
    public = LOCAL | {"options": {"public_endpoint": "https://files.example.com"}}
    case("good-public-endpoint", "the back end asks the server itself, not by the name that browsers know", [
        (local.head(KEY), MISSING), (local.head(incoming(KEY)), found(PHOTO)), (local.get(incoming(KEY), PHOTO), read(PHOTO)),
        (local.copy(KEY, incoming(KEY), PHOTO), copied(TAG)), (local.delete(incoming(KEY)), DELETED),
    ], ok=confirmed(PHOTO, PHOTO["file"]), received=LENGTH, bucket=public)
    key = "team/a/2023/11/14/user-7/01234567-89ab-4cde-8f01-23456789abcd.jpg"
    template = {"prefix": "team/a", "incoming_prefix": "in/box", "key_template": "{prefix}/{year}/{month}/{day}/{owner}/{uuid}{ext}"}
    case("good-template", "keys of another form, prefixes of several segments", [
        (head(key), MISSING), (head(f"in/box/{key}"), found(PHOTO)), (get(f"in/box/{key}", PHOTO), read(PHOTO)),
        (copy(key, f"in/box/{key}", PHOTO), copied(TAG)), (delete(f"in/box/{key}"), DELETED),
    ], ok=confirmed(PHOTO, PHOTO["file"], key), key=key, policy=template, received=LENGTH)
    key = "uploads/a+b@example.com/1-0123456789abcdef.jpg"
    encoded = key.replace("+", "%2B").replace("@", "%40")
    case("good-owner", "an owner with characters that a URL encodes, in the source of the copy too", [
        (head(encoded), MISSING), (head(incoming(encoded)), found(PHOTO)), (get(incoming(encoded), PHOTO), read(PHOTO)),
        (copy(encoded, incoming(encoded), PHOTO), copied(TAG)), (delete(incoming(encoded)), DELETED),
    ], ok=confirmed(PHOTO, PHOTO["file"], key), key=key, owner="a+b@example.com", received=LENGTH)


def again():
    """A confirmed upload is confirmed again, with the same result."""
    seen = [(head(KEY), found(PHOTO)), (get(KEY, PHOTO), read(PHOTO))]
    case("again", "the object at the final key is the mark: the same result, and what was sent since is removed",
         [*seen, (delete(incoming(KEY)), DELETED)], ok=confirmed(PHOTO, PHOTO["file"]), received=LENGTH)
    case("again-smaller-limits", "what was confirmed stays so, whatever the policy says since", [*seen, (delete(incoming(KEY)), DELETED)],
         ok=confirmed(PHOTO, PHOTO["file"]), received=LENGTH, policy={"max_bytes": 10, "max_width": 1, "max_height": 1})
    variants = [variant(20, 20, 27), variant(36, 36, 48), variant(1000, 36, 48)]
    case("again-variants", "the variants are as they were made, without a look at them", [*seen, (delete(incoming(KEY)), DELETED)],
         ok=confirmed(PHOTO, PHOTO["file"], variants=variants), received=LENGTH, policy={"variant_widths": [20, 36, 1000]})
    body = padded(PHOTO, 300_000)
    case("again-large", "the head of a file is enough", [(head(KEY), found(body)), (get(KEY, body, head=True), part(body)), (delete(incoming(KEY)), DELETED)],
         ok=confirmed(body, PHOTO["file"]), received=len(content(body)))
    body = late_header()
    case("again-large-header", "unless the header comes late",
         [(head(KEY), found(body)), (get(KEY, body, head=True), part(body)), (S3.request("GET", KEY, {"if-match": f'"{etag(body)}"'}, len(content(body))), read(body)),
          (delete(incoming(KEY)), DELETED)], ok=confirmed(body, "images/baseline_420.jpg"), received=len(content(body)))
    case("again-beside", "it was confirmed by another between the first look and the second",
         [(head(KEY), MISSING), (head(incoming(KEY)), MISSING), *seen, (delete(incoming(KEY)), DELETED)], ok=confirmed(PHOTO, PHOTO["file"]), received=LENGTH)
    case("again-beside-get", "the same between the second look and the reading",
         [*ARRIVED, (get(incoming(KEY), PHOTO), error_document(404, "NoSuchKey")), *seen, (delete(incoming(KEY)), DELETED)], ok=confirmed(PHOTO, PHOTO["file"]), received=LENGTH)
    case("again-beside-copy", "the same between the reading and the copy",
         [*CHECKED, (COPY, error_document(404, "NoSuchKey")), *seen, (delete(incoming(KEY)), DELETED)], ok=confirmed(PHOTO, PHOTO["file"]), received=LENGTH)
    case("again-beside-replaced", "confirmed by another, and sent again since: what was confirmed counts, what came later goes",
         [*CHECKED, (COPY, error_document(412, "PreconditionFailed")), *seen, (delete(incoming(KEY)), DELETED)], ok=confirmed(PHOTO, PHOTO["file"]), received=LENGTH)
    other = {"file": "images/rgb.png"}
    for name, body in [("page", "<html>"), ("type", other), ("half", {"base64": "/9j/"})]:
        case(f"again-not-ours-{name}", "an object that no confirmation wrote: nothing is deleted", [(head(KEY), found(body)), (get(KEY, body), read(body))],
             error=error("store_response_invalid", 502))
    case("again-changed", "the final object changes while it is read", [(head(KEY), found(PHOTO)), (get(KEY, PHOTO), error_document(412, "PreconditionFailed"))],
         error=error("store_response_invalid", 502))
    case("again-refused", "the final object cannot be read", [(head(KEY), found(PHOTO)), (get(KEY, PHOTO), error_document(403, "AccessDenied"))],
         error=error("store_refused", 502, operation="get", status=403))


def variant(name, width, height, stem=STEM, extension=".jpg", form="jpeg"):
    return {"key": f"{stem}/{name}{extension}", "format": form, "width": width, "height": height}


def made(width, height, form="jpeg"):
    return {"format": form, "width": width, "height": height}


def pictures():
    """36 x 48 becomes 20 wide and 26.67, that is 27, high."""
    widths = {"variant_widths": [20, 1000]}
    both = [variant(20, 20, 27), variant(1000, 36, 48)]
    puts = [(put(f"{STEM}/20.jpg", made(20, 27)), written("a")), (put(f"{STEM}/1000.jpg", made(36, 48)), written("b"))]
    case("variants", "smaller pictures first, none of them larger than the upload; the original last", [*CHECKED, *puts, (COPY, copied(TAG)), (delete(incoming(KEY)), DELETED)],
         ok=confirmed(PHOTO, PHOTO["file"], variants=both), policy=widths, received=LENGTH)
    base = "https://cdn.example.com"
    png = [variant(20, 20, 27, extension=".png", form="png")]
    case("variants-png", "in another format, with the headers of the original", [
        *CHECKED, (put(f"{STEM}/20.png", made(20, 27, "png"), cache_control="no-cache"), written("a")), (copy(KEY, incoming(KEY), PHOTO, cache_control="no-cache", x_amz_meta_app="1"), copied(TAG)),
        (delete(incoming(KEY)), DELETED)],
        ok=confirmed(PHOTO, PHOTO["file"], base=base, variants=png), received=LENGTH,
        policy={"variant_widths": [20], "variant_format": "png", "cache_control": "no-cache", "metadata": {"app": "1"}, "public_base_url": base})
    webp = [variant(20, 20, 27, extension=".webp", form="webp")]
    case("variants-webp", "without loss", [*CHECKED, (put(f"{STEM}/20.webp", made(20, 27, "webp")), written("a")), (COPY, copied(TAG)), (delete(incoming(KEY)), DELETED)],
         ok=confirmed(PHOTO, PHOTO["file"], variants=webp), received=LENGTH, policy={"variant_widths": [20], "variant_format": "webp"})
    animated = {"file": "images/animated.gif"}
    gif = f"{STEM}.gif"
    case("variants-animation", "the first frame; the original moves", [
        (head(gif), MISSING), (head(incoming(gif)), found(animated, "image/gif")), (get(incoming(gif), animated), read(animated, "image/gif")),
        (put(f"{STEM}/20.jpg", made(20, 15)), written("a")), (copy(gif, incoming(gif), animated, "image/gif"), copied(etag(animated))), (delete(incoming(gif)), DELETED)],
        ok=confirmed(animated, animated["file"], gif, variants=[variant(20, 20, 15)]), key=gif, policy={"variant_widths": [20]}, received=len(content(animated)))
    replaced = [*CHECKED, *puts, (COPY, error_document(412, "PreconditionFailed")), (head(KEY), MISSING)]
    rejected("variants-replaced", "replaced between check and copy: the variants go too", error("upload_replaced", 409),
             [*replaced, (delete(incoming(KEY)), DELETED), (delete(f"{STEM}/20.jpg"), DELETED), (delete(f"{STEM}/1000.jpg"), DELETED)], removed=(), policy=widths)
    rejected("variants-gone", "removed between check and copy: only the variants are there to be deleted", error("upload_not_found", 404),
             [*CHECKED, *puts, (COPY, error_document(404, "NoSuchKey")), (head(KEY), FORBIDDEN), (delete(f"{STEM}/20.jpg"), DELETED), (delete(f"{STEM}/1000.jpg"), DELETED)],
             removed=(), policy=widths)
    case("variants-refused", "the store takes one and refuses the next: nothing is deleted, it can be tried again", [*CHECKED, puts[0], (puts[1][0], error_document(403, "AccessDenied"))],
         error=error("store_refused", 502, operation="put", status=403), policy=widths, received=LENGTH)
    for name, key, file in [("gif", gif, "cut_frame.gif"), ("png", f"{STEM}.png", "bad_frame.png"), ("webp", f"{STEM}.webp", "half_animated.webp")]:
        body, media_type = {"file": f"images/{file}"}, TYPES[f".{name}"]
        rejected(f"variants-bad-frame-{name}", "pictures are made of the first frame, and all frames are checked", error("image_corrupt", 422),
                 [(head(key), MISSING), (head(incoming(key)), found(body, media_type)), (get(incoming(key), body), read(body, media_type))], body=body, key=key, removed=(key,),
                 policy={"variant_widths": [20]})
    page = {"file": "images/polyglot_html.jpg"}
    rejected("variants-polyglot", "and what is no picture alone is refused before one is made", error("image_polyglot", 415, detected="jpeg", also="html"),
             [(head(KEY), MISSING), (head(incoming(KEY)), found(page)), (get(incoming(KEY), page), read(page))], body=page, policy={"variant_widths": [20]})
    formats = {"formats": ["jpeg", "png", "webp"], "reencode": True}
    again = made(36, 48)
    case("reencode", "the original anew, upright, without its metadata", [*CHECKED, (put(KEY, again), written("anew")), (delete(incoming(KEY)), DELETED)],
         ok={name: value for name, value in confirmed(PHOTO, PHOTO["file"], etag="anew").items() if name != "bytes"}, policy=formats)
    cases[-1]["ok"]["event"].pop("bytes")  # the encoder's
    png = f"{STEM}.png"
    alpha = {"file": "images/rgba.png"}
    case("reencode-png", "with what it has for headers and metadata", [
        (head(png), MISSING), (head(incoming(png)), found(alpha, "image/png")), (get(incoming(png), alpha), read(alpha, "image/png")),
        (put(png, made(48, 36, "png"), cache_control="no-cache", x_amz_meta_app="1"), written("anew")), (delete(incoming(png)), DELETED)],
        ok={name: value for name, value in confirmed(alpha, alpha["file"], png, etag="anew").items() if name != "bytes"}, key=png,
        policy=formats | {"cache_control": "no-cache", "metadata": {"app": "1"}})
    cases[-1]["ok"]["event"].pop("bytes")
    case("reencode-variants", "the variants first, and none of them has metadata", [*CHECKED, *puts, (put(KEY, again), written("anew")), (delete(incoming(KEY)), DELETED)],
         ok={name: value for name, value in confirmed(PHOTO, PHOTO["file"], etag="anew", variants=both).items() if name != "bytes"}, policy=formats | widths)
    cases[-1]["ok"]["event"].pop("bytes")
    case("reencode-no-etag", "the store must say what it has", [*CHECKED, (put(KEY, again), answer(200))], error=error("store_response_invalid", 502), policy=formats, received=LENGTH)
    case("reencode-refused", "the store refuses the new file", [*CHECKED, (put(KEY, again), answer(307))], error=error("store_refused", 502, operation="put", status=307),
         policy=formats, received=LENGTH)


def padded(body, size):
    """With bytes after its end, which are not looked at."""
    return {"parts": [body, {"repeat": "\0", "count": size}]}


def late_header():
    """A JPEG whose frame header comes after 5 segments of 64 KiB."""
    file = "images/baseline_420.jpg"
    segment = [{"base64": base64.b64encode(b"\xff\xee\xff\xff").decode()}, {"repeat": "-", "count": 65_533}]
    return {"parts": [{"file": file, "from": 0, "to": 2}, *segment * 5, {"file": file, "from": 2}]}


def late_orientation():
    """A WebP whose EXIF block comes after a chunk of 300,000 bytes that nobody knows."""
    file = "images/exif.webp"
    data = content({"file": file})
    at = data.index(b"EXIF")
    assert data[12:16] == b"VP8X" and data[20] & 8
    start = b"RIFF" + struct.pack("<I", len(data) - 8 + 300_008) + b"WEBP"
    chunk = b"junk" + struct.pack("<I", 300_000)
    return {"parts": [raw(start), {"file": file, "from": 12, "to": at}, raw(chunk), {"repeat": "-", "count": 300_000}, {"file": file, "from": at}]}


def heads():
    policy = {"verify": "head"}
    case("head-small", "a small file is read whole", [*CHECKED, (COPY, copied(TAG)), (delete(incoming(KEY)), DELETED)], ok=confirmed(PHOTO, PHOTO["file"]), policy=policy, received=LENGTH)
    body = padded(PHOTO, 300_000)
    arrived = [(head(KEY), MISSING), (head(incoming(KEY)), found(body))]
    done = [(copy(KEY, incoming(KEY), body), copied(etag(body))), (delete(incoming(KEY)), DELETED)]
    asked = get(incoming(KEY), body, head=True)
    size = len(content(body))
    case("head-large", "of a large one the head", [*arrived, (asked, part(body)), *done], ok=confirmed(body, PHOTO["file"]), policy=policy, received=size)
    case("head-not-ranged", "a server that leaves the range unread: the client stops reading", [*arrived, (asked, read(body) | {"body": cut(body, HEAD_BYTES)}), *done],
         ok=confirmed(body, PHOTO["file"]), policy=policy, received=size)
    case("head-all-of-it", "or does not stop", [*arrived, (asked, read(body)), *done], ok=confirmed(body, PHOTO["file"]), policy=policy, received=size)
    half = {"file": "images/cut_95.jpg"}
    case("head-half", "what is cut off further on is not found in this mode", [
        (head(KEY), MISSING), (head(incoming(KEY)), found(half)), (get(incoming(KEY), half), read(half)), (copy(KEY, incoming(KEY), half), copied(etag(half))), (delete(incoming(KEY)), DELETED)],
        ok=confirmed(half, "images/baseline_420.jpg"), policy=policy, received=len(content(half)))
    late = late_header()
    arrived_late = [(head(KEY), MISSING), (head(incoming(KEY)), found(late)), (get(incoming(KEY), late, head=True), part(late))]
    whole = S3.request("GET", incoming(KEY), {"if-match": f'"{etag(late)}"'}, len(content(late)))
    case("head-late-header", "a header that comes late needs the whole file", [
        *arrived_late, (whole, read(late)), (copy(KEY, incoming(KEY), late), copied(etag(late))), (delete(incoming(KEY)), DELETED)],
        ok=confirmed(late, "images/baseline_420.jpg"), policy=policy, received=len(content(late)))
    rejected("head-late-replaced", "replaced between the head and the whole", error("upload_replaced", 409),
             [*arrived_late, (whole, error_document(412, "PreconditionFailed")), (head(KEY), MISSING)], body=late, policy=policy)
    turned, webp = late_orientation(), f"{STEM}.webp"
    whole = S3.request("GET", incoming(webp), {"if-match": f'"{etag(turned)}"'}, len(content(turned)))
    case("head-late-orientation", "a WebP that announces EXIF has it at its end: which side is the width depends on it", [
        (head(webp), MISSING), (head(incoming(webp)), found(turned, "image/webp")), (get(incoming(webp), turned, head=True), part(turned, "image/webp")), (whole, read(turned, "image/webp")),
        (copy(webp, incoming(webp), turned, "image/webp"), copied(etag(turned))), (delete(incoming(webp)), DELETED)],
        ok=confirmed(turned, "images/exif.webp", webp), key=webp, policy=policy, received=len(content(turned)))
    rejected("head-too-wide", "limits hold for the head too", error("image_too_large", 413, what="height", received=48, max=47), [*arrived, (asked, part(body))], body=body,
             policy=policy | {"max_height": 47})
    page = {"parts": [{"file": "images/polyglot_html.jpg"}, {"repeat": "\0", "count": 300_000}]}
    rejected("head-polyglot", "a page in a picture", error("image_polyglot", 415, detected="jpeg", also="html"), [
        (head(KEY), MISSING), (head(incoming(KEY)), found(page)), (get(incoming(KEY), page, head=True), part(page))], body=page, policy=policy)
    wrong = error("store_response_invalid", 502)
    for name, why, answered in [
        ("range-other", "another part than that asked for", part(body, content_range=f"bytes 1-{HEAD_BYTES}/{size}")),
        ("range-total", "a part of another file", part(body, total=size + 1)),
        ("range-unknown", "a part of nobody knows how much", part(body, content_range=f"bytes 0-{HEAD_BYTES - 1}/*")),
        ("range-missing", "a part without saying which", part(body, content_range=None)),
        ("range-short", "less than it says", part(body) | {"body": cut(body, HEAD_BYTES - 1)}),
        ("range-long", "more than it says", part(body) | {"body": cut(body, HEAD_BYTES + 1)}),
        ("all-short", "an answer that was cut off", read(body) | {"body": cut(body, HEAD_BYTES - 1)}),
    ]:
        case(f"head-{name}", why, [*arrived, (asked, answered)], error=wrong, policy=policy, received=size)
    case("head-range-refused", "416 is no answer to a range from 0", [*arrived, (asked, error_document(416, "InvalidRange"))],
         error=error("store_refused", 502, operation="get", status=416), policy=policy, received=size)
    case("whole-part", "a part that nobody asked for", [*ARRIVED, (get(incoming(KEY), PHOTO), read(PHOTO, content_range=f"bytes 0-{LENGTH - 1}/{LENGTH}") | {"status": 206})],
         error=wrong, received=LENGTH)


def in_place():
    """Without an incoming prefix: nothing is served that was checked before it was served."""
    policy = {"incoming_prefix": ""}
    seen = [(head(KEY), found(PHOTO)), (get(KEY, PHOTO), read(PHOTO))]
    case("in-place", "checked where it is, and left there", seen, ok=confirmed(PHOTO, PHOTO["file"]), policy=policy, received=LENGTH)
    case("in-place-metadata", "a copy onto itself, for its headers", [*seen, (copy(KEY, KEY, PHOTO, cache_control="no-cache"), copied(TAG))],
         ok=confirmed(PHOTO, PHOTO["file"]), policy=policy | {"cache_control": "no-cache"}, received=LENGTH)
    reencode = policy | {"formats": ["jpeg"], "reencode": True}
    case("in-place-reencode", "confirmed twice, it would be encoded twice, and be no longer what was promised", [],
         error=error("option_invalid", 400, name="reencode"), policy=reencode)
    del cases[-1]["error"]["event"], cases[-1]["error"]["requests"]  # there is no policy
    case("in-place-variants", "beside it", [*seen, (put(f"{STEM}/20.jpg", made(20, 27)), written("a"))],
         ok=confirmed(PHOTO, PHOTO["file"], variants=[variant(20, 20, 27)]), policy=policy | {"variant_widths": [20]}, received=LENGTH)
    half = {"file": "images/half_baseline_420.jpg"}
    case("in-place-bad", "what is bad is deleted where it is", [(head(KEY), found(half)), (get(KEY, half), read(half)), (delete(KEY), DELETED)],
         error=error("image_corrupt", 422), policy=policy, received=len(content(half)))
    case("in-place-missing", "nothing was uploaded", [(head(KEY), MISSING), (explain(KEY), NO_KEY)], error=error("upload_not_found", 404), policy=policy)
    case("in-place-403", "403 may be anything", [(head(KEY), FORBIDDEN), (explain(KEY), FORBIDDEN)], error=error("store_refused", 502, operation="head", status=403), policy=policy)
    case("in-place-gone", "gone while it was looked at", [(head(KEY), found(PHOTO)), (get(KEY, PHOTO), MISSING)], error=error("upload_not_found", 404), policy=policy, received=LENGTH)
    failed = error_document(412, "PreconditionFailed")
    case("in-place-replaced", "replaced while it was looked at, perhaps by another confirmation's copy onto itself: nothing is deleted",
         [(head(KEY), found(PHOTO)), (get(KEY, PHOTO), failed)], error=error("upload_replaced", 409), policy=policy, received=LENGTH)
    case("in-place-copy-replaced", "the same before the copy: the variants may be those of the other confirmation",
         [*seen, (put(f"{STEM}/20.jpg", made(20, 27), cache_control="no-cache"), written("a")), (copy(KEY, KEY, PHOTO, cache_control="no-cache"), failed)],
         error=error("upload_replaced", 409), policy=policy | {"cache_control": "no-cache", "variant_widths": [20]}, received=LENGTH)
    case("in-place-etag", "a copy onto itself that gets another entity tag is not read again: who has the ticket can replace it all the same",
         [*seen, (copy(KEY, KEY, PHOTO, cache_control="no-cache"), copied("4567"))],
         ok=confirmed(PHOTO, PHOTO["file"], etag="4567"), policy=policy | {"cache_control": "no-cache"}, received=LENGTH)
    bad = [(head(KEY), found(half)), (get(KEY, half), read(half))]
    for status in [403, 500]:
        case(f"in-place-delete-{status}", "what is bad is still served: that is no end", [*bad, (delete(KEY), answer(status))],
             error=error("store_refused", 502, operation="delete", status=status), policy=policy, received=len(content(half)))
    case("in-place-delete-404", "somebody else has removed it", [*bad, (delete(KEY), MISSING)], error=error("image_corrupt", 422), policy=policy, received=len(content(half)))
    case("in-place-delete-fails", "the store is gone before what is bad is", [*bad, (delete(KEY), {"fail": "timed out"})],
         error=error("store_unavailable", 503, reason="timed out"), policy=policy, received=len(content(half)))


def refused_uploads():
    """What is wrong with the upload."""
    case("missing", "nothing was uploaded", [(head(KEY), MISSING), (head(incoming(KEY)), MISSING), (head(KEY), MISSING), (explain(incoming(KEY)), NO_KEY)], error=error("upload_not_found", 404))
    case("missing-403", "the same where S3 says 403 at first", [(head(KEY), FORBIDDEN), (head(incoming(KEY)), MISSING), (head(KEY), FORBIDDEN), (explain(incoming(KEY)), NO_KEY)], error=error("upload_not_found", 404))
    looked = lambda **headers: [(head(KEY), MISSING), (head(incoming(KEY)), found(PHOTO, **headers))]
    rejected("too-large", "more than the policy allows: not even fetched", error("upload_too_large", 413, size_bytes=LENGTH, max_bytes=LENGTH - 1), looked(), policy={"max_bytes": LENGTH - 1})
    rejected("too-small", "less than the policy demands", error("upload_too_small", 422, size_bytes=LENGTH, min_bytes=LENGTH + 1), looked(), policy={"min_bytes": LENGTH + 1})
    empty = ""
    rejected("empty", "no bytes at all", error("upload_too_small", 422, size_bytes=0, min_bytes=1), [(head(KEY), MISSING), (head(incoming(KEY)), found(empty))], body=empty)
    for name, promised in [("more", LENGTH - 1), ("fewer", LENGTH + 1)]:
        rejected(f"size-{name}", "not as many bytes as promised", error("upload_size_mismatch", 422, promised_bytes=promised, received_bytes=LENGTH), looked(), request={"size_bytes": promised})
    rejected("type-header", "stored as another type than its key says", error("image_format_mismatch", 415, declared="image/jpeg", detected="image/png"), looked(content_type="image/png"))
    rejected("type-html", "stored as a page", error("image_format_mismatch", 415, declared="image/jpeg", detected="text/html"), looked(content_type="text/html"))
    rejected("type-promised", "another type than promised", error("image_format_mismatch", 415, declared="image/png", detected="image/jpeg"), looked(), request={"content_type": "image/png"})
    rejected("type-encoded", "clients would unpack it: what is checked would not be what is stored", error("image_format_mismatch", 415, declared="image/jpeg", detected="image/jpeg in gzip"),
             looked(content_encoding="gzip"))

    def file(name, why, failure, path, key=KEY, **rest):
        body = {"file": f"images/{path}"} if isinstance(path, str) else path
        media_type = TYPES[pathlib.Path(key).suffix]
        rejected(name, why, failure, [(head(key), MISSING), (head(incoming(key)), found(body, media_type)), (get(incoming(key), body), read(body, media_type))], body=body,
                 key=key, removed=(key,), **rest)

    png = f"{STEM}.png"
    file("bytes-other", "a JPEG under the name and type of a PNG", error("image_format_mismatch", 415, declared="image/png", detected="image/jpeg"), "baseline_420.jpg", png)
    file("bytes-half", "half a JPEG", error("image_corrupt", 422), "half_baseline_420.jpg")
    file("bytes-svg", "markup", error("image_format_not_allowed", 415, detected="svg"), "markup.svg")
    file("bytes-noise", "no image", error("image_format_unknown", 415), "noise.bin")
    file("bytes-polyglot", "a page in a picture", error("image_polyglot", 415, detected="jpeg", also="html"), "polyglot_html.jpg")
    file("bytes-bomb", "150 megapixels in 18 kB", error("image_too_large", 413), "bomb_150mp.png", png)
    file("bytes-heic", "recognised, and no decoder for it", error("image_format_not_allowed", 415), "head.heic")
    file("bytes-format", "no longer among the policy's formats", error("image_format_not_allowed", 415, detected="jpeg"), "baseline_420.jpg", png, policy={"formats": ["png"]})
    file("too-wide", "limits of the policy", error("image_too_large", 413, what="width", received=36, max=35), "gps.jpg", policy={"max_width": 35})
    file("too-narrow", "limits of the policy", error("image_too_small", 422, what="width", received=36, min=37), "gps.jpg", policy={"min_width": 37})
    file("too-many-pixels", "limits of the policy", error("image_too_large", 413, what="pixels", received=36 * 48, max=36 * 48 - 1), "gps.jpg", policy={"max_pixels": 36 * 48 - 1})
    file("too-many-frames", "limits of the policy", error("image_too_large", 413, what="frames", max=1), "animated.gif", f"{STEM}.gif", policy={"max_frames": 1})
    file("too-many-frame-pixels", "limits of the policy", error("image_too_large", 413, what="frame_pixels", max=1), "animated.gif", f"{STEM}.gif", policy={"max_frame_pixels": 1})
    file("too-much-work", "limits of the policy", error("image_too_large", 413, what="work_pixels", max=1), "animated.gif", f"{STEM}.gif", policy={"max_work_pixels": 1})
    for status in [403, 404, 500]:
        case(f"rejected-delete-{status}", "the rejection stands, deleted or not", [*looked(content_type="text/html"), (delete(incoming(KEY)), answer(status))],
             error=error("image_format_mismatch", 415), received=LENGTH)
    case("rejected-delete-fails", "also where the store is gone", [*looked(content_type="text/html"), (delete(incoming(KEY)), {"fail": "timed out"})],
         error=error("image_format_mismatch", 415), received=LENGTH)


def replaced():
    """The upload is replaced between each pair of steps."""
    gone = (head(KEY), MISSING)
    failure = error("upload_replaced", 409)
    get_412 = (get(incoming(KEY), PHOTO), error_document(412, "PreconditionFailed"))
    rejected("replaced-get", "between the look and the reading", failure, [*ARRIVED, get_412, gone])
    rejected("replaced-get-403", "where S3 says 403 for what is missing", failure, [*ARRIVED, get_412, (head(KEY), FORBIDDEN)])
    other = {"file": "images/baseline_444.jpg"}
    rejected("replaced-unread", "on a server that does not read if-match: the entity tag says so", failure, [*ARRIVED, (get(incoming(KEY), PHOTO), read(other)), gone])
    rejected("replaced-copy", "between the check and the copy: the other file never gets to the final key", failure, [*CHECKED, (COPY, error_document(412, "PreconditionFailed")), gone])
    inside = answer(200, {}, "<Error><Code>PreconditionFailed</Code><Message>-</Message></Error>")
    rejected("replaced-copy-200", "the same, said after 200", failure, [*CHECKED, (COPY, inside), gone])
    gone_error = error("upload_not_found", 404)
    other_tag = etag(other)
    unread = [*CHECKED, (COPY, copied(other_tag))]
    again = S3.request("GET", KEY, {"if-match": f'"{other_tag}"'})
    same_size = {"parts": [{"file": PHOTO["file"], "from": 0, "to": LENGTH - 1}, "-"]}
    removed = [(delete(KEY), DELETED), (delete(incoming(KEY)), DELETED)]
    rejected("replaced-copy-unread", "replaced before the copy on a store that does not read the copy's condition: the copy has another entity tag, is read, and goes first", failure,
             [*unread, (again, read(PHOTO, etag=f'"{other_tag}"') | {"body": same_size}), *removed], removed=())
    widths = {"variant_widths": [20]}
    rejected("replaced-copy-unread-variants", "the variants too", failure,
             [*CHECKED, (put(f"{STEM}/20.jpg", made(20, 27)), written("a")), *unread[3:], (again, read(PHOTO, etag=f'"{other_tag}"') | {"body": same_size}), *removed,
              (delete(f"{STEM}/20.jpg"), DELETED)], removed=(), policy=widths)
    wrong = error("store_response_invalid", 502)
    case("replaced-copy-unread-longer", "one of another size: the copy goes, and the confirmation can begin again", [*unread, (again, read(other)), (delete(KEY), DELETED)],
         error=wrong, received=LENGTH)
    case("copy-not-read", "a copy that cannot be read is not known to be what was checked: it does not stay", [*unread, (again, answer(403)), (delete(KEY), DELETED)],
         error=error("store_refused", 502, operation="get", status=403), received=LENGTH)
    case("copy-not-removed", "and where it stays, that is said", [*unread, (again, read(PHOTO, etag=f'"{other_tag}"') | {"body": same_size}), (delete(KEY), answer(500)),
         (delete(incoming(KEY)), DELETED)], error=error("store_refused", 502, operation="delete", status=500), received=LENGTH)
    case("copy-changed", "another confirmation has written it again", [*unread, (again, error_document(412, "PreconditionFailed")), (head(KEY), found(PHOTO)), (get(KEY, PHOTO), read(PHOTO)),
         (delete(incoming(KEY)), DELETED)], ok=confirmed(PHOTO, PHOTO["file"]), received=LENGTH)
    large = padded(PHOTO, 300_000)
    other_large = {"parts": [{"file": PHOTO["file"]}, {"repeat": "-", "count": 300_000}]}
    heads_seen = [(head(KEY), MISSING), (head(incoming(KEY)), found(large)), (get(incoming(KEY), large, head=True), part(large)), (copy(KEY, incoming(KEY), large), copied("4567"))]
    head_again = S3.request("GET", KEY, {"if-match": '"4567"'}, HEAD_BYTES, {"range": "bytes=0-262143"})
    case("copy-head-read", "as much is read as was checked", [*heads_seen, (head_again, part(large, etag='"4567"')), (delete(incoming(KEY)), DELETED)],
         ok=confirmed(large, PHOTO["file"], etag="4567"), policy={"verify": "head"}, received=len(content(large)))
    case("copy-head-all", "on a server that leaves the range unread too", [*heads_seen, (head_again, read(large, etag='"4567"')), (delete(incoming(KEY)), DELETED)],
         ok=confirmed(large, PHOTO["file"], etag="4567"), policy={"verify": "head"}, received=len(content(large)))
    rejected("copy-head-replaced", "and is another one", failure, [*heads_seen, (head_again, part(other_large, etag='"4567"')), *removed], removed=(), body=large, policy={"verify": "head"})
    case("gone-get", "removed between the look and the reading", [*ARRIVED, (get(incoming(KEY), PHOTO), error_document(404, "NoSuchKey")), gone], error=gone_error, received=LENGTH)
    case("gone-copy", "removed between the check and the copy", [*CHECKED, (COPY, error_document(404, "NoSuchKey")), gone], error=gone_error, received=LENGTH)
    case("replaced-then-refused", "what cannot be found out is not a rejection", [*CHECKED, (COPY, error_document(412, "PreconditionFailed")), (head(KEY), answer(500))],
         error=error("store_refused", 502, operation="head", status=500), received=LENGTH)


def hostile_stores():
    """Answers that make no sense: nothing is deleted, and nothing is confirmed."""
    wrong = error("store_response_invalid", 502)
    for name, why, headers in [
        ("no-etag", "without it nothing can be held fast", {"etag": None}),
        ("weak-etag", "a weak one says nothing of the bytes", {"etag": f'W/"{TAG}"'}),
        ("empty-etag", "an empty one", {"etag": '""'}),
        ("odd-etag", "one that would end the header's quotes", {"etag": '"a"b"'}),
        ("long-etag", "one of 257 characters", {"etag": "e" * 257}),
        ("two-etags", "two that differ", {"etag": ['"a"', '"b"']}),
        ("no-length", "no length", {"content_length": None}),
        ("two-lengths", "two that differ", {"content_length": ["1", "2"]}),
        ("signed-length", "a length with a sign", {"content_length": "+5"}),
        ("negative-length", "a negative length", {"content_length": "-1"}),
        ("huge-length", "a length beyond 64 bits", {"content_length": "18446744073709551616"}),
        ("text-length", "a length that is none", {"content_length": "many"}),
    ]:
        case(f"head-{name}", why, [(head(KEY), MISSING), (head(incoming(KEY)), found(PHOTO, **headers))], error=wrong)
        case(f"final-{name}", f"{why}; of the final object", [(head(KEY), found(PHOTO, **headers))], error=wrong)
    for name, why, headers in [
        ("two-types", "of two types", {"content_type": ["image/jpeg", "text/html"]}),
        ("two-encodings", "of two encodings", {"content_encoding": ["gzip", "identity"]}),
    ]:
        case(f"head-{name}", why, [(head(KEY), MISSING), (head(incoming(KEY)), found(PHOTO, **headers))], error=wrong)
    longer = {"parts": [PHOTO, {"repeat": "-", "count": 1}]}
    for name, why, answered in [
        ("longer", "more bytes than announced", read(PHOTO) | {"body": longer}),
        ("shorter", "fewer bytes than announced: a connection that broke", read(PHOTO) | {"body": {"file": PHOTO["file"], "from": 0, "to": LENGTH - 1}}),
        ("nothing", "no bytes at all", read(PHOTO) | {"body": ""}),
        ("no-etag", "bytes of nobody knows what", read(PHOTO, etag=None)),
        ("two-etags", "bytes of one or another", read(PHOTO, etag=['"a"', '"b"'])),
    ]:
        case(f"get-{name}", why, [*ARRIVED, (get(incoming(KEY), PHOTO), answered)], error=wrong, received=LENGTH)
    for name, why, body in [
        ("nothing", "200 and no more", ""),
        ("page", "the page of a proxy", "<html><body>Welcome</body></html>"),
        ("cut-off", "an answer that was cut off", "<CopyObjectResult><ETag>"),
        ("no-etag", "a result without an entity tag", "<CopyObjectResult><LastModified>-</LastModified></CopyObjectResult>"),
        ("weak-etag", "a weak one", "<CopyObjectResult><ETag>W/&quot;a&quot;</ETag></CopyObjectResult>"),
        ("entity", "an entity that nobody declared", "<CopyObjectResult><ETag>&lol;</ETag></CopyObjectResult>"),
        ("binary", "no text", raw(b"\xff\xfe\x00")),
        ("long", "more than 64 KiB", {"parts": ["<CopyObjectResult><ETag>a</ETag>", {"repeat": " ", "count": 65_536}, "</CopyObjectResult>"]}),
    ]:
        case(f"copy-{name}", why, [*CHECKED, (COPY, answer(200, {}, body))], error=wrong, received=LENGTH)
    for code, meant in [("InternalError", error("store_refused", 502, operation="copy-object", status=200)), ("SlowDown", error("store_unavailable", 503))]:
        case(f"copy-200-{code}", "S3 begins with 200 and then fails", [*CHECKED, (COPY, answer(200, {}, f"<?xml version=\"1.0\"?>\n<Error><Code>{code}</Code></Error>"))],
             error=meant, received=LENGTH)
    refused = lambda operation, status: error("store_refused", 502, operation=operation, status=status)
    for status in [301, 307, 400, 429, 500, 503, 999]:
        asked = [(explain(incoming(KEY)), answer(500))] if status == 400 else []
        meant = error("store_unavailable", 503) if status in (429, 503) else refused("head", status)
        case(f"final-{status}", "a status that means neither yes nor no", [(head(KEY), answer(status)), *asked], error=meant)
    for status in [201, 204, 301, 405, 500]:
        case(f"look-{status}", "nothing is known of the upload", [(head(KEY), MISSING), (head(incoming(KEY)), answer(status))], error=refused("head", status))
    for status in [204, 304, 500]:
        case(f"get-{status}", "it cannot be read", [*ARRIVED, (get(incoming(KEY), PHOTO), answer(status))], error=refused("get", status), received=LENGTH)
    for status in [204, 301, 500]:
        case(f"copy-{status}", "it cannot be copied", [*CHECKED, (COPY, answer(status))], error=refused("copy-object", status), received=LENGTH)
    seen = [(head(KEY), found(PHOTO)), (get(KEY, PHOTO), read(PHOTO)), (delete(incoming(KEY)), DELETED)]
    for name, operation, steps in [
        ("look", "head", [(head(KEY), FORBIDDEN), (head(incoming(KEY)), FORBIDDEN)]),
        ("get", "get", [*ARRIVED, (get(incoming(KEY), PHOTO), error_document(403, "AccessDenied"))]),
        ("copy", "copy-object", [*CHECKED, (COPY, error_document(403, "AccessDenied"))]),
    ]:
        received = None if name == "look" else LENGTH
        asked = [(explain(incoming(KEY)), FORBIDDEN)] if name == "look" else []
        case(f"{name}-403", "403 is also what S3 says of a missing object to those who may not list: refused, unless another confirmation was faster", [*steps, (head(KEY), FORBIDDEN), *asked],
             error=refused(operation, 403), received=received)
        case(f"again-beside-{name}-403", "and here it was", [*steps, *seen], ok=confirmed(PHOTO, PHOTO["file"]), received=LENGTH)


def unavailable():
    steps = [(head(KEY), MISSING), (head(incoming(KEY)), found(PHOTO)), (get(incoming(KEY), PHOTO), read(PHOTO)), (COPY, copied(TAG))]
    for index, name in enumerate(["find", "look", "get", "copy"]):
        case(f"unavailable-{name}", "the client gave up: nothing is deleted, it can be tried again", [*steps[:index], (steps[index][0], {"fail": "503 after 4 attempts"})],
             error=error("store_unavailable", 503, reason="503 after 4 attempts"), received=LENGTH if index > 1 else None)
    url = f"https://photos.s3.ap-northeast-2.amazonaws.com/{KEY}?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Signature=0"
    case("unavailable-secret", "messages of HTTP clients hold URLs: the signature does not get into an error", [(head(KEY), {"fail": f"GET ({url}): reset"})],
         error=error("store_unavailable", 503))
    temporary = LONG_TERM | {"session_token": "token", "expires_at": NOW + 100}
    case("expired-at-once", "credentials that ended before", [], error=error("credentials_expired", 500), credentials=temporary | {"expires_at": NOW})
    short = lambda request, left: request | {"expires": str(left)}
    case("expired-between", "credentials that end on the way: nothing is deleted", [
        (short(head(KEY), 100), MISSING), (short(head(incoming(KEY)), 40), found(PHOTO) | {"clock": NOW + 60}), ({}, {"clock": NOW + 100})],
        error=error("credentials_expired", 500), credentials=temporary, received=LENGTH)
    cases[-1]["error"]["requests"].pop()
    case("expired-at-the-end", "credentials that end when all is done: what is left over does not undo it", [
        (short(head(KEY), 100), MISSING), (short(head(incoming(KEY)), 100), found(PHOTO)), (short(get(incoming(KEY), PHOTO), 100), read(PHOTO)),
        (short(COPY, 1), copied(TAG) | {"clock": NOW + 99}), ({}, {"clock": NOW + 100})], ok=confirmed(PHOTO, PHOTO["file"]), credentials=temporary, received=LENGTH)
    cases[-1]["ok"]["requests"].pop()
    case("clock-between", "each request is signed for its own moment", [
        (head(KEY), MISSING), (head(incoming(KEY)), found(PHOTO) | {"clock": NOW + 1000}), (get(incoming(KEY), PHOTO), read(PHOTO) | {"clock": NOW + 2000}),
        (COPY, copied(TAG) | {"clock": NOW + 3000}), (delete(incoming(KEY)), DELETED | {"clock": NOW + 4000})], ok=confirmed(PHOTO, PHOTO["file"]), received=LENGTH)


def refused_requests():
    """Nothing is sent before it is clear who asks and for what."""
    def refused(name, why, failure, **rest):
        case(name, why, [], error=failure, **rest)

    for name, owner in [("none", ""), ("slash", "a/b"), ("dots", ".."), ("space", "a b")]:
        refused(f"owner-{name}", "no owner", error("upload_owner_invalid", 400), owner=owner)
    mismatch = error("upload_owner_mismatch", 403)
    refused("owner-other", "somebody else's upload", mismatch, owner="user-8")
    refused("owner-start", "an owner that starts alike", mismatch, owner="user-7x")
    refused("owner-case", "owners are compared as they are", mismatch, owner="User-7")
    prefix = error("upload_prefix_mismatch", 400)
    for name, key in [("other", KEY.replace("uploads", "avatars")), ("incoming", incoming(KEY)), ("longer", f"uploads2{KEY[7:]}"), ("slash", f"/{KEY}"), ("alone", "uploads")]:
        refused(f"prefix-{name}", "not below the policy's prefix", prefix, key=key)
    unknown = error("upload_key_unknown", 400)
    for name, key in [
        ("extension", f"{STEM}.exe"), ("no-extension", STEM), ("upper", f"{STEM}.JPG"), ("jpeg", f"{STEM}.jpeg"), ("variant", f"{STEM}/20.jpg"), ("short", "uploads/user-7/1-0123.jpg"),
        ("letters", "uploads/user-7/1-0123456789abcdeg.jpg"), ("time", "uploads/user-7/01-0123456789abcdef.jpg"), ("owner-alone", "uploads/user-7"), ("empty", "uploads/user-7/"),
        ("deeper", "uploads/user-7/a/1-0123456789abcdef.jpg"), ("encoded", "uploads/user-7/1%2D0123456789abcdef.jpg"),
    ]:
        refused(f"key-{name}", "not a key that a ticket was issued for", unknown, key=key)
    refused("key-format", "a format that the policy no longer accepts", unknown, policy={"formats": ["png"]})
    for name, key in [("none", ""), ("dots", "uploads/user-7/../user-8/1-0123456789abcdef.jpg"), ("long", "uploads/user-7/" + "a" * 1024), ("c1", "uploads/user-7/\u0085.jpg")]:
        refused(f"bad-key-{name}", "no key at all", error("upload_key_invalid", 400), key=key)
        cases[-1]["error"]["event"].pop("key")  # cut where it is shown
    refused("bad-filename", "a name with a line end", error("option_invalid", 400, name="filename"), request={"filename": "a\nb"})
    refused("bad-size", "sizes are whole numbers", error("option_invalid", 400, name="size_bytes"), request={"size_bytes": -1})
    del cases[-1]["error"]["event"], cases[-1]["error"]["requests"]  # the request itself cannot be read
    for name, now in [("bad-clock", -1), ("bad-clock-after-9999", 253_402_300_800), ("bad-clock-last-of-javascript", 8_640_000_000_000)]:
        refused(name, "before 1970 or after 9999", error("signing_failed", 500), now=now)
        cases[-1]["error"]["event"]["timestamp"] = None
        cases[-1]["error"]["message"] = "signing failed: the time, or the end of what is signed, is not between 1970 and 9999"
    refused("key-bidi", "a log has one line for it, and its text is not turned around", unknown, key="uploads/user-7/\u2028\u202e1.jpg")
    cases[-1]["error"]["event"]["key"] = "uploads/user-7/\\u{2028}\\u{202e}1.jpg"


def main():
    for part_of_all in (main_path, again, pictures, heads, in_place, refused_uploads, replaced, hostile_stores, unavailable, refused_requests):
        part_of_all()
    names = [made["name"] for made in cases]
    assert len(names) == len(set(names)), [name for name in names if names.count(name) > 1]
    about = "Confirmations of uploads: the requests that follow from answers, and how they end."
    top = json.dumps({"about": about, "made_by": "make_confirm.py"}, ensure_ascii=False)[:-1]
    lines = ",\n".join(json.dumps(made, ensure_ascii=False) for made in cases)
    (HERE / "confirm.json").write_text(f'{top}, "cases": [\n{lines}\n]}}\n', encoding="utf-8")
    print(f"confirm.json: {len(cases)} cases, {sum('ok' in made for made in cases)} of them confirmed")


if __name__ == "__main__":
    main()
