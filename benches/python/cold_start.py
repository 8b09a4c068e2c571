"""One URL and the end, by the signer that is named. See src/cold_start.rs."""

import sys

KEY, BUCKET, REGION = "uploads/user-42/1767225600000-9f86d081884c7d65.jpg", "photos", "eu-central-1"
ID, SECRET = "AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"

peer = sys.argv[1]
if peer == "presize":
    from presize import Bucket, Credentials, Presigner

    print(Presigner(Bucket.s3(REGION, BUCKET), Credentials(ID, SECRET)).get(KEY, expires_in=300).url)
elif peer == "boto3":
    import boto3
    from botocore.config import Config

    config = Config(signature_version="s3v4", s3={"addressing_style": "virtual"})
    client = boto3.client("s3", region_name=REGION, aws_access_key_id=ID, aws_secret_access_key=SECRET, config=config)
    print(client.generate_presigned_url("get_object", {"Bucket": BUCKET, "Key": KEY}, 300))
elif peer == "minio":
    import datetime

    import minio

    client = minio.Minio(f"s3.{REGION}.amazonaws.com", access_key=ID, secret_key=SECRET, region=REGION)
    print(client.presigned_get_object(BUCKET, KEY, expires=datetime.timedelta(seconds=300)))
