"""Writes sign_options.json: every option and operation of a presigned request, as boto3 signs it with its clock stopped.

    pip install boto3==1.44.5
    python core/tests/vectors/make_sign_options.py

URLs, headers, stages and the body of a completed upload are botocore's. Values in encoded words (RFC 2047) are made by
the few lines below and decoded again by Python's own email package; file names in Content-Disposition are read back by it.
"""

import base64
import datetime
import email.header
import email.message
import hashlib
import urllib.parse

import boto3
import make_presign as presign
from make_presign import LOCAL, LONG_TERM, NOW, R2, SEOUL, TEMPORARY

METHODS = {
    "get": "get_object", "put": "put_object", "head": "head_object", "delete": "delete_object",
    "create-multipart-upload": "create_multipart_upload", "upload-part": "upload_part",
    "complete-multipart-upload": "complete_multipart_upload", "abort-multipart-upload": "abort_multipart_upload",
    "list-parts": "list_parts", "copy-object": "copy_object",
}
UPLOAD_ID = "2~VXBsb2FkIElE/+=.aGVsbG8"
# How boto3 calls what presize calls so. Parameters of the query come in this order in both.
NAMES = {
    "upload_id": "UploadId", "part_number": "PartNumber", "max_parts": "MaxParts", "part_number_marker": "PartNumberMarker",
    "version_id": "VersionId",
    "response_cache_control": "ResponseCacheControl", "response_content_disposition": "ResponseContentDisposition",
    "response_content_encoding": "ResponseContentEncoding", "response_content_language": "ResponseContentLanguage",
    "response_content_type": "ResponseContentType", "response_expires": "ResponseExpires",
    "content_type": "ContentType", "content_length": "ContentLength", "content_md5": "ContentMD5", "content_encoding": "ContentEncoding",
    "content_language": "ContentLanguage", "content_disposition": "ContentDisposition", "cache_control": "CacheControl",
    "checksum_sha256": "ChecksumSHA256", "checksum_crc32": "ChecksumCRC32", "checksum_crc32c": "ChecksumCRC32C",
    "checksum_crc64nvme": "ChecksumCRC64NVME", "checksum_algorithm": "ChecksumAlgorithm", "if_match": "IfMatch",
    "if_none_match": "IfNoneMatch", "metadata": "Metadata", "tagging": "Tagging", "storage_class": "StorageClass", "acl": "ACL",
    "server_side_encryption": "ServerSideEncryption", "sse_kms_key_id": "SSEKMSKeyId", "sse_kms_encryption_context": "SSEKMSEncryptionContext",
    "sse_bucket_key_enabled": "BucketKeyEnabled", "sse_customer_key": "SSECustomerKey", "requester_pays": "RequestPayer",
    "expected_bucket_owner": "ExpectedBucketOwner", "copy_source": "CopySource", "copy_source_if_match": "CopySourceIfMatch",
    "metadata_directive": "MetadataDirective",
}
VALUES = {
    "checksum_algorithm": str.upper,
    "metadata_directive": str.upper,
    "copy_source": lambda source: copy_source(source),
    "tagging": lambda tags: urllib.parse.urlencode(sorted(tags.items()), quote_via=urllib.parse.quote, safe=""),
    "sse_customer_key": base64.b64decode,
    "requester_pays": lambda _: "requester",
    "response_expires": lambda text: datetime.datetime.strptime(text, "%a, %d %b %Y %H:%M:%S GMT"),
    "metadata": lambda metadata: {name: encoded_word(value) for name, value in metadata.items()},
}


def copy_source(text):
    """Bucket and key apart, as boto3 takes them without reading anything into the key."""
    bucket, key = text.split("/object/" if text.startswith("arn:") else "/", 1)
    return {"Bucket": bucket, "Key": key}


def encoded_word(value):
    """Base64 words of at most 45 bytes each, cut between characters."""
    if value.isascii() and "=?" not in value:
        return value
    words, rest = [], value
    while rest:
        cut = len(rest)
        while len(rest[:cut].encode()) > 45:
            cut -= 1
        words.append(f"=?UTF-8?B?{base64.b64encode(rest[:cut].encode()).decode()}?=")
        rest = rest[cut:]
    encoded = " ".join(words)
    assert str(email.header.make_header(email.header.decode_header(encoded))) == value, value
    assert max(map(len, words)) <= 75
    return encoded


def boto_parameters(bucket, key, options):
    parameters = {"Bucket": bucket["name"], "Key": key}
    for option, name in NAMES.items():
        if option in options:
            parameters[name] = VALUES.get(option, lambda value: value)(options[option])
    if "copy_source_version_id" in options:
        parameters["CopySource"]["VersionId"] = options["copy_source_version_id"]
    if "SSECustomerKey" in parameters:
        parameters["SSECustomerAlgorithm"] = "AES256"
    return parameters


def named_as_by_r2(request, **_):
    """Conditions on what a copy replaces: <https://developers.cloudflare.com/r2/api/s3/conditional-operations/>."""
    for name in ("if-match", "if-none-match"):
        if value := request.headers.get(name):
            del request.headers[name]
            request.headers[f"cf-copy-destination-{name}"] = value


def signed_by_boto(given, key, with_stages=True):
    presign.clock = given["now"]
    options = given["options"]
    s3 = presign.client(given["bucket"], given["credentials"])
    if given["bucket"]["kind"] == "r2":
        s3.meta.events.register("before-sign.s3.CopyObject", named_as_by_r2)
    expires_in = options.get("expires_in", 900)
    url = s3.generate_presigned_url(METHODS[given["operation"]], boto_parameters(given["bucket"], key, options), expires_in)
    recorded = presign.recorded
    lines = recorded["canonical_request"].split("\n")
    names = lines[-2].split(";")
    headers = dict(line.split(":", 1) for line in lines[3 : 3 + len(names)])
    answer = {"method": lines[0], "url": url, "headers": {name: headers[name] for name in names if name != "host"},
              "expires_in": expires_in, "expires_at": given["now"] + expires_in}
    if with_stages:
        answer |= {stage: recorded[stage] for stage in ("canonical_request", "string_to_sign", "signature")}
    return answer


cases = []


def add(name, why, call, given, **answer):
    cases.append({"name": name, "why": why, "call": call, "input": given, **answer})


def case_input(operation, bucket=SEOUL, credentials=LONG_TERM, key="cats/1.jpg", **options):
    return {"bucket": bucket, "credentials": credentials, "operation": operation, "key": key, "options": options, "now": NOW}


def same(name, why, operation, **given):
    given = case_input(operation, **given)
    add(name, why, "presign", given, ok=signed_by_boto(given, given["key"]))


def refused(name, why, code, operation, error=None, **given):
    add(name, why, "presign", case_input(operation, **given), error={"code": code} | (error or {}))


def digest(name):
    return base64.b64encode(hashlib.new(name, b"123456789").digest()).decode()


def base64_of(hexadecimal):
    return base64.b64encode(bytes.fromhex(hexadecimal)).decode()


# The check values of the CRC catalogue, for the text 123456789.
CHECKSUMS = {"checksum_sha256": digest("sha256"), "checksum_crc32": base64_of("cbf43926"), "checksum_crc32c": base64_of("e3069283"),
             "checksum_crc64nvme": base64_of("ae8b14860a799888")}
CUSTOMER_KEY = base64.b64encode(bytes(range(32))).decode()
KMS = {"server_side_encryption": "aws:kms", "sse_kms_key_id": "arn:aws:kms:ap-northeast-2:111122223333:key/1234abcd",
       "sse_kms_encryption_context": base64.b64encode(b'{"a":"b"}').decode(), "sse_bucket_key_enabled": True}
WRITES = ["put", "create-multipart-upload"]
ON_UPLOAD = {"upload-part": {"part_number": 1}, "complete-multipart-upload": {}, "abort-multipart-upload": {}, "list-parts": {}}
# What an operation cannot do without.
DEMANDED = {operation: {"upload_id": "u"} | options for operation, options in ON_UPLOAD.items()} | {"copy-object": {"copy_source": "photos/a.jpg"}}
VERSION = "3/L4kqtJlcpXroDTDmJ+rmSpXd3dIbrHY+MTRCxf3vjVBH40Nr8X8gdRQBpUMLUo"


def multipart():
    for bucket_name, bucket in {"s3": SEOUL, "r2": R2, "custom": LOCAL}.items():
        same(f"create-{bucket_name}", "an upload in parts begins", "create-multipart-upload", bucket=bucket)
        for operation, options in ON_UPLOAD.items():
            same(f"{operation}-{bucket_name}", "the upload is named by its id, which is encoded", operation, bucket=bucket,
                 upload_id=UPLOAD_ID, **options)
    same("create-with-all", "the object's headers are given when the upload begins", "create-multipart-upload", content_type="image/jpeg",
         cache_control="no-store", metadata={"a": "b"}, checksum_algorithm="crc64nvme", storage_class="STANDARD_IA", acl="private")
    for algorithm in ["sha256", "crc32", "crc32c", "crc64nvme"]:
        same(f"create-{algorithm}", "the checksum of the parts", "create-multipart-upload", checksum_algorithm=algorithm)
        same(f"upload-part-{algorithm}", "the part's checksum and length are signed", "upload-part", upload_id="u", part_number=2,
             content_length=5_242_880, **{f"checksum_{algorithm}": CHECKSUMS[f"checksum_{algorithm}"]})
    same("upload-part-last", "10000 is the last number", "upload-part", upload_id="u", part_number=10_000)
    same("upload-part-token", "with temporary credentials", "upload-part", upload_id="u", part_number=1, credentials=TEMPORARY)
    same("complete-create-only", "the object must not be there", "complete-multipart-upload", upload_id="u", if_none_match="*")
    same("list-parts-page", "a page of the list", "list-parts", upload_id="u", max_parts=1000, part_number_marker=9_999)
    same("list-parts-first-page", "zero is a marker", "list-parts", upload_id="u", part_number_marker=0)


def content():
    for option, value in CHECKSUMS.items():
        same(f"put-{option}", "the store refuses another body", "put", **{option: value})
    same("put-md5", "the store refuses another body", "put", content_md5=digest("md5"), content_length=9)
    same("put-create-only", "never replaces", "put", if_none_match="*")
    same("put-if-match", "replaces only what is known", "put", if_match='"9bb58f26192e4ba00f01e2e7b136bbd8"')
    same("get-if-match", "reads only what is known", "get", if_match='"abc"')
    same("delete-if-match", "removes only what is known", "delete", if_match='"abc"')
    same("put-content-headers", "kept with the object", "put", content_type="text/html", content_encoding="gzip", content_language="ko-KR, en",
         cache_control="public, max-age=31536000, immutable", content_disposition='inline; filename="a.html"')
    same("put-all", "everything that goes together", "put", content_type="image/webp", content_length=48_211, content_md5=digest("md5"),
         cache_control="no-store", metadata={"owner": "7", "album": "여름"}, tagging={"state": "new"}, if_none_match="*", storage_class="GLACIER_IR",
         checksum_sha256=CHECKSUMS["checksum_sha256"], acl="bucket-owner-full-control", requester_pays=True, expected_bucket_owner="111122223333",
         expires_in=60, **KMS)
    for bucket_name, bucket in {"r2": R2, "custom": LOCAL}.items():
        same(f"put-four-headers-{bucket_name}", "the common case", "put", bucket=bucket, content_type="image/jpeg", content_length=1,
             metadata={"user": "7", "kind": "avatar"})


def kept_with_the_object():
    for name, metadata in {
        "one": {"owner": "user-7"}, "case": {"Owner-ID": "MiXed"}, "spaces": {"a": "  x   y  "}, "punctuation": {"a.b_c~d!": "x;y,z=1\"'<>&"},
        "sorted": {"b": "2", "a": "1", "c-d": "3"}, "korean": {"title": "고양이 사진"}, "long-korean": {"title": "가나다라마바사아자차카타파하" * 6},
        "emoji": {"mood": "😀🐈‍⬛"}, "latin": {"name": "Zoë Ångström"}, "looks-encoded": {"a": "=?UTF-8?Q?x?="}, "45-bytes": {"a": "가" * 15},
        "46-bytes": {"a": "가" * 15 + "a"}, "empty": {"a": "", "b": "c"}, "exactly-2048": {"abcd": "v" * 2044},
    }.items():
        same(f"metadata-{name}", "names in lower case, values as S3 gives them back", "put", metadata=metadata)
    same("metadata-8192-elsewhere", "R2 takes more", "put", bucket=R2, metadata={"abcd": "v" * 8188})
    same("tagging", "a query string in a header", "put", tagging={"state": "new", "a b": "c&d=e", "한": "글/+"})
    for acl in ["private", "public-read", "bucket-owner-full-control"]:
        same(f"acl-{acl}", "a canned access control list", "put", acl=acl)
    for storage_class in ["STANDARD", "INTELLIGENT_TIERING", "DEEP_ARCHIVE"]:
        same(f"storage-{storage_class}", "a storage class", "put", storage_class=storage_class)


def encryption():
    for word in ["AES256", "aws:kms", "aws:kms:dsse"]:
        same(f"sse-{word.replace(':', '-')}", "encrypted at rest", "put", server_side_encryption=word)
    same("sse-kms-all", "with a key, a context and the bucket's key", "put", **KMS)
    same("sse-kms-create", "an upload in parts is encrypted as it begins", "create-multipart-upload", **KMS)
    same("sse-bucket-key-off", "false is said too", "put", server_side_encryption="aws:kms", sse_bucket_key_enabled=False)
    for operation in ["put", "get", "head", "create-multipart-upload"]:
        same(f"sse-c-{operation}", "the customer's key is a header", operation, sse_customer_key=CUSTOMER_KEY)
    same("sse-c-upload-part", "the customer's key is a header", "upload-part", upload_id="u", part_number=1, sse_customer_key=CUSTOMER_KEY)


def reading():
    for operation in ["get", "head", "delete"]:
        same(f"{operation}-version", "one version", operation, version_id=VERSION)
    same("get-null-version", "the version before versioning", "get", version_id="null")
    same("get-part", "one part of an object", "get", part_number=3)
    same("get-responses", "every header of the answer that may be replaced", "get", response_cache_control="no-cache",
         response_content_disposition='attachment; filename="a b.jpg"', response_content_encoding="gzip", response_content_language="ko",
         response_content_type="image/jpeg; charset=x", response_expires="Tue, 14 Nov 2023 22:13:20 GMT")
    for name, value in DISPOSITIONS.items():
        same(f"get-download-{name}", "saved under another name", "get", response_content_disposition=value[2])
        same(f"put-download-{name}", "kept with the object", "put", content_disposition=value[2])
    same("get-spaces", "a query can hold several", "get", version_id="a  b", response_content_disposition='attachment; filename="a  b.jpg"')
    same("get-requester-pays", "a signed header", "get", requester_pays=True)
    for operation in METHODS:
        options = DEMANDED.get(operation, {})
        same(f"{operation}-owner-and-payer", "every operation has these", operation, requester_pays=True, expected_bucket_owner="111122223333",
             credentials=TEMPORARY, **options)
        same(f"{operation}-unusual-key", "the key is encoded, its slashes kept", operation, key="사진/a b+c%2F.jpg", **options)


def copying():
    for bucket_name, bucket in {"s3": SEOUL, "r2": R2, "custom": LOCAL}.items():
        same(f"copy-{bucket_name}", "the store makes the copy", "copy-object", bucket=bucket, copy_source="photos/incoming/1.jpg")
        same(f"copy-checked-{bucket_name}", "only what was checked, with its own headers", "copy-object", bucket=bucket, copy_source="photos/incoming/1.jpg",
             copy_source_if_match='"9bb58f26192e4ba00f01e2e7b136bbd8"', metadata_directive="replace", content_type="image/jpeg",
             cache_control="public, max-age=31536000, immutable", metadata={"title": "고양이", "a": "b"})
    for name, key in {"korean": "사진/고양이 사진.jpg", "reserved": "!*'();:@&=+$,?#[]", "percent": "100%41/%2F", "slashes": "/a//b/", "version-looking": "a?versionId=1",
                      "object-looking": "b/object/c", "1024-bytes": "%" * 1024}.items():
        same(f"copy-source-{name}", "the source is encoded, its slashes kept", "copy-object", copy_source=f"other.bucket/{key}")
    point = "arn:aws:s3:us-west-2:123456789012:accesspoint/my-point"
    same("copy-source-access-point", "an access point's object", "copy-object", copy_source=f"{point}/object/a b/object/c")
    for name, version in {"aws": VERSION, "null": "null"}.items():
        same(f"copy-source-version-{name}", "one version", "copy-object", copy_source="photos/a b.jpg", copy_source_version_id=version)
    same("copy-directive-copy", "said, though it is what S3 does", "copy-object", copy_source="photos/a.jpg", metadata_directive="copy")
    same("copy-create-only", "never replaces", "copy-object", copy_source="photos/a.jpg", if_none_match="*")
    same("copy-if-match", "replaces only what is known", "copy-object", copy_source="photos/a.jpg", if_match='"abc"')
    same("copy-r2-create-only", "R2 has a name of its own for it", "copy-object", bucket=R2, copy_source="photos/a.jpg", if_none_match="*")
    same("copy-r2-if-match", "R2 has a name of its own for it", "copy-object", bucket=R2, copy_source="photos/a.jpg", if_match='"abc"')
    same("put-r2-create-only", "as everywhere", "put", bucket=R2, if_none_match="*")
    same("copy-checksum", "the copy gets one", "copy-object", copy_source="photos/a.jpg", checksum_algorithm="sha256")
    same("copy-encrypted", "the copy's own encryption", "copy-object", copy_source="photos/a.jpg", **KMS)
    same("copy-sse-c", "the copy's own key", "copy-object", copy_source="photos/a.jpg", sse_customer_key=CUSTOMER_KEY)
    same("copy-all", "everything that goes together", "copy-object", credentials=TEMPORARY, copy_source="photos/a.jpg", copy_source_if_match='"a"',
         copy_source_version_id="1", metadata_directive="replace", content_type="text/html", content_encoding="gzip", content_language="ko",
         content_disposition="inline", cache_control="no-store", storage_class="STANDARD_IA", acl="private", server_side_encryption="AES256",
         requester_pays=True, expected_bucket_owner="111122223333", expires_in=60)


def copying_refused():
    refused("bad-copy-no-source", "something is copied", "option_invalid", "copy-object", error={"details": {"name": "copy_source"}})
    refused("bad-copy-no-source-but-options", "something is copied", "option_invalid", "copy-object", metadata_directive="replace",
            error={"details": {"name": "copy_source"}})
    for name, source in {"empty": "", "bucket": "photos", "no-key": "photos/", "slash": "/photos/a.jpg", "dots": "photos/a/../b", "dot-bucket": "../a",
                         "line-end": "photos/a\r\nx-amz-acl: public-read", "long": "photos/" + "k" * 1025, "arn": "arn:aws:s3:us-west-2:123456789012:accesspoint/my-point",
                         "arn-no-object": "arn:aws:s3:us-west-2:123456789012:accesspoint/my-point/object/"}.items():
        refused(f"bad-copy-source-{name}", "a bucket, a slash and a key", "option_invalid", "copy-object", copy_source=source, error={"details": {"name": "copy_source"}})
    for name, version in {"empty": "", "injection": "1&x=y", "line-end": "a\n", "percent": "%41", "space": "a b", "long": "v" * 1025}.items():
        refused(f"bad-copy-version-{name}", "no version of S3", "option_invalid", "copy-object", copy_source="photos/a", copy_source_version_id=version,
                error={"details": {"name": "copy_source_version_id"}})
    refused("bad-copy-if-match-injection", "one line of ASCII", "header_invalid", "copy-object", copy_source="photos/a", copy_source_if_match='"a"\r\nb: c')
    for directive in ["REPLACE", ""]:
        refused(f"bad-copy-directive-{directive or 'empty'}", "lower-case words", "option_invalid", "copy-object", copy_source="photos/a", metadata_directive=directive)
    for option, value in {"content_type": "image/png", "content_encoding": "gzip", "content_language": "ko", "content_disposition": "inline",
                          "cache_control": "no-store", "metadata": {"a": "b"}}.items():
        refused(f"bad-copy-{option}", "S3 would ignore it", "option_invalid", "copy-object", copy_source="photos/a", error={"details": {"name": option}}, **{option: value})
        refused(f"bad-copy-{option}-copied", "S3 would ignore it", "option_invalid", "copy-object", copy_source="photos/a", metadata_directive="copy",
                error={"details": {"name": option}}, **{option: value})
    for option, value in {"content_length": 1, "content_md5": digest("md5"), "tagging": {"a": "b"}, "version_id": "1", "part_number": 1,
                          "checksum_sha256": CHECKSUMS["checksum_sha256"]}.items():
        refused(f"bad-copy-{option}", "a copy has none", "option_invalid", "copy-object", copy_source="photos/a", error={"details": {"name": option}}, **{option: value})
    for option, value in {"copy_source": "photos/a", "copy_source_version_id": "1", "copy_source_if_match": '"a"', "metadata_directive": "replace"}.items():
        for operation in ["put", "get", "delete"]:
            refused(f"bad-{operation}-{option}", "only a copy has it", "option_invalid", operation, error={"details": {"name": option}}, **{option: value})


# Given disposition and name, expected value. The first one is RFC 6266's own example, in capitals as percent-encoding has them.
DISPOSITIONS = {
    "euro": ("attachment", "€ rates", "attachment; filename=\"_ rates\"; filename*=UTF-8''%E2%82%AC%20rates"),
    "plain": ("attachment", "cat.jpg", 'attachment; filename="cat.jpg"'),
    "inline-spaces": ("inline", "my cat (1).jpg", 'inline; filename="my cat (1).jpg"'),
    "korean": ("attachment", "고양이 사진.jpg", "attachment; filename=\"___ __.jpg\"; filename*=UTF-8''%EA%B3%A0%EC%96%91%EC%9D%B4%20%EC%82%AC%EC%A7%84.jpg"),
    "quotes": ("attachment", 'a"b\\c.jpg', "attachment; filename=\"a_b_c.jpg\"; filename*=UTF-8''a%22b%5Cc.jpg"),
    "two-spaces": ("attachment", "a  b.jpg", "attachment; filename=\"a  b.jpg\"; filename*=UTF-8''a%20%20b.jpg"),
    "percent": ("attachment", "100%41.jpg", "attachment; filename=\"100_41.jpg\"; filename*=UTF-8''100%2541.jpg"),
    "attribute-characters": ("attachment", "é!#$&+-.^_`|~'()*,;=", "attachment; filename=\"_!#$&+-.^_`|~'()*,;=\"; filename*=UTF-8''%C3%A9!#$&+-.^_`|~%27%28%29%2A%2C%3B%3D"),
    "emoji": ("inline", "🐈.png", "inline; filename=\"_.png\"; filename*=UTF-8''%F0%9F%90%88.png"),
}


def dispositions():
    for name, (disposition, filename, value) in DISPOSITIONS.items():
        message = email.message.EmailMessage()
        # The reader of the standard library prefers neither form; it is asked for the extended one where there is one.
        message["Content-Disposition"] = f"{disposition}; {value.split('; ')[-1]}" if "filename*" in value else value
        assert message.get_filename() == filename, (filename, message.get_filename())
        assert message.get_content_disposition() == disposition, (filename, message.get_filename())
        add(f"disposition-{name}", "read back by Python's email package", "content_disposition",
            {"disposition": disposition, "filename": filename}, ok={"value": value})
    for name, filename in {"empty": "", "line-end": "a\r\nb", "nul": "a\0", "c1": "a\x85", "1025-bytes": "f" * 1025}.items():
        add(f"disposition-bad-{name}", "no file is called so", "content_disposition", {"disposition": "inline", "filename": filename},
            error={"code": "header_invalid", "details": {"name": "content-disposition"}})


def bodies():
    bodies = []

    def keep(request, **_):
        bodies.append(request.body)
        raise InterruptedError

    s3 = presign.client(SEOUL, LONG_TERM)
    s3.meta.events.register("before-send.s3", keep)
    for name, parts in {
        "one": [(1, '"abc"', None)], "three": [(1, '"a"', None), (2, '"b"', None), (3, '"c"', None)], "gap": [(5, '"a"', None), (10_000, '"b"', None)],
        "checksum": [(1, '"a"', ("sha256", CHECKSUMS["checksum_sha256"])), (2, '"b"', ("crc64nvme", CHECKSUMS["checksum_crc64nvme"]))],
        "without-quotes": [(1, "abc", None)],
    }.items():
        boto = [{"PartNumber": number, "ETag": etag if etag.startswith('"') else f'"{etag}"'} | ({f"Checksum{sum[0].upper()}": sum[1]} if sum else {})
                for number, etag, sum in parts]
        try:
            s3.complete_multipart_upload(Bucket="photos", Key="a", UploadId="u", MultipartUpload={"Parts": boto})
        except InterruptedError:
            pass
        given = [{"part_number": number, "etag": etag} | ({"checksum": {"algorithm": sum[0], "value": sum[1]}} if sum else {}) for number, etag, sum in parts]
        body = bodies[-1]
        add(f"body-{name}", "the XML that boto3 sends", "complete_multipart_body", {"parts": given}, ok={"body": body.decode() if isinstance(body, bytes) else body})
    for name, parts in {"none": [], "zero": [(0, "a")], "10001": [(10_001, "a")], "out-of-order": [(2, "a"), (1, "b")], "twice": [(1, "a"), (1, "b")],
                        "markup": [(1, "a</ETag><x>")], "entity": [(1, "a&amp;")], "empty": [(1, "")], "line-end": [(1, "a\n")], "long": [(1, "e" * 257)]}.items():
        add(f"body-bad-{name}", "no body is made of it", "complete_multipart_body", {"parts": [{"part_number": n, "etag": e} for n, e in parts]},
            error={"code": "option_invalid", "http_status": 400})


def answers():
    head = '<?xml version="1.0" encoding="UTF-8"?>\n<InitiateMultipartUploadResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Bucket>photos</Bucket><Key>a</Key>'
    for name, text, upload_id in [
        ("aws", f"{head}<UploadId>VXBsb2FkIElEIGZvciA2aWWpbmcncyBteS1tb3ZpZS5tMnRzIHVwbG9hZA</UploadId></InitiateMultipartUploadResult>",
         "VXBsb2FkIElEIGZvciA2aWWpbmcncyBteS1tb3ZpZS5tMnRzIHVwbG9hZA"),
        ("entities", f"{head}<UploadId>\n  a&amp;b&lt;&gt;&quot;&apos;&#43;&#x2F; </UploadId></InitiateMultipartUploadResult>", "a&b<>\"'+/"),
    ]:
        add(f"answer-{name}", "the id out of the XML", "parse_upload_id", {"answer": text}, ok={"upload_id": upload_id})
    for name, text in {"empty": "", "error": "<Error><Code>AccessDenied</Code></Error>", "half": f"{head}<UploadId>abc", "no-id": f"{head}<UploadId></UploadId>",
                       "markup": f"{head}<UploadId>a<b/>c</UploadId>", "entity": f"{head}<UploadId>&x;</UploadId>", "surrogate": f"{head}<UploadId>&#xD800;</UploadId>",
                       "control": f"{head}<UploadId>a&#10;b</UploadId>", "long": f"{head}<UploadId>{'a' * 2049}</UploadId>", "huge": " " * 65_537}.items():
        add(f"answer-bad-{name}", "not what a store answers", "parse_upload_id", {"answer": text}, error={"code": "store_response_invalid", "http_status": 502})


def lists():
    keys = ["a.jpg", "사진/b c.jpg", "a.jpg"]
    for operation, options in {"get": {"expires_in": 60}, "put": {"content_type": "image/jpeg", "metadata": {"a": "b"}}}.items():
        given = case_input(operation, **options)
        del given["key"]
        requests = [{name: value for name, value in signed_by_boto(given, key).items() if name in ("url", "headers")} for key in keys]
        add(f"many-{operation}", "one URL a key, in their order", "sign_many", given | {"keys": keys}, ok={"requests": requests})
    empty = case_input("get")
    del empty["key"]
    add("many-none", "a list may be empty", "sign_many", empty | {"keys": []}, ok={"requests": []})
    add("many-bad-key", "the error says which", "sign_many", empty | {"keys": ["a", "b", "../c"]}, error={"code": "upload_key_invalid", "index": 2})


def refusals():
    injected = "a\r\nx-amz-acl: public-read"
    for option in ["content_type", "content_encoding", "content_language", "content_disposition", "cache_control", "storage_class", "if_match",
                   "sse_kms_key_id", "sse_kms_encryption_context"]:
        kms = {"server_side_encryption": "aws:kms"} if option.startswith("sse_kms") else {}
        refused(f"bad-{option}-injection", "one line of ASCII", "header_invalid", "put", **kms, **{option: injected})
        refused(f"bad-{option}-non-ascii", "one line of ASCII", "header_invalid", "put", **kms, **{option: "고양이"})
    for option in ["version_id", *(name for name in NAMES if name.startswith("response_"))]:
        refused(f"bad-{option}-injection", "it becomes a header of the answer", "header_invalid", "get", **{option: injected})
        refused(f"bad-{option}-put", "only reads have it", "option_invalid", "put", **{option: "a"})
    for name, metadata in {"injection": {"a": "b\r\nc"}, "nul": {"a": "b\0"}, "c1": {"a": "\x85"}, "name-injection": {"a\r\nb": "c"}, "name-space": {"a b": "c"},
                           "name-colon": {"a:b": "c"}, "name-korean": {"이름": "c"}, "name-empty": {"": "c"}, "101-names": {f"n{number}": "" for number in range(101)}, "twice": {"A": "1", "a": "2"},
                           "2049-bytes": {"abcd": "v" * 2045}}.items():
        refused(f"bad-metadata-{name}", "cannot be sent", "header_invalid", "put", metadata=metadata, error={"http_status": 400})
    refused("bad-metadata-8193-bytes", "cannot be sent", "header_invalid", "put", bucket=R2, metadata={"abcd": "v" * 8189})
    for name, metadata in {"list": ["a"], "text": "a", "null": None, "number": {"a": 1}, "nested": {"a": {"b": "c"}}}.items():
        refused(f"bad-metadata-type-{name}", "nothing is coerced", "option_invalid", "put", metadata=metadata)
    for name, tagging in {"11": {str(n): "" for n in range(11)}, "name-empty": {"": "a"}, "name-129": {"n" * 129: ""}, "value-257": {"a": "v" * 257},
                          "injection": {"a": "b\r\n"}}.items():
        refused(f"bad-tagging-{name}", "beyond S3's limits", "header_invalid", "put", tagging=tagging)
    for option, value in (CHECKSUMS | {"content_md5": digest("md5")}).items():
        for name, bad in {"empty": "", "short": "AAA=", "padding": value.rstrip("="), "text": "hello", "url-safe": "-_-_" + value[4:], "long": value[:-4] + "AAAA" + value[-4:]}.items():
            refused(f"bad-{option}-{name}", "not that many bytes in base64", "option_invalid", "put", error={"details": {"name": option}}, **{option: bad})
        refused(f"bad-{option}-get", "a read has no body", "option_invalid", "get", **{option: value})
    refused("bad-checksums", "one of them", "option_invalid", "put", checksum_crc32=CHECKSUMS["checksum_crc32"], checksum_sha256=CHECKSUMS["checksum_sha256"])
    refused("bad-checksum-algorithm", "sha1 is not offered", "option_invalid", "create-multipart-upload", checksum_algorithm="sha1")
    refused("bad-checksum-algorithm-put", "only when an upload in parts begins", "option_invalid", "put", checksum_algorithm="sha256")
    for name, key in {"short": base64.b64encode(bytes(31)).decode(), "long": base64.b64encode(bytes(33)).decode(), "text": "secret", "empty": ""}.items():
        refused(f"bad-sse-c-{name}", "32 bytes; the message does not show it", "option_invalid", "put", sse_customer_key=key,
                error={"details": {"name": "sse_customer_key", "expected": "32 bytes in base64", "received": "another text"}})
    refused("bad-sse-c-delete", "a deletion needs no key", "option_invalid", "delete", sse_customer_key=CUSTOMER_KEY)
    refused("bad-sse", "S3's own words", "option_invalid", "put", server_side_encryption="aes256")
    refused("bad-sse-kms-key", "a key without its service", "option_invalid", "put", sse_kms_key_id="1a2b", error={"details": {"name": "sse_kms_key_id"}})
    refused("bad-sse-kms-key-aes", "a key of another service", "option_invalid", "put", sse_kms_key_id="1a2b", server_side_encryption="AES256")
    refused("bad-sse-c-and-sse", "one or the other", "option_invalid", "put", sse_customer_key=CUSTOMER_KEY, server_side_encryption="AES256")
    refused("bad-acl", "S3's own words", "option_invalid", "put", acl="public")
    refused("bad-if-none-match", "only create-only", "option_invalid", "put", if_none_match='"abc"')
    refused("bad-if-none-match-get", "only writes", "option_invalid", "get", if_none_match="*")
    refused("bad-if-both", "they exclude each other", "option_invalid", "put", if_none_match="*", if_match='"a"')
    for name, owner in {"short": "1234", "letters": "11112222333a", "injection": "111122223333\r\n"}.items():
        refused(f"bad-owner-{name}", "12 digits", "option_invalid", "get", expected_bucket_owner=owner)
    refused("bad-requester-pays", "nothing is coerced", "option_invalid", "get", requester_pays="requester")
    for operation, options in ON_UPLOAD.items():
        refused(f"bad-{operation}-no-upload", "the upload must be named", "option_invalid", operation, error={"details": {"name": "upload_id"}}, **options)
        for name, upload_id in {"empty": "", "space": "a b", "line-end": "a\n", "long": "u" * 2049, "korean": "가"}.items():
            refused(f"bad-{operation}-upload-{name}", "no store gives such an id", "option_invalid", operation, upload_id=upload_id, **options)
    refused("bad-get-upload", "a get has none", "option_invalid", "get", upload_id="u")
    refused("bad-create-upload", "it does not exist yet", "option_invalid", "create-multipart-upload", upload_id="u")
    refused("bad-upload-part-no-number", "a part has a number", "option_invalid", "upload-part", upload_id="u", error={"details": {"name": "part_number"}})
    for number in [0, 10_001, -1, 1.5]:
        refused(f"bad-part-number-{number}", "from 1 to 10000", "option_invalid", "upload-part", upload_id="u", part_number=number)
    for number in [0, 1001]:
        refused(f"bad-max-parts-{number}", "from 1 to 1000", "option_invalid", "list-parts", upload_id="u", max_parts=number)
    refused("bad-part-number-put", "a put has no parts", "option_invalid", "put", part_number=1)
    refused("bad-content-type-part", "given when the upload begins", "option_invalid", "upload-part", upload_id="u", part_number=1, content_type="image/png")
    refused("bad-content-length-create", "no body is sent", "option_invalid", "create-multipart-upload", content_length=1)


def main():
    presign.stop_the_clock()
    presign.record_the_stages()
    for part in (multipart, content, kept_with_the_object, encryption, reading, copying, dispositions, bodies, answers, lists, refusals,
                 copying_refused):
        part()
    presign.write("sign_options.json", "Every operation and option of presigned requests. All must be equal byte for byte.", cases, "make_sign_options.py")


if __name__ == "__main__":
    main()
