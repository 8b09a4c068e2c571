"""Prints requests and forms drawn at random, each with what boto3 makes of it, as cases of the calls `presign` and
`post_form`, one JSON object a line.

    pip install boto3==1.44.5
    python core/tests/vectors/random_requests.py COUNT SEED

`cargo xtask test` has 2000 of them made and holds presize against every one, byte for byte. boto3 writes an operation's
own parameters of the query in the order of its keyword arguments, which here is always that of
`make_sign_options.NAMES`: upload id, part number, pages of lists, version, then the response headers by their names.
What presize refuses and boto3 does not (`.` and `..` in keys, empty header values, two checksums) is not drawn: the
refusals have vectors of their own.
"""

import base64
import hashlib
import json
import os
import random
import string
import sys

import make_post_form
import make_presign
import make_sign_options
from make_presign import LONG_TERM, client, in_partition, recorded

NOW_MAX = 253_402_300_799 - 604_800
KEY_ALPHABETS = [
    string.ascii_letters + string.digits + "-_.~/",
    string.ascii_letters + " +%/~.",
    "".join(chr(code) for code in range(0x20, 0x7F)),
    "가나다라마바사한국어사진 /.+%",
    "àéîõü日本語кошка🐈😀 /",
]
PRINTABLE = "".join(chr(code) for code in range(0x21, 0x7F))
TOKEN = string.ascii_letters + string.digits + "!#$%&'*+-.^_`|~"
REGIONS = [
    "us-east-1", "us-east-2", "us-west-2", "eu-central-1", "eu-west-3", "ap-northeast-2", "ap-southeast-4", "sa-east-1", "il-central-1",
    "us-gov-west-1", "us-gov-east-1", "cn-north-1", "cn-northwest-1", "us-iso-east-1", "us-isob-east-1",
]
ENDPOINTS = [
    "http://127.0.0.1:9000", "http://[::1]:3900", "http://192.168.7.1", "https://storage.example.com", "https://storage.example.com:8443",
    "http://storage.example.com:8080/s3", "https://example.com/a/b-c_d~e/s3",
]
# A request's place is drawn from this many: boto3 needs longer for a new client than for a thousand signatures.
PLACES = 60

# Which operations have an option, in their order.
WRITES = ["put", "create-multipart-upload"]
READS = ["get", "head"]
BODIES = ["put", "upload-part"]
CHECKED = ["put", "upload-part", "complete-multipart-upload"]
WITH_CUSTOMER_KEY = [*WRITES, *READS, "upload-part", "complete-multipart-upload", "list-parts"]
ON_UPLOAD = ["upload-part", "complete-multipart-upload", "abort-multipart-upload", "list-parts"]
ALL = list(make_sign_options.METHODS)


class Draw:
    def __init__(self, seed):
        self.rng = random.Random(seed)
        self.places = [(self.bucket(), self.credentials()) for _ in range(PLACES)]
        self.clients = {}

    def maybe(self, chance=0.25):
        return self.rng.random() < chance

    def word(self, alphabet, shortest, longest):
        return "".join(self.rng.choice(alphabet) for _ in range(self.rng.randint(shortest, longest)))

    def text(self, words=6):
        """A header's value; runs of spaces are collapsed by both."""
        parts = [self.word(PRINTABLE, 1, 12) for _ in range(self.rng.randint(1, words))]
        return "".join(part + " " * self.rng.choice([1, 1, 1, 2, 5]) for part in parts).strip()

    def single_spaced(self):
        return " ".join(self.text().split())

    def base64(self, length):
        return base64.b64encode(self.rng.randbytes(length)).decode()

    def name(self):
        name = self.rng.choice(["photos", "b-0", "my.photos", "a.b.c", "amzn-s3-demo-bucket1", self.word(string.ascii_lowercase, 3, 63)])
        return name if not name.startswith("sthree") else "photos"

    def bucket(self):
        kind = self.rng.choice(["s3", "s3", "s3", "access_point", "r2", "custom", "custom"])
        region = self.rng.choice(REGIONS)
        options = {}
        if kind in ("s3", "access_point"):
            options |= {"dual_stack": True} if self.maybe() else {}
            options |= {"fips": True} if self.maybe() and not region.startswith("cn-") else {}
        if kind == "access_point":
            account, point = self.word(string.digits, 12, 12), "a" + self.word(string.ascii_lowercase + string.digits + "-", 1, 20) + "z"
            return {"kind": kind, "arn": f"arn:{in_partition(region)}:s3:{region}:{account}:accesspoint/{point.replace('--', '-x')}", "options": options}
        bucket = {"kind": kind, "name": self.name()}
        dots = "." in bucket["name"]
        if kind == "s3":
            bucket["region"] = region
            if self.maybe(0.2) and not dots and "fips" not in options and not region.startswith("cn-"):
                options["accelerate"] = True
            elif self.maybe(0.2):
                options["url_style"] = "path"
        elif kind == "r2":
            bucket |= {"account": "%032x" % self.rng.getrandbits(128), "name": bucket["name"].replace(".", "-")}
            options |= {"jurisdiction": self.rng.choice(["eu", "fedramp"])} if self.maybe() else {}
        else:
            bucket |= {"endpoint": self.rng.choice(ENDPOINTS), "region": self.rng.choice(["garage", "us-east-1", "auto", "r-1-x"]), "style": "path"}
            # With dots in the name boto3 goes back to path style; presize does as it is told.
            if "example.com" in bucket["endpoint"] and not dots and self.maybe(0.5):
                bucket["style"] = "virtual-host"
            if self.maybe():
                options["public_endpoint"] = self.rng.choice(["https://files.example.org", "https://files.example.org:8443/store"])
        return bucket | ({"options": options} if options else {})

    def credentials(self):
        secret = self.word(string.ascii_letters + string.digits + "+/", 40, 40)
        credentials = {"access_key_id": "AKIA" + self.word(string.ascii_uppercase + string.digits, 16, 16), "secret_access_key": secret}
        if self.maybe(0.1):
            return dict(LONG_TERM)
        return credentials | ({"session_token": self.word(string.ascii_letters + string.digits + "+/=", 1, 400)} if self.maybe(0.4) else {})

    def key(self):
        while True:
            length = self.rng.choice([1, 5, 20, 60, 120, 340])
            key = "".join(self.rng.choice(self.rng.choice(KEY_ALPHABETS)) for _ in range(self.rng.randint(1, length)))
            # boto3 leaves a slash at the start out of a virtual host's path.
            if not any(part in (".", "..") for part in key.split("/")) and not key.startswith("/") and len(key.encode()) <= 1024:
                return key

    def metadata(self):
        metadata = {}
        for _ in range(self.rng.randint(1, 4)):
            name = self.word(TOKEN, 1, 12)
            if name.lower() not in (other.lower() for other in metadata):
                metadata[name] = self.text() if self.maybe(0.7) else "" if self.maybe(0.2) else self.word("가나다 사진😀é", 1, 40).strip() or "가"
        return metadata

    def tags(self):
        return {self.word(PRINTABLE + "한글 ", 1, 20): self.word(PRINTABLE + "한글 😀", 0, 30) for _ in range(self.rng.randint(1, 10))}

    def encryption(self):
        word = self.rng.choice(["AES256", "aws:kms", "aws:kms:dsse"])
        options = {"server_side_encryption": word}
        if word != "AES256":
            options |= {"sse_kms_key_id": "arn:aws:kms:us-east-1:111122223333:key/" + self.word("0123456789abcdef-", 36, 36)} if self.maybe(0.5) else {}
        return options

    def sign_options(self, operation, is_r2):
        """Some of the options that the operation has."""
        rng = self.rng
        possible = {
            "content_type": (WRITES, lambda: rng.choice(["image/jpeg", "text/plain; charset=utf-8", self.text()])),
            "content_length": (BODIES, lambda: rng.randrange(1 << rng.randint(1, 42))),
            "content_md5": (BODIES, lambda: self.base64(16)),
            "content_encoding": (WRITES, lambda: rng.choice(["gzip", "identity", "gzip, br"])),
            "content_language": (WRITES, lambda: rng.choice(["ko", "ko-KR, en;q=0.5"])),
            "content_disposition": (WRITES, lambda: rng.choice(['inline; filename="a b.jpg"', self.text()])),
            "cache_control": (WRITES, lambda: rng.choice(["no-store", "public, max-age=31536000, immutable", self.text()])),
            "checksum_algorithm": (["create-multipart-upload"], lambda: rng.choice(["sha256", "crc32", "crc32c", "crc64nvme"])),
            "metadata": (WRITES, self.metadata),
            "tagging": (WRITES, self.tags),
            "storage_class": (WRITES, lambda: rng.choice(["STANDARD", "STANDARD_IA", "GLACIER_IR", "INTELLIGENT_TIERING"])),
            "acl": (WRITES, lambda: rng.choice(["private", "public-read", "bucket-owner-full-control", "authenticated-read"])),
            "sse_kms_encryption_context": (WRITES, lambda: base64.b64encode(b'{"a":"' + self.base64(6).encode() + b'"}').decode()),
            "sse_bucket_key_enabled": (WRITES, lambda: self.maybe(0.5)),
            "sse_customer_key": (WITH_CUSTOMER_KEY, lambda: self.base64(32)),
            "requester_pays": (ALL, lambda: True),
            "expected_bucket_owner": (ALL, lambda: self.word(string.digits, 12, 12)),
            "version_id": ([*READS, "delete"], lambda: self.word(PRINTABLE, 1, 40)),
            "part_number": (READS, lambda: rng.randint(1, 10_000)),
            "max_parts": (["list-parts"], lambda: rng.randint(1, 1000)),
            "part_number_marker": (["list-parts"], lambda: rng.randint(0, 10_000)),
            "response_cache_control": (READS, self.text),
            "response_content_disposition": (READS, lambda: "attachment; filename*=UTF-8''" + self.word(string.hexdigits + "%", 1, 30)),
            "response_content_encoding": (READS, self.text),
            "response_content_language": (READS, lambda: "ko-KR"),
            "response_content_type": (READS, lambda: rng.choice(["application/octet-stream", "text/html; charset=utf-8", self.text()])),
            "response_expires": (READS, lambda: rng.choice(["Thu, 01 Dec 1994 16:00:00 GMT", "Mon, 29 Feb 2044 23:59:59 GMT"])),
        }
        chance = rng.choice([0, 0.1, 0.3, 0.8])
        if operation == "copy-object":
            return self.copy_options(possible, chance, is_r2)
        options = {name: make() for name, (operations, make) in possible.items() if operation in operations and self.maybe(chance)}
        if operation in WRITES and self.maybe(chance):
            options |= self.encryption()
            options.pop("sse_customer_key", None)
        if operation in CHECKED and self.maybe(chance):
            name, length = rng.choice([("sha256", 32), ("crc32", 4), ("crc32c", 4), ("crc64nvme", 8)])
            options[f"checksum_{name}"] = self.base64(length)
        if operation in [*READS, "put", "delete", "complete-multipart-upload"] and self.maybe(chance):
            options["if_match"] = f'"{hashlib.md5(rng.randbytes(4)).hexdigest()}"'
        elif operation in ["put", "complete-multipart-upload"] and self.maybe(chance):
            options["if_none_match"] = "*"
        if operation in ON_UPLOAD:
            options["upload_id"] = self.word(PRINTABLE, 1, rng.choice([10, 60, 200]))
        if operation == "upload-part":
            options["part_number"] = rng.randint(1, 10_000)
        if self.maybe(0.8):
            options["expires_in"] = rng.randint(1, rng.choice([60, 3600, 604_800]))
        return options

    def copy_options(self, possible, chance, is_r2):
        """Those of a copy; most of what writes have only where it replaces what the source has."""
        source = self.rng.choice(["photos", "my.photos", "arn:aws:s3:us-west-2:123456789012:accesspoint/my-point/object"]) + "/" + self.key()
        options = {"copy_source": source}
        options |= {"copy_source_version_id": self.word(string.ascii_letters + "-_.~/+=", 1, 40)} if self.maybe(chance) else {}
        options |= {"copy_source_if_match": f'"{hashlib.md5(self.rng.randbytes(4)).hexdigest()}"'} if self.maybe(chance) else {}
        options |= {"metadata_directive": self.rng.choice(["copy", "replace", "replace"])} if self.maybe(0.5) else {}
        replaced = ["content_type", "content_encoding", "content_language", "content_disposition", "cache_control", "metadata"]
        has = ["storage_class", "acl", "requester_pays", "expected_bucket_owner", "checksum_algorithm", "sse_customer_key"]
        has += replaced if options.get("metadata_directive") == "replace" else []
        options |= {name: possible[name][1]() for name in has if self.maybe(chance)}
        if self.maybe(chance):
            options |= self.encryption()
            options.pop("sse_customer_key", None)
        conditions = self.rng.choice([{}, {}, {"if_none_match": "*"}, {"if_match": '"abc"'}])
        # R2 has headers of its own for them, which boto3 does not know.
        options |= {} if is_r2 else conditions
        return options | ({"expires_in": self.rng.randint(1, 604_800)} if self.maybe(0.8) else {})

    def form_options(self):
        rng = self.rng
        max_bytes = rng.randint(1, rng.choice([100, 10**7, 5_368_709_120]))
        options = {"max_bytes": max_bytes}
        options |= {"min_bytes": rng.randint(0, max_bytes)} if self.maybe() else {}
        options |= rng.choice([{}, {"content_type": self.text(2)}, {"content_type_starts_with": rng.choice(["image/", self.text(1)])}])
        options |= {"cache_control": self.text()} if self.maybe() else {}
        options |= {"content_disposition": self.text()} if self.maybe() else {}
        options |= {"content_encoding": "gzip"} if self.maybe(0.1) else {}
        options |= {"acl": rng.choice(["private", "public-read"])} if self.maybe() else {}
        options |= {"storage_class": "STANDARD_IA"} if self.maybe(0.1) else {}
        options |= self.encryption() if self.maybe() else {}
        options |= {"metadata": {self.word("abcdefghij0123456789-_.", 1, 9): self.text() + "고양이😀" * rng.randrange(3) for _ in range(3)}} if self.maybe() else {}
        options |= {"tagging": self.tags()} if self.maybe(0.1) else {}
        options |= {"starts_with": {"x-amz-meta-zz" + self.word("abc", 1, 5): rng.choice(["", self.text(1)])}} if self.maybe() else {}
        options |= rng.choice([{}, {}, {"success_action_status": rng.choice([200, 201, 204])}, {"success_action_redirect": "https://example.com/done?a=%20b"}])
        options |= {"expires_in": rng.randint(1, 604_800)} if self.maybe(0.8) else {}
        return options

    def request(self):
        bucket, credentials = self.rng.choice(self.places)
        now = self.rng.randrange(1 << self.rng.choice([31, 31, 31, 32])) if self.maybe(0.95) else self.rng.randrange(NOW_MAX)
        given = {"bucket": bucket, "credentials": credentials, "key": self.key(), "now": now}
        if bucket["kind"] not in ("r2", "access_point") and self.maybe(0.2):
            given["options"] = self.form_options()
            given["key"] += "${filename}" if self.maybe(0.2) else ""
            return "post_form", given
        operation = self.rng.choice(ALL)
        return "presign", given | {"operation": operation, "options": self.sign_options(operation, bucket["kind"] == "r2")}

    def client(self, bucket, credentials):
        place = json.dumps([bucket, credentials])
        if place not in self.clients:
            self.clients[place] = client(bucket, credentials)
        return self.clients[place]

    def signed_by_boto(self, given):
        bucket, options = given["bucket"], given["options"]
        parameters = make_sign_options.boto_parameters({"name": bucket.get("arn") or bucket["name"]}, given["key"], options)
        if "sse_customer_key" in options and given["operation"] in ("complete-multipart-upload", "list-parts"):
            # For these two boto3 neither encodes the key nor adds its MD5.
            key = base64.b64decode(options["sse_customer_key"])
            md5 = base64.b64encode(hashlib.md5(key).digest()).decode()
            parameters |= {"SSECustomerKey": options["sse_customer_key"], "SSECustomerKeyMD5": md5}
        method = make_sign_options.METHODS[given["operation"]]
        url = self.client(bucket, given["credentials"]).generate_presigned_url(method, parameters, options.get("expires_in", 900))
        lines = recorded["canonical_request"].split("\n")
        names = lines[-2].split(";")
        headers = dict(line.split(":", 1) for line in lines[3 : 3 + len(names)])
        return {"method": lines[0], "url": url, "headers": {name: headers[name] for name in names if name != "host"}}

    def form_by_boto(self, given):
        fields, conditions = make_post_form.fields_and_conditions(given["options"])
        s3 = self.client(given["bucket"], given["credentials"])
        form = s3.generate_presigned_post(
            given["bucket"]["name"], given["key"], {"key": given["key"]} | fields, conditions, given["options"].get("expires_in", 900)
        )
        return {"url": form["url"], "fields": list(form["fields"].items())}


def main():
    count, seed = int(sys.argv[1]), int(sys.argv[2])
    # What the machine is set up for has no say: no profile, no endpoint, no credentials of its own.
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        del os.environ[name]
    os.environ |= {"AWS_CONFIG_FILE": os.devnull, "AWS_SHARED_CREDENTIALS_FILE": os.devnull}
    make_presign.stop_the_clock()
    make_presign.record_the_stages()
    draw = Draw(seed)
    for number in range(count):
        call, given = draw.request()
        make_presign.clock = given["now"]
        answer = draw.form_by_boto(given) if call == "post_form" else draw.signed_by_boto(given)
        print(json.dumps({"name": f"random-{seed}-{number}", "why": "drawn at random", "call": call, "input": given, "ok": answer}))


if __name__ == "__main__":
    main()
