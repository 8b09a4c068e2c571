"""Writes confirm.json: what a confirmation asks of the store, answer by answer, and how it ends.

    python core/tests/vectors/make_confirm.py

It needs nothing but Python and knows nothing of presize. The answers are those that S3 documents:
HeadObject, GetObject, CopyObject, PutObject, DeleteObject <https://docs.aws.amazon.com/AmazonS3/latest/API/>,
a copy that begins with 200 and fails <https://docs.aws.amazon.com/AmazonS3/latest/API/API_CopyObject.html>,
403 for a missing object to those who may not list <https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadObject.html>.
The requests are what must follow from them. What images are is said by inspect.json, which Pillow made.

The final object and its variants carry a marker: metadata with a hash and a MAC, which `marker` and `of_original` compute with
Python's `hmac` from the words of the documentation. A file without its metadata is what `stripped` leaves: the segments of a JPEG
(ITU-T T.81, annex B) that are needed to show it, and its orientation as an EXIF block of one entry (CIPA DC-008).

A body is text, or as in other inputs `{"file"}`, `{"base64"}`; also `{"file", "from", "to"}`, `{"repeat", "count"}` (a text,
so many times) and `{"parts": [...]}`, one after the other. An answer with `fail` is none: the client gave up, with this
reason. `clock` is the time at which its request is made. Headers of a request that are not signed are only `range`.
"""

import base64
import hashlib
import hmac
import json
import pathlib
import struct

HERE = pathlib.Path(__file__).parent
NOW = 1_700_000_000
TIME = "2023-11-14T22:13:20Z"
SEOUL = {"kind": "s3", "region": "ap-northeast-2", "name": "photos"}
LOCAL = {"kind": "custom", "endpoint": "http://127.0.0.1:9000", "region": "us-east-1", "name": "photos", "style": "path"}
ACCOUNT = "0123456789abcdef0123456789abcdef"
LONG_TERM = {"access_key_id": "AKIDEXAMPLE", "secret_access_key": "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"}
HEAD_BYTES = 262_144
TYPES = {".jpg": "image/jpeg", ".png": "image/png", ".webp": "image/webp", ".gif": "image/gif"}
INSPECTED = {case["input"].get("file"): case.get("ok") for case in json.loads((HERE / "inspect.json").read_text())["cases"]}
STEM = "uploads/user-7/1700000000000-0123456789abcdef"
KEY = f"{STEM}.jpg"
PHOTO = {"file": "images/baseline_420.jpg"}  # 48 x 36, without metadata
GPS = {"file": "images/gps.jpg"}  # 36 x 48 as displayed, with EXIF
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


def derived_mac(purpose, key, fields, secret=LONG_TERM["secret_access_key"], bucket="photos"):
    """Under a key of its own, derived from the secret: over bucket, key and the fields before it."""
    own = hmac.digest(b"presize" + secret.encode(), purpose.encode(), "sha256")
    return hmac.digest(own, "\n".join([bucket, key, fields]).encode(), "sha256").hex()


def marker(body, key=None, head=False, **other):
    """What proves that a confirmation wrote the object: the hash of its bytes or of its first 256 KiB."""
    data = content(body)
    fields = f"1.{'head' if head else 'whole'}.{len(data)}.{hashlib.sha256(data[:HEAD_BYTES] if head else data).hexdigest()}"
    return f"{fields}.{derived_mac('presize-confirmed', key or KEY, fields, **other)}"


def of_original(variant_key, body, **other):
    """What says of which object a variant was made."""
    fields = f"1.{hashlib.sha256(content(body)).hexdigest()}"
    return f"{fields}.{derived_mac('presize-variant-of', variant_key, fields, **other)}"


def stripped(body):
    """A JPEG without metadata. Its orientation stays."""
    data = content(body)
    out, at = bytearray(data[:2]), 2
    while data[at + 1] != 0xDA:
        size = 2 + int.from_bytes(data[at + 2:at + 4], "big")
        segment, at = data[at:at + size], at + size
        if segment[1] == 0xE1 and segment[4:10] == b"Exif\0\0":
            value = 1
            order = {b"MM": "big", b"II": "little"}[segment[10:12]]
            number = lambda start, length: int.from_bytes(segment[10 + start:10 + start + length], order)
            first = number(4, 4)
            for entry in range(first + 2, first + 2 + 12 * number(first, 2), 12):
                value = number(entry + 8, 2) if number(entry, 2) == 0x0112 else value
            if value != 1:
                out += b"\xff\xe1" + (34).to_bytes(2, "big") + b"Exif\0\0MM\0*" + struct.pack(">IHHHIHHI", 8, 1, 0x0112, 3, 1, value, 0, 0)
        else:
            assert segment[1] in (0xE0, 0xDB, 0xC0, 0xC4, 0xDD), segment[:2]
            out += segment
    return raw(bytes(out) + data[at:])


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
    """Where requests go: host and path of a bucket, how it is called as the source of a copy, and the name of the condition that a copy
    creates its object."""

    def __init__(self, host, path="", source="photos/", create_only="if-none-match"):
        self.host, self.path, self.source, self.create_only = host, path, source, create_only

    def request(self, method, key, headers=None, max_body_bytes=65_536, unsigned=None, body=None):
        names = sorted(["host", *(headers or {})])
        return {"method": method, "host": self.host, "path": f"{self.path}/{key}", "signed": ";".join(names), "expires": "300",
                "headers": (headers or {}) | (unsigned or {}), "max_body_bytes": max_body_bytes, "body": body}

    def head(self, key):
        return self.request("HEAD", key, max_body_bytes=0)

    def get(self, key, body, head=False, tag=None):
        size = len(content(body))
        match = {"if-match": f'"{tag or etag(body)}"'}
        if head and size > HEAD_BYTES:
            return self.request("GET", key, match, HEAD_BYTES, {"range": "bytes=0-262143"})
        return self.request("GET", key, match, max(size, 65_536))

    def copy(self, key, source, body, media_type="image/jpeg", head=False, named=None, in_place=False, **headers):
        """Of what was checked, under its tag; the object is created, unless it is a copy onto itself. `named` is the key where the path has
        it encoded."""
        given = {"content-type": media_type, "x-amz-copy-source": f"{self.source}{source}", "x-amz-copy-source-if-match": f'"{etag(body)}"',
                 "x-amz-metadata-directive": "REPLACE", "x-amz-meta-presize-confirmed": marker(body, named or key, head)}
        if not in_place:
            given[self.create_only] = "*"
        return self.request("PUT", key, given | {name.replace("_", "-"): value for name, value in headers.items()})

    def store(self, key, body, file, media_type="image/jpeg", conditions=("if-none-match", "*"), **headers):
        """PUT of the final object. What its body is says the file that it shows; that it is these bytes, the marker."""
        given = {"content-length": str(len(content(body))), "content-type": media_type, "x-amz-meta-presize-confirmed": marker(body, key)}
        given |= dict([conditions]) if conditions else {}
        return self.request("PUT", key, given | {name.replace("_", "-"): value for name, value in headers.items()}, body=picture(file))

    def anew(self, key, made, **headers):
        """PUT of the final object whose bytes are the encoder's: its marker is held against the body by the runner."""
        media_type = {"jpeg": "image/jpeg", "png": "image/png", "webp": "image/webp"}[made["format"]]
        given = {"content-length": "", "content-type": media_type, "if-none-match": "*", "x-amz-meta-presize-confirmed": ""}
        request = self.request("PUT", key, given | {name.replace("_", "-"): value for name, value in headers.items()}, body=made)
        del request["headers"]["content-length"], request["headers"]["x-amz-meta-presize-confirmed"]
        return request

    def put(self, key, made, original, **headers):
        """PUT of a variant of this object. The length is the encoder's: it is held against the body by the runner."""
        media_type = {"jpeg": "image/jpeg", "png": "image/png", "webp": "image/webp"}[made["format"]]
        given = {"content-length": "", "content-type": media_type, "x-amz-meta-presize-variant-of": original and of_original(key, original)}
        request = self.request("PUT", key, given | {name.replace("_", "-"): value for name, value in headers.items()}, body=made)
        del request["headers"]["content-length"]
        if original is None:
            del request["headers"]["x-amz-meta-presize-variant-of"]
        return request

    def delete(self, key, tag=None):
        return self.request("DELETE", key, {"if-match": f'"{tag}"'} if tag else None)


S3 = Place("photos.s3.ap-northeast-2.amazonaws.com")
head, get, copy, store, anew, put, delete = S3.head, S3.get, S3.copy, S3.store, S3.anew, S3.put, S3.delete
local = Place("127.0.0.1:9000", "/photos")


def explain(key):
    """GET of the first byte, where HEAD was refused: an answer to HEAD has no body that says why."""
    return S3.request("GET", key, unsigned={"range": "bytes=0-0"})


def incoming(key):
    return f"incoming/{key}"


def proven(body, key=KEY, media_type="image/jpeg", head=False, **headers):
    """To HEAD of an object that a confirmation wrote."""
    return found(body, media_type, **({"x_amz_meta_presize_confirmed": marker(body, key, head)} | headers))


def remembered(body=PHOTO, key=KEY, media_type="image/jpeg", place=S3):
    """It was confirmed before: the object is read and held against its marker, and what was sent since is removed."""
    return [(place.head(key), proven(body, key, media_type)), (place.get(key, body), read(body, media_type))]


# cases

def case(name, why, steps, ok=None, error=None, key=KEY, owner="user-7", policy=None, request=None, received=None, bucket=SEOUL, credentials=LONG_TERM, now=NOW):
    """`steps` are pairs of a request and its answer."""
    requests, answers = [step[0] for step in steps], [step[1] for step in steps]
    outcome = "confirmed" if ok else "rejected" if error["http_status"] < 500 else "failed"
    size = ok.get("bytes") if ok else received  # of the object that was confirmed, or of what has arrived
    event = {"timestamp": TIME, "action": "confirm", "owner": owner, "key": key, "bytes": size, "outcome": outcome, "code": error and error["code"]}
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


def good(name, why, body=PHOTO, file=None, key=KEY, copy_headers=None, base=None, place=S3, **rest):
    """The main path."""
    media_type = TYPES[pathlib.Path(key).suffix]
    case(name, why, [
        (place.head(key), MISSING), (place.head(incoming(key)), found(body, media_type)), (place.get(incoming(key), body), read(body, media_type)),
        (place.copy(key, incoming(key), body, media_type, **(copy_headers or {})), copied(etag(body))), (place.delete(incoming(key)), DELETED),
    ], ok=confirmed(body, file or body["file"], key, base), key=key, received=len(content(body)), **rest)


def rejected(name, why, failure, steps, body=PHOTO, removed=(KEY,), received=..., **rest):
    """A rejection deletes what has arrived, after a last look: it may have been confirmed in the meantime."""
    last = steps[-1]
    steps = steps if last[0]["method"] == "HEAD" and last[0]["path"] == f"/{rest.get('key', KEY)}" else [*steps, (head(rest.get("key", KEY)), MISSING)]
    received = len(content(body)) if received is ... else received
    case(name, why, [*steps, *((delete(incoming(key)), DELETED) for key in removed)], error=failure, received=received, **rest)


ARRIVED = [(head(KEY), MISSING), (head(incoming(KEY)), found(PHOTO))]
CHECKED = [*ARRIVED, (get(incoming(KEY), PHOTO), read(PHOTO))]
COPY = copy(KEY, incoming(KEY), PHOTO)
LENGTH = len(content(PHOTO))
TAG = etag(PHOTO)


WRITTEN = local.store(KEY, PHOTO, PHOTO["file"])
LOCAL_CHECKED = [(local.head(KEY), MISSING), (local.head(incoming(KEY)), found(PHOTO)), (local.get(incoming(KEY), PHOTO), read(PHOTO)), (local.head(KEY), MISSING)]


def elsewhere():
    """The main path on a store that does not promise to read conditions."""
    return [*LOCAL_CHECKED, (WRITTEN, written(TAG)), (local.head(KEY), proven(PHOTO)), (local.delete(incoming(KEY)), DELETED)]


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
    good("good-r2", "R2 has a name of its own for the condition on a copy", place=Place(f"{ACCOUNT}.r2.cloudflarestorage.com", "/photos", create_only="cf-copy-destination-if-none-match"),
         bucket={"kind": "r2", "account": ACCOUNT, "name": "photos"})
    point = "arn:aws:s3:ap-northeast-2:123456789012:accesspoint/my-point"
    point_place = Place("my-point-123456789012.s3-accesspoint.ap-northeast-2.amazonaws.com", source=f"{point}/object/")
    steps = [(point_place.head(KEY), MISSING), (point_place.head(incoming(KEY)), found(PHOTO)), (point_place.get(incoming(KEY), PHOTO), read(PHOTO)),
             (point_place.copy(KEY, incoming(KEY), PHOTO, **{"x_amz_copy_source": f"{point}/object/incoming/{KEY}".replace(":", "%3A")}), copied(TAG)),
             (point_place.delete(incoming(KEY)), DELETED)]
    steps[3][0]["headers"]["x-amz-meta-presize-confirmed"] = marker(PHOTO, bucket=point)
    case("good-access-point", "an access point is S3", steps, ok=confirmed(PHOTO, PHOTO["file"]), received=LENGTH, bucket={"kind": "access_point", "arn": point})
    case("good-local", "a server of one's own, in path style: it does not promise to read conditions, so that the final key is asked for right before and after, and the bytes are written",
         elsewhere(), ok=confirmed(PHOTO, PHOTO["file"]), received=LENGTH, bucket=LOCAL)
    public = LOCAL | {"options": {"public_endpoint": "https://files.example.com"}}
    case("good-public-endpoint", "the back end asks the server itself, not by the name that browsers know", elsewhere(), ok=confirmed(PHOTO, PHOTO["file"]), received=LENGTH, bucket=public)
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
        (copy(encoded, incoming(encoded), PHOTO, named=key), copied(TAG)), (delete(incoming(encoded)), DELETED),
    ], ok=confirmed(PHOTO, PHOTO["file"], key), key=key, owner="a+b@example.com", received=LENGTH)


def again():
    """A confirmed upload is confirmed again, with the same result."""
    seen = remembered()
    case("again", "the marker of the object at the final key, held against its bytes: the same result, and what was sent since is removed",
         [*seen, (delete(incoming(KEY)), DELETED)], ok=confirmed(PHOTO, PHOTO["file"]), received=LENGTH)
    case("again-smaller-limits", "what was confirmed stays so, whatever the policy says since", [*seen, (delete(incoming(KEY)), DELETED)],
         ok=confirmed(PHOTO, PHOTO["file"]), received=LENGTH, policy={"max_bytes": 10, "max_width": 1, "max_height": 1})
    case("again-promises", "what was promised is of the upload, not of the object that was made of it", [*seen, (delete(incoming(KEY)), DELETED)],
         ok=confirmed(PHOTO, PHOTO["file"]), received=LENGTH, request={"size_bytes": 7, "content_type": "image/png", "checksum_sha256": base64.b64encode(bytes(32)).decode()})
    variants = [variant(20, 20, 15), variant(36, 36, 27), variant(1000, 48, 36)]
    policy = {"variant_widths": [20, 36, 1000]}
    there = lambda name, original=PHOTO: (head(f"{STEM}/{name}.jpg"), found("a", x_amz_meta_presize_variant_of=of_original(f"{STEM}/{name}.jpg", original)))
    end = dict(ok=confirmed(PHOTO, PHOTO["file"], variants=variants), received=LENGTH, policy=policy)
    case("again-variants", "the variants are as they were made: each says of which object", [*seen, there(20), there(36), there(1000), (delete(incoming(KEY)), DELETED)], **end)
    puts = {20: (put(f"{STEM}/20.jpg", made(20, 15), PHOTO), written("a")), 36: (put(f"{STEM}/36.jpg", made(36, 27), PHOTO), written("b")), 1000: (put(f"{STEM}/1000.jpg", made(48, 36), PHOTO), written("c"))}
    case("again-variants-missing", "a confirmation that was interrupted after the object is finished by any later one", [
        *seen, there(20), (head(f"{STEM}/36.jpg"), MISSING), (head(f"{STEM}/1000.jpg"), FORBIDDEN), puts[36], puts[1000], (delete(incoming(KEY)), DELETED)], **end)
    for name, why, headers in [
        ("other", "variants of another upload", {"x_amz_meta_presize_variant_of": of_original(f"{STEM}/20.jpg", {"file": "images/gray.jpg"})}),
        ("unsigned", "of nobody knows what", {}),
        ("key", "of another key", {"x_amz_meta_presize_variant_of": of_original(f"{STEM}/36.jpg", PHOTO)}),
        ("secret", "by other credentials", {"x_amz_meta_presize_variant_of": of_original(f"{STEM}/20.jpg", PHOTO, secret="other")}),
    ]:
        case(f"again-variants-{name}", f"{why}: made again", [*seen, (head(f"{STEM}/20.jpg"), found("a", **headers)), there(36), there(1000), puts[20], (delete(incoming(KEY)), DELETED)], **end)
    for status, meant in [(500, error("store_refused", 502, operation="head", status=500)), (503, error("store_unavailable", 503))]:
        case(f"again-variants-{status}", "nothing is known of a variant: it can be tried again", [*seen, (head(f"{STEM}/20.jpg"), answer(status))], error=meant, received=LENGTH, policy=policy)
    case("again-variants-refused", "a variant cannot be written: nothing is removed", [*seen, (head(f"{STEM}/20.jpg"), MISSING), there(36), there(1000), (puts[20][0], answer(403))],
         error=error("store_refused", 502, operation="put", status=403), received=LENGTH, policy=policy)
    case("again-variants-limits", "limits that have become stricter keep variants from being made, and remove nothing",
         [*seen, (head(f"{STEM}/20.jpg"), MISSING), there(36), there(1000)], error=error("image_too_large", 413), received=LENGTH, policy=policy | {"max_width": 20})
    body = padded(PHOTO, 300_000)
    large = [(head(KEY), proven(body, head=True)), (get(KEY, body, head=True), part(body))]
    case("again-large", "of a file whose head was checked the head is read again", [*large, (delete(incoming(KEY)), DELETED)], ok=confirmed(body, PHOTO["file"]), received=len(content(body)))
    case("again-large-whole", "of one that was checked whole, all of it", [(head(KEY), proven(body)), (get(KEY, body), read(body)), (delete(incoming(KEY)), DELETED)],
         ok=confirmed(body, PHOTO["file"]), received=len(content(body)), policy={"verify": "head"})
    body = late_header()
    case("again-large-header", "unless the header comes late",
         [(head(KEY), proven(body, head=True)), (get(KEY, body, head=True), part(body)), (get(KEY, body), read(body)), (delete(incoming(KEY)), DELETED)],
         ok=confirmed(body, "images/baseline_420.jpg"), received=len(content(body)))
    case("again-beside", "it was confirmed by another between the first look and the second",
         [(head(KEY), MISSING), (head(incoming(KEY)), MISSING), *seen, (delete(incoming(KEY)), DELETED)], ok=confirmed(PHOTO, PHOTO["file"]), received=LENGTH)
    case("again-beside-get", "the same between the second look and the reading",
         [*ARRIVED, (get(incoming(KEY), PHOTO), error_document(404, "NoSuchKey")), *seen, (delete(incoming(KEY)), DELETED)], ok=confirmed(PHOTO, PHOTO["file"]), received=LENGTH)
    case("again-beside-copy", "the same between the reading and the copy",
         [*CHECKED, (COPY, error_document(404, "NoSuchKey")), *seen, (delete(incoming(KEY)), DELETED)], ok=confirmed(PHOTO, PHOTO["file"]), received=LENGTH)
    case("again-beside-replaced", "confirmed by another, and sent again since: what was confirmed counts, what came later goes",
         [*CHECKED, (COPY, error_document(412, "PreconditionFailed")), *seen, (delete(incoming(KEY)), DELETED)], ok=confirmed(PHOTO, PHOTO["file"]), received=LENGTH)
    winner = {"file": "images/gray.jpg"}
    half = {"file": "images/half_baseline_420.jpg"}
    sent_since = [(head(KEY), MISSING), (head(incoming(KEY)), found(half)), (get(incoming(KEY), half), read(half))]
    case("again-bad-since", "confirmed while another confirmation read what was sent since: both answer with what was confirmed",
         [*sent_since, *seen, (delete(incoming(KEY)), DELETED)], ok=confirmed(PHOTO, PHOTO["file"]), received=LENGTH)
    case("again-size-since", "the same where its size alone is wrong", [(head(KEY), MISSING), (head(incoming(KEY)), found(half)), *seen, (delete(incoming(KEY)), DELETED)],
         ok=confirmed(PHOTO, PHOTO["file"]), received=LENGTH, request={"size_bytes": LENGTH})
    case("again-bad-unknown", "whether it was cannot be said: nothing is deleted", [*sent_since, (head(KEY), answer(500))], error=error("store_refused", 502, operation="head", status=500),
         received=len(content(half)))
    for name, refused in [("412", error_document(412, "PreconditionFailed")), ("409", error_document(409, "ConditionalRequestConflict")),
                          ("200", answer(200, {}, "<Error><Code>ConditionalRequestConflict</Code></Error>"))]:
        case(f"again-winner-{name}", "another confirmation was faster, with another image: both answer with that", [*CHECKED, (COPY, refused), *remembered(winner), (delete(incoming(KEY)), DELETED)],
             ok=confirmed(winner, winner["file"]), received=LENGTH)
    small = {"variant_widths": [20]}
    case("again-winner-variants", "the variants are those of the winner", [
        *CHECKED, (COPY, error_document(412, "PreconditionFailed")), *remembered(winner), (head(f"{STEM}/20.jpg"), MISSING), (put(f"{STEM}/20.jpg", made(20, 15), winner), written("a")),
        (delete(incoming(KEY)), DELETED)], ok=confirmed(winner, winner["file"], variants=[variant(20, 20, 15)]), received=LENGTH, policy=small)
    other = {"file": "images/rgb.png"}
    for name, body in [("page", "<html>"), ("type", other), ("half", {"base64": "/9j/"})]:
        case(f"again-not-ours-{name}", "an object that no confirmation wrote: nothing is deleted", [(head(KEY), found(body)), (get(KEY, body), read(body))],
             error=error("store_response_invalid", 502))
    changed = (get(KEY, PHOTO), error_document(412, "PreconditionFailed"))
    case("again-changed", "the final object changes while it is read: it is asked for again", [seen[0], changed, *seen, (delete(incoming(KEY)), DELETED)],
         ok=confirmed(PHOTO, PHOTO["file"]), received=LENGTH)
    case("again-gone", "or is gone: the upload is looked at", [seen[0], (get(KEY, PHOTO), NO_KEY), *CHECKED, (COPY, copied(TAG)), (delete(incoming(KEY)), DELETED)],
         ok=confirmed(PHOTO, PHOTO["file"]), received=LENGTH)
    case("again-keeps-changing", "not for ever", [seen[0], changed] * 6, error=error("store_unavailable", 503))
    case("again-refused", "the final object cannot be read", [seen[0], (get(KEY, PHOTO), error_document(403, "AccessDenied"))],
         error=error("store_refused", 502, operation="get", status=403))


def markers():
    """What no confirmation with these credentials has marked is checked as an upload is; what a marker does not fit is not confirmed."""
    deleted = (delete(incoming(KEY)), DELETED)
    whole = (get(KEY, PHOTO), read(PHOTO))
    good_end = dict(ok=confirmed(PHOTO, PHOTO["file"]), received=LENGTH)
    changed = lambda text, at: text[:at] + ("1" if text[at] == "0" else "0") + text[at + 1:]
    right = marker(PHOTO)
    for name, why, value in [
        ("none", "none at all, as before there were markers", None),
        ("secret", "that of other credentials, as temporary ones are", marker(PHOTO, secret="other")),
        ("key", "that of another object", marker(PHOTO, f"{STEM}.png")), ("bucket", "that of another bucket", marker(PHOTO, bucket="photos2")),
        ("mac", "a digit of the MAC is another one", changed(right, -1)), ("version", "another version", f"2{right[1:]}"), ("cut", "one that was cut", right[:-1]),
        ("longer", "one that goes on", f"{right}.1"), ("upper", "upper case", right.upper()), ("zero", "a length with a zero before it", right.replace(".whole.", ".whole.0")),
        ("empty", "an empty one", ""), ("two", "two that differ", [right, changed(right, -1)]), ("words", "words", "confirmed"),
    ]:
        case(f"marker-{name}", f"{why}: the object is checked whole, and good", [(head(KEY), found(PHOTO, x_amz_meta_presize_confirmed=value)), whole, deleted], **good_end)
    case("marker-twice", "twice the same is once", [(head(KEY), proven(PHOTO, x_amz_meta_presize_confirmed=[right, right])), whole, deleted], **good_end)
    half = {"file": "images/half_baseline_420.jpg"}
    for name, value in [("none", None), ("secret", marker(half, secret="other"))]:
        case(f"marker-{name}-bad", "damaged, whatever its header says: not a confirmed upload, and not ours to delete",
             [(head(KEY), found(half, x_amz_meta_presize_confirmed=value)), (get(KEY, half), read(half))], error=error("store_response_invalid", 502))
    most = {"file": "images/cut_95.jpg"}
    case("marker-none-head", "a policy that verifies heads is content with the head", [(head(KEY), found(most)), (get(KEY, most), read(most)), deleted],
         ok=confirmed(most, "images/baseline_420.jpg"), received=len(content(most)), policy={"verify": "head"})
    case("marker-none-large", "more than the policy allows is not fetched", [(head(KEY), found(PHOTO))], error=error("store_response_invalid", 502), policy={"max_bytes": LENGTH - 1})
    page = {"parts": ["<script>", {"repeat": "-", "count": LENGTH - 8}]}
    unchecked = [(head(KEY), found(page, x_amz_meta_presize_confirmed=right)), (get(KEY, page), read(page))]
    over = store(KEY, PHOTO, PHOTO["file"], conditions=("if-match", f'"{etag(page)}"'))
    case("marker-of-others", "a good marker, and bytes that it is not of: a copy that was interrupted before it was compared. The upload is checked, and its bytes are written over that",
         [*unchecked, *CHECKED[1:], (over, written(TAG)), deleted], **good_end)
    case("marker-of-others-length", "of another length it need not even be read", [
        (head(KEY), found({"file": "images/rgb.png"}, x_amz_meta_presize_confirmed=right)), *CHECKED[1:],
        (store(KEY, PHOTO, PHOTO["file"], conditions=("if-match", f'"{etag({"file": "images/rgb.png"})}"')), written(TAG)), deleted], **good_end)
    case("marker-of-others-gone", "there is no upload any more: none was confirmed", [*unchecked, (head(incoming(KEY)), MISSING), (head(KEY), unchecked[0][1])],
         error=error("upload_not_found", 404))
    case("marker-of-others-mended", "another confirmation has written over it meanwhile", [
        *unchecked, *CHECKED[1:], (over, error_document(412, "PreconditionFailed")), *remembered(), deleted], **good_end)
    case("marker-of-others-removed", "or somebody has removed it: created, then", [
        *unchecked, *CHECKED[1:], (over, NO_KEY), (head(KEY), MISSING), (store(KEY, PHOTO, PHOTO["file"]), written(TAG)), deleted], **good_end)


def variant(name, width, height, stem=STEM, extension=".jpg", form="jpeg"):
    return {"key": f"{stem}/{name}{extension}", "format": form, "width": width, "height": height}


def made(width, height, form="jpeg"):
    return {"format": form, "width": width, "height": height}


def pictures():
    """48 x 36 becomes 20 wide and 15 high. The object comes first: its presence decides who has confirmed, and its variants are made of it."""
    widths = {"variant_widths": [20, 1000]}
    both = [variant(20, 20, 15), variant(1000, 48, 36)]
    puts_of = lambda original: [(put(f"{STEM}/20.jpg", made(20, 15), original), written("a")), (put(f"{STEM}/1000.jpg", made(48, 36), original), written("b"))]
    puts = puts_of(PHOTO)
    case("variants", "the original first, then smaller pictures, none of them larger than the upload", [*CHECKED, (COPY, copied(TAG)), *puts, (delete(incoming(KEY)), DELETED)],
         ok=confirmed(PHOTO, PHOTO["file"], variants=both), policy=widths, received=LENGTH)
    base = "https://cdn.example.com"
    png = [variant(20, 20, 15, extension=".png", form="png")]
    case("variants-png", "in another format, with the headers of the original", [
        *CHECKED, (copy(KEY, incoming(KEY), PHOTO, cache_control="no-cache", x_amz_meta_app="1"), copied(TAG)),
        (put(f"{STEM}/20.png", made(20, 15, "png"), PHOTO, cache_control="no-cache"), written("a")), (delete(incoming(KEY)), DELETED)],
        ok=confirmed(PHOTO, PHOTO["file"], base=base, variants=png), received=LENGTH,
        policy={"variant_widths": [20], "variant_format": "png", "cache_control": "no-cache", "metadata": {"app": "1"}, "public_base_url": base})
    case("variants-webp", "a lossy WebP, at the quality of the policy", [
        *CHECKED, (COPY, copied(TAG)), (put(f"{STEM}/20.webp", made(20, 15, "webp"), PHOTO), written("a")), (delete(incoming(KEY)), DELETED)],
        ok=confirmed(PHOTO, PHOTO["file"], variants=[variant(20, 20, 15, extension=".webp", form="webp")]), received=LENGTH,
        policy={"variant_widths": [20], "variant_format": "webp", "variant_quality": 90})
    animated = {"file": "images/animated.gif"}
    gif = f"{STEM}.gif"
    case("variants-animation", "the first frame; the original moves", [
        (head(gif), MISSING), (head(incoming(gif)), found(animated, "image/gif")), (get(incoming(gif), animated), read(animated, "image/gif")),
        (copy(gif, incoming(gif), animated, "image/gif"), copied(etag(animated))), (put(f"{STEM}/20.jpg", made(20, 15), animated), written("a")), (delete(incoming(gif)), DELETED)],
        ok=confirmed(animated, animated["file"], gif, variants=[variant(20, 20, 15)]), key=gif, policy={"variant_widths": [20]}, received=len(content(animated)))
    rejected("variants-replaced", "replaced between check and copy: no variant was written", error("upload_replaced", 409),
             [*CHECKED, (COPY, error_document(412, "PreconditionFailed")), (head(KEY), MISSING)], policy=widths)
    case("variants-gone", "removed between check and copy: nothing is there to be deleted", [*CHECKED, (COPY, error_document(404, "NoSuchKey")), (head(KEY), FORBIDDEN)],
         error=error("upload_not_found", 404), policy=widths, received=LENGTH)
    case("variants-refused", "the store takes one and refuses the next: nothing is deleted, and the next confirmation goes on there",
         [*CHECKED, (COPY, copied(TAG)), puts[0], (puts[1][0], error_document(403, "AccessDenied"))],
         error=error("store_refused", 502, operation="put", status=403), policy=widths, received=LENGTH)
    case("variants-unavailable", "the same where the store gives no answer", [*CHECKED, (COPY, copied(TAG)), (puts[0][0], {"fail": "timed out"})],
         error=error("store_unavailable", 503, reason="timed out"), policy=widths, received=LENGTH)
    for name, key, file in [("gif", gif, "cut_frame.gif"), ("png", f"{STEM}.png", "bad_frame.png"), ("webp", f"{STEM}.webp", "half_animated.webp")]:
        body, media_type = {"file": f"images/{file}"}, TYPES[f".{name}"]
        rejected(f"variants-bad-frame-{name}", "pictures are made of the first frame, and all frames are checked", error("image_corrupt", 422),
                 [(head(key), MISSING), (head(incoming(key)), found(body, media_type)), (get(incoming(key), body), read(body, media_type))], body=body, key=key, removed=(key,),
                 policy={"variant_widths": [20]})
    page = {"file": "images/polyglot_html.jpg"}
    rejected("variants-polyglot", "and what is no picture alone is refused before one is made", error("image_polyglot", 415, detected="jpeg", also="html"),
             [(head(KEY), MISSING), (head(incoming(KEY)), found(page)), (get(incoming(KEY), page), read(page))], body=page, policy={"variant_widths": [20]})
    anew_policy = {"originals": "reencoded"}
    encoded = (anew(KEY, made(48, 36)), written("anew"))
    without_size = lambda *given, **more: {name: value for name, value in confirmed(*given, **more).items() if name != "bytes"}
    case("reencode", "the original anew, upright, without its metadata", [*CHECKED, encoded, (delete(incoming(KEY)), DELETED)],
         ok=without_size(PHOTO, PHOTO["file"], etag="anew"), policy=anew_policy, received=LENGTH)
    cases[-1]["ok"]["event"].pop("bytes")  # the encoder's
    png = f"{STEM}.png"
    alpha = {"file": "images/rgba.png"}
    case("reencode-png", "with what it has for headers and metadata", [
        (head(png), MISSING), (head(incoming(png)), found(alpha, "image/png")), (get(incoming(png), alpha), read(alpha, "image/png")),
        (anew(png, made(48, 36, "png"), cache_control="no-cache", x_amz_meta_app="1"), written("anew")), (delete(incoming(png)), DELETED)],
        ok=without_size(alpha, alpha["file"], png, etag="anew"), key=png, policy=anew_policy | {"cache_control": "no-cache", "metadata": {"app": "1"}})
    cases[-1]["ok"]["event"].pop("bytes")
    webp, lossless = f"{STEM}.webp", {"file": "images/lossless.webp"}
    case("reencode-webp", "a lossless WebP stays one", [
        (head(webp), MISSING), (head(incoming(webp)), found(lossless, "image/webp")), (get(incoming(webp), lossless), read(lossless, "image/webp")),
        (anew(webp, made(48, 36, "webp")), written("anew")), (delete(incoming(webp)), DELETED)],
        ok=without_size(lossless, lossless["file"], webp, etag="anew"), key=webp, policy=anew_policy)
    cases[-1]["ok"]["event"].pop("bytes")
    for name, key, file in [("animation", gif, "animated.gif"), ("gif", gif, "static.gif"), ("lossy-webp", webp, "lossy.webp"), ("animated-webp", webp, "animated.webp"), ("animated-png", png, "animated.png")]:
        good(f"reencode-{name}", "what would lose its frames or grow to many times its size is stripped instead; this one has nothing to be stripped of", {"file": f"images/{file}"}, key=key, policy=anew_policy)
    case("reencode-variants", "the original first, and none of them has metadata", [*CHECKED, encoded, *puts_of(None), (delete(incoming(KEY)), DELETED)],
         ok=without_size(PHOTO, PHOTO["file"], etag="anew", variants=both), policy=anew_policy | widths)
    cases[-1]["ok"]["event"].pop("bytes")
    case("reencode-no-etag", "the store must say what it has", [*CHECKED, (encoded[0], answer(200))], error=error("store_response_invalid", 502), policy=anew_policy, received=LENGTH)
    case("reencode-refused", "the store refuses the new file", [*CHECKED, (encoded[0], answer(307))], error=error("store_refused", 502, operation="put", status=307),
         policy=anew_policy, received=LENGTH)


def originals():
    """What of an upload is kept: nothing of its GPS position, unless the policy says so."""
    bare = stripped(GPS)
    assert b"GPS" not in content(bare) and len(content(bare)) < len(content(GPS))
    exif = INSPECTED[GPS["file"]].get("exif_summary")
    arrived = [(head(KEY), MISSING), (head(incoming(KEY)), found(GPS)), (get(incoming(KEY), GPS), read(GPS))]
    deleted = (delete(incoming(KEY)), DELETED)
    end = lambda body, tag, **more: dict(ok=confirmed(body, GPS["file"], etag=tag, **more), received=len(content(GPS)))
    known = {"exif": exif} if exif else {}
    write = store(KEY, bare, GPS["file"])
    case("stripped", "by default: no pixel is touched, the orientation stays, everything else goes", [*arrived, (write, written("bare")), deleted], **end(bare, "bare", **known))
    case("stripped-again", "confirmed again it says the same, but for what is gone", [(head(KEY), proven(bare, etag='"bare"')), (get(KEY, bare, tag="bare"), read(bare, etag='"bare"')), deleted],
         **end(bare, "bare", exif=None) | {"received": len(content(bare))})
    case("stripped-promised", "what was promised is of the upload", [*arrived, (write, written("bare")), deleted], **end(bare, "bare"),
         request={"size_bytes": len(content(GPS)), "checksum_sha256": base64.b64encode(hashlib.sha256(content(GPS)).digest()).decode()})
    case("stripped-head", "a policy that verifies heads needs the whole file for it", [*arrived, (write, written("bare")), deleted], **end(bare, "bare"), policy={"verify": "head"})
    case("stripped-headers", "with the headers and metadata of the policy", [
        *arrived, (store(KEY, bare, GPS["file"], cache_control="no-cache", x_amz_meta_app="1"), written("bare")), deleted], **end(bare, "bare"),
        policy={"cache_control": "no-cache", "metadata": {"app": "1"}})
    case("stripped-variants", "variants are those of the stripped file", [*arrived, (write, written("bare")), (put(f"{STEM}/20.jpg", made(20, 27), bare), written("a")), deleted],
         **end(bare, "bare", variants=[variant(20, 20, 27)]), policy={"variant_widths": [20]})
    for name, answered in [("412", error_document(412, "PreconditionFailed")), ("409", error_document(409, "ConditionalRequestConflict"))]:
        case(f"stripped-retried-{name}", "an answer was lost, and the same request is sent again: it is recognised as one's own", [
            *arrived, (write, answered), (head(KEY), proven(bare, etag='"bare"')), (get(KEY, bare, tag="bare"), read(bare, etag='"bare"')), deleted], **end(bare, "bare") | {"received": len(content(bare))})
        case(f"stripped-vanished-{name}", "refused because there is something, and then there is nothing: it can be tried again", [*arrived, (write, answered), (head(KEY), MISSING)],
             error=error("store_unavailable", 503), received=len(content(GPS)))
    case("stripped-refused", "the store refuses it", [*arrived, (write, error_document(403, "AccessDenied"))], error=error("store_refused", 502, operation="put", status=403), received=len(content(GPS)))
    case("stripped-501", "a store that documents conditions and does not know them is not asked without", [*arrived, (write, answer(501))],
         error=error("store_refused", 502, operation="put", status=501), received=len(content(GPS)))
    case("as-is", "as it was uploaded, where the policy says so: with its GPS position", [*arrived, (copy(KEY, incoming(KEY), GPS), copied(etag(GPS))), deleted], **end(GPS, etag(GPS), **known),
         policy={"originals": "as_is"})
    case("as-is-write", "the same, written by the back end", [*arrived, (store(KEY, GPS, GPS["file"]), written(etag(GPS))), deleted], **end(GPS, etag(GPS)),
         policy={"originals": "as_is", "promote": "write"})
    case("reencoded", "upright and without anything", [*arrived, (anew(KEY, made(36, 48)), written("anew")), deleted],
         ok={name: value for name, value in confirmed(GPS, GPS["file"], etag="anew", **known).items() if name != "bytes"}, policy={"originals": "reencoded"})
    cases[-1]["ok"]["event"].pop("bytes")


def checksums():
    of = lambda body: base64.b64encode(hashlib.sha256(content(body)).digest()).decode()
    promised = {"request": {"checksum_sha256": of(PHOTO)}}
    good("checksum", "what was promised came", **promised)
    good("checksum-head", "the whole file is read for it", policy={"verify": "head", "originals": "as_is"}, **promised)
    other = of({"file": "images/gray.jpg"})
    rejected("checksum-other", "other bytes than promised", error("upload_checksum_mismatch", 422, promised_sha256=other, received_sha256=of(PHOTO)), CHECKED, request={"checksum_sha256": other})
    for name, text in [("hex", hashlib.sha256(b"").hexdigest()), ("short", base64.b64encode(bytes(31)).decode()), ("empty", "")]:
        case(f"checksum-bad-{name}", "32 bytes in base64", [], error=error("option_invalid", 400, name="checksum_sha256"), request={"checksum_sha256": text})


def promotions():
    """Stores that do not promise to read conditions: what they are asked for, and what follows where they have not read them."""
    deleted = (local.delete(incoming(KEY)), DELETED)
    end = dict(ok=confirmed(PHOTO, PHOTO["file"]), received=LENGTH, bucket=LOCAL)
    seen = remembered(place=local)
    winner = {"file": "images/gray.jpg"}
    won = remembered(winner, place=local)
    won_end = dict(ok=confirmed(winner, winner["file"]), received=len(content(winner)), bucket=LOCAL)
    case("write-s3", "the bytes are written on S3 too, where the policy says so", [*CHECKED, (store(KEY, PHOTO, PHOTO["file"]), written(TAG)), (delete(incoming(KEY)), DELETED)],
         ok=confirmed(PHOTO, PHOTO["file"]), received=LENGTH, policy={"promote": "write"})
    for policy in ({"verify": "head", "originals": "as_is"}, {"verify": "head", "originals": "as_is", "promote": "write"}):
        case(f"write-head-{policy.get('promote', 'auto')}", "all bytes are needed to be written, and their header is checked", elsewhere(), policy=policy, **end)
    case("write-beside", "another confirmation was faster, right before the write", [*LOCAL_CHECKED[:3], *seen, deleted], **end)
    case("write-beside-412", "or in the moment of it, on a store that reads the condition", [*LOCAL_CHECKED, (WRITTEN, error_document(412, "PreconditionFailed")), *won, deleted], **won_end)
    case("write-beside-after", "or after it, on one that does not: both answer with what has stayed", [*LOCAL_CHECKED, (WRITTEN, written(TAG)), *won, deleted], **won_end)
    case("write-beside-same", "of the same bytes", [*LOCAL_CHECKED, (WRITTEN, written("other")), *seen, deleted], **end)
    page = {"parts": ["<script>", {"repeat": "-", "count": LENGTH - 8}]}
    over = local.store(KEY, PHOTO, PHOTO["file"], conditions=("if-match", etag(page)))  # Ceph's gateway never matches one in quotes
    case("write-beside-unchecked", "a confirmation that copies has left other bytes there: written over", [
        *LOCAL_CHECKED, (WRITTEN, written(TAG)), (local.head(KEY), proven(PHOTO, etag=f'"{etag(page)}"')), (local.get(KEY, page), read(page)), (local.head(KEY), proven(PHOTO, etag=f'"{etag(page)}"')), (over, written(TAG)),
        (local.head(KEY), proven(PHOTO)), deleted], **end)
    case("write-beside-rechecked", "a copy of other bytes, and then the confirmation that has checked just these has written them: the tag is the same, the marker is not", [
        *LOCAL_CHECKED, (WRITTEN, written(TAG)), (local.head(KEY), found(winner, x_amz_meta_presize_confirmed=marker({"parts": ["<script>", {"repeat": "-", "count": len(content(winner)) - 8}]}))),
        (local.get(KEY, winner), read(winner)), *won, deleted], **won_end)
    case("write-gone", "gone right after it was written: it can be tried again", [*LOCAL_CHECKED, (WRITTEN, written(TAG)), (local.head(KEY), MISSING)], error=error("store_unavailable", 503),
         received=LENGTH, bucket=LOCAL)
    case("write-unknown", "nothing is known of what has stayed", [*LOCAL_CHECKED, (WRITTEN, written(TAG)), (local.head(KEY), answer(500))],
         error=error("store_refused", 502, operation="head", status=500), received=LENGTH, bucket=LOCAL)
    case("write-unmarked", "a store that gives no metadata back: the object is read and checked", [*LOCAL_CHECKED, (WRITTEN, written(TAG)), (local.head(KEY), found(PHOTO)),
         (local.get(KEY, PHOTO), read(PHOTO)), deleted], **end)
    unconditional = local.store(KEY, PHOTO, PHOTO["file"], conditions=None)
    case("write-501", "a store that refuses conditions is asked without, after another look", [
        *LOCAL_CHECKED, (WRITTEN, error_document(501, "NotImplemented")), (local.head(KEY), MISSING), (unconditional, written(TAG)), (local.head(KEY), proven(PHOTO)), deleted], **end)
    case("write-501-twice", "once", [*LOCAL_CHECKED, (WRITTEN, error_document(501, "NotImplemented")), (local.head(KEY), MISSING), (unconditional, error_document(501, "NotImplemented"))],
         error=error("store_refused", 502, operation="put", status=501), received=LENGTH, bucket=LOCAL)
    case("write-501-beside", "and if another confirmation was faster, not at all", [*LOCAL_CHECKED, (WRITTEN, error_document(501, "NotImplemented")), *seen, deleted], **end)
    copying = {"policy": {"promote": "copy"}}
    local_copy = local.copy(KEY, incoming(KEY), PHOTO)
    case("copy-local", "the store copies, where the policy says so", [*LOCAL_CHECKED, (local_copy, copied(TAG)), (local.head(KEY), proven(PHOTO)), deleted], **end, **copying)
    mended = [(local.head(KEY), proven(PHOTO, etag=f'"{etag(page)}"')), (over, written(TAG)), (local.head(KEY), proven(PHOTO)), deleted]
    other_tag = etag(page)
    unread = [*LOCAL_CHECKED, (local_copy, copied(other_tag))]
    case("replaced-copy-unread", "replaced before the copy on a store that does not read the copy's condition: the copy has another entity tag, is read, and is written over with what was checked",
         [*unread, (local.get(KEY, page), read(page)), *mended], **end, **copying)
    small = {"variant_widths": [20]}
    case("replaced-copy-unread-variants", "the variants are those of what was checked",
         [*unread, (local.get(KEY, page), read(page)), *mended[:3], (local.put(f"{STEM}/20.jpg", made(20, 15), PHOTO), written("a")), deleted],
         **end | {"ok": confirmed(PHOTO, PHOTO["file"], variants=[variant(20, 20, 15)])}, policy=small | {"promote": "copy"})
    longer = {"parts": [page, "-"]}
    again = local.request("GET", KEY, {"if-match": f'"{other_tag}"'})
    case("replaced-copy-unread-longer", "one of another size is another one", [*unread, (again, read(longer, etag=f'"{other_tag}"')), *mended], **end, **copying)
    case("copy-changed", "another confirmation has written it since", [*unread, (again, error_document(412, "PreconditionFailed")), *seen, deleted], **end, **copying)
    case("copy-not-read", "a copy that cannot be read is not known to be what was checked: its marker does not prove it either, and the next confirmation reads it", [*unread, (again, answer(403))],
         error=error("store_refused", 502, operation="get", status=403), received=LENGTH, bucket=LOCAL, **copying)
    case("copy-not-removed", "nothing is ever deleted at the final key: where it cannot be written over, the next confirmation does it", [
        *unread, (again, read(page)), mended[0], (over, answer(500))], error=error("store_refused", 502, operation="put", status=500), received=LENGTH, bucket=LOCAL, **copying)
    case("copy-mended-again", "the next confirmation", [(local.head(KEY), proven(PHOTO, etag=f'"{other_tag}"')), (local.get(KEY, page), read(page)), *LOCAL_CHECKED[1:3], *mended], **end, **copying)
    case("copy-never-mended", "not for ever", [
        *unread, (again, read(page)), mended[0], *[(over, error_document(412, "PreconditionFailed")), mended[0]] * 4], error=error("store_unavailable", 503), received=LENGTH, bucket=LOCAL, **copying)


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
    policy = {"verify": "head", "originals": "as_is"}
    case("head-small", "a small file is read whole", [*CHECKED, (COPY, copied(TAG)), (delete(incoming(KEY)), DELETED)], ok=confirmed(PHOTO, PHOTO["file"]), policy=policy, received=LENGTH)
    body = padded(PHOTO, 300_000)
    arrived = [(head(KEY), MISSING), (head(incoming(KEY)), found(body))]
    done = [(copy(KEY, incoming(KEY), body, head=True), copied(etag(body))), (delete(incoming(KEY)), DELETED)]
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
    rejected("head-too-wide", "limits hold for the head too", error("image_too_large", 413, what="height", received=36, max=35), [*arrived, (asked, part(body))], body=body,
             policy=policy | {"max_height": 35})
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
    onto_itself = lambda **headers: copy(KEY, KEY, PHOTO, in_place=True, **headers)
    again = lambda body, tag=None: [(head(KEY), proven(body, **({"etag": f'"{tag}"'} if tag else {}))), (get(KEY, body, tag=tag), read(body, **({"etag": f'"{tag}"'} if tag else {})))]
    cached = policy | {"cache_control": "no-cache"}
    case("in-place-metadata", "a copy onto itself, for its headers", [*seen, (onto_itself(cache_control="no-cache"), copied(TAG))],
         ok=confirmed(PHOTO, PHOTO["file"]), policy=cached, received=LENGTH)
    case("in-place-cached", "the ticket signs the header that the policy asks for", [(head(KEY), found(PHOTO, cache_control="no-cache")), seen[1]], ok=confirmed(PHOTO, PHOTO["file"]), policy=cached, received=LENGTH)
    case("in-place-origin", "a copy onto itself, for its metadata", [*seen, (onto_itself(x_amz_meta_uploaded_by="user-7", x_amz_meta_upload_timestamp=TIME), copied(TAG))],
         ok=confirmed(PHOTO, PHOTO["file"]), policy=policy | {"record_origin": True}, received=LENGTH)
    case("in-place-again", "what a confirmation has written there is recognised, whatever was promised of the upload", again(PHOTO), ok=confirmed(PHOTO, PHOTO["file"]), policy=cached, received=LENGTH,
         request={"size_bytes": 7})
    for name, headers in {
        "cache-control": {"cache_control": "public, max-age=31536000"}, "disposition": {"content_disposition": 'attachment; filename="a.exe"'}, "language": {"content_language": "ko"},
        "expires": {"expires": "Tue, 14 Nov 2033 22:13:20 GMT"}, "redirect": {"x_amz_website_redirect_location": "https://example.com/"}, "metadata": {"x_amz_meta_app": "1"},
        "marker": {"x_amz_meta_presize_confirmed": "1"}, "no-type": {"content_type": None}, "alias": {"content_type": "image/jpg"},
    }.items():
        case(f"in-place-client-{name}", "a header that a client has added and no ticket has signed does not stay", [(head(KEY), found(PHOTO, **headers)), seen[1], (onto_itself(), copied(TAG))],
             ok=confirmed(PHOTO, PHOTO["file"]), policy=policy, received=LENGTH)
    case("in-place-client-on-write", "on a store that does not promise to read a copy's condition the bytes are written", [
        (local.head(KEY), found(PHOTO, content_language="ko")), (local.get(KEY, PHOTO), read(PHOTO)), (local.head(KEY), found(PHOTO, content_language="ko")), (local.store(KEY, PHOTO, PHOTO["file"], conditions=("if-match", TAG)), written(TAG))],
         ok=confirmed(PHOTO, PHOTO["file"]), policy=policy, received=LENGTH, bucket=LOCAL)
    bare = stripped(GPS)
    write = store(KEY, bare, GPS["file"], conditions=("if-match", f'"{etag(GPS)}"'))
    uploaded = [(head(KEY), found(GPS)), (get(KEY, GPS), read(GPS))]
    end = dict(ok=confirmed(bare, GPS["file"], etag="bare"), policy=policy, received=len(content(GPS)))
    case("in-place-stripped", "written over without its metadata, if it is still the one that was checked", [*uploaded, (write, written("bare"))], **end)
    case("in-place-stripped-again", "and recognised by that", again(bare, "bare"), **end | {"received": len(content(bare))}, request={"size_bytes": len(content(GPS))})
    failed = error_document(412, "PreconditionFailed")
    case("in-place-stripped-retried", "an answer was lost: it is one's own", [*uploaded, (write, failed), *again(bare, "bare")], **end | {"received": len(content(bare))})
    case("in-place-stripped-replaced", "replaced before it was written: nothing is deleted", [*uploaded, (write, failed), (head(KEY), found(PHOTO))], error=error("upload_replaced", 409), policy=policy,
         received=len(content(GPS)))
    case("in-place-as-is", "left as it is where the policy says so", uploaded, **end | {"ok": confirmed(GPS, GPS["file"]), "policy": policy | {"originals": "as_is"}})
    case("in-place-rotated", "an object that other credentials have marked is checked as it is, not held against what was promised of the upload",
         [(head(KEY), found(bare, x_amz_meta_presize_confirmed=marker(bare, secret="other"))), (get(KEY, bare), read(bare))], ok=confirmed(bare, GPS["file"]), policy=policy,
         received=len(content(bare)), request={"size_bytes": len(content(GPS))})
    case("in-place-rotated-bad", "and not deleted: it may have been confirmed under another policy", [(head(KEY), found(bare, x_amz_meta_presize_confirmed=marker(bare, secret="other"))), (get(KEY, bare), read(bare))],
         error=error("store_response_invalid", 502), policy=policy | {"max_width": 1})
    case("in-place-replayed", "the marker of what was confirmed, on other bytes: a client that can write there has repeated it. It is an upload like any other", [
        (head(KEY), found(PHOTO, x_amz_meta_presize_confirmed=marker(GPS))), *[(head(KEY), found(PHOTO, x_amz_meta_presize_confirmed=marker(GPS))), seen[1]],
        (store(KEY, PHOTO, PHOTO["file"], conditions=("if-match", f'"{TAG}"')), written(TAG))], ok=confirmed(PHOTO, PHOTO["file"]), policy=policy, received=LENGTH)
    reencode = policy | {"originals": "reencoded"}
    case("in-place-reencode", "confirmed twice, it would be encoded twice, and be no longer what was promised", [],
         error=error("option_invalid", 400, name="originals"), policy=reencode)
    del cases[-1]["error"]["event"], cases[-1]["error"]["requests"]  # there is no policy
    case("in-place-variants", "alongside it", [*seen, (put(f"{STEM}/20.jpg", made(20, 15), PHOTO), written("a"))],
         ok=confirmed(PHOTO, PHOTO["file"], variants=[variant(20, 20, 15)]), policy=policy | {"variant_widths": [20]}, received=LENGTH)
    half = {"file": "images/half_baseline_420.jpg"}
    removal = delete(KEY, tag=etag(half))
    bad = [(head(KEY), found(half)), (get(KEY, half), read(half)), (head(KEY), found(half))]
    case("in-place-bad", "what is bad is deleted where it is, if it is still there", [*bad, (removal, DELETED)],
         error=error("image_corrupt", 422), policy=policy, received=len(content(half)))
    case("in-place-bad-replaced", "and what has replaced it since is not", [*bad, (removal, failed)],
         error=error("image_corrupt", 422), policy=policy, received=len(content(half)))
    bad_local = [(local.head(KEY), found(half)), (local.get(KEY, half), read(half))]
    case("in-place-bad-local", "a condition on DELETE is documented by S3 alone: elsewhere a look right before has to do", [*bad_local, (local.head(KEY), found(half)), (local.delete(KEY), DELETED)],
         error=error("image_corrupt", 422), policy=policy, received=len(content(half)), bucket=LOCAL)
    case("in-place-bad-local-replaced", "what has replaced it was not looked at, and stays", [*bad_local, (local.head(KEY), found(PHOTO))],
         error=error("image_corrupt", 422), policy=policy, received=len(content(half)), bucket=LOCAL)
    case("in-place-bad-beside", "a good one was confirmed there in the meantime: that counts", [*bad[:2], *again(bare, "bare")], **end | {"received": len(content(bare))})
    case("in-place-missing", "nothing was uploaded", [(head(KEY), MISSING), (explain(KEY), NO_KEY)], error=error("upload_not_found", 404), policy=policy)
    case("in-place-403", "403 may be anything", [(head(KEY), FORBIDDEN), (explain(KEY), FORBIDDEN)], error=error("store_refused", 502, operation="head", status=403), policy=policy)
    case("in-place-gone", "gone while it was looked at", [(head(KEY), found(PHOTO)), (get(KEY, PHOTO), MISSING), (head(KEY), MISSING)], error=error("upload_not_found", 404), policy=policy, received=LENGTH)
    case("in-place-replaced", "replaced while it was looked at: nothing is deleted", [(head(KEY), found(PHOTO)), (get(KEY, PHOTO), failed), (head(KEY), found({"file": "images/gray.jpg"}))],
         error=error("upload_replaced", 409), policy=policy, received=LENGTH)
    case("in-place-beside", "or by another confirmation, which counts", [(head(KEY), found(GPS)), (get(KEY, GPS), failed), *again(bare, "bare")], **end | {"received": len(content(bare))})
    case("in-place-copy-replaced", "the same before the copy", [*seen, (onto_itself(cache_control="no-cache"), failed), (head(KEY), found({"file": "images/gray.jpg"}))],
         error=error("upload_replaced", 409), policy=cached | {"variant_widths": [20]}, received=LENGTH)
    case("in-place-etag", "a copy onto itself that gets another entity tag is not read again: who has the ticket can replace it all the same",
         [*seen, (onto_itself(cache_control="no-cache"), copied("4567"))], ok=confirmed(PHOTO, PHOTO["file"], etag="4567"), policy=cached, received=LENGTH)
    # Where it may leave the copy's condition unread, what was copied is held against what was checked.
    on_local = policy | {"promote": "copy", "cache_control": "no-cache"}
    page = "<html>" + "x" * (LENGTH - 6)
    at_local = [(local.head(KEY), found(PHOTO)), (local.get(KEY, PHOTO), read(PHOTO)), (local.head(KEY), found(PHOTO)), (local.copy(KEY, KEY, PHOTO, in_place=True, cache_control="no-cache"), copied("4567"))]
    case("in-place-local-etag", "another store may give every copy a tag of its own: the same bytes", [*at_local, (local.get(KEY, PHOTO, tag="4567"), read(PHOTO, etag='"4567"'))],
         ok=confirmed(PHOTO, PHOTO["file"], etag="4567"), policy=on_local, received=LENGTH, bucket=LOCAL)
    marked = (local.head(KEY), proven(PHOTO, etag='"4567"', cache_control="no-cache"))
    case("in-place-local-copied", "or has copied what came in between: it is not confirmed", [
        *at_local, (local.get(KEY, PHOTO, tag="4567"), read(page, etag='"4567"')), marked,
        (local.store(KEY, PHOTO, PHOTO["file"], conditions=("if-match", TAG), cache_control="no-cache"), failed), marked],
         error=error("upload_replaced", 409), policy=on_local, received=LENGTH, bucket=LOCAL)
    case("in-place-local-mended", "what was checked is written over it", [
        *at_local, (local.get(KEY, PHOTO, tag="4567"), read(page, etag='"4567"')), marked,
        (local.store(KEY, PHOTO, PHOTO["file"], conditions=("if-match", TAG), cache_control="no-cache"), written(TAG))],
         ok=confirmed(PHOTO, PHOTO["file"]), policy=on_local, received=LENGTH, bucket=LOCAL)
    for status in [403, 500]:
        case(f"in-place-delete-{status}", "what is bad is still served: that is no end", [*bad, (removal, answer(status))],
             error=error("store_refused", 502, operation="delete", status=status), policy=policy, received=len(content(half)))
    case("in-place-delete-404", "somebody else has removed it", [*bad, (removal, MISSING)], error=error("image_corrupt", 422), policy=policy, received=len(content(half)))
    case("in-place-delete-fails", "the store is gone before what is bad is", [*bad, (removal, {"fail": "timed out"})],
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
        case(f"rejected-delete-{status}", "the rejection stands, deleted or not", [*looked(content_type="text/html"), (head(KEY), MISSING), (delete(incoming(KEY)), answer(status))],
             error=error("image_format_mismatch", 415), received=LENGTH)
    case("rejected-delete-fails", "also where the store is gone", [*looked(content_type="text/html"), (head(KEY), MISSING), (delete(incoming(KEY)), {"fail": "timed out"})],
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
    of_s3 = (COPY, copied("4567"))
    other_read = read({"parts": ["<script>", {"repeat": "-", "count": LENGTH - 8}]}, etag='"4567"')
    case("copy-s3-not-kept", "a copy of other bytes by a store that documents its conditions: nothing is confirmed and nothing deleted; the next confirmation writes over it",
         [*CHECKED, of_s3, (get(KEY, PHOTO, tag="4567"), other_read)], error=error("store_response_invalid", 502), received=LENGTH)
    policy = {"verify": "head", "originals": "as_is"}
    large = padded(PHOTO, 300_000)
    other_large = {"parts": [{"file": PHOTO["file"], "from": 0, "to": LENGTH - 1}, {"repeat": "-", "count": 300_001}]}
    heads_seen = [(head(KEY), MISSING), (head(incoming(KEY)), found(large)), (get(incoming(KEY), large, head=True), part(large)), (copy(KEY, incoming(KEY), large, head=True), copied("4567"))]
    head_again = get(KEY, large, head=True, tag="4567")
    case("copy-head-read", "as much is read as was checked", [*heads_seen, (head_again, part(large, etag='"4567"')), (delete(incoming(KEY)), DELETED)],
         ok=confirmed(large, PHOTO["file"], etag="4567"), policy=policy, received=len(content(large)))
    case("copy-head-all", "on a server that leaves the range unread too", [*heads_seen, (head_again, read(large, etag='"4567"')), (delete(incoming(KEY)), DELETED)],
         ok=confirmed(large, PHOTO["file"], etag="4567"), policy=policy, received=len(content(large)))
    case("copy-head-replaced", "and is another one: nothing is confirmed", [*heads_seen, (head_again, part(other_large, etag='"4567"'))], error=error("store_response_invalid", 502), policy=policy,
         received=len(content(large)))
    over = store(KEY, large, PHOTO["file"], conditions=("if-match", '"4567"'))
    case("copy-head-mended", "the next confirmation reads all of the upload, and writes it over that", [
        (head(KEY), proven(large, head=True, etag='"4567"')), (head_again, part(other_large, etag='"4567"')), heads_seen[1], (get(incoming(KEY), large), read(large)), (over, written("new")),
        (delete(incoming(KEY)), DELETED)], ok=confirmed(large, PHOTO["file"], etag="new"), policy=policy, received=len(content(large)))
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
    seen = [*remembered(), (delete(incoming(KEY)), DELETED)]
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
    for part_of_all in (main_path, originals, checksums, promotions, again, markers, pictures, heads, in_place, refused_uploads, replaced, hostile_stores, unavailable, refused_requests):
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
