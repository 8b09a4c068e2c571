"""Writes store_errors.json: whose fault it is that a store refuses, and what to look at.

    python core/tests/vectors/make_store_errors.py

It needs nothing but Python and knows nothing of presize. Codes and statuses are those of
<https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html>; that an answer to HEAD has no body, and that S3 answers 403
for a missing object to those who may not list, is said at <https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadObject.html>;
`x-amz-bucket-region` at <https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadBucket.html>. Dates are made by Python's `email`.
"""

import email.utils
import json
import pathlib

import make_confirm
from make_confirm import ARRIVED, CHECKED, COPY, FORBIDDEN, KEY, LENGTH, MISSING, NOW, PHOTO, answer, case, cases, error, explain, found, get, head, incoming

SECRET = "wJalrXUtnFEMI"
CREDENTIALS = "look at the credentials, which need s3:GetObject, and s3:ListBucket, without which S3 answers 403 for an object that is missing"
NO_BUCKET = error("bucket_not_found", 500, bucket="photos")
NOT_FOUND = [(head(KEY), MISSING), (head(incoming(KEY)), MISSING), (head(KEY), MISSING)]
HIDDEN = [(head(KEY), FORBIDDEN), (head(incoming(KEY)), FORBIDDEN), (head(KEY), FORBIDDEN)]
IN_PLACE = {"incoming_prefix": ""}


def at(seconds):
    """The header of a store whose clock shows this."""
    return {"date": email.utils.formatdate(seconds, usegmt=True)}


def document(status, code, more="", **headers):
    body = f'<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>{code}</Code><Message>{SECRET}</Message>{more}<RequestId>{SECRET}</RequestId></Error>'
    return answer(status, {"content-type": "application/xml"} | {name.replace("_", "-"): value for name, value in headers.items()}, body)


def refused(operation, status, code="", hint=""):
    why = (f" ({code})" if code else "") + (f": {hint}" if hint else "")
    message = f"expected the store to answer {operation}, received the status {status}{why}"
    return error("store_refused", 502, operation=operation, status=status, code=code, hint=hint) | {"message": message}


def asked(name, why, told, meant, steps=HIDDEN, **rest):
    """HEAD says no more than a status; GET says why."""
    case(name, why, [*steps, (explain(incoming(KEY)), told)], error=meant, **rest)


def buckets():
    for name, steps in [("404", NOT_FOUND), ("403", HIDDEN)]:
        asked(f"no-bucket-{name}", "no upload is missing: everything is, and only the operator can mend that", document(404, "NoSuchBucket"), NO_BUCKET, steps)
    case("no-bucket-in-place", "the same without quarantine", [(head(KEY), MISSING), (explain(KEY), document(404, "NoSuchBucket"))], error=NO_BUCKET, policy=IN_PLACE)
    cases[-1]["error"]["message"] = "expected the bucket photos in the store, received NoSuchBucket: look at its name, its region and the endpoint"
    case("no-bucket-get", "removed while it was looked at", [*ARRIVED, (get(incoming(KEY), PHOTO), document(404, "NoSuchBucket"))], error=NO_BUCKET, received=LENGTH)
    case("no-bucket-copy", "the same", [*CHECKED, (COPY, document(404, "NoSuchBucket"))], error=NO_BUCKET, received=LENGTH)
    missing = error("upload_not_found", 404)
    asked("no-key", "the bucket is there, the upload is not", document(404, "NoSuchKey"), missing, NOT_FOUND)
    asked("no-body", "a store that says no more to GET", MISSING, missing, NOT_FOUND)
    asked("late", "it came after all: not looked at again, and not deleted", answer(206, {"content-range": "bytes 0-0/5"}, "a"), missing, NOT_FOUND)
    asked("busy", "a store that cannot say", answer(500), missing, NOT_FOUND)
    asked("unexplained", "nor one that gives no answer: what HEAD said stands", {"fail": "connection refused"}, missing, NOT_FOUND)
    asked("unexplained-403", "the same", {"fail": "connection refused"}, refused("head", 403, "", f"{CREDENTIALS}; and at the clock"))
    asked("not-a-document", "a page of a proxy is no error document", answer(404, {}, "<html><Code>NoSuchBucket</Code></html>"), missing, NOT_FOUND)


def credentials():
    denied = document(403, "AccessDenied", **at(NOW))
    asked("denied", "S3 says so of a missing object too, to those who may not list", denied, refused("head", 403, "AccessDenied", CREDENTIALS))
    asked("denied-undated", "without a date the clock may be it too", document(403, "AccessDenied"), refused("head", 403, "AccessDenied", f"{CREDENTIALS}; and at the clock"))
    asked("denied-in-words", "no code, no repetition", answer(403, at(NOW), SECRET), refused("head", 403, "", CREDENTIALS))
    asked("denied-odd-code", "a code that is none is not repeated", document(403, f"{SECRET} {SECRET}", **at(NOW)), refused("head", 403, "", CREDENTIALS))
    asked("readable", "HEAD is refused and GET is not: what HEAD said stands", answer(200, {}, "a"), refused("head", 403, "", f"{CREDENTIALS}; and at the clock"))
    asked("unknown-key", "a key that was deleted or is another store's", document(403, "InvalidAccessKeyId", **at(NOW)),
          refused("head", 403, "InvalidAccessKeyId", "the store does not know the access key id: look at the credentials"))
    asked("signature", "a secret with a character too few", document(403, "SignatureDoesNotMatch", f"<SignatureProvided>{SECRET}</SignatureProvided>", **at(NOW)),
          refused("head", 403, "SignatureDoesNotMatch", "look at the secret access key, and at proxies that change the host or the path"))
    asked("token", "a session token of other credentials", document(400, "InvalidToken"), refused("head", 400, "InvalidToken", "the session token is not valid: look at the credentials"),
          [(head(KEY), answer(400))])
    asked("expired-token", "S3 answers 400 to it", document(400, "ExpiredToken"), error("credentials_expired", 500), [(head(KEY), answer(400))])
    asked("expired-token-later", "after the first request", document(400, "ExpiredToken"), error("credentials_expired", 500), [(head(KEY), MISSING), (head(incoming(KEY)), answer(400))])
    case("may-not-copy", "what copying needs", [*CHECKED, (COPY, denied), (head(KEY), MISSING)], received=LENGTH, error=refused("copy-object", 403, "AccessDenied",
         "look at the credentials, which need s3:GetObject below the incoming prefix and s3:PutObject below the final one"))
    half = {"file": "images/half_baseline_420.jpg"}
    case("may-not-delete", "what deleting needs", [(head(KEY), found(half)), (get(KEY, half), make_confirm.read(half)), (head(KEY), found(half)), (make_confirm.delete(KEY, tag=make_confirm.etag(half)), denied)], policy=IN_PLACE,
         received=len(make_confirm.content(half)), error=refused("delete", 403, "AccessDenied", "look at the credentials, which need s3:DeleteObject"))


def clocks():
    for name, seconds, said in [("20 minutes", 1200, "20 minutes behind"), ("2 minutes", 120, "2 minutes behind"), ("a minute", 60, "60 seconds behind"),
                                ("59 seconds", 59, None), ("9 hours", 9 * 3600 + 59, "9 hours behind"), ("3 days", 3 * 86_400, "3 days behind"),
                                ("-20 minutes", -1200, "20 minutes ahead of"), ("-59 seconds", -59, None)]:
        hint = f"the clock here is {said} that of the store: look at the clock, then at the credentials" if said else CREDENTIALS
        asked(f"clock {name}", "presigned requests hold for some minutes around their time", document(403, "AccessDenied", **at(NOW + seconds)),
              refused("head", 403, "AccessDenied", hint))
    asked("skewed", "S3 has a code for it", document(403, "RequestTimeTooSkewed", **at(NOW + 1200)),
          refused("head", 403, "RequestTimeTooSkewed", "the clock here is 20 minutes behind that of the store: look at the clock"))
    asked("skewed-undated", "also without a date", document(403, "RequestTimeTooSkewed"), refused("head", 403, "RequestTimeTooSkewed", "look at the clock"))
    asked("expired-400", "Garage answers 400 to a request that has expired, and has one code for all that is wrong with it", document(400, "InvalidRequest", **at(NOW + 1200)),
          refused("head", 400, "InvalidRequest", "the clock here is 20 minutes behind that of the store: look at the clock, then at the credentials"), [(head(KEY), answer(400))])
    for name, date in [("words", "yesterday"), ("month", "Tue, 14 Foo 2023 22:13:20 GMT"), ("day", "Tue, 31 Feb 2023 22:13:20 GMT"), ("zone", "Tue, 14 Nov 2023 22:13:20 PST"),
                       ("hour", "Tue, 14 Nov 2023 29:13:20 GMT")]:
        asked(f"date-{name}", "a date that is none says nothing of the clock", document(403, "AccessDenied", date=date), refused("head", 403, "AccessDenied", CREDENTIALS))
    # Each request is signed for its own moment, and held against that.
    asked("clock-later", "the clock is that of the request", document(403, "AccessDenied", **at(NOW + 5000)) | {"clock": NOW + 5000}, refused("head", 403, "AccessDenied", CREDENTIALS))


def regions():
    there = "the bucket is in the region eu-west-1, and requests are signed for ap-northeast-2: look at the region"
    region = {"x-amz-bucket-region": "eu-west-1"}
    for status in [301, 307, 400]:
        case(f"region-{status}", "the header says where it is", [(head(KEY), answer(status, region))], error=refused("head", status, "", there))
    case("region-look", "also of the second request", [(head(KEY), MISSING), (head(incoming(KEY)), answer(400, region))], error=refused("head", 400, "", there))
    case("redirect", "no redirect is followed: a signature holds for one host", [(head(KEY), answer(301))], error=refused("head", 301, "", "look at the region and the endpoint of the bucket"))
    for code in ["AuthorizationHeaderMalformed", "AuthorizationQueryParametersError"]:
        asked(code, "the document names the region", document(400, code, "<Region>eu-west-1</Region>"), refused("head", 400, code, there), [(head(KEY), answer(400))])
    asked("region-unknown", "or does not", document(400, "AuthorizationHeaderMalformed"),
          refused("head", 400, "AuthorizationHeaderMalformed", "look at the region and the endpoint of the bucket"), [(head(KEY), answer(400))])
    case("region-same", "the region is right, so that it is not the reason", [(head(KEY), answer(301, {"x-amz-bucket-region": "ap-northeast-2"}))],
         error=refused("head", 301, "", "look at the region and the endpoint of the bucket"))
    case("region-odd", "a header that names none", [(head(KEY), answer(301, {"x-amz-bucket-region": f"{SECRET}?"}))],
         error=refused("head", 301, "", "look at the region and the endpoint of the bucket"))


def overload():
    slow = error("store_unavailable", 503, reason="the store answered get with 503 (SlowDown)")
    case("slow-down", "it can be tried again later", [*ARRIVED, (get(incoming(KEY), PHOTO), document(503, "SlowDown"))], error=slow, received=LENGTH)
    case("slow-down-head", "also where no body says so", [(head(KEY), answer(503))], error=error("store_unavailable", 503, reason="the store answered head with 503"))
    case("too-many", "the status of other servers", [(head(KEY), answer(429))], error=error("store_unavailable", 503, reason="the store answered head with 429"))
    case("internal", "what the store calls its own fault", [*ARRIVED, (get(incoming(KEY), PHOTO), document(500, "InternalError"))],
         error=refused("get", 500, "InternalError"), received=LENGTH)


def main():
    for part in (buckets, credentials, clocks, regions, overload):
        part()
    for made in cases:
        assert SECRET not in json.dumps(made["error"]), made["name"]
    top = json.dumps({"about": "What a store's refusals mean, and what to look at.", "made_by": pathlib.Path(__file__).name})[:-1]
    lines = ",\n".join(json.dumps(made) for made in cases)
    (make_confirm.HERE / "store_errors.json").write_text(f'{top}, "cases": [\n{lines}\n]}}\n', encoding="utf-8")
    print(f"store_errors.json: {len(cases)} cases")


if __name__ == "__main__":
    main()
