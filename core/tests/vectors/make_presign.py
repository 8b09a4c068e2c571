"""Writes presign.json: what boto3 signs, with its clock stopped, and what must be refused.

    pip install boto3==1.44.5
    python core/tests/vectors/make_presign.py

Nothing here comes from presize. Expected URLs, headers and stages are recorded inside botocore's own signer; the cases
of the kind "error" are ours, and so is AWS's published example, which is copied from its documentation:
https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html
"""

import datetime
import json
import pathlib
import random
import string

import boto3
import botocore
import botocore.auth
import botocore.exceptions
import botocore.signers
from botocore.config import Config

HERE = pathlib.Path(__file__).parent
NOW = 1_700_000_000
NO_TIME = "signing failed: the time, or the end of what is signed, is not between 1970 and 9999"
LONG_TERM = {"access_key_id": "AKIDEXAMPLE", "secret_access_key": "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"}
TEMPORARY = LONG_TERM | {"session_token": "FwoGZXIvYXdzEBYaD/+token=with/slashes+and=signs=="}
ACCOUNT = "0123456789abcdef0123456789abcdef"
SEOUL = {"kind": "s3", "region": "ap-northeast-2", "name": "photos"}
R2 = {"kind": "r2", "account": ACCOUNT, "name": "photos"}
LOCAL = {"kind": "custom", "endpoint": "http://127.0.0.1:9000", "region": "us-east-1", "name": "photos", "style": "path"}
METHODS = {"get": "get_object", "put": "put_object", "head": "head_object", "delete": "delete_object"}

recorded = {}
clock = NOW


def stop_the_clock():
    def now(remove_tzinfo=True):
        moment = datetime.datetime.fromtimestamp(clock, datetime.timezone.utc)
        return moment.replace(tzinfo=None) if remove_tzinfo else moment

    botocore.auth.get_current_datetime = now
    botocore.signers.get_current_datetime = now


def record_the_stages():
    signer = botocore.auth.S3SigV4QueryAuth

    def recording(name):
        original = getattr(signer, name)

        def method(self, *arguments):
            recorded[name] = original(self, *arguments)
            if name == "signature":
                request = arguments[1]
                recorded["headers"] = {key.lower(): value for key, value in request.headers.items()}
            return recorded[name]

        setattr(signer, name, method)

    for name in ("canonical_request", "string_to_sign", "signature"):
        recording(name)


def address(bucket):
    """The endpoint that boto3 is given (None for S3's own), the region and the style of the URL."""
    options = bucket.get("options", {})
    if bucket["kind"] == "s3":
        endpoint, region, style = None, bucket["region"], "path" if "." in bucket["name"] else "virtual"
    elif bucket["kind"] == "access_point":
        endpoint, region, style = None, bucket["arn"].split(":")[3], "virtual"
    elif bucket["kind"] == "r2":
        jurisdiction = "." + options["jurisdiction"] if "jurisdiction" in options else ""
        endpoint, region, style = f"https://{bucket['account']}{jurisdiction}.r2.cloudflarestorage.com", "auto", "path"
    else:
        endpoint, region, style = bucket["endpoint"], bucket["region"], bucket["style"]
    if "public_endpoint" in options and not options.get("proxy_rewrites_host") and not bucket.get("internal"):
        endpoint = options["public_endpoint"]
    style = options.get("url_style", style)
    return endpoint, region, "virtual" if style == "virtual-host" else style


def client(bucket, credentials):
    endpoint, region, style = address(bucket)
    options = bucket.get("options", {})
    return boto3.client(
        "s3",
        region_name=region,
        endpoint_url=endpoint,
        aws_access_key_id=credentials["access_key_id"],
        aws_secret_access_key=credentials["secret_access_key"],
        aws_session_token=credentials.get("session_token"),
        config=Config(
            signature_version="s3v4",
            use_fips_endpoint=options.get("fips"),
            use_dualstack_endpoint=options.get("dual_stack"),
            s3={
                "addressing_style": style,
                "us_east_1_regional_endpoint": "regional",
                "use_accelerate_endpoint": options.get("accelerate", False),
            },
            request_checksum_calculation="when_required",
        ),
    )


clients = {}


def signed_by_boto(given, with_stages):
    global clock
    clock = given["now"]
    options = given["options"]
    name = json.dumps([given["bucket"], given["credentials"]])
    s3 = clients.setdefault(name, None) or client(given["bucket"], given["credentials"])
    clients[name] = s3
    parameters = {"Bucket": given["bucket"].get("arn") or given["bucket"]["name"], "Key": given["key"]}
    if "content_type" in options:
        parameters["ContentType"] = options["content_type"]
    if "content_length" in options:
        parameters["ContentLength"] = options["content_length"]
    for option, parameter in {"if_none_match": "IfNoneMatch", "checksum_sha256": "ChecksumSHA256", "cache_control": "CacheControl"}.items():
        if option in options:
            parameters[parameter] = options[option]
    expires_in = options.get("expires_in", 900)
    url = s3.generate_presigned_url(METHODS[given["operation"]], parameters, expires_in)
    canonical = recorded["canonical_request"]
    lines = canonical.split("\n")
    names = lines[-2].split(";")
    # The value as signed: the canonical form is what a client should send.
    canonical_headers = dict(line.split(":", 1) for line in lines[3 : 3 + len(names)])
    assert set(names) <= set(recorded["headers"]) | {"host"}, (names, recorded["headers"])
    answer = {
        "method": lines[0],
        "url": url,
        "headers": {name: canonical_headers[name] for name in names if name != "host"},
        "expires_in": expires_in,
        "expires_at": given["now"] + expires_in,
    }
    if with_stages:
        for stage in ("canonical_request", "string_to_sign", "signature"):
            answer[stage] = recorded[stage]
    return answer


cases = []


def same_as_boto(name, why, *, bucket=SEOUL, credentials=LONG_TERM, operation="get", key="cats/1.jpg", now=NOW, stages=True, **options):
    given = {"bucket": bucket, "credentials": credentials, "operation": operation, "key": key, "options": options, "now": now}
    cases.append({"name": name, "why": why, "call": "presign", "input": given, "ok": signed_by_boto(given, stages)})


def refused(name, why, code, *, bucket=SEOUL, credentials=LONG_TERM, operation="get", key="cats/1.jpg", now=NOW, error=None, **options):
    given = {"bucket": bucket, "credentials": credentials, "operation": operation, "key": key, "options": options, "now": now}
    cases.append({"name": name, "why": why, "call": "presign", "input": given, "error": {"code": code} | (error or {})})


def accepted(name, why, ok, **given):
    given = {"bucket": SEOUL, "credentials": LONG_TERM, "operation": "get", "key": "cats/1.jpg", "options": {}, "now": NOW} | given
    cases.append({"name": name, "why": why, "call": "presign", "input": given, "ok": ok})


NAMED_KEYS = {
    "one-letter": "a",
    "folder": "a/b/c.jpg",
    "korean": "사진/고양이 사진.jpg",
    "korean-decomposed": "고양이.jpg",
    "emoji": "cats/😀🐈‍⬛.png",
    "space": "my cat.jpg",
    "spaces": "  two  spaces  ",
    "plus": "a+b+c.jpg",
    "percent": "100%.jpg",
    "percent-encoded-looking": "a%20b%2Fc.jpg",
    "percent-dots": "%2e%2e/%2e",
    "double-slash": "a//b///c.jpg",
    "trailing-slash": "folder/",
    "many-dots": ".../..a/b../.hidden",
    "tilde": "~user/a~b.jpg",
    "unreserved": "-._~AZaz09",
    "reserved": "!*'();:@&=+$,?#[]",
    "quotes": "\"'`<>{}|\\^",
    "query-looking": "a?x=1&y=2#z",
    "colon-port": "host:80/a",
    "latin": "é/ñ/ß/ø",
    "non-breaking-space": "a\u00a0b",
    "line-separator": "a\u2028b",
    "private-use-and-last": "\ue000\U0010fffd",
    "1024-bytes": "k" * 1024,
    "1023-bytes-korean": "가" * 341,
    "1024-bytes-all-encoded": "%" * 1024,
    "255-segments": "/".join("ab" for _ in range(255)),
}


def keys():
    for name, key in NAMED_KEYS.items():
        same_as_boto(f"key-{name}", "an unusual key on a virtual host", key=key, stages=len(key) < 100)
        same_as_boto(f"key-{name}-path-style", "the same key in path style", key=key, bucket=LOCAL, stages=False)
    same_as_boto("key-leading-slash-path-style", "a slash at the start is part of the key", key="/lead.jpg", bucket=LOCAL)
    same_as_boto("key-leading-slashes-r2", "slashes at the start are part of the key", key="//lead.jpg", bucket=R2)


def operations():
    for operation in METHODS:
        for bucket_name, bucket in {"s3": SEOUL, "r2": R2, "custom": LOCAL}.items():
            same_as_boto(f"{operation}-{bucket_name}", "each operation in each kind of bucket", operation=operation, bucket=bucket)
        same_as_boto(f"{operation}-session-token", "a session token is a signed parameter", operation=operation, credentials=TEMPORARY)


def headers():
    for number, content_type in enumerate(
        ["image/jpeg", "image/svg+xml", "text/plain; charset=utf-8", 'multipart/form-data; boundary="a b"', "a  b   c", "  image/png  "]
    ):
        same_as_boto(f"content-type-{number}", "the content type is signed, its spaces collapsed", operation="put", content_type=content_type)
    for length in [0, 1, 10_485_760, 5_368_709_120]:
        same_as_boto(f"content-length-{length}", "the length is signed", operation="put", content_length=length)
    same_as_boto("content-both", "both are signed", operation="put", content_type="image/webp", content_length=48_211)
    same_as_boto("content-both-token", "both are signed, with a token", operation="put", content_type="image/webp", content_length=1, credentials=TEMPORARY)
    same_as_boto("content-both-r2", "both are signed for R2", operation="put", content_type="image/webp", content_length=1, bucket=R2)


def buckets():
    for region in [
        "us-east-1", "us-east-2", "us-west-1", "us-west-2", "ca-central-1", "eu-central-1", "eu-west-3", "eu-south-2", "ap-south-1",
        "ap-southeast-7", "ap-northeast-1", "sa-east-1", "me-central-1", "af-south-1", "il-central-1", "us-gov-west-1", "us-gov-east-1",
        "cn-north-1", "cn-northwest-1", "us-iso-east-1", "us-isob-east-1", "eusc-de-east-1",
    ]:
        same_as_boto(f"region-{region}", "the regional host of every partition", bucket=SEOUL | {"region": region}, stages=region < "b")
    for name in ["my.photos", "a.b.c", "1.photos", "123", "a" * 63, "amzn-s3-demo-bucket1", "photos-xyz-s3alias"]:
        same_as_boto(f"bucket-{name[:24]}", "a name with dots goes into the path", bucket=SEOUL | {"name": name}, stages=False)
    for name, endpoint, style in [
        ("port", "https://storage.example.com:9000", "path"),
        ("port-virtual-host", "https://storage.example.com:9000", "virtual-host"),
        ("virtual-host", "https://storage.example.com", "virtual-host"),
        ("http", "http://storage.example.com", "path"),
        ("base-path", "https://example.com/storage/s3", "path"),
        ("base-path-slash", "http://example.com:8080/storage/", "path"),
        ("ipv4", "http://192.168.7.1:9000", "path"),
        ("ipv6", "http://[::1]:9000", "path"),
        ("ipv6-no-port", "https://[2001:db8::1]", "path"),
        ("localhost", "http://localhost:3900", "path"),
        ("other-scheme-port", "http://storage.example.com:443", "path"),
    ]:
        bucket = {"kind": "custom", "endpoint": endpoint, "region": "garage", "name": "photos", "style": style}
        same_as_boto(f"endpoint-{name}", "a server of one's own", bucket=bucket)
        same_as_boto(f"endpoint-{name}-put", "the same, with headers", bucket=bucket, operation="put", content_type="image/png", content_length=9, stages=False)
    # boto3 keeps the default port and the capitals, which no client sends: the expectation is boto3's for the plain host.
    plain = LOCAL | {"endpoint": "https://storage.example.com"}
    for name, endpoint in [("default-port", "https://storage.example.com:443"), ("capitals", "HTTPS://Storage.EXAMPLE.com/")]:
        same_as_boto(f"endpoint-{name}", "signed as clients send it: like the plain host", bucket=plain)
        cases[-1]["input"]["bucket"] = plain | {"endpoint": endpoint}


ACCESS_POINT = {"kind": "access_point", "arn": "arn:aws:s3:us-west-2:123456789012:accesspoint/my-point"}
PUBLIC = "https://files.example.com/store"


def in_partition(region):
    partition = {"cn": "aws-cn", "us-gov": "aws-us-gov", "us-iso": "aws-iso", "us-isob": "aws-iso-b", "eusc": "aws-eusc"}
    return next((name for prefix, name in partition.items() if region.startswith(prefix + "-")), "aws")


def bucket_options():
    put = {"operation": "put", "content_type": "image/png", "content_length": 9}
    for region in ["us-east-1", "ap-northeast-2", "eu-central-1", "us-gov-west-1", "cn-north-1", "us-iso-east-1", "us-isob-east-1", "eusc-de-east-1"]:
        arn = f"arn:{in_partition(region)}:s3:{region}:123456789012:accesspoint/my-point"
        for name, options in {
            "none": {}, "dual-stack": {"dual_stack": True}, "fips": {"fips": True}, "fips-dual-stack": {"fips": True, "dual_stack": True},
            "accelerate": {"accelerate": True}, "accelerate-dual-stack": {"accelerate": True, "dual_stack": True},
        }.items():
            if "cn-" in region and ("fips" in options or "accelerate" in options):
                continue  # refused by botocore, and by us below
            why = "botocore's rules for the host"
            if options:
                same_as_boto(f"host-{region}-{name}", why, bucket=SEOUL | {"region": region, "options": options}, stages=region == "us-east-1")
            if "accelerate" not in options:
                point = {"kind": "access_point", "arn": arn, "options": options}
                same_as_boto(f"access-point-{region}-{name}", why, bucket=point, stages=region == "us-east-1")
    for region in ["eu-isoe-west-1", "us-isof-south-1"]:
        same_as_boto(f"region-{region}", "the regional host of every partition", bucket=SEOUL | {"region": region}, stages=False)
        same_as_boto(f"host-{region}-fips", "botocore's rules for the host", bucket=SEOUL | {"region": region, "options": {"fips": True}}, stages=False)
    for name, options in {"dual-stack": {"dual_stack": True}, "fips": {"fips": True}, "fips-dual-stack": {"fips": True, "dual_stack": True}}.items():
        same_as_boto(f"host-dots-{name}", "a name with dots goes into the path", bucket=SEOUL | {"name": "my.photos", "options": options}, stages=False)
        path = SEOUL | {"options": options | {"url_style": "path"}}
        same_as_boto(f"host-path-{name}", "path style, as asked for", bucket=path, stages=False, **put)
    same_as_boto("host-path", "path style, as asked for", bucket=SEOUL | {"options": {"url_style": "path"}})
    same_as_boto("access-point-colon", "the other form of its ARN", bucket={"kind": "access_point", "arn": ACCESS_POINT["arn"].replace("/", ":")})
    same_as_boto("access-point-put", "headers and a key to be encoded", bucket=ACCESS_POINT, key="사진/a b.jpg", credentials=TEMPORARY, **put)
    for jurisdiction in ["eu", "fedramp"]:
        bucket = R2 | {"options": {"jurisdiction": jurisdiction}}
        same_as_boto(f"r2-{jurisdiction}", "the host of the jurisdiction", bucket=bucket)
        same_as_boto(f"r2-{jurisdiction}-put", "the host of the jurisdiction", bucket=bucket, stages=False, **put)
    same_as_boto("r2-virtual-host", "R2 with the bucket before the account", bucket=R2 | {"options": {"url_style": "virtual-host"}})
    same_as_boto("endpoint-restyled", "the style is an option too", bucket=LOCAL | {"endpoint": "http://localhost:3900/s3", "options": {"url_style": "virtual-host"}})


def public_endpoints():
    """Signed for the public address: what boto3 signs for that address. Rewritten by the proxy: what boto3 signs for the
    server's own, in a URL of which only origin and path differ."""
    private_link = "https://bucket.vpce-1a2b3c4d.s3.ap-northeast-2.vpce.amazonaws.com"
    for name, bucket, public in [
        ("path", LOCAL, PUBLIC),
        ("port", LOCAL, "http://localhost:8080"),
        ("virtual-host", LOCAL | {"endpoint": "http://minio:9000", "style": "virtual-host"}, "https://files.example.com"),
        ("private-link", SEOUL, private_link),
        ("private-link-access-point", ACCESS_POINT, "https://accesspoint.vpce-1a2b3c4d.s3.us-west-2.vpce.amazonaws.com"),
    ]:
        bucket = bucket | {"options": {"public_endpoint": public}}
        same_as_boto(f"public-{name}", "signed for the address that clients see", bucket=bucket)
        same_as_boto(f"public-{name}-put", "the same, with headers", bucket=bucket, operation="put", content_type="image/png", content_length=9, stages=False)
        same_as_boto(f"public-{name}-internal", "the back end takes the server's own address", bucket=bucket | {"internal": True}, stages=False)
    for name, bucket, own, shown in [
        ("path", LOCAL, "http://127.0.0.1:9000/photos/", PUBLIC + "/photos/"),
        ("base-path", LOCAL | {"endpoint": "http://minio/own/path"}, "http://minio/own/path/photos/", PUBLIC + "/photos/"),
        ("virtual-host", SEOUL, "https://photos.s3.ap-northeast-2.amazonaws.com/", "https://photos.files.example.com/store/"),
        ("r2", R2, f"https://{ACCOUNT}.r2.cloudflarestorage.com/photos/", PUBLIC + "/photos/"),
        ("dots", SEOUL | {"name": "my.photos"}, "https://s3.ap-northeast-2.amazonaws.com/my.photos/", PUBLIC + "/my.photos/"),
        ("dual-stack", SEOUL | {"options": {"dual_stack": True}}, "https://photos.s3.dualstack.ap-northeast-2.amazonaws.com/",
         "https://photos.files.example.com/store/"),
        ("access-point", ACCESS_POINT, "https://my-point-123456789012.s3-accesspoint.us-west-2.amazonaws.com/",
         "https://my-point-123456789012.files.example.com/store/"),
    ]:
        options = bucket.get("options", {}) | {"public_endpoint": PUBLIC, "proxy_rewrites_host": True}
        for operation in ["get", "put"]:
            same_as_boto(f"public-rewritten-{name}-{operation}", "the proxy sends it on with the server's own host and path", operation=operation,
                         bucket=bucket | {"options": options}, key="사진/a b.jpg", credentials=TEMPORARY)
            answer = cases[-1]["ok"]
            assert answer["url"].startswith(own), answer["url"]
            answer["url"] = shown + answer["url"].removeprefix(own)


def bucket_option_refusals():
    for name, bucket in {
        "fips-china": SEOUL | {"region": "cn-north-1", "options": {"fips": True}},
        "accelerate-china": SEOUL | {"region": "cn-north-1", "options": {"accelerate": True}},
        "accelerate-fips": SEOUL | {"options": {"accelerate": True, "fips": True}},
        "accelerate-dots": SEOUL | {"name": "my.photos", "options": {"accelerate": True}},
        "dual-stack-iso-e": SEOUL | {"region": "eu-isoe-west-1", "options": {"dual_stack": True}},
        "dual-stack-iso-f": SEOUL | {"region": "us-isof-south-1", "options": {"dual_stack": True}},
        "accelerate-access-point": ACCESS_POINT | {"options": {"accelerate": True}},
        "fips-access-point-china": {"kind": "access_point", "arn": "arn:aws-cn:s3:cn-north-1:123456789012:accesspoint/my-point", "options": {"fips": True}},
    }.items():
        given = {"bucket": bucket, "credentials": LONG_TERM, "operation": "get", "key": "cats/1.jpg", "options": {}, "now": NOW}
        try:
            signed_by_boto(given, False)
        except botocore.exceptions.BotoCoreError:
            refused(f"bad-host-{name}", "refused by botocore too", "bucket_invalid", bucket=bucket, error={"http_status": 500})
        else:
            raise AssertionError(f"botocore accepts {name}")
    for name, bucket in {
        "accelerate-path": SEOUL | {"options": {"accelerate": True, "url_style": "path"}},
        "virtual-host-dots": SEOUL | {"name": "my.photos", "options": {"url_style": "virtual-host"}},
        "path-access-point": ACCESS_POINT | {"options": {"url_style": "path"}},
        "dual-stack-r2": R2 | {"options": {"dual_stack": True}}, "fips-r2": R2 | {"options": {"fips": True}}, "accelerate-r2": R2 | {"options": {"accelerate": True}},
        "dual-stack-custom": LOCAL | {"options": {"dual_stack": True}}, "fips-custom": LOCAL | {"options": {"fips": True}},
        "accelerate-custom": LOCAL | {"options": {"accelerate": True}}, "jurisdiction-custom": LOCAL | {"options": {"jurisdiction": "eu"}},
        "jurisdiction-s3": SEOUL | {"options": {"jurisdiction": "eu"}}, "rewrites-nothing": LOCAL | {"options": {"proxy_rewrites_host": True}},
        "public-r2": R2 | {"options": {"public_endpoint": PUBLIC}}, "public-no-scheme": LOCAL | {"options": {"public_endpoint": "files.example.com"}},
        "public-crlf": LOCAL | {"options": {"public_endpoint": "https://files.example.com\r\nX: 1"}},
        "public-virtual-ip": SEOUL | {"options": {"public_endpoint": "https://192.0.2.7"}},
        "public-query": LOCAL | {"options": {"public_endpoint": "https://files.example.com/?a"}},
    }.items():
        refused(f"bad-host-{name}", "the bucket has no such host", "bucket_invalid", bucket=bucket, error={"http_status": 500})
    for name, options in {
        "unknown": {"dualStack": True}, "number": {"dual_stack": 1}, "text": {"fips": "true"}, "null": {"accelerate": None}, "word": {"jurisdiction": "us"},
        "style": {"url_style": "virtual"},
    }.items():
        refused(f"bad-host-option-{name}", "nothing is coerced", "option_invalid", bucket=SEOUL | {"options": options}, error={"http_status": 400})
    arn = ACCESS_POINT["arn"]
    for name, arn in {
        "empty": "", "bucket": "arn:aws:s3:::photos", "outposts": "arn:aws:s3-outposts:us-west-2:123456789012:outpost/op-01ac5d28a6a232904/accesspoint/my-point",
        "object-lambda": arn.replace(":s3:", ":s3-object-lambda:"), "multi-region": "arn:aws:s3::123456789012:accesspoint/mfzwi23gnjvgw.mrap",
        "partition": arn.replace("us-west-2", "cn-north-1"), "account": arn.replace("123456789012", "12345"), "region": arn.replace("us-west-2", "west"),
        "name-short": arn.replace("my-point", "my"), "name-host": arn.replace("my-point", "my.evil.com"), "object": arn + "/object/a", "crlf": arn + "\r\n",
    }.items():
        refused(f"bad-access-point-{name}", "no access point whose host can be signed for", "bucket_invalid", bucket={"kind": "access_point", "arn": arn},
                error={"http_status": 500})


def times():
    for name, now in {
        "1970": 0, "leap-day": 951_782_400, "before-midnight": 1_700_006_399, "midnight": 1_700_006_400, "new-year": 1_735_689_600,
        "2038": 2_147_483_648, "2100": 4_107_542_400, "9999": 253_402_300_799 - 900,
    }.items():
        same_as_boto(f"time-{name}", "the date and the day's key", now=now)
    for seconds in [1, 60, 3600, 604_800]:
        same_as_boto(f"expiry-{seconds}", "from 1 second to 7 days", expires_in=seconds)
    fraction = json.loads(json.dumps(cases[-1]))
    fraction["name"], fraction["why"] = "time-fraction", "a fraction of a second of the clock is cut off"
    fraction["input"]["now"] = NOW + 0.75
    cases.append(fraction)


def generated():
    rng = random.Random(20261121)
    alphabets = [
        string.ascii_letters + string.digits + "-_.~/",
        string.ascii_letters + " +%/~.",
        "".join(chr(code) for code in range(0x20, 0x7F)),
        "가나다라마바사한국어사진 /.+%",
        "àéîõü日本語кошка🐈 /",
    ]
    regions = ["us-east-1", "eu-central-1", "ap-northeast-2", "us-gov-west-1", "cn-north-1"]
    while len(cases) < 330:
        key = "".join(rng.choice(rng.choice(alphabets)) for _ in range(rng.choice([1, 5, 20, 60, 120])))
        if any(part in (".", "..") for part in key.split("/")) or key.startswith("/") or len(key.encode()) > 1024:
            continue
        bucket = rng.choice([
            {"kind": "s3", "region": rng.choice(regions), "name": rng.choice(["photos", "my.photos", "b-0"])},
            {"kind": "r2", "account": "%032x" % rng.getrandbits(128), "name": "photos"},
            {"kind": "custom", "endpoint": f"http://s{rng.randrange(9)}.example.com:{rng.randrange(1024, 65536)}", "region": "r-1", "name": "photos",
             "style": rng.choice(["path", "virtual-host"])},
        ])
        credentials = dict(LONG_TERM)
        if rng.random() < 0.3:
            credentials["session_token"] = "".join(rng.choice(string.ascii_letters + "+/=") for _ in range(rng.randrange(1, 200)))
        operation = rng.choice(list(METHODS))
        options = {"expires_in": rng.randrange(1, 604_801)}
        if operation == "put":
            options |= rng.choice([{}, {"content_type": rng.choice(["image/jpeg", "image/webp", "a/b; c=d"])}])
            options |= rng.choice([{}, {"content_length": rng.randrange(1 << 33)}])
        same_as_boto(f"generated-{len(cases)}", "drawn at random", bucket=bucket, credentials=credentials, operation=operation, key=key,
                     now=rng.randrange(0, 4_102_444_800), stages=False, **options)


def published():
    canonical = (
        "GET\n/test.txt\nX-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2Faws4_request"
        "&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host\nhost:examplebucket.s3.amazonaws.com\n\nhost\nUNSIGNED-PAYLOAD"
    )
    signature = "aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404"
    accepted(
        "aws-published-example", "the example of AWS's documentation of query string authentication",
        {
            "method": "GET", "headers": {}, "signature": signature, "canonical_request": canonical,
            "string_to_sign": "AWS4-HMAC-SHA256\n20130524T000000Z\n20130524/us-east-1/s3/aws4_request\n"
                              "3bfa292879f6447bbcda7001decf97f4a54dc650c8942174ae0a9121cf58ad04",
            "url": "https://examplebucket.s3.amazonaws.com/test.txt?X-Amz-Algorithm=AWS4-HMAC-SHA256"
                   "&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Date=20130524T000000Z"
                   "&X-Amz-Expires=86400&X-Amz-SignedHeaders=host&X-Amz-Signature=" + signature,
        },
        bucket={"kind": "custom", "endpoint": "https://s3.amazonaws.com", "region": "us-east-1", "name": "examplebucket", "style": "virtual-host"},
        credentials={"access_key_id": "AKIAIOSFODNN7EXAMPLE", "secret_access_key": "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"},
        key="test.txt", options={"expires_in": 86400}, now=1_369_353_600,
    )


def refusals():
    for name, key in {
        "empty": "", "1025-bytes": "k" * 1025, "1025-bytes-korean": "가" * 341 + "ab", "nul": "a\0b", "line-end": "a\r\nb", "delete": "a\x7f",
        "c1-control": "a\x85", "dot": ".", "dot-dot": "..", "dot-segment": "a/./b", "dot-dot-segment": "a/../b", "starts-dot-dot": "../a",
        "ends-dot": "a/.",
    }.items():
        refused(f"bad-key-{name}", "clients and servers do not agree on such a key", "upload_key_invalid", key=key, error={"http_status": 400})
    for name, value in {"crlf": "image/png\r\nx-amz-acl: public-read", "lf": "a\nb", "cr": "a\rb", "nul": "a\0b", "tab": "a\tb", "non-ascii": "이미지/png",
                        "empty": "", "blank": "  ", "8193-bytes": "v" * 8193}.items():
        refused(f"bad-header-{name}", "a header value must be one line of ASCII", "header_invalid", operation="put", content_type=value,
                error={"http_status": 400})
    for name, seconds in {"zero": 0, "over-7-days": 604_801, "huge": 2**53}.items():
        refused(f"bad-expiry-{name}", "outside 1 second to 7 days", "expiry_out_of_range", expires_in=seconds,
                error={"http_status": 400, "details": {"received_seconds": seconds, "min_seconds": 1, "max_seconds": 604_800}})
    for name, value in {"negative": -1, "fraction": 1.5, "text": "60", "null": None, "huge": 1e20}.items():
        refused(f"bad-option-expires-in-{name}", "nothing is coerced", "option_invalid", expires_in=value)
    for name, value in {"negative": -1, "fraction": 0.5, "text": "1", "true": True}.items():
        refused(f"bad-option-content-length-{name}", "nothing is coerced", "option_invalid", operation="put", content_length=value)
    refused("bad-option-unknown", "an unknown name is not ignored", "option_invalid", contentType="image/png")
    for operation in ["get", "head", "delete"]:
        refused(f"bad-option-content-type-{operation}", "only a put has a content type", "option_invalid", operation=operation, content_type="image/png")
        refused(f"bad-option-content-length-{operation}", "only a put has a length", "option_invalid", operation=operation, content_length=1)
    for name, bucket in {
        "region": SEOUL | {"region": "seoul"}, "region-injection": SEOUL | {"region": "us-east-1.evil.com/"}, "region-empty": SEOUL | {"region": ""},
        "name-short": SEOUL | {"name": "ab"}, "name-capitals": SEOUL | {"name": "Photos"}, "name-slash": SEOUL | {"name": "a/b"},
        "name-ip": SEOUL | {"name": "192.168.5.4"}, "name-long": SEOUL | {"name": "a" * 64}, "name-dots": SEOUL | {"name": "a..b"},
        "account": R2 | {"account": "me"}, "account-host": R2 | {"account": "a.evil.com/"}, "r2-dots": R2 | {"name": "my.photos"},
        "endpoint-empty": LOCAL | {"endpoint": ""}, "endpoint-no-scheme": LOCAL | {"endpoint": "127.0.0.1:9000"},
        "endpoint-ftp": LOCAL | {"endpoint": "ftp://example.com"}, "endpoint-user": LOCAL | {"endpoint": "https://user:pass@example.com"},
        "endpoint-query": LOCAL | {"endpoint": "https://example.com/?a"}, "endpoint-fragment": LOCAL | {"endpoint": "https://example.com/#a"},
        "endpoint-port": LOCAL | {"endpoint": "https://example.com:99999"}, "endpoint-spaces": LOCAL | {"endpoint": " https://example.com"},
        "endpoint-crlf": LOCAL | {"endpoint": "https://example.com\r\nX: 1"}, "endpoint-dots": LOCAL | {"endpoint": "https://example.com/a/.."},
        "endpoint-ipv6": LOCAL | {"endpoint": "http://[::1"}, "endpoint-ipv6-long": LOCAL | {"endpoint": "http://[0:0:0:0:0:0:0:1]:9000"},
        "endpoint-ipv6-mapped": LOCAL | {"endpoint": "http://[::ffff:1.2.3.4]"}, "name-directory-access-point": SEOUL | {"name": "ap--usw2-az1--xa-s3"}, "endpoint-virtual-ip": LOCAL | {"style": "virtual-host"},
        "custom-region": LOCAL | {"region": "a/b"},
    }.items():
        refused(f"bad-bucket-{name}", "not a usable bucket", "bucket_invalid", bucket=bucket, error={"http_status": 500})
    for name, credentials in {
        "empty-id": LONG_TERM | {"access_key_id": ""}, "empty-secret": LONG_TERM | {"secret_access_key": ""},
        "id-slash": LONG_TERM | {"access_key_id": "AK/ID"}, "secret-line-end": LONG_TERM | {"secret_access_key": "secret\n"},
        "token-crlf": LONG_TERM | {"session_token": "a\r\nb"}, "token-empty": LONG_TERM | {"session_token": ""},
    }.items():
        refused(f"bad-credentials-{name}", "no key looks like this", "credentials_invalid", credentials=credentials, error={"http_status": 500})
    both = ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"]
    refused("bad-credentials-missing", "every missing variable is named", "credentials_missing", credentials={"vars": {}}, error={"details": {"missing": both}})
    refused("bad-credentials-missing-secret", "every missing variable is named", "credentials_missing",
            credentials={"vars": {both[0]: "AK", both[1]: ""}}, error={"details": {"missing": both[1:]}})
    for name, expires_at in {"past": NOW - 1, "now": NOW, "less-than-a-second": NOW + 0.5}.items():
        refused(f"bad-credentials-expired-{name}", "no whole second is left", "credentials_expired", credentials=TEMPORARY | {"expires_at": expires_at},
                error={"http_status": 500})
    for name, now in {"before-1970": -1, "after-9999": 253_402_300_800, "last-of-javascript": 8_640_000_000_000}.items():
        refused(f"bad-clock-{name}", "such a date cannot be written", "signing_failed", now=now, error={"http_status": 500, "message": NO_TIME})
    refused("bad-clock-ends-after-9999", "not every language can say when it ends", "signing_failed", now=253_402_300_799, error={"http_status": 500, "message": NO_TIME})


def clamped():
    """Credentials that expire sooner: the same URL as boto3's for the seconds that are left."""
    for name, left in {"60": 60, "half": 59.5, "later": 5000}.items():
        same_as_boto(f"credentials-expire-in-{name}", "never longer than the credentials", credentials=TEMPORARY, expires_in=min(900, int(left)))
        cases[-1]["input"]["credentials"] = TEMPORARY | {"expires_at": NOW + left}
        cases[-1]["input"]["options"] = {"expires_in": 900}
    same_as_boto("credentials-from-variables", "read by name, the token too", credentials=TEMPORARY)
    names = {"AWS_ACCESS_KEY_ID": "access_key_id", "AWS_SECRET_ACCESS_KEY": "secret_access_key", "AWS_SESSION_TOKEN": "session_token"}
    cases[-1]["input"]["credentials"] = {"vars": {variable: TEMPORARY[field] for variable, field in names.items()}}


def expiring_variables():
    names = {"AWS_ACCESS_KEY_ID": "access_key_id", "AWS_SECRET_ACCESS_KEY": "secret_access_key", "AWS_SESSION_TOKEN": "session_token"}
    variables = {variable: TEMPORARY[field] for variable, field in names.items()}
    moment = datetime.datetime.fromtimestamp(NOW + 60, datetime.timezone.utc)
    for name, text in {
        "utc": moment.strftime("%Y-%m-%dT%H:%M:%SZ"), "offset": moment.isoformat(),
        "seoul": moment.astimezone(datetime.timezone(datetime.timedelta(hours=9))).isoformat(), "fraction": moment.strftime("%Y-%m-%dT%H:%M:%S.999Z"),
    }.items():
        same_as_boto(f"credentials-from-variables-expire-{name}", "never longer than the credentials", credentials=TEMPORARY, expires_in=60)
        cases[-1]["input"]["credentials"] = {"vars": variables | {"AWS_CREDENTIAL_EXPIRATION": text}}
        cases[-1]["input"]["options"] = {"expires_in": 900}
    for name, text in {"word": "tomorrow", "no-zone": moment.strftime("%Y-%m-%dT%H:%M:%S"), "no-such-day": "2023-02-29T00:00:00Z"}.items():
        refused(f"bad-credentials-expiration-{name}", "not a time of RFC 3339", "credentials_invalid",
                credentials={"vars": variables | {"AWS_CREDENTIAL_EXPIRATION": text}}, error={"details": {"name": "AWS_CREDENTIAL_EXPIRATION"}})


def write(name, about, cases, script="make_presign.py"):
    names = [case["name"] for case in cases]
    assert len(names) == len(set(names)), [name for name in names if names.count(name) > 1]
    made_by = f"{script} with boto3 {boto3.__version__}, botocore {botocore.__version__}"
    head = json.dumps({"about": about, "made_by": made_by}, ensure_ascii=False)[:-1]
    lines = ",\n".join(json.dumps(case, ensure_ascii=False) for case in cases)
    (HERE / name).write_text(f'{head}, "cases": [\n{lines}\n]}}\n', encoding="utf-8")
    print(f"{name}: {len(cases)} cases, {sum('ok' in case for case in cases)} of them signed")


def main():
    stop_the_clock()
    record_the_stages()
    published()
    operations()
    headers()
    keys()
    buckets()
    times()
    clamped()
    generated()
    refusals()
    bucket_options()
    public_endpoints()
    bucket_option_refusals()
    expiring_variables()
    write("presign.json", "Presigned requests. URLs, headers and stages must be equal byte for byte.", cases)


if __name__ == "__main__":
    main()
