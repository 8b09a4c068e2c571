"""Writes post_form.json: the forms that boto3's `generate_presigned_post` makes, with its clock stopped, and what must be
refused.

    pip install boto3==1.44.5
    python core/tests/vectors/make_post_form.py

boto3 takes fields and conditions as they are; which ones an option stands for is said by AWS's pages on browser-based
uploads: https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-UsingHTTPPOST.html
"""

import base64
import json
import xml.etree.ElementTree as xml

import make_presign
from make_presign import ACCESS_POINT, ACCOUNT, HERE, LOCAL, LONG_TERM, NOW, PUBLIC, R2, SEOUL, TEMPORARY, client

cases = []
NAMES = {
    "content_type": "Content-Type",
    "cache_control": "Cache-Control",
    "content_disposition": "Content-Disposition",
    "content_encoding": "Content-Encoding",
    "acl": "acl",
    "storage_class": "x-amz-storage-class",
    "server_side_encryption": "x-amz-server-side-encryption",
    "sse_kms_key_id": "x-amz-server-side-encryption-aws-kms-key-id",
}


def tagging(tags):
    root = xml.Element("Tagging")
    tag_set = xml.SubElement(root, "TagSet")
    for name, value in sorted(tags.items()):
        tag = xml.SubElement(tag_set, "Tag")
        xml.SubElement(tag, "Key").text = name
        xml.SubElement(tag, "Value").text = value
    return xml.tostring(root, encoding="unicode", short_empty_elements=False)


def fields_and_conditions(options):
    fields = {name: options[option] for option, name in NAMES.items() if option in options}
    fields |= {f"x-amz-meta-{name.lower()}": value for name, value in sorted(options.get("metadata", {}).items())}
    if "tagging" in options:
        fields["tagging"] = tagging(options["tagging"])
    for name in ["success_action_status", "success_action_redirect"]:
        if name in options:
            fields[name] = str(options[name])
    conditions = [{name: value} for name, value in fields.items()]
    if "content_type_starts_with" in options:
        conditions.append(["starts-with", "$Content-Type", options["content_type_starts_with"]])
    conditions += [["starts-with", f"${name}", prefix] for name, prefix in sorted(options.get("starts_with", {}).items())]
    conditions.append(["content-length-range", options.get("min_bytes", 1), options["max_bytes"]])
    return fields, conditions


def made_by_boto(given):
    make_presign.clock = given["now"]
    options = given["options"]
    fields, conditions = fields_and_conditions(options)
    expires_in = options.get("expires_in", 900)
    # A key that is there from the start stays the first field.
    form = client(given["bucket"], given["credentials"]).generate_presigned_post(
        given["bucket"]["name"], given["key"], {"key": given["key"]} | fields, conditions, expires_in
    )
    return {
        "url": form["url"],
        "fields": list(form["fields"].items()),
        "policy": base64.b64decode(form["fields"]["policy"]).decode(),
        "expires_in": expires_in,
        "expires_at": given["now"] + expires_in,
    }


def case(name, why, answer, *, bucket=SEOUL, credentials=LONG_TERM, key="cats/1.jpg", now=NOW, max_bytes=5_000_000, **options):
    options = options if max_bytes is None else {"max_bytes": max_bytes} | options
    given = {"bucket": bucket, "credentials": credentials, "key": key, "options": options, "now": now}
    answer = {"ok": made_by_boto(given)} if answer is None else {"error": answer}
    cases.append({"name": name, "why": why, "call": "post_form", "input": given} | answer)


def same_as_boto(name, why, **given):
    case(name, why, None, **given)


def refused(name, why, code, status, *, details=None, **given):
    case(name, why, {"code": code, "http_status": status} | ({"details": details} if details else {}), **given)


def forms():
    same_as_boto("plain", "only a key and a size")
    same_as_boto("token", "a session token is a field and a condition", credentials=TEMPORARY)
    same_as_boto("content-type", "an exact type is a field", content_type="image/jpeg")
    same_as_boto("content-type-starts-with", "an open type is a condition; the page adds the field", content_type_starts_with="image/")
    same_as_boto("sizes", "both ends are allowed", min_bytes=1024, max_bytes=1024)
    same_as_boto("empty-file", "an empty file, when it is asked for", min_bytes=0, max_bytes=1)
    same_as_boto("largest", "S3's limit for a form", max_bytes=5_368_709_120)
    same_as_boto("filename", "the file's own name ends the key", key="uploads/user-7/${filename}")
    same_as_boto("filename-start", "any start of a key will do", key="uploads/user-7-${filename}", content_type_starts_with="image/")
    same_as_boto("metadata", "fields of their own, in the order of their names", metadata={"User": "7", "b.c-d_e": "x  y", "a": ""})
    same_as_boto("metadata-korean", "UTF-8 in the field, escapes in the policy", metadata={"title": "고양이 \"사진\" \\ 😀"})
    same_as_boto("key-korean", "UTF-8 in the field, escapes in the policy", key="사진/고양이 \u2028\"\\'.jpg")
    same_as_boto("key-dollar", "only ${filename} is a variable", key="a$b/${file}/$key.jpg")
    same_as_boto("key-1024", "the longest key", key="k" * 1024)
    same_as_boto("headers", "what the object is stored with", content_type="text/html; charset=utf-8", cache_control="public, max-age=31536000, immutable",
                 content_disposition="attachment; filename=\"cat.jpg\"; filename*=UTF-8''%EA%B3%A0%EC%96%91%EC%9D%B4.jpg", content_encoding="gzip")
    for acl in ["private", "public-read", "bucket-owner-full-control"]:
        same_as_boto(f"acl-{acl}", "a canned access control list", acl=acl)
    same_as_boto("storage-class", "a storage class", storage_class="STANDARD_IA")
    same_as_boto("encryption", "keys of S3's own", server_side_encryption="AES256")
    same_as_boto("encryption-kms", "a key of the KMS", server_side_encryption="aws:kms", sse_kms_key_id="arn:aws:kms:ap-northeast-2:123456789012:key/1a2b")
    same_as_boto("encryption-dsse", "the KMS without naming a key", server_side_encryption="aws:kms:dsse")
    same_as_boto("tagging", "S3's XML, escaped", tagging={"project": "blue & <green>", "고양이": "\"quoted\"", "empty": ""})
    same_as_boto("starts-with", "fields that the page adds", starts_with={"x-amz-meta-tag": "", "Cache-Control": "max-age=", "x-amz-checksum-sha256": ""})
    for status in [200, 201, 204]:
        same_as_boto(f"status-{status}", "what S3 answers with", success_action_status=status)
    same_as_boto("redirect", "where the browser goes", success_action_redirect="https://app.example.com/done?id=7&x=%20#top")
    same_as_boto("everything", "all of it together", credentials=TEMPORARY, key="사진/${filename}", min_bytes=10, max_bytes=20, expires_in=60,
                 content_type_starts_with="image/", cache_control="no-store", acl="private", storage_class="GLACIER_IR", server_side_encryption="AES256",
                 metadata={"user": "7"}, tagging={"a": "b"}, starts_with={"x-amz-meta-title": "cat"}, success_action_status=201)


def places_and_times():
    for name, bucket in {
        "dots": SEOUL | {"name": "my.photos"}, "path": SEOUL | {"options": {"url_style": "path"}}, "local": LOCAL,
        "base-path": LOCAL | {"endpoint": "http://example.com:8080/storage/"},
        "virtual-host": LOCAL | {"endpoint": "https://storage.example.com", "style": "virtual-host"},
        "virtual-host-base-path": LOCAL | {"endpoint": "https://storage.example.com/s3", "style": "virtual-host"},
        "china": SEOUL | {"region": "cn-north-1"}, "gov": SEOUL | {"region": "us-gov-west-1"}, "dual-stack": SEOUL | {"options": {"dual_stack": True}},
        "fips": SEOUL | {"options": {"fips": True, "dual_stack": True}}, "accelerate": SEOUL | {"options": {"accelerate": True}},
        "public": LOCAL | {"options": {"public_endpoint": PUBLIC}},
    }.items():
        same_as_boto(f"bucket-{name}", "where the form is sent", bucket=bucket)
    same_as_boto("bucket-public-rewritten", "the host is not signed: only the address of the form is the public one", bucket=LOCAL)
    cases[-1]["input"]["bucket"] = LOCAL | {"options": {"public_endpoint": PUBLIC, "proxy_rewrites_host": True}}
    cases[-1]["ok"]["url"] = PUBLIC + "/photos"
    for name, now in {"1970": 0, "leap-day": 951_782_400, "before-midnight": 1_700_006_399, "2100": 4_107_542_400}.items():
        same_as_boto(f"time-{name}", "the date, the day's key, and the expiry", now=now)
    for seconds in [1, 604_800]:
        same_as_boto(f"expiry-{seconds}", "from 1 second to 7 days", expires_in=seconds)
    same_as_boto("credentials-expire-first", "never longer than the credentials", credentials=TEMPORARY, expires_in=42)
    cases[-1]["input"]["credentials"] = TEMPORARY | {"expires_at": NOW + 42.5}
    cases[-1]["input"]["options"]["expires_in"] = 900


def refusals():
    for name, bucket in {
        "r2": R2, "r2-eu": R2 | {"options": {"jurisdiction": "eu"}}, "r2-endpoint": LOCAL | {"endpoint": f"https://{ACCOUNT}.r2.cloudflarestorage.com"},
        "r2-endpoint-eu": LOCAL | {"endpoint": f"https://{ACCOUNT}.EU.r2.cloudflarestorage.com/"},
    }.items():
        refused(f"unsupported-{name}", "R2 has no POST", "post_form_unsupported", 501, bucket=bucket, details={"received": "a bucket of R2"})
    refused("unsupported-access-point", "botocore refuses it too", "post_form_unsupported", 501, bucket=ACCESS_POINT, details={"received": "an access point"})
    for name, key in {
        "empty": "", "1025-bytes": "k" * 1025, "nul": "a\0b", "line-end": "a\r\nb", "dots": "a/../b", "dot-before-filename": "a/../${filename}",
        "filename-alone": "${filename}", "filename-inside": "a/${filename}/b", "filename-twice": "a/${filename}${filename}", "control-before-filename": "a\n${filename}",
    }.items():
        refused(f"bad-key-{name}", "no key of a form", "upload_key_invalid", 400, key=key)
    refused("bad-size-none", "a form without an upper bound takes 5 GiB", "option_invalid", 400, max_bytes=None)
    for name, options in {
        "min-over-max": {"min_bytes": 11, "max_bytes": 10}, "max-zero": {"max_bytes": 0}, "max-over-5-gib": {"max_bytes": 5_368_709_121},
        "min-over-5-gib": {"min_bytes": 5_368_709_121}, "negative": {"min_bytes": -1}, "fraction": {"max_bytes": 1.5}, "text": {"max_bytes": "10"},
    }.items():
        refused(f"bad-size-{name}", "no range of sizes", "option_invalid", 400, **options)
    for name, options in {
        "unknown": {"maxBytes": 1}, "acl": {"acl": "everybody"}, "encryption": {"server_side_encryption": "aes256"}, "kms-key": {"sse_kms_key_id": "1a2b"},
        "kms-key-aes": {"sse_kms_key_id": "1a2b", "server_side_encryption": "AES256"}, "two-types": {"content_type": "a/b", "content_type_starts_with": "a/"},
        "status": {"success_action_status": 202}, "status-text": {"success_action_status": "201"}, "status-404": {"success_action_status": 404},
        "status-and-redirect": {"success_action_status": 201, "success_action_redirect": "https://example.com"},
        "redirect-script": {"success_action_redirect": "javascript://example.com/%0aalert(1)"}, "redirect-relative": {"success_action_redirect": "/done"},
        "redirect-user": {"success_action_redirect": "https://example.com@evil.example/"}, "redirect-crlf": {"success_action_redirect": "https://example.com/\r\nX: 1"},
        "metadata-list": {"metadata": ["a"]}, "metadata-number": {"metadata": {"a": 1}}, "metadata-null": {"metadata": None},
        "open-key": {"starts_with": {"Key": ""}}, "open-policy": {"starts_with": {"policy": ""}}, "open-name": {"starts_with": {"a b": ""}},
        "open-empty": {"starts_with": {"": ""}}, "open-dollar": {"starts_with": {"$key": ""}},
        "open-twice": {"content_type": "image/png", "starts_with": {"content-type": ""}}, "open-case": {"starts_with": {"x-amz-meta-a": "", "X-Amz-Meta-A": ""}},
        "form-too-large": {"metadata": {"a": "v" * 2000}, "cache_control": "c" * 8000, "content_disposition": "d" * 8000},
    }.items():
        refused(f"bad-option-{name}", "nothing is coerced, ignored or contradicted", "option_invalid", 400, **options)
    for name, options in {
        "content-type": {"content_type": "image/png\r\nX: 1"}, "content-type-empty": {"content_type": ""}, "content-type-korean": {"content_type": "사진/png"},
        "cache-control": {"cache_control": "no-store\n"}, "disposition": {"content_disposition": "attachment\0"}, "too-long": {"content_encoding": "e" * 8193},
        "open-type": {"content_type_starts_with": "image/\r"}, "open-field": {"starts_with": {"x-amz-meta-a": "\x7f"}},
        "metadata-value": {"metadata": {"a": "b\r\nX: 1"}}, "metadata-name": {"metadata": {"a:b": "c"}}, "metadata-twice": {"metadata": {"A": "c", "a": "d"}},
        "metadata-name-empty": {"metadata": {"": "c"}}, "metadata-long": {"metadata": {"a": "b" * 2048}}, "metadata-variable": {"metadata": {"name": "${filename}"}},
        "storage-class": {"storage_class": "STANDARD\r\n"}, "kms-key": {"server_side_encryption": "aws:kms", "sse_kms_key_id": "a\nb"},
        "tagging": {"tagging": {"a": "b\nc"}}, "tagging-name": {"tagging": {"": "c"}}, "tagging-count": {"tagging": {str(n): "" for n in range(11)}},
        "tagging-name-long": {"tagging": {"가" * 129: ""}}, "tagging-value-long": {"tagging": {"a": "v" * 257}},
    }.items():
        refused(f"bad-value-{name}", "no value of a field", "header_invalid", 400, **options)
    for name, seconds in {"zero": 0, "8-days": 691_200}.items():
        refused(f"bad-expiry-{name}", "outside 1 second to 7 days", "expiry_out_of_range", 400, expires_in=seconds)
    refused("bad-credentials-expired", "no whole second is left", "credentials_expired", 500, credentials=TEMPORARY | {"expires_at": NOW})
    for name, now in {"before-1970": -1, "ends-after-9999": 253_402_300_799, "after-9999": 253_402_300_800, "last-of-javascript": 8_640_000_000_000}.items():
        refused(f"bad-clock-{name}", "such a date cannot be written", "signing_failed", 500, now=now)
        cases[-1]["error"]["message"] = make_presign.NO_TIME


def main():
    make_presign.stop_the_clock()
    forms()
    places_and_times()
    refusals()
    make_presign.write("post_form.json", "Browser POST forms. Addresses, fields in their order, and policies must be equal byte for byte.", cases,
                       script="make_post_form.py")


if __name__ == "__main__":
    main()
