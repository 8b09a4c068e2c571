"""Writes upload.json: tickets for uploads, whose requests and forms are those that boto3 makes of the keys that the
documentation promises, with its clock stopped; and what must be refused.

    pip install boto3==1.44.5
    python core/tests/vectors/make_upload.py

UUIDs in keys are made by Python's `uuid`, dates by its `datetime`.
"""

import base64
import datetime
import hashlib
import json
import uuid

import make_post_form
import make_presign
from make_presign import ACCESS_POINT, ACCOUNT, LOCAL, LONG_TERM, NOW, R2, SEOUL, TEMPORARY, signed_by_boto, write

ALL_TYPES = ["image/jpeg", "image/png", "image/webp", "image/gif"]
HEX = "0123456789abcdef"
STEM = f"1700000000000-{HEX}"
NONCE = HEX * 2
cases = []


def asked(*, now, policy, request, nonce, **place):
    return place | {"policy": policy or {}, "nonce": nonce, "now": now, "request": {"owner": "user-7"} | (request or {})}


def issued(name, why, key, *, content_type="image/jpeg", size_bytes=48_211, now=NOW, expires_in=300, bucket=SEOUL, credentials=LONG_TERM,
           policy=None, request=None, public_url=None, nonce=NONCE, left=None, incoming="incoming/", **options):
    """A ticket is boto3's PUT of the incoming key, which creates and never replaces on S3 and R2 unless the policy says otherwise."""
    if (policy or {}).get("create_only", bucket["kind"] != "custom"):
        options["if_none_match"] = "*"
    put = {"bucket": bucket, "credentials": credentials, "operation": "put", "key": incoming + key, "now": int(now),
           "options": {"content_type": content_type, "content_length": size_bytes, "expires_in": expires_in} | options}
    ok = signed_by_boto(put, False) | {"fields": [], "key": key, "public_url": public_url}
    if left is not None:
        credentials = credentials | {"expires_at": int(now) + left}
    given = asked(bucket=bucket, credentials=credentials, policy=policy, nonce=nonce, now=now,
                  request={"content_type": content_type, "size_bytes": size_bytes} | (request or {}))
    cases.append({"name": name, "why": why, "call": "issue", "input": given, "ok": ok})


def form_issued(name, why, key, sizes, *, content_type="image/jpeg", size_bytes=None, bucket=SEOUL, credentials=LONG_TERM, policy=None, request=None,
                public_url=None, expires_in=300, incoming="incoming/", **options):
    """A ticket is boto3's form for the incoming key."""
    options |= {"content_type": content_type, "min_bytes": sizes[0], "max_bytes": sizes[1], "expires_in": expires_in}
    form = make_post_form.made_by_boto({"bucket": bucket, "credentials": credentials, "key": incoming + key, "options": options, "now": NOW})
    ok = {"method": "POST", "url": form["url"], "headers": {}, "fields": form["fields"], "key": key, "public_url": public_url,
          "expires_in": expires_in, "expires_at": form["expires_at"]}
    size = {} if size_bytes is None else {"size_bytes": size_bytes}
    given = asked(bucket=bucket, credentials=credentials, policy={"method": "post"} | (policy or {}), nonce=NONCE, now=NOW,
                  request={"content_type": content_type} | size | (request or {}))
    cases.append({"name": name, "why": why, "call": "issue", "input": given, "ok": ok})


def not_issued(name, why, code, *, policy=None, request=None, bucket=SEOUL, credentials=LONG_TERM, now=NOW, **error):
    given = asked(bucket=bucket, credentials=credentials, policy=policy, nonce=NONCE, now=now,
                  request={"content_type": "image/jpeg", "size_bytes": 48_211} | (request or {}))
    cases.append({"name": name, "why": why, "call": "issue", "input": given, "error": {"code": code} | error})


def tickets():
    issued("default-policy", "the main path", f"uploads/user-7/{STEM}.jpg")
    for word, extension, media_type in [
        ("png", "png", "image/png"), ("webp", "webp", "image/webp"), ("gif", "gif", "image/gif"),
    ]:
        issued(f"format-{word}", "the extension is that of the type", f"uploads/user-7/{STEM}.{extension}", content_type=media_type, policy={"formats": ["jpeg", word]})
    for number, declared in enumerate(["IMAGE/JPEG", "image/jpg", "image/jpeg; charset=utf-8", "image/pjpeg"]):
        issued(f"declared-{number}", "the registered type is signed, whatever the client calls it", f"uploads/user-7/{STEM}.jpg", request={"content_type": declared})
    for name, prefix in {"nested": "a/b-c/d", "korean": "사진/프로필", "space-plus": "my files+", "dots": "...a/.b", "incoming-longer": "incoming2", "512-bytes": "p" * 512}.items():
        issued(f"prefix-{name}", "a prefix may be any start of a key", f"{prefix}/user-7/{STEM}.jpg", policy={"prefix": prefix})
    issued("prefix-empty", "a prefix may be empty", f"user-7/{STEM}.jpg", policy={"prefix": ""})
    for name, incoming in {"nested": "quarantine/images", "korean": "검사 전", "longer": "uploads2"}.items():
        issued(f"incoming-{name}", "where uploads wait is of the same form", f"uploads/user-7/{STEM}.jpg", policy={"incoming_prefix": incoming}, incoming=f"{incoming}/")
    issued("incoming-empty", "straight to the key", f"uploads/user-7/{STEM}.jpg", policy={"incoming_prefix": ""}, incoming="")
    issued("incoming-and-prefix-empty", "straight to the key", f"user-7/{STEM}.jpg", policy={"incoming_prefix": "", "prefix": ""}, incoming="")
    issued("incoming-of-an-owner", "an owner may be called as the incoming prefix is, where there is another prefix", f"uploads/incoming/{STEM}.jpg",
           request={"owner": "incoming"})
    for number, owner in enumerate(["u", "o" * 128, "3fa85f64-5717-4562-b3fc-2c963f66afa6", "a.b+c@example.com", "auth0|5f7c", "us-east-1:5f7c", "~_-=.", "...", "0"]):
        issued(f"owner-{number}", "ids as programs have them", f"uploads/{owner}/{STEM}.jpg", request={"owner": owner})
    for name, filename in {"plain": "cat.png", "traversal": "../../etc/passwd", "korean": "고양이.exe", "longest": "f" * 255, "empty": ""}.items():
        issued(f"filename-{name}", "the file's name does not enter the key", f"uploads/user-7/{STEM}.jpg", request={"filename": filename})
    issued("size-smallest", "one byte", f"uploads/user-7/{STEM}.jpg", size_bytes=1)
    issued("size-largest", "the limit itself is allowed", f"uploads/user-7/{STEM}.jpg", size_bytes=10_485_760)
    issued("size-5-gib", "the largest single PUT", f"uploads/user-7/{STEM}.jpg", size_bytes=5_368_709_120, policy={"max_bytes": 5_368_709_120})
    issued("nonce-zero", "16 digits, always", f"uploads/user-7/1700000000000-{'0' * 16}.jpg", nonce="0" * 32)
    issued("nonce-ones", "all 64 bits", f"uploads/user-7/1700000000000-{'f' * 16}.jpg", nonce="f" * 32)
    issued("nonce-halves", "the first 8 bytes", f"uploads/user-7/1700000000000-{'0' * 15}1.jpg", nonce="0" * 15 + "1" + "f" * 16)
    issued("time-fraction", "the key has milliseconds, the signature whole seconds", f"uploads/user-7/1700000000250-{HEX}.jpg", now=NOW + 0.25)
    issued("time-1970", "the first second", f"uploads/user-7/0-{HEX}.jpg", now=0)
    for seconds in [1, 604_800]:
        issued(f"expiry-{seconds}", "from 1 second to 7 days", f"uploads/user-7/{STEM}.jpg", expires_in=seconds, policy={"expires_in": seconds})
    issued("credentials-expire-first", "the ticket says how long it really holds", f"uploads/user-7/{STEM}.jpg", expires_in=42, credentials=TEMPORARY, left=42)
    issued("r2", "R2", f"uploads/user-7/{STEM}.jpg", bucket=R2)
    issued("local", "a server of one's own", f"uploads/user-7/{STEM}.jpg", bucket=LOCAL)
    issued("access-point", "an access point", f"uploads/user-7/{STEM}.jpg", bucket=ACCESS_POINT)
    for number, (base, joined) in enumerate([
        ("https://cdn.example.com", "https://cdn.example.com"), ("https://cdn.example.com/", "https://cdn.example.com"),
        ("HTTPS://CDN.Example.com:443/a/b//", "https://cdn.example.com/a/b"), ("http://localhost:8080/media", "http://localhost:8080/media"),
    ]):
        issued(f"public-url-{number}", "joined with one slash, to the key and not where the upload waits", f"사진 1/a+b@example.com/{STEM}.jpg",
               policy={"prefix": "사진 1", "public_base_url": base}, request={"owner": "a+b@example.com"},
               public_url=f"{joined}/%EC%82%AC%EC%A7%84%201/a%2Bb%40example.com/{STEM}.jpg")
    for name, policy in {
        "stored": {"cache_control": "public, max-age=31536000, immutable", "metadata": {"album": "여름"}, "record_origin": True},
        "variants": {"variant_widths": [1, 16_384, 320, 640, 1080], "variant_format": "png", "variant_quality": 1},
        "reencoded": {"originals": "reencoded"}, "as-is": {"originals": "as_is"}, "stripped": {"originals": "stripped"}, "head": {"verify": "head"},
        "copy": {"promote": "copy"}, "copy-head": {"promote": "copy", "verify": "head"}, "write": {"promote": "write", "verify": "head"}, "auto": {"promote": "auto"},
        "limits": {"min_width": 100, "max_width": 100, "min_height": 1, "max_height": 65_535, "max_pixels": 1, "max_frames": 1, "max_frame_pixels": 1, "max_work_pixels": 1, "max_memory_bytes": 1_048_576},
    }.items():
        issued(f"policy-{name}", "what is done at the end says nothing about the ticket", f"uploads/user-7/{STEM}.jpg", policy=policy)
    issued("policy-copy-head-elsewhere", "a policy that any store can follow", f"uploads/user-7/{STEM}.jpg", bucket=LOCAL, policy={"promote": "copy", "verify": "head", "create_only": True})


def create_only():
    key = f"uploads/user-7/{STEM}.jpg"
    for name, bucket, policy in [
        ("false", SEOUL, {"create_only": False}), ("r2-false", R2, {"create_only": False}), ("local", LOCAL, {"create_only": True}), ("true", SEOUL, {"create_only": True}),
    ]:
        issued(f"create-only-{name}", "where the policy says so, whatever the store", key, bucket=bucket, policy=policy)
    form_issued("create-only-post", "a form has no such condition", key, (1, 10_485_760))
    form_issued("create-only-post-false", "and need not", key, (1, 10_485_760), policy={"create_only": False})
    not_issued("bad-create-only-post", "a form has no such condition", "option_invalid", policy={"method": "post", "create_only": True}, http_status=400, details={"name": "create_only"})
    not_issued("bad-create-only-text", "nothing is coerced", "option_invalid", policy={"create_only": "yes"}, http_status=400)
    by_address = LOCAL | {"endpoint": f"https://{ACCOUNT}.eu.r2.cloudflarestorage.com"}
    issued("create-only-r2-by-address", "R2 by its address is R2", key, bucket=by_address, policy={"create_only": True})
    cases[-1]["input"]["policy"] = {}


def checksums():
    key, of_file = f"uploads/user-7/{STEM}.jpg", base64.b64encode(hashlib.sha256(b"file").digest()).decode()
    for name, bucket in {"s3": SEOUL, "r2": R2, "local": LOCAL}.items():
        issued(f"checksum-{name}", "signed, so that the store takes these bytes alone", key, bucket=bucket, request={"checksum_sha256": of_file}, checksum_sha256=of_file)
    for name, text in {"empty": "", "hex": hashlib.sha256(b"file").hexdigest(), "31-bytes": base64.b64encode(bytes(31)).decode(), "33-bytes": base64.b64encode(bytes(33)).decode(),
                       "unpadded": of_file.rstrip("="), "url-safe": of_file.replace("+", "-").replace("/", "_"), "line-end": f"{of_file}\n", "long": "A" * 1_000_000, "number": 1}.items():
        if text != of_file:
            not_issued(f"bad-checksum-{name}", "32 bytes in base64", "option_invalid", request={"checksum_sha256": text}, http_status=400, details={"name": "checksum_sha256"})
    not_issued("bad-checksum-post", "a form signs none", "option_invalid", policy={"method": "post"}, request={"checksum_sha256": of_file}, http_status=400,
               details={"name": "checksum_sha256"})


def in_place():
    """What an object is served with is signed where nothing is written anew."""
    cached = {"incoming_prefix": "", "cache_control": "public, max-age=31536000"}
    issued("in-place-cache-control", "the header that the object shall have", f"uploads/user-7/{STEM}.jpg", policy=cached, incoming="", cache_control=cached["cache_control"])
    form_issued("in-place-cache-control-post", "in a form too", f"uploads/user-7/{STEM}.jpg", (1, 10_485_760), policy=cached, incoming="", cache_control=cached["cache_control"])


def templates():
    whole = uuid.UUID(bytes=bytes.fromhex(NONCE), version=4)
    date = datetime.datetime.fromtimestamp(NOW, datetime.timezone.utc)
    for name, template, rest in [
        ("uuid", "{prefix}/{owner}/{uuid}{ext}", f"user-7/{whole}.jpg"),
        ("date", "{prefix}/{year}/{month}/{day}/{owner}/{hex16}{ext}", f"{date:%Y/%m/%d}/user-7/{HEX}.jpg"),
        ("date-in-one", "{prefix}/{owner}/{year}{month}{day}-{hex16}{ext}", f"user-7/{date:%Y%m%d}-{HEX}.jpg"),
        ("literals", "{prefix}/v1/{owner}/img_{unix_ms}~{hex16}.orig{ext}", f"v1/user-7/img_1700000000000~{HEX}.orig.jpg"),
        ("literal-after-time", "{prefix}/{owner}/{unix_ms}x{hex16}{ext}", f"user-7/1700000000000x{HEX}.jpg"),
        ("both", "{prefix}/{owner}/{hex16}/{uuid}{ext}", f"user-7/{HEX}/{whole}.jpg"),
        ("twice", "{prefix}/{owner}/{year}/{hex16}{year}{ext}", f"user-7/2023/{HEX}2023.jpg"),
        ("owner-last", "{prefix}/{uuid}/{owner}/photo{ext}", f"{whole}/user-7/photo.jpg"),
    ]:
        issued(f"template-{name}", "keys are of the form that the policy gives", f"uploads/{rest}", policy={"key_template": template})
        issued(f"template-{name}-without-prefix", "an empty prefix falls away", rest, policy={"key_template": template, "prefix": ""})
    issued("template-no-prefix", "an empty prefix need not be in it", f"user-7/{whole}.jpg", policy={"key_template": "{owner}/{uuid}{ext}", "prefix": ""})
    for name, nonce in {"zero": "0" * 32, "ones": "f" * 32}.items():
        issued(f"template-uuid-{name}", "version and variant are written over", f"uploads/user-7/{uuid.UUID(bytes=bytes.fromhex(nonce), version=4)}.jpg",
               policy={"key_template": "{prefix}/{owner}/{uuid}{ext}"}, nonce=nonce)
    for name, now in {"leap-day": 1_709_251_199, "new-year": 1_735_689_600, "1970": 0}.items():
        date = datetime.datetime.fromtimestamp(now, datetime.timezone.utc)
        issued(f"template-date-{name}", "dates are those of UTC", f"uploads/{date:%Y-%m-%d}/user-7/{HEX}.jpg", now=now,
               policy={"key_template": "{prefix}/{year}-{month}-{day}/{owner}/{hex16}{ext}"})
    for name, template in {
        "empty": "", "no-prefix": "{owner}/{hex16}{ext}", "prefix-later": "a/{prefix}/{owner}/{hex16}{ext}", "prefix-twice": "{prefix}/{prefix}/{owner}/{hex16}{ext}",
        "prefix-in-segment": "{prefix}-a/{owner}/{hex16}{ext}", "no-owner": "{prefix}/{hex16}{ext}", "owner-twice": "{prefix}/{owner}/{owner}/{hex16}{ext}",
        "owner-in-segment": "{prefix}/{owner}-{hex16}{ext}", "no-ext": "{prefix}/{owner}/{hex16}", "ext-earlier": "{prefix}/{owner}/{ext}{hex16}",
        "ext-twice": "{prefix}/{owner}/{hex16}{ext}{ext}", "guessable": "{prefix}/{owner}/{unix_ms}{ext}", "unknown": "{prefix}/{owner}/{hex16}{name}{ext}",
        "capitals": "{prefix}/{Owner}/{hex16}{ext}", "camel": "{prefix}/{owner}/{unixMs}{hex16}{ext}", "unclosed": "{prefix}/{owner}/{hex16{ext}",
        "unopened": "{prefix}/{owner}/hex16}{ext}{hex16}", "double-slash": "{prefix}//{owner}/{hex16}{ext}", "slash": "/{prefix}/{owner}/{hex16}{ext}",
        "trailing": "{prefix}/{owner}/{hex16}{ext}/", "dot": "{prefix}/./{owner}/{hex16}{ext}", "dots": "{prefix}/../{owner}/{hex16}{ext}",
        "space": "{prefix}/{owner}/a {hex16}{ext}", "korean": "{prefix}/사진/{owner}/{hex16}{ext}", "percent": "{prefix}/a%2fb/{owner}/{hex16}{ext}",
        "line-end": "{prefix}/a\n/{owner}/{hex16}{ext}", "digits-after-time": "{prefix}/{owner}/{unix_ms}{hex16}{ext}", "digit-after-time": "{prefix}/{owner}/{unix_ms}0{hex16}{ext}",
        "long": "{prefix}/{owner}/{hex16}" + "a" * 256 + "{ext}",
    }.items():
        not_issued(f"bad-template-{name}", "keys that could not be told apart, guessed or written", "option_invalid", policy={"key_template": template}, http_status=400,
                   details={"name": "key_template"})
    not_issued("bad-template-key-too-long", "with the longest owner a key has more than 1024 bytes", "option_invalid", details={"name": "key_template"},
               policy={"prefix": "p" * 512, "incoming_prefix": "i" * 512})


def forms():
    form_issued("post", "a size within the policy's bounds", f"uploads/user-7/{STEM}.jpg", (1, 10_485_760))
    form_issued("post-size", "exactly the size asked for", f"uploads/user-7/{STEM}.jpg", (48_211, 48_211), size_bytes=48_211)
    form_issued("post-size-zero", "zero is no size", f"uploads/user-7/{STEM}.jpg", (10, 20), size_bytes=0, policy={"min_bytes": 10, "max_bytes": 20})
    form_issued("post-size-5-gib", "the largest form", f"uploads/user-7/{STEM}.jpg", (5_368_709_120,) * 2, size_bytes=5_368_709_120, policy={"max_bytes": 5_368_709_120})
    form_issued("post-png", "the type is signed", f"uploads/user-7/{STEM}.png", (1, 10_485_760), content_type="image/png", credentials=TEMPORARY)
    form_issued("post-declared", "the registered type, whatever the client calls it", f"uploads/user-7/{STEM}.jpg", (1, 10_485_760), request={"content_type": "image/jpg"})
    form_issued("post-local", "a server of one's own", f"사진/user-7/{STEM}.jpg", (1, 10_485_760), bucket=LOCAL, expires_in=60,
                policy={"prefix": "사진", "expires_in": 60, "public_base_url": "https://cdn.example.com"},
                public_url=f"https://cdn.example.com/%EC%82%AC%EC%A7%84/user-7/{STEM}.jpg")
    form_issued("post-straight", "straight to the key", f"uploads/user-7/{STEM}.jpg", (1, 10_485_760), policy={"incoming_prefix": ""}, incoming="")
    post = {"method": "post"}
    not_issued("bad-post-size-large", "above the limit", "upload_too_large", policy=post, request={"size_bytes": 10_485_761}, http_status=413)
    not_issued("bad-post-size-small", "below the minimum", "upload_too_small", policy=post | {"min_bytes": 10}, request={"size_bytes": 9}, http_status=422)
    for name, bucket in {"r2": R2, "access-point": ACCESS_POINT, "r2-by-address": LOCAL | {"endpoint": f"https://{ACCOUNT}.eu.r2.cloudflarestorage.com"}}.items():
        not_issued(f"bad-post-{name}", "there are no forms", "post_form_unsupported", policy=post, bucket=bucket, http_status=501)
    for word in ["POST", "patch", ""]:
        not_issued(f"bad-method-{word or 'empty'}", "put or post", "option_invalid", policy={"method": word})


def no_tickets():
    for name, owner in {"empty": "", "dot": ".", "dot-dot": "..", "slash": "a/b", "traversal": "../admin", "space": "a b", "korean": "고양이", "nul": "a\0",
                        "line-end": "a\r\nb", "percent": "a%2Fb", "backslash": "a\\b", "query": "a?b", "129-bytes": "o" * 129}.items():
        not_issued(f"bad-owner-{name}", "cannot stand in a key", "upload_owner_invalid", request={"owner": owner}, http_status=400)
    for name, incoming in {"plain": "incoming", "nested": "incoming/a"}.items():
        not_issued(f"bad-owner-incoming-{name}", "its keys would lie among those that are not confirmed", "upload_owner_invalid", http_status=400,
                   policy={"prefix": "", "incoming_prefix": incoming}, request={"owner": "incoming"})
    allowed = ["image/jpeg", "image/png", "image/webp", "image/gif"]
    for name, content_type in {"svg": "image/svg+xml", "html": "text/html", "not-in-policy": "image/heic"}.items():
        not_issued(f"bad-type-{name}", "not among the policy's formats", "upload_format_not_allowed", request={"content_type": content_type}, http_status=415,
                   details={"content_type": content_type, "allowed": allowed})
    not_issued("bad-type-crlf", "a message repeats no line end", "upload_format_not_allowed", request={"content_type": "image/a\r\nx-amz-acl: public-read"},
               details={"content_type": "image/a\\u{d}\\u{a}x-amz-acl: public-read", "allowed": allowed})
    not_issued("bad-size-zero", "an empty upload", "upload_too_small", request={"size_bytes": 0}, http_status=422, details={"size_bytes": 0, "min_bytes": 1})
    not_issued("bad-size-small", "below the minimum", "upload_too_small", policy={"min_bytes": 100}, request={"size_bytes": 99}, details={"size_bytes": 99, "min_bytes": 100})
    not_issued("bad-size-large", "above the limit", "upload_too_large", request={"size_bytes": 10_485_761}, http_status=413,
               details={"size_bytes": 10_485_761, "max_bytes": 10_485_760})
    for name, size in {"negative": -1, "fraction": 1.5, "text": "1", "null": None, "nan-like": 1e300}.items():
        not_issued(f"bad-size-{name}", "nothing is coerced", "option_invalid", request={"size_bytes": size}, http_status=400)
    not_issued("bad-request-unknown", "an unknown name is not ignored", "option_invalid", request={"sizeBytes": 1})
    not_issued("bad-filename-long", "at most 255 bytes", "option_invalid", request={"filename": "f" * 256})
    not_issued("bad-filename-long-korean", "at most 255 bytes, not characters", "option_invalid", request={"filename": "가" * 86})
    not_issued("bad-filename-control", "no control characters", "option_invalid", request={"filename": "a\r\nb"})
    for name, policy in {
        "formats-empty": {"formats": []}, "formats-unknown": {"formats": ["svg"]}, "min-over-max": {"min_bytes": 10, "max_bytes": 9}, "max-zero": {"max_bytes": 0},
        "max-over-5-gib": {"max_bytes": 5_368_709_121}, "expiry-zero": {"expires_in": 0}, "expiry-8-days": {"expires_in": 691_200}, "unknown": {"maxBytes": 1},
        "prefix-slash": {"prefix": "/a"}, "prefix-trailing": {"prefix": "a/"}, "prefix-double": {"prefix": "a//b"}, "prefix-dots": {"prefix": "a/../b"},
        "prefix-control": {"prefix": "a\nb"}, "prefix-long": {"prefix": "p" * 513}, "base-relative": {"public_base_url": "cdn.example.com"},
        "base-script": {"public_base_url": "javascript://x"}, "base-query": {"public_base_url": "https://cdn.example.com/?a=1"},
        "base-fragment": {"public_base_url": "https://cdn.example.com/#a"}, "base-user": {"public_base_url": "https://a:b@cdn.example.com"},
        "base-empty": {"public_base_url": ""}, "base-space": {"public_base_url": "https://cdn.example.com/a b"},
        "incoming-slash": {"incoming_prefix": "/a"}, "incoming-trailing": {"incoming_prefix": "a/"}, "incoming-dots": {"incoming_prefix": ".."},
        "incoming-long": {"incoming_prefix": "p" * 513}, "incoming-same": {"incoming_prefix": "uploads"}, "incoming-below": {"incoming_prefix": "uploads/incoming"},
        "incoming-above": {"prefix": "incoming/done"}, "incoming-literal": {"prefix": "", "key_template": "incoming/{owner}/{hex16}{ext}"},
        "incoming-year": {"prefix": "", "incoming_prefix": "2026", "key_template": "{year}/{owner}/{hex16}{ext}"},
        "min-width-over-max": {"min_width": 10, "max_width": 9}, "min-height-over-max": {"min_height": 10, "max_height": 9}, "width-65536": {"max_width": 65_536},
        "pixels-zero": {"max_pixels": 0}, "memory-small": {"max_memory_bytes": 1_048_575}, "verify-unknown": {"verify": "none"},
        "head-reencode": {"verify": "head", "originals": "reencoded"}, "head-variants": {"verify": "head", "variant_widths": [320]},
        "reencode": {"reencode": True}, "originals-unknown": {"originals": "as-is"}, "originals-flag": {"originals": True}, "reencoded-heic": {"originals": "reencoded", "formats": ["jpeg", "heic"]},
        "promote-unknown": {"promote": "move"}, "reencoded-in-place": {"originals": "reencoded", "incoming_prefix": ""}, "metadata-of-marker": {"metadata": {"Presize-Confirmed": "1"}},
        "widths-zero": {"variant_widths": [320, 0]}, "widths-large": {"variant_widths": [16_385]}, "widths-double": {"variant_widths": [320, 640, 320]},
        "widths-11": {"variant_widths": list(range(1, 12))}, "widths-number": {"variant_widths": 320}, "widths-text": {"variant_widths": ["320"]},
        "widths-fraction": {"variant_widths": [1.5]}, "widths-negative": {"variant_widths": [-1]}, "widths-null": {"variant_widths": None},
        "variant-gif": {"variant_format": "gif"}, "variant-heic": {"variant_format": "heic"}, "quality-zero": {"variant_quality": 0}, "quality-101": {"variant_quality": 101},
        "metadata-list": {"metadata": ["a"]}, "metadata-of-origin": {"record_origin": True, "metadata": {"Uploaded-By": "me"}},
    }.items():
        not_issued(f"bad-policy-{name}", "refused when the policy is made", "option_invalid", policy=policy, http_status=400)
    for name, policy in {
        "metadata-name": {"metadata": {"a b": "c"}}, "metadata-line-end": {"metadata": {"a": "b\r\nc"}}, "metadata-long": {"metadata": {"abcd": "v" * 2045}},
        "metadata-long-with-origin": {"metadata": {"abcd": "v" * 1700}, "record_origin": True}, "cache-control-line-end": {"cache_control": "a\r\nb: c"},
        "cache-control-empty": {"cache_control": ""}, "cache-control-korean": {"cache_control": "고양이"},
    }.items():
        not_issued(f"bad-policy-{name}", "refused when the policy is made, not when an upload is confirmed", "header_invalid", policy=policy, http_status=400)
    not_issued("bad-credentials-expired", "no ticket holds longer than the credentials", "credentials_expired", credentials=TEMPORARY | {"expires_at": NOW - 1})
    for name, now in {"bad-clock": -1, "bad-clock-after-9999": 253_402_300_800, "bad-clock-last-of-javascript": 8_640_000_000_000}.items():
        not_issued(name, "before 1970 or after 9999", "signing_failed", now=now, message=make_presign.NO_TIME)
    for name, given, said in [
        ("line", "image/a\u2028b", "image/a\\u{2028}b"), ("paragraph", "image/\u2029", "image/\\u{2029}"), ("override", "image/\u202egnp", "image/\\u{202e}gnp"),
        ("isolate", "image/\u2066a\u2069", "image/\\u{2066}a\\u{2069}"), ("marks", "\u200e\u200f\u061c", "\\u{200e}\\u{200f}\\u{61c}"), ("controls", "a\0\x1b\x7f\x85\x9b", "a\\u{0}\\u{1b}\\u{7f}\\u{85}\\u{9b}"),
        ("joiner", "\U0001f469\u200d\U0001f4bb", "\U0001f469\u200d\U0001f4bb"),
    ]:
        not_issued(f"shown-{name}", "what breaks a line or turns text around is escaped in messages and details", "upload_format_not_allowed", request={"content_type": given},
                   message=f"expected one of {json.dumps(ALL_TYPES)} for content_type, received {said}", details={"content_type": said})
    name = "a\u2028b"
    not_issued("shown-option", "the name of an option too", "option_invalid", policy={name: 1}, details={"name": "a\\u{2028}b"})


R2_VARIABLES = {"R2_ACCOUNT_ID": ACCOUNT, "R2_ACCESS_KEY_ID": LONG_TERM["access_key_id"], "R2_SECRET_ACCESS_KEY": LONG_TERM["secret_access_key"],
                "R2_BUCKET_NAME": "photos", "R2_PUBLIC_URL": "https://pub.example.com"}
AWS_VARIABLES = {"AWS_REGION": "ap-northeast-2", "AWS_BUCKET_NAME": "photos", "AWS_ACCESS_KEY_ID": LONG_TERM["access_key_id"],
                 "AWS_SECRET_ACCESS_KEY": LONG_TERM["secret_access_key"]}


def environment():
    """The ticket of the bucket that the variables describe."""
    token = {"AWS_SESSION_TOKEN": TEMPORARY["session_token"]}
    without_public = {name: value for name, value in R2_VARIABLES.items() if name != "R2_PUBLIC_URL"}
    default_region = {"AWS_DEFAULT_REGION": "ap-northeast-2"} | {name: value for name, value in AWS_VARIABLES.items() if name != "AWS_REGION"}
    endpoint = {"AWS_ENDPOINT_URL": "http://127.0.0.1:9000", "AWS_REGION": "us-east-1"}
    cdn = "https://cdn.example.com"
    for name, why, variables, place in [
        ("r2", "the five variables", R2_VARIABLES, {"bucket": R2, "base": "https://pub.example.com"}),
        ("r2-policy", "the policy's own address needs no variable", without_public, {"bucket": R2, "policy": {"public_base_url": cdn}, "base": cdn}),
        ("r2-policy-first", "the policy's own address comes first", R2_VARIABLES, {"bucket": R2, "policy": {"public_base_url": cdn}, "base": cdn}),
        ("r2-first", "R2 comes first", R2_VARIABLES | AWS_VARIABLES | token, {"bucket": R2, "base": "https://pub.example.com"}),
        ("aws", "the usual variables", AWS_VARIABLES, {}),
        ("aws-empty", "an empty variable is none", AWS_VARIABLES | dict.fromkeys([*R2_VARIABLES, "AWS_PUBLIC_URL", "AWS_ENDPOINT_URL", "AWS_SESSION_TOKEN"], ""), {}),
        ("aws-default-region", "the other name of the region", default_region, {}),
        ("aws-both-regions", "the first name of the region", AWS_VARIABLES | {"AWS_DEFAULT_REGION": "us-east-1"}, {}),
        ("aws-token", "temporary credentials", AWS_VARIABLES | token, {"credentials": TEMPORARY}),
        ("aws-expiring", "never longer than the credentials", AWS_VARIABLES | token | {"AWS_CREDENTIAL_EXPIRATION": "2023-11-14T22:14:20Z"},
         {"credentials": TEMPORARY, "expires_in": 60}),
        ("aws-public", "where uploads can be read", AWS_VARIABLES | {"AWS_PUBLIC_URL": cdn}, {"base": cdn}),
        ("aws-public-policy", "the policy's own address comes first", AWS_VARIABLES | {"AWS_PUBLIC_URL": "https://other.example.com"},
         {"policy": {"public_base_url": cdn}, "base": cdn}),
        ("aws-endpoint", "another server", AWS_VARIABLES | endpoint, {"bucket": LOCAL}),
        ("aws-endpoint-s3", "the address for S3 comes first", AWS_VARIABLES | endpoint | {"AWS_ENDPOINT_URL": "https://no.example.com", "AWS_ENDPOINT_URL_S3": "http://127.0.0.1:9000"},
         {"bucket": LOCAL}),
    ]:
        base = place.pop("base", None)
        issued(f"environment-{name}", why, f"uploads/user-7/{STEM}.jpg", public_url=base and f"{base}/uploads/user-7/{STEM}.jpg", **place)
        from_variables(cases[-1], variables)
    both = [*AWS_VARIABLES]
    for name, variables, missing in [
        ("none", {}, both),
        ("aws-one", {"AWS_REGION": "us-east-1"}, both[1:]),
        ("aws-secret", AWS_VARIABLES | {"AWS_SECRET_ACCESS_KEY": ""}, both[3:]),
        ("aws-region", {name: value for name, value in AWS_VARIABLES.items() if name != "AWS_REGION"}, both[:1]),
        ("r2-one", {"R2_BUCKET_NAME": "photos"} | AWS_VARIABLES, ["R2_ACCOUNT_ID", "R2_ACCESS_KEY_ID", "R2_SECRET_ACCESS_KEY", "R2_PUBLIC_URL"]),
        ("r2-public", without_public, ["R2_PUBLIC_URL"]),
        ("r2-only-public", {"R2_PUBLIC_URL": "https://pub.example.com"}, [*R2_VARIABLES][:4]),
    ]:
        not_issued(f"bad-environment-{name}", "every missing variable is named", "environment_incomplete", http_status=500, details={"missing": missing})
        from_variables(cases[-1], variables)
    for name, code, variables in [
        ("region", "bucket_invalid", AWS_VARIABLES | {"AWS_REGION": "seoul"}), ("account", "bucket_invalid", R2_VARIABLES | {"R2_ACCOUNT_ID": "me"}),
        ("endpoint", "bucket_invalid", AWS_VARIABLES | {"AWS_ENDPOINT_URL": "127.0.0.1:9000"}), ("key", "credentials_invalid", R2_VARIABLES | {"R2_ACCESS_KEY_ID": "A K"}),
        ("expiration", "credentials_invalid", AWS_VARIABLES | {"AWS_CREDENTIAL_EXPIRATION": "tomorrow"}), ("public", "option_invalid", R2_VARIABLES | {"R2_PUBLIC_URL": "pub"}),
    ]:
        not_issued(f"bad-environment-{name}", "a variable that cannot be used", code)
        from_variables(cases[-1], variables)
    not_issued("bad-environment-form", "R2 has no forms", "post_form_unsupported", policy={"method": "post"})
    from_variables(cases[-1], R2_VARIABLES)


def from_variables(case, variables):
    case["call"] = "issue_from_vars"
    del case["input"]["bucket"], case["input"]["credentials"]
    case["input"]["vars"] = variables


def events():
    """What happened, for a log. Written by hand after the documentation."""
    key = f"uploads/user-7/{STEM}.jpg"
    seen = {"timestamp": "2023-11-14T22:13:20Z", "action": "issue", "owner": "user-7", "key": None, "bytes": 48_211, "code": None}
    rejected = seen | {"outcome": "rejected"}
    for name, why, options, ok in [
        ("issued", "a ticket", {}, seen | {"outcome": "issued", "key": key}),
        ("fraction", "whole seconds", {"now": NOW + 0.75}, seen | {"outcome": "issued", "key": f"uploads/user-7/1700000000750-{HEX}.jpg"}),
        ("no-size", "a form of any size", {"policy": {"method": "post"}, "request": {"size_bytes": 0}}, seen | {"outcome": "issued", "key": key, "bytes": None}),
        ("rejected", "the sender's fault", {"request": {"content_type": "image/svg+xml"}}, rejected | {"code": "upload_format_not_allowed"}),
        ("too-large", "the size that was asked for", {"request": {"size_bytes": 10_485_761}}, rejected | {"code": "upload_too_large", "bytes": 10_485_761}),
        ("owner", "one line, whatever the owner is", {"request": {"owner": "a\r\nb" + "c" * 100}},
         rejected | {"code": "upload_owner_invalid", "owner": "a\\u{d}\\u{a}b" + "c" * 56 + "…"}),
        ("owner-longest", "an owner that can stand in a key is shown as it is", {"request": {"owner": "o" * 128}},
         seen | {"outcome": "issued", "owner": "o" * 128, "key": f"uploads/{'o' * 128}/{STEM}.jpg"}),
        ("owner-bidi", "text that is turned around", {"request": {"owner": "a\u202eb\u2028\u2029\u2066\u200f\u061c"}},
         rejected | {"code": "upload_owner_invalid", "owner": "a\\u{202e}b\\u{2028}\\u{2029}\\u{2066}\\u{200f}\\u{61c}"}),
        ("key-bidi", "a key that a policy begins so", {"policy": {"prefix": "a\u2028b\u202e"}},
         seen | {"outcome": "issued", "key": f"a\\u{{2028}}b\\u{{202e}}/user-7/{STEM}.jpg"}),
        ("failed", "the back end's fault", {"credentials": TEMPORARY | {"expires_at": NOW - 1}}, seen | {"outcome": "failed", "code": "credentials_expired"}),
        ("no-time", "a clock that cannot be written", {"now": -1}, seen | {"outcome": "failed", "code": "signing_failed", "timestamp": None}),
        ("no-time-after-9999", "nor one after its last year", {"now": 8_640_000_000_000}, seen | {"outcome": "failed", "code": "signing_failed", "timestamp": None}),
    ]:
        given = {"bucket": SEOUL, "credentials": LONG_TERM, "policy": None, "nonce": NONCE, "now": NOW} | options
        given["request"] = {"content_type": "image/jpeg", "size_bytes": 48_211} | options.get("request", {})
        cases.append({"name": f"event-{name}", "why": why, "call": "issue_event", "input": asked(**given), "ok": ok})


def rules():
    limits = {"formats": ["png", "gif"], "max_bytes": 1000, "min_width": 2, "min_height": 3, "max_width": 400, "max_height": 500, "max_pixels": 6000, "max_frames": 7, "max_frame_pixels": 8000, "max_work_pixels": 9000,
              "max_memory_bytes": 8_388_608}
    default = {"formats": ["jpeg", "png", "webp", "gif"], "max_bytes": 10_485_760, "min_width": 1, "min_height": 1, "max_width": 16_384, "max_height": 16_384,
               "max_pixels": 64_000_000, "max_frames": 1000, "max_frame_pixels": 64_000_000, "max_work_pixels": 256_000_000, "max_memory_bytes": 402_653_184, "allow_type_mismatch": False, "allow_polyglots": False}
    for name, why, policy, ok in [
        ("default", "what an upload is held against", {}, default), ("all", "each limit has the same name", limits, default | limits),
        ("5-gib", "rules end at 4 GiB", {"max_bytes": 5_368_709_120}, default | {"max_bytes": 4_294_967_295}),
    ]:
        cases.append({"name": f"rules-{name}", "why": why, "call": "policy_rules", "input": {"policy": policy}, "ok": {"rules": ok}})


def main():
    make_presign.stop_the_clock()
    make_presign.record_the_stages()
    for part in (tickets, create_only, checksums, in_place, templates, forms, no_tickets, environment, events, rules):
        part()
    write("upload.json", "Upload tickets: keys, public URLs, and the PUT or the form of the incoming key byte for byte.", cases, script="make_upload.py")


if __name__ == "__main__":
    main()
