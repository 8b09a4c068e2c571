"""Signers of Python: one URL of a GET, or of a PUT with four signed headers. See peers/script.rs and src/presign.rs."""

import datetime
import sys
import time

NOW = 490_896 * 3600
KEY, BUCKET, REGION = "uploads/user-42/1767225600000-9f86d081884c7d65.jpg", "photos", "eu-central-1"
ID, SECRET = "AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"
TYPE, LENGTH, METADATA = "image/jpeg", 3_481_220, {"user": "42", "kind": "avatar"}
LIST = 100


def presize(is_put):
    from presize import Bucket, Credentials, Presigner

    signer = Presigner(Bucket.s3(REGION, BUCKET), Credentials(ID, SECRET))

    # A plain call, as programs have it: one with `**arguments` makes a tuple and a dict before it starts.
    def put(now=None):
        return signer.put(KEY, content_type=TYPE, content_length=LENGTH, metadata=METADATA, expires_in=300, now=now).url

    def get(now=None):
        return signer.get(KEY, expires_in=300, now=now).url

    return "presize", put if is_put else get


def presize_many(is_put):
    from presize import Bucket, Credentials, Presigner

    assert not is_put
    signer, keys = Presigner(Bucket.s3(REGION, BUCKET), Credentials(ID, SECRET)), [KEY] * LIST

    def work(now=None):
        return [signed.url for signed in signer.sign_many("get", keys, expires_in=300, now=now)][-1]

    return f"presize, {LIST} in one call, each", work


def boto3(is_put):
    import boto3
    import botocore.auth
    from botocore.config import Config

    config = Config(signature_version="s3v4", s3={"addressing_style": "virtual"}, request_checksum_calculation="when_required")
    client = boto3.client("s3", region_name=REGION, aws_access_key_id=ID, aws_secret_access_key=SECRET, config=config)
    parameters = {"Bucket": BUCKET, "Key": KEY}
    if is_put:
        parameters |= {"ContentType": TYPE, "ContentLength": LENGTH, "Metadata": METADATA}
    name = "put_object" if is_put else "get_object"

    def work(now=None):
        if now is not None:
            moment = datetime.datetime.fromtimestamp(now, datetime.timezone.utc).replace(tzinfo=None)
            botocore.auth.get_current_datetime = lambda remove_tzinfo=True: moment
        return client.generate_presigned_url(name, parameters, 300)

    return f"boto3 {boto3.__version__}", work


def minio(is_put):
    import minio

    assert not is_put, "its presigned PUT signs no headers"
    client = minio.Minio(f"s3.{REGION}.amazonaws.com", access_key=ID, secret_key=SECRET, region=REGION)
    client.disable_dualstack_endpoint()
    client.enable_virtual_style_endpoint()
    expires = datetime.timedelta(seconds=300)

    def work(now=None):
        at = {} if now is None else {"request_date": datetime.datetime.fromtimestamp(now, datetime.timezone.utc)}
        return client.presigned_get_object(BUCKET, KEY, expires=expires, **at)

    return f"minio {minio.__version__}", work


peer, operation = sys.argv[1:]
name, work = {"presize": presize, "presize-many": presize_many, "boto3": boto3, "minio": minio}[peer](operation == "put")
print(name, flush=True)
for line in sys.stdin:
    if line.strip() == "url":
        print(work(now=NOW), flush=True)
        continue
    times = int(line)
    calls = -(-times // LIST) if peer.endswith("-many") else times
    start = time.process_time_ns()
    for _ in range(calls):
        work()
    took = time.process_time_ns() - start
    print(took * times // (calls * LIST) if peer.endswith("-many") else took, flush=True)
