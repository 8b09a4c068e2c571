"""Writes resize.json: what the resizing of a new object asks of the store, answer by answer, and how it ends.

    python core/tests/vectors/make_resize.py

It needs nothing but Python and knows nothing of presize. Answers are those that S3 documents, conditional writes at
<https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html>, versions at
<https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html>; how sequencers are compared is said at
<https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html>. What images are is said by inspect.json,
which Pillow made; the height of a result is the nearest to the ratio of the sides.

`object` is one of those that `parse_store_events` gives. The lengths of results are the encoder's: they are held against the bodies by
the runners. A case that fails has `is_worth_retry` beside its error. Bodies and answers are as in confirm.json.
"""

import json
import pathlib
import urllib.parse

from make_confirm import FORBIDDEN, LONG_TERM, MISSING, NOW, PHOTO, answer, content, error, error_document, etag, found, picture, read, written

HERE = pathlib.Path(__file__).parent
MARKER = "x-amz-meta-presize-resized-from"
REGION = "ap-northeast-2"
ORIGINALS = {"kind": "s3", "region": REGION, "name": "photos"}
RESULTS = {"kind": "s3", "region": REGION, "name": "photos-resized"}
LOCAL = {"kind": "custom", "endpoint": "http://127.0.0.1:9000", "region": "us-east-1", "name": "resized", "style": "path"}
ACCOUNT = "0123456789abcdef0123456789abcdef"
R2 = {"kind": "r2", "account": ACCOUNT, "name": "photos"}
MAX_BYTES = 10 * 1024 * 1024
KEY = "cats/cat 1.jpg"
SEQUENCER = "0055AED6DCD90281E5"
EARLIER, LATER = "0055AED6DCD90281E4", "0055AED6DCD90281E5FF"
SMALL = {"widths": [16, 32]}
ONE = {"widths": [16]}
GIF, PNG, ALPHA = ({"file": f"images/{name}"} for name in ("animated.gif", "rgb.png", "rgba.png"))
TYPES = {"jpeg": "image/jpeg", "png": "image/png", "webp": "image/webp"}
OTHER = {"file": "images/gray.jpg"}
cases = []


# requests

class Place:
    """Where requests to a bucket go."""

    def __init__(self, host, path=""):
        self.host, self.path = host, path

    def request(self, method, key, headers=None, max_body_bytes=65_536, body=None, version_id=None):
        path = urllib.parse.quote(key, safe="/-_.~")
        return {"method": method, "host": self.host, "path": f"{self.path}/{path}", "signed": ";".join(sorted(["host", *(headers or {})])), "expires": "300",
                "headers": headers or {}, "max_body_bytes": max_body_bytes, "body": body, "version_id": version_id}

    def head(self, key):
        return self.request("HEAD", key, max_body_bytes=0)

    def get(self, key, tag=None, version_id=None, max_bytes=None):
        return self.request("GET", key, {"if-match": f'"{tag}"'} if tag else None, (max_bytes or RULES["max_bytes"]) + 1, version_id=version_id)

    def put(self, key, made, origin, replaces=None, condition=True, **headers):
        """`origin` is the marker's value; `replaces` the condition on what is there."""
        given = {"content-length": "", "content-type": TYPES[made["format"]], MARKER: origin}
        if condition:
            given |= {"if-match": replaces} if replaces else {"if-none-match": "*"}
        request = self.request("PUT", key, given | {name.replace("_", "-"): value for name, value in headers.items()}, body=made)
        del request["headers"]["content-length"]
        return request


RULES = {"max_bytes": MAX_BYTES}
S3 = Place(f"photos.s3.{REGION}.amazonaws.com")
TO = Place(f"photos-resized.s3.{REGION}.amazonaws.com")
local = Place("127.0.0.1:9000", "/resized")


def marked(body, sequencer=SEQUENCER):
    return f"1/{sequencer or ''}/{etag(body)}"


def scaled(body, width):
    """As wide as this, if the picture is."""
    whole = picture(body["file"])
    if whole["width"] <= width:
        return {"format": "jpeg", "width": whole["width"], "height": whole["height"]}
    return {"format": "jpeg", "width": width, "height": round(whole["height"] * width / whole["width"])}


def result(body=PHOTO, sequencer=SEQUENCER, **headers):
    """To HEAD of a result of this original. Its bytes are not looked at."""
    return answer(200, {"etag": '"found"', "content-length": "321", MARKER: marked(body, sequencer)} | headers)


UNMARKED = answer(200, {"etag": '"found"', "content-length": "321"})
CREATED = written("stored")
EXISTS = error_document(412, "PreconditionFailed")
BUSY = error_document(409, "ConditionalRequestConflict")


# cases

def created(key=KEY, body=PHOTO, bucket="photos", **fields):
    """An object as an event tells of it; `None` leaves a field out."""
    given = {"bucket": bucket, "key": key, "size_bytes": len(content(body)), "entity_tag": etag(body), "sequencer": SEQUENCER} | fields
    return {name: value for name, value in given.items() if value is not None}


def case(name, why, steps, ok=None, error=None, retry=None, object=None, policy=None, source=ORIGINALS, destination=RESULTS, rules=None, now=NOW, credentials=LONG_TERM):
    """`steps` are pairs of a request and its answer."""
    requests, answers = [step[0] for step in steps], [step[1] for step in steps]
    given = {"source": {"bucket": source, "credentials": credentials}, "destination": {"bucket": destination, "credentials": credentials},
             "policy": SMALL if policy is None else policy, "rules": RULES | (rules or {}), "now": now, "object": object or created(), "answers": answers}
    if ok:
        outcome = {"ok": {"resized": ok, "requests": requests}}
    else:
        outcome = {"error": error | {"requests": requests, "is_worth_retry": error["http_status"] >= 500 if retry is None else retry}}
    cases.append({"name": name, "why": why, "call": "resize_object", "input": given} | outcome)


def resized(outputs, key=KEY, skipped=None, is_new=True):
    """`outputs` are pairs of a key and what it shows; those of three say whether they are new."""
    listed = [{"key": output[0]} | output[1] | {"is_new": output[2] if len(output) == 3 else is_new} for output in outputs]
    return {"key": key, "outputs": listed, "skipped": skipped}


def got(body=PHOTO, key=KEY, **headers):
    """The original is fetched."""
    return (S3.get(key, etag(body)), read(body, **headers))


def outputs_of(body, widths, key=KEY, template="{width}/{key}.jpg"):
    return [(template.replace("{width}", str(width)).replace("{key}", key), scaled(body, width)) for width in widths]


def good(name, why, body=PHOTO, key=KEY, outputs=None, place=TO, headers=None, sequencer=SEQUENCER, first=None, look=False, **rest):
    """The main path: the results are stored one after the other."""
    outputs = outputs_of(body, (16, 32), key) if outputs is None else outputs
    stored = []
    for output_key, made in outputs:
        if look:
            stored.append((place.head(output_key), MISSING))
        stored.append((place.put(output_key, made, marked(body, sequencer), **(headers or {})), CREATED))
    case(name, why, [first or got(body, key), *stored], ok=resized(outputs, key), **({"object": created(key, body)} | rest))


def skipped(name, why, reason, steps=(), outputs=(), **rest):
    case(name, why, list(steps), ok=resized(outputs, rest.get("object", {}).get("key", KEY), reason), **rest)


def failed(name, why, failure, steps=(), **rest):
    case(name, why, list(steps), error=failure, **rest)


def refused_policy(name, why, policy, option="key", **rest):
    case(name, why, [], error=error("option_invalid", 400, name=option), policy=policy, **rest)


THUMBNAIL = ("16/cats/cat 1.jpg.jpg", scaled(PHOTO, 16))
SECOND = ("32/cats/cat 1.jpg.jpg", scaled(PHOTO, 32))
PUT = TO.put(*THUMBNAIL, marked(PHOTO))
PUT_SECOND = TO.put(*SECOND, marked(PHOTO))
LOOK = TO.head(THUMBNAIL[0])
OVER = TO.put(*THUMBNAIL, marked(PHOTO), replaces='"found"')
CONFLICT = [got(), (PUT, EXISTS)]


def main_path():
    good("two-widths", "fetched once, checked, decoded once, stored under their keys")
    system = {"widths": [80, 500], "key": "{width}/{key}.jpg"}
    good("widths-80-and-500", "no result is larger than its original", policy=system, outputs=outputs_of(PHOTO, (80, 500)))
    good("no-sequencer", "R2 writes none", object=created(sequencer=None), sequencer=None)
    good("sequencer-of-other-letters", "one that is not hexadecimal orders nothing", object=created(sequencer="next"), sequencer=None)
    good("upright", "turned as its EXIF says, which the result does not have", {"file": "images/gps.jpg"}, "cats/gps.jpg")
    good("first-frame", "of an animation the first frame", GIF, "cats/cat.gif")
    good("opaque", "a JPEG has no alpha", ALPHA, "cats/cat.png")
    png = {"format": "png"}
    good("png", "another format, its extension and its type", policy=SMALL | png, outputs=[(f"{width}/{KEY}.png", scaled(PHOTO, width) | png) for width in (16, 32)])
    avatar = {"presets": {"avatar": {"width": 16, "height": 16, "format": "png"}}}
    good("preset", "its name stands for the width", policy=avatar, outputs=[(f"avatar/{KEY}.png", {"format": "png", "width": 16, "height": 16})])
    good("widths-and-presets", "widths come first", policy=avatar | ONE, outputs=[THUMBNAIL, (f"avatar/{KEY}.png", {"format": "png", "width": 16, "height": 16})])
    own = {"presets": {"small": {"width": 16}}}
    good("preset-without-format-jpeg", "the extension is that of what was made", policy=own, outputs=[(f"small/{KEY}.jpg", scaled(PHOTO, 16))])
    good("preset-without-format-png", "the extension is that of what was made", PNG, "cat.png", policy=own, outputs=[("small/cat.png.png", scaled(PNG, 16) | png)])
    good("preset-extension-alone", "formats alone can tell results apart", policy={"presets": {"a": {"width": 16, "format": "jpeg"}, "b": {"width": 16, "format": "png"}}, "key": "small/{key}{ext}"},
         outputs=[(f"small/{KEY}.jpg", scaled(PHOTO, 16)), (f"small/{KEY}.png", scaled(PHOTO, 16) | png)])
    good("cache-control", "signed, and stored with the results", policy=SMALL | {"cache_control": "public, max-age=86400"}, headers={"cache_control": "public, max-age=86400"})
    for name, template in [("width-last", "{key}/{width}.jpg"), ("folder", "resized/{key}-{width}{ext}"), ("key-alone", "w{width}/{key}")]:
        good(f"template-{name}", "the key is written as the template says", policy=SMALL | {"key": template}, outputs=outputs_of(PHOTO, (16, 32), template=template.replace("{ext}", ".jpg")))
    for name, key in [("korean", "사진/고양이.jpg"), ("plus", "a+b/c%20d.jpg"), ("no-extension", "cat"), ("braces", "{width}/{key}.jpg"), ("slashes", "/a//b.jpg")]:
        good(f"key-{name}", "decoded by the event, and encoded once for the URL", key=key, outputs=[(f"{width}/{key}.jpg", scaled(PHOTO, width)) for width in (16, 32)])
    good("prefix", "below the prefix", key="uploads/cat.jpg", policy=SMALL | {"prefix": "uploads"})


def which_original():
    good("version", "the version that the event names", first=(S3.get(KEY, version_id="3HL4kqtJvjVBH40Nrjfkd"), read(PHOTO)), object=created(version_id="3HL4kqtJvjVBH40Nrjfkd"))
    good("version-null", "from before the bucket had versions", first=(S3.get(KEY, version_id="null"), read(PHOTO)), object=created(version_id="null"))
    good("no-entity-tag", "whatever is there now", first=(S3.get(KEY), read(PHOTO)), object=created(entity_tag=None))
    good("weak-entity-tag", "it identifies no bytes, so it is no condition", first=(S3.get(KEY), read(PHOTO)), object=created(entity_tag='W/"1"'))
    good("no-length", "a body without a length is as long as it is", first=(S3.get(KEY, etag(PHOTO)), read(PHOTO, content_length=None)), object=created(size_bytes=None))
    skipped("other-bucket", "an event of another bucket", "other_bucket", object=created(bucket="photos2"))
    for name, key in [("beside", "uploads2/cat.jpg"), ("itself", "uploads"), ("above", "cat.jpg"), ("case", "Uploads/cat.jpg")]:
        skipped(f"other-prefix-{name}", "a prefix ends at a slash", "other_prefix", object=created(key), policy=SMALL | {"prefix": "uploads"})
    skipped("own-result", "the notifications of the results come here too", "own_result", [(S3.get(KEY, etag(PHOTO)), read(PHOTO, x_amz_meta_presize_resized_from=marked(OTHER)))])
    skipped("own-result-of-a-later-release", "whatever the marker says", "own_result", [(S3.get(KEY, etag(PHOTO)), read(PHOTO, x_amz_meta_presize_resized_from="2!"))])
    skipped("own-result-of-a-gateway", "what a gateway stored on the first miss is no original", "own_result", [(S3.get(KEY, etag(PHOTO)), read(PHOTO, x_amz_meta_presize_result_of=etag(OTHER)))])
    skipped("own-result-of-a-confirmation", "nor is a variant of an upload", "own_result", [(S3.get(KEY, etag(PHOTO)), read(PHOTO, x_amz_meta_presize_variant_of=f"1.{64 * '0'}.{64 * '0'}"))])
    good("confirmed", "an upload that was confirmed is an original", first=got(x_amz_meta_presize_confirmed=f"1.whole.1159.{64 * '0'}.{64 * '0'}"))
    skipped("replaced", "the newer object has an event of its own", "superseded", [(S3.get(KEY, etag(PHOTO)), EXISTS)])
    skipped("replaced-unsaid", "a server that ignores the condition", "superseded", [(S3.get(KEY, etag(PHOTO)), read(OTHER))])
    skipped("missing", "it was deleted", "missing", [(S3.get(KEY, etag(PHOTO)), error_document(404, "NoSuchKey"))])
    skipped("missing-version", "the version was deleted", "missing", [(S3.get(KEY, version_id="3"), error_document(404, "NoSuchVersion"))], object=created(version_id="3"))
    point = {"kind": "access_point", "arn": "arn:aws:s3:us-west-2:123456789012:accesspoint/my-point"}
    at_point = Place("my-point-123456789012.s3-accesspoint.us-west-2.amazonaws.com")
    good("access-point", "it does not say of which bucket it is", source=point, first=(at_point.get("uploads/cat.jpg", etag(PHOTO)), read(PHOTO)), key="uploads/cat.jpg", policy=SMALL | {"prefix": "uploads"})


def there_already():
    case("twice", "the event came twice: the results are of the same original", [*CONFLICT, (LOOK, result()), (PUT_SECOND, EXISTS), (TO.head(SECOND[0]), result())],
         ok=resized([THUMBNAIL, SECOND], is_new=False))
    case("interrupted", "what an earlier attempt left out is stored", [*CONFLICT, (LOOK, result()), (PUT_SECOND, CREATED)], ok=resized([(*THUMBNAIL, False), SECOND]))
    once = {"policy": ONE}
    new, same = resized([THUMBNAIL]), resized([THUMBNAIL], is_new=False)
    case("twice-without-sequencer", "the entity tag alone says that it is the same", [got(), (TO.put(*THUMBNAIL, marked(PHOTO, None)), EXISTS), (LOOK, result(sequencer=None))],
         ok=same, object=created(sequencer=None), **once)
    case("older", "the result of an older original is replaced, if it is still that one", [*CONFLICT, (LOOK, result(OTHER, EARLIER)), (OVER, CREATED)], ok=new, **once)
    case("older-by-a-short-sequencer", "zeros are added on the right", [*CONFLICT, (LOOK, result(OTHER, "0055AE")), (OVER, CREATED)], ok=new, **once)
    case("newer", "the result of a newer original stays", [*CONFLICT, (LOOK, result(OTHER, LATER))], ok=resized([], skipped="superseded"), **once)
    case("newer-in-between", "what was stored before is told", [got(), (PUT, CREATED), (PUT_SECOND, EXISTS), (TO.head(SECOND[0]), result(OTHER, LATER))],
         ok=resized([THUMBNAIL], skipped="superseded"))
    case("same-bytes-again", "the same bytes were uploaded once more, after others: their results are the newest", [*CONFLICT, (LOOK, result(PHOTO, EARLIER)), (OVER, CREATED)], ok=new, **once)
    case("same-bytes-later", "the same bytes of a later event", [*CONFLICT, (LOOK, result(PHOTO, LATER))], ok=same, **once)
    case("lower-case-sequencer", "numbers, not letters, are compared", [*CONFLICT, (LOOK, result(PHOTO, SEQUENCER.lower()))], ok=same, **once)
    unordered = [("unmarked", UNMARKED), ("no-sequencer", result(OTHER, None)), ("same-sequencer", result(OTHER)), ("unreadable-marker", answer(200, {"etag": '"found"', MARKER: "1/x/y"})),
                 ("marker-of-a-later-release", answer(200, {"etag": '"found"', MARKER: f"2/{LATER}/{etag(OTHER)}"})), ("weak-marker", answer(200, {"etag": '"found"', MARKER: f'1//W/"{etag(OTHER)}"'}))]
    for name, there in unordered:
        case(f"unordered-{name}", "nothing says which is newer, but the original is still stored", [*CONFLICT, (LOOK, there), (S3.head(KEY), found(PHOTO)), (OVER, CREATED)], ok=new, **once)
    case("unordered-replaced", "the original was replaced: its results are not the newest", [*CONFLICT, (LOOK, UNMARKED), (S3.head(KEY), found(OTHER))], ok=resized([], skipped="superseded"), **once)
    case("unordered-deleted", "the original was deleted", [*CONFLICT, (LOOK, UNMARKED), (S3.head(KEY), MISSING)], ok=resized([], skipped="missing"), **once)
    case("unordered-version", "the latest version is asked for", [(S3.get(KEY, version_id="3"), read(PHOTO)), (PUT, EXISTS), (LOOK, UNMARKED), (S3.head(KEY), found(OTHER))],
         ok=resized([], skipped="superseded"), object=created(version_id="3"), **once)
    case("deleted-in-between", "created after all", [*CONFLICT, (LOOK, MISSING), (PUT, CREATED)], ok=new, **once)
    case("written-at-once", "another call is writing it", [got(), (PUT, BUSY), (LOOK, MISSING), (PUT, CREATED)], ok=new, **once)
    case("deleted-before-it-is-replaced", "created then", [*CONFLICT, (LOOK, result(OTHER, EARLIER)), (OVER, error_document(404, "NoSuchKey")), (LOOK, MISSING), (PUT, CREATED)], ok=new, **once)
    case("replaced-before-it-is-replaced", "another call was faster, with the same original", [*CONFLICT, (LOOK, result(OTHER, EARLIER)), (OVER, EXISTS), (LOOK, result())], ok=same, **once)
    changing = [(PUT, BUSY), (LOOK, MISSING)] * 5
    failed("changing", "it ends", error("store_unavailable", 503, reason="the result kept changing"), [got(), *changing], **once)


def other_stores():
    elsewhere = {"destination": LOCAL, "place": local}
    good("local", "a store that may ignore conditions is asked before each PUT", look=True, **elsewhere)
    once = {"policy": ONE, "destination": LOCAL}
    put = local.put(*THUMBNAIL, marked(PHOTO))
    look = local.head(THUMBNAIL[0])
    over = local.put(*THUMBNAIL, marked(PHOTO), replaces="found")
    new, same = resized([THUMBNAIL]), resized([THUMBNAIL], is_new=False)
    case("local-twice", "nothing is sent again", [got(), (look, result())], ok=same, **once)
    case("local-older", "replaced under the bare entity tag, which Ceph's gateway compares", [got(), (look, result(OTHER, EARLIER)), (over, CREATED)], ok=new, **once)
    case("local-newer", "it stays", [got(), (look, result(OTHER, LATER))], ok=resized([], skipped="superseded"), **once)
    case("local-unordered", "the original is asked for", [got(), (look, UNMARKED), (S3.head(KEY), found(PHOTO)), (over, CREATED)], ok=new, **once)
    bare = local.put(*THUMBNAIL, marked(PHOTO), condition=False)
    case("local-without-conditions", "a store that has none gets none", [got(), (look, MISSING), (put, error_document(501, "NotImplemented")), (bare, CREATED)], ok=new, **once)
    second = local.put(*SECOND, marked(PHOTO), condition=False)
    case("local-without-conditions-for-long", "nor for the next", [got(), (look, MISSING), (put, answer(501)), (bare, CREATED), (local.head(SECOND[0]), result(OTHER, EARLIER)), (second, CREATED)],
         ok=resized([THUMBNAIL, SECOND]), destination=LOCAL)
    failed("s3-without-conditions", "S3 has them", error("store_refused", 502, operation="put", status=501, code="NotImplemented", hint=""), [got(), (PUT, error_document(501, "NotImplemented"))])
    r2 = Place(f"{ACCOUNT}.r2.cloudflarestorage.com", "/photos")
    good("to-r2", "originals on S3, results on R2, the same name", destination=R2, place=r2)


def bad_images():
    for name, body, code, status in [("corrupt", {"file": "images/half_baseline_420.jpg"}, "image_corrupt", 422), ("no-image", "no image", "image_format_unknown", 415), ("page", "<html>", "image_format_not_allowed", 415),
                                     ("heic", {"file": "images/head.heic"}, "image_format_not_allowed", 415)]:
        failed(f"bad-{name}", "it will never be better: nothing is stored, and the event is done", error(code, status), [got(body)], object=created(body=body))
    failed("bad-format", "not one that the rules accept", error("image_format_not_allowed", 415), [got(GIF)], object=created(body=GIF), rules={"formats": ["jpeg", "png"]})
    failed("bad-pixels", "more than the rules accept", error("image_too_large", 413, what="pixels", received=1728, max=1000), [got()], rules={"max_pixels": 1000})
    size = len(content(PHOTO))
    limit = {"rules": {"max_bytes": size - 1}}
    small = (S3.get(KEY, etag(PHOTO), max_bytes=65_535), read(PHOTO))
    too_large = error("image_too_large", 413, what="bytes", received=size, max=size - 1)
    failed("bad-size", "the event tells how large it is: it is not even fetched", too_large, **limit)
    failed("bad-size-of-answer", "the headers tell", too_large, [small], object=created(size_bytes=None), **limit)
    failed("bad-size-of-body", "the bytes tell", too_large, [(small[0], read(PHOTO, content_length=None))], object=created(size_bytes=None), **limit)
    failed("bad-size-zero", "a folder of a console", error("image_too_small", 422, what="bytes", received=0, min=1), object=created("cats/", size_bytes=0))


def hostile_stores():
    odd = lambda expected, reason: error("store_response_invalid", 502, expected=expected, reason=reason)
    failed("short-body", "fewer bytes than announced", odd("as many bytes as announced", "others"), [(S3.get(KEY, etag(PHOTO)), read(PHOTO, content_length="9999"))])
    failed("long-body", "more bytes than announced", odd("as many bytes as announced", "others"), [(S3.get(KEY, etag(PHOTO)), read(PHOTO, content_length="99"))])
    failed("no-tag", "without it nothing says which original it was", odd("an ETag", "none"), [(S3.get(KEY, etag(PHOTO)), read(PHOTO, etag=None))])
    failed("two-tags", "which one?", odd("one value for each header", "several"), [(S3.get(KEY, etag(PHOTO)), read(PHOTO, etag=['"a"', '"b"']))])
    failed("result-without-tag", "what is to be replaced needs one", odd("an ETag", "none"), [*CONFLICT, (LOOK, answer(200))])
    failed("original-without-tag", "nor is it known which one is there", odd("an ETag", "none"), [*CONFLICT, (LOOK, UNMARKED), (S3.head(KEY), answer(200))])
    refused = lambda operation, status, code="", hint="": error("store_refused", 502, operation=operation, status=status, code=code)
    failed("part", "a part was not asked for", refused("get", 206), [(S3.get(KEY, etag(PHOTO)), read(PHOTO) | {"status": 206})])
    failed("forbidden", "also for a missing object, to those who may not list", refused("get", 403, "AccessDenied"), [(S3.get(KEY, etag(PHOTO)), error_document(403, "AccessDenied"))])
    failed("redirected", "another region", refused("get", 301, "PermanentRedirect"), [(S3.get(KEY, etag(PHOTO)), error_document(301, "PermanentRedirect"))])
    failed("put-forbidden", "no permission to write", refused("put", 403, "AccessDenied"), [got(), (PUT, error_document(403, "AccessDenied"))])
    failed("put-missing", "a PUT finds no key", refused("put", 404, "NoSuchKey"), [got(), (PUT, error_document(404, "NoSuchKey"))])
    failed("put-accepted", "202 is no promise", refused("put", 202), [got(), (PUT, answer(202))])
    failed("head-forbidden", "no permission to read results", refused("head", 403), [*CONFLICT, (LOOK, FORBIDDEN)])
    failed("original-forbidden", "no permission to read originals any more", refused("head", 403), [*CONFLICT, (LOOK, UNMARKED), (S3.head(KEY), FORBIDDEN)])
    failed("no-bucket", "not the object is missing", error("bucket_not_found", 500, bucket="photos"), [(S3.get(KEY, etag(PHOTO)), error_document(404, "NoSuchBucket"))])
    failed("no-bucket-of-results", "the other bucket", error("bucket_not_found", 500, bucket="photos-resized"), [got(), (PUT, error_document(404, "NoSuchBucket"))])
    failed("slow-down", "later", error("store_unavailable", 503), [(S3.get(KEY, etag(PHOTO)), error_document(503, "SlowDown"))])
    failed("slow-down-for-results", "later", error("store_unavailable", 503), [got(), (PUT, CREATED), (PUT_SECOND, error_document(503, "SlowDown"))])
    failed("expired-token", "other credentials are needed", error("credentials_expired", 500), [(S3.get(KEY, etag(PHOTO)), error_document(400, "ExpiredToken"))])
    failed("unreachable", "no answer at all", error("store_unavailable", 503, reason="no route to host"), [(S3.get(KEY, etag(PHOTO)), {"fail": "no route to host"})])
    failed("unreachable-url", "a URL is a secret", error("store_unavailable", 503, reason="GET https://photos.example.com/a: timed out"), [got(), (PUT, {"fail": "GET https://photos.example.com/a?X-Amz-Signature=1 timed out"})])
    cases[-1]["error"]["details"]["reason"] = "GET https://photos.example.com/a timed out"


def refused_objects():
    for name, key in [("empty", ""), ("dots", "a/../b.jpg"), ("control", "a\nb.jpg"), ("long", "k" * 1025)]:
        failed(f"bad-key-{name}", "no key at all", error("upload_key_invalid", 400), object=created(key))
    long_key = "k" * 1018
    failed("bad-key-of-result", "the key of the result is longer, and too long", error("upload_key_invalid", 400), [got(key=long_key)], object=created(long_key))
    failed("bad-version", "no version at all", error("header_invalid", 400), object=created(version_id="a\nb"))
    expired = LONG_TERM | {"session_token": "token", "expires_at": NOW - 1}
    failed("expired-credentials", "known before anything is asked", error("credentials_expired", 500), credentials=expired)
    failed("bad-clock", "before 1970", error("signing_failed", 500), now=-1)


def refused_policies():
    for name, why, policy, option in [
        ("empty", "there is nothing to make", {}, "widths"), ("width-zero", "no width", {"widths": [0]}, "widths"), ("width-too-large", "no width", {"widths": [16385]}, "widths"),
        ("widths-twice", "each once", {"widths": [16, 16]}, "widths"), ("widths-33", "all are held in memory", {"widths": list(range(1, 34))}, "widths"),
        ("quality", "from 1 to 100", ONE | {"quality": 0}, "quality"), ("format", "no format that is written", ONE | {"format": "gif"}, "format"),
        ("preset-name", "names are part of keys", {"presets": {"A/b": {"width": 16}}}, "presets"), ("preset-option", "the option is named", {"presets": {"a": {"width": 0}}}, "presets.a.width"),
        ("unknown", "no option", ONE | {"width": 16}, "width"), ("prefix-slash", "the slash is added", ONE | {"prefix": "uploads/"}, "prefix"), ("prefix-dots", "no key", ONE | {"prefix": "a/../b"}, "prefix"),
        ("prefix-long", "too long", ONE | {"prefix": "p" * 513}, "prefix"),
    ]:
        refused_policy(f"policy-{name}", why, policy, option)
    for name, template in [("no-key", "{width}.jpg"), ("key-twice", "{key}/{width}/{key}"), ("unknown", "{height}/{key}"), ("case", "{Width}/{key}"), ("open", "{width/{key}"), ("close", "width}/{key}"),
                           ("open-at-the-end", "{width}/{key}{"), ("nested", "{{width}}/{key}"), ("empty", ""), ("slash", "/{width}/{key}"), ("slashes", "{width}//{key}"), ("dots", "../{width}/{key}"),
                           ("control", "{width}\n/{key}"), ("end", "{width}/{key}/"), ("long", "{width}/{key}" + "l" * 512), ("two-dots", "{width}/{key}.{ext}"), ("other-extension", "{width}/{key}.png"),
                           ("other-extension-in-capitals", "{width}/{key}.WEBP"), ("gif", "{width}/{key}.gif")]:
        refused_policy(f"template-bad-{name}", "no key can be made of it", SMALL | {"key": template})
    refused_policy("template-extension-of-presets", "the format of a preset depends on the original", {"presets": {"a": {"width": 16}}, "key": "{key}.jpg"})
    for name, policy in [("no-width", {"key": "{key}.jpg"}), ("run-together", {"widths": [80, 180], "key": "{key}{width}.jpg"}), ("run-together-before", {"widths": [80, 800], "key": "{width}{key}"}),
                         ("presets", {"presets": {"card": {"width": 16, "format": "jpeg"}, "big-card": {"width": 32, "format": "jpeg"}}, "widths": [], "key": "{key}-{width}.jpg"})]:
        refused_policy(f"template-shared-{name}", "two results would have the same key", SMALL | policy)
    good("template-set-apart", "widths of which one ends like the other", policy={"widths": [16, 116], "key": "{key}_{width}.jpg"}, outputs=outputs_of(PHOTO, (16, 116), template="{key}_{width}.jpg"))
    failed("policy-cache-control", "it cannot be sent", error("header_invalid", 400, name="cache-control"), policy=ONE | {"cache_control": "a\nb"}, retry=False)
    failed("policy-rules", "rules that make no sense", error("option_invalid", 400, name="max_bytes"), rules={"max_bytes": 0})


def loops():
    looping = lambda reason, bucket="photos": error("resize_loop", 500, bucket=bucket, reason=f"results in the same bucket, {reason} of the originals")
    no_prefix, below = "and no prefix", "below the prefix"
    here = {"destination": ORIGINALS}
    failed("loop", "results would have events, and results of their own", looping(no_prefix), **here)
    cases[-1]["error"]["message"] = "expected results that are not taken for originals in the bucket photos, received results in the same bucket, and no prefix of the originals"
    for name, prefix, template in [("key-first", "uploads", "{key}-{width}.jpg"), ("below", "uploads", "uploads/{width}/{key}"), ("itself", "uploads", "uploads/{key}/{width}"), ("further-below", "a", "a/b/{width}/{key}"),
                                   ("width", "16", "{width}/{key}.jpg"), ("repeated", "a/a", "a/{key}/{width}.jpg"), ("of-the-second", "32", "{width}/{key}.jpg")]:
        failed(f"loop-{name}", "a result would begin with the prefix", looping(below), policy=SMALL | {"prefix": prefix, "key": template}, **here)
    same = Place(f"photos.s3.{REGION}.amazonaws.com")
    for name, prefix, template in [("other-folder", "uploads", "resized/{width}/{key}"), ("longer-folder", "uploads", "uploads2/{width}/{key}"), ("above", "a/b", "a/{width}/{key}"), ("width", "uploads", "{width}/{key}"),
                                   ("start", "uploads", "up{width}/{key}")]:
        key = f"{prefix}/cat.jpg"
        good(f"no-loop-{name}", "no result begins with the prefix", key=key, policy=SMALL | {"prefix": prefix, "key": template}, outputs=outputs_of(PHOTO, (16, 32), key, template), place=same, **here)
    failed("loop-other-region", "a name exists once on S3", looping(no_prefix), destination=ORIGINALS | {"region": "us-east-1"})
    failed("loop-by-address", "S3 by its address", looping(no_prefix), destination={"kind": "custom", "endpoint": f"https://s3.{REGION}.amazonaws.com", "region": REGION, "name": "photos", "style": "path"})
    custom = {"kind": "custom", "endpoint": "http://127.0.0.1:9000", "region": "us-east-1", "name": "photos", "style": "path"}
    failed("loop-custom", "the same server", looping(no_prefix), source=custom, destination=custom)
    failed("loop-access-point", "its bucket is not known", looping(no_prefix, "arn:aws:s3:us-west-2:123456789012:accesspoint/my-point"),
           source={"kind": "access_point", "arn": "arn:aws:s3:us-west-2:123456789012:accesspoint/my-point"})


def main():
    for part_of_all in (main_path, which_original, there_already, other_stores, bad_images, hostile_stores, refused_objects, refused_policies, loops):
        part_of_all()
    names = [made["name"] for made in cases]
    assert len(names) == len(set(names)), [name for name in names if names.count(name) > 1]
    about = "Images that are resized as soon as they are stored: the requests that follow from answers, and how they end."
    top = json.dumps({"about": about, "made_by": "make_resize.py"}, ensure_ascii=False)[:-1]
    lines = ",\n".join(json.dumps(made, ensure_ascii=False) for made in cases)
    (HERE / "resize.json").write_text(f'{top}, "cases": [\n{lines}\n]}}\n', encoding="utf-8")
    print(f"resize.json: {len(cases)} cases, {sum('ok' in made for made in cases)} of them without an error")


if __name__ == "__main__":
    main()
