"""Writes cloudfront.json: what botocore's CloudFrontSigner makes with signatures of OpenSSL, and what must be refused.

    pip install botocore==1.44.5 cryptography==50.0.2
    python core/tests/vectors/make_cloudfront.py

Nothing here comes from presize. Policies and URLs are botocore's; signatures are those of the package `cryptography`, for
ECDSA in the deterministic form of RFC 6979. botocore knows neither `Hash-Algorithm` nor cookies: both are put together
as the CloudFront Developer Guide says ("Create a signed URL using a canned policy", "Set signed cookies using a custom
policy"). The keys are made here from fixed seeds, for tests only.
"""

import base64
import datetime
import hashlib
import json
import pathlib

import botocore
import cryptography
from botocore.signers import CloudFrontSigner
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

HERE = pathlib.Path(__file__).parent
NOW = 1_700_000_000
ID = "K2JCJMDEHXQW5F"
URL = "https://d111111abcdef8.cloudfront.net/photos/1.jpg"
HASHES = {"sha1": hashes.SHA1(), "sha256": hashes.SHA256()}


# Keys from fixed seeds, so that a second run writes the same file.

def stream(seed, length):
    blocks = (hashlib.sha256(f"{seed} {index}".encode()).digest() for index in range(length // 32 + 1))
    return b"".join(blocks)[:length]


def is_prime(number):
    if any(number % small == 0 for small in range(3, 2000, 2)):
        return False
    odd, shift = number - 1, 0
    while odd % 2 == 0:
        odd, shift = odd // 2, shift + 1
    for base in (2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37):
        power = pow(base, odd, number)
        if power in (1, number - 1):
            continue
        for _ in range(shift - 1):
            power = power * power % number
            if power == number - 1:
                break
        else:
            return False
    return True


def prime(seed, bits):
    number = int.from_bytes(stream(seed, bits // 8), "big") | 3 << bits - 2 | 1
    while not is_prime(number) or number % 65537 == 1:
        number += 2
    return number


def rsa_key(bits):
    p, q = prime(f"rsa {bits} p", bits // 2), prime(f"rsa {bits} q", bits // 2)
    d = pow(65537, -1, (p - 1) * (q - 1))
    public = rsa.RSAPublicNumbers(65537, p * q)
    return rsa.RSAPrivateNumbers(
        p, q, d, d % (p - 1), d % (q - 1), rsa.rsa_crt_iqmp(p, q), public
    ).private_key()


def ec_key(curve, seed):
    return ec.derive_private_key(int.from_bytes(stream(seed, 31), "big"), curve)


def pem(key, form):
    return key.private_bytes(Encoding.PEM, form, NoEncryption()).decode()


TRADITIONAL, PKCS8 = PrivateFormat.TraditionalOpenSSL, PrivateFormat.PKCS8
P256, RSA = ec_key(ec.SECP256R1(), "p256"), rsa_key(2048)
KEYS = {
    "rsa-pkcs1": (RSA, pem(RSA, TRADITIONAL)),
    "rsa-pkcs8": (RSA, pem(RSA, PKCS8)),
    "rsa-3072": (rsa_key(3072), None),
    "rsa-4096": (rsa_key(4096), None),
    "ec-sec1": (P256, pem(P256, TRADITIONAL)),
    "ec-pkcs8": (P256, pem(P256, PKCS8)),
}
KEYS = {name: (key, text or pem(key, PKCS8)) for name, (key, text) in KEYS.items()}


def signature(key, message, hash_name):
    if isinstance(key, rsa.RSAPrivateKey):
        return key.sign(message, padding.PKCS1v15(), HASHES[hash_name])
    return key.sign(message, ec.ECDSA(HASHES[hash_name], deterministic_signing=True))


# What botocore makes of a case.

def moment(seconds):
    return datetime.datetime.fromtimestamp(seconds, datetime.timezone.utc).replace(tzinfo=None)


def policy_of(signer, url, options):
    starts_at = options.get("starts_at")
    return signer.build_policy(
        options.get("resource", url),
        moment(NOW + options.get("expires_in", 900)),
        date_greater_than=None if starts_at is None else moment(starts_at),
        ip_address=options.get("ip_range"),
    )


def is_custom(options):
    return any(name in options for name in ("starts_at", "ip_range", "resource"))


def lifetime(options):
    seconds = options.get("expires_in", 900)
    return {"expires_in": seconds, "expires_at": NOW + seconds}


def signed_url(key, url, options):
    hash_name = options.get("hash", "sha1")
    signer = CloudFrontSigner(ID, lambda message: signature(key, message, hash_name))
    policy = policy_of(signer, url, options)
    if is_custom(options):
        result = signer.generate_presigned_url(url, policy=policy)
    else:
        result = signer.generate_presigned_url(url, date_less_than=moment(NOW + options.get("expires_in", 900)))
    if hash_name == "sha256":
        result += "&Hash-Algorithm=SHA256"
    return {"url": result, "policy": policy} | lifetime(options)


def signed_cookies(key, url, options):
    hash_name = options.get("hash", "sha1")
    signer = CloudFrontSigner(ID, None)
    policy = policy_of(signer, url, options)
    encode = lambda data: signer._url_b64encode(data).decode()
    if is_custom(options) or "*" in url:
        first = ["CloudFront-Policy", encode(policy.encode())]
    else:
        first = ["CloudFront-Expires", str(NOW + options.get("expires_in", 900))]
    cookies = [
        first,
        ["CloudFront-Signature", encode(signature(key, policy.encode(), hash_name))],
        ["CloudFront-Key-Pair-Id", ID],
    ]
    if hash_name == "sha256":
        cookies.append(["CloudFront-Hash-Algorithm", "SHA256"])
    return {"cookies": cookies, "policy": policy} | lifetime(options)


cases = []


def add(name, why, call, inputs, feature=None, **result):
    case = {"name": name, "why": why, "call": call}
    if feature:
        case["feature"] = feature
    cases.append(case | {"input": {"key_pair_id": ID, "now": NOW} | inputs} | result)


def feature_of(key_name):
    return "cloudfront-rsa" if key_name.startswith("rsa") else None


def url_case(name, why, key_name, url, **options):
    key, text = KEYS[key_name]
    inputs = {"key": {"pem": text}, "url": url, "options": options}
    add(name, why, "cloudfront_sign_url", inputs, feature_of(key_name), ok=signed_url(key, url, options))


def cookies_case(name, why, key_name, url, **options):
    key, text = KEYS[key_name]
    inputs = {"key": {"pem": text}, "url": url, "options": options}
    add(name, why, "cloudfront_sign_cookies", inputs, feature_of(key_name), ok=signed_cookies(key, url, options))


def refused(name, why, code, call="cloudfront_sign_url", key=None, url=URL, options=None, feature=None, details=None,
            **inputs):
    inputs = {"key": key or {"pem": KEYS["ec-sec1"][1]}, "url": url, "options": options or {}} | inputs
    error = {"code": code} | ({"details": details} if details else {})
    add(name, why, call, inputs, feature, error=error)


# Canned policies.

url_case("rsa-sha1-canned", "what botocore documents, byte for byte", "rsa-pkcs1", URL)
url_case("rsa-sha1-canned-pkcs8", "the same key in PKCS#8", "rsa-pkcs8", URL)
url_case("rsa-sha1-canned-query", "a query is kept as it is, and signed", "rsa-pkcs1", f"{URL}?size=large&license=yes")
url_case("rsa-sha1-canned-escapes", "nothing is encoded anew", "rsa-pkcs1",
         "https://d111111abcdef8.cloudfront.net/%EA%B3%A0%EC%96%91%EC%9D%B4%20%2F+~a.jpg?q=%20+%2B&e=&a[]=1")
url_case("rsa-sha1-canned-http", "http, another domain, a port", "rsa-pkcs1", "http://www.example.com:8080/a/")
url_case("rsa-sha1-canned-escaped-wildcards", "escaped they are characters", "rsa-pkcs1",
         "https://d111111abcdef8.cloudfront.net/a%2Ab.jpg?c=%2a%3F")
url_case("rsa-sha1-canned-shortest", "one second", "rsa-pkcs1", URL, expires_in=1)
url_case("rsa-sha1-canned-longest", "3650 days", "rsa-pkcs1", URL, expires_in=315_360_000)
url_case("rsa-sha256-canned", "SHA-256 is said in the query, at its end", "rsa-pkcs1", URL, hash="sha256")
url_case("rsa-3072-canned", "a longer key", "rsa-3072", URL)
url_case("rsa-4096-canned", "the longest key", "rsa-4096", URL, hash="sha256")
url_case("ec-sha1-canned", "SHA-1 is what CloudFront assumes for ECDSA too; RFC 6979 with SHA-1", "ec-sec1", URL)
url_case("ec-sha1-canned-pkcs8", "the same key in PKCS#8", "ec-pkcs8", URL)
url_case("ec-sha256-canned", "RFC 6979 with SHA-256", "ec-sec1", URL, hash="sha256")
url_case("ec-canned-query", "appended to a query", "ec-sec1", f"{URL}?w=200", expires_in=60)
for index in range(8):
    url_case(f"ec-sha1-{index}", "many signatures: numbers with a leading zero are shorter", "ec-sec1",
             f"https://cdn.example.com/{index}.jpg", hash=("sha1", "sha256")[index % 2])

# Custom policies, in the order of botocore.

url_case("rsa-custom-starts-at", "not before a moment", "rsa-pkcs1", URL, starts_at=NOW + 60)
url_case("rsa-custom-address", "one address becomes a range of one", "rsa-pkcs1", URL, ip_range="192.0.2.10")
url_case("rsa-custom-range", "a range", "rsa-pkcs1", URL, ip_range="192.0.2.0/24")
url_case("rsa-custom-any-address", "the widest range", "rsa-pkcs1", URL, ip_range="0.0.0.0/0")
url_case("rsa-custom-wildcard", "a folder", "rsa-pkcs1", f"{URL}?w=200",
         resource="https://d111111abcdef8.cloudfront.net/photos/*")
url_case("rsa-custom-everything", "all conditions, with SHA-256", "rsa-pkcs8", f"{URL}?w=200", expires_in=86_400,
         starts_at=NOW - 60, ip_range="198.51.100.0/24", resource="http*://d111111abcdef8.cloudfront.net/*?w=???",
         hash="sha256")
url_case("rsa-custom-wildcard-url", "a URL with wildcards beside a resource", "rsa-pkcs1",
         "https://d111111abcdef8.cloudfront.net/a*b.jpg?c=?", resource="https://d111111abcdef8.cloudfront.net/a*b.jpg?c=?")
url_case("rsa-custom-own-url", "a resource that is the URL makes a custom policy all the same", "rsa-pkcs1", URL,
         resource=URL)
url_case("ec-custom-everything", "all conditions", "ec-sec1", URL, starts_at=NOW + 1, ip_range="10.0.0.0/8",
         resource="*")
url_case("ec-custom-sha256", "with SHA-256", "ec-pkcs8", URL, ip_range="203.0.113.7/32", hash="sha256")

# Cookies.

cookies_case("cookies-rsa-canned", "one file", "rsa-pkcs1", URL)
cookies_case("cookies-rsa-custom", "a folder, from a range", "rsa-pkcs1", URL, ip_range="192.0.2.0/24",
             resource="https://d111111abcdef8.cloudfront.net/photos/*")
cookies_case("cookies-rsa-pattern", "a pattern in place of the URL", "rsa-pkcs1",
             "https://d111111abcdef8.cloudfront.net/albums/7/*", hash="sha256")
cookies_case("cookies-ec-canned", "one file, ECDSA", "ec-sec1", URL, expires_in=3600)
cookies_case("cookies-ec-canned-sha256", "the hash is a fourth cookie", "ec-sec1", URL, hash="sha256")
cookies_case("cookies-ec-pattern", "a pattern, ECDSA", "ec-sec1", "http*://*.example.com/albums/7/*", starts_at=NOW)

# Signers elsewhere: a signer that is called, and the two steps.

for call, make in (("cloudfront_sign_url", signed_url), ("cloudfront_sign_cookies", signed_cookies),
                   ("cloudfront_finish_url", signed_url), ("cloudfront_finish_cookies", signed_cookies)):
    for key_name, key_type in (("rsa-pkcs1", "rsa"), ("rsa-4096", "rsa"), ("ec-sec1", "ecdsa-p256")):
        key, options = KEYS[key_name][0], {"hash": "sha256", "ip_range": "192.0.2.0/24"}
        ok = make(key, URL, options) | {"hash": "sha256"}
        made = base64.b64encode(signature(key, ok["policy"].encode(), "sha256")).decode()
        add(f"{call.replace('_', '-')}-elsewhere-{key_name}", "no feature is needed for a key held elsewhere", call,
            {"key": {"key_type": key_type, "signature": made}, "url": URL, "options": options}, ok=ok)

good = base64.b64encode(signature(P256, b"", "sha1")).decode()
wrong = {
    "ecdsa-p256-raw": ("ecdsa-p256", base64.b64encode(b"\x01" * 64).decode(), "two numbers side by side, as JOSE has it"),
    "ecdsa-p256-empty": ("ecdsa-p256", "", "nothing"),
    "ecdsa-p256-tail": ("ecdsa-p256", base64.b64encode(base64.b64decode(good) + b"\0").decode(), "a byte too many"),
    "rsa-short": ("rsa", base64.b64encode(b"\x01" * 255).decode(), "a byte too few"),
    "rsa-der": ("rsa", good, "a signature of the other kind"),
}
for name, (key_type, made, why) in wrong.items():
    for call in ("cloudfront_sign_url", "cloudfront_finish_url", "cloudfront_finish_cookies"):
        refused(f"{call.replace('_', '-')}-{name}", why, "cloudfront_signature_invalid", call=call,
                key={"key_type": key_type, "signature": made})
refused("signer-fails", "the caller's signer has no answer", "signing_failed", key={"key_type": "rsa", "fails": True})

# Keys that are refused. The reasons are ours; they are held here so that a key is refused for what is wrong with it.

P384 = ec_key(ec.SECP384R1(), "p384")
CURVE = "an ECDSA key of another curve than P-256"
ENCRYPTED = "an encrypted key, which must be decrypted first"
for name, why, text, reason in [
    ("key-empty", "no key", "", "a text without a PEM private key"),
    ("key-no-pem", "no PEM", "MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg", "a text without a PEM private key"),
    ("key-cut-off", "half a key", KEYS["ec-sec1"][1][:120], "a key that is cut off"),
    ("key-bad-base64", "base64 with a foreign character", KEYS["ec-pkcs8"][1].replace("MIG", "M!G"),
     "a key whose base64 is damaged"),
    ("key-damaged-sec1", "a wrong length in a SEC1 key", KEYS["ec-sec1"][1].replace("MHc", "MHY"), "a damaged key"),
    ("key-damaged-pkcs8", "a wrong length in a PKCS#8 key", KEYS["ec-pkcs8"][1].replace("MIGH", "MIGG"), "a damaged key"),
    ("key-p384-sec1", "another curve", pem(P384, TRADITIONAL), CURVE),
    ("key-p384-pkcs8", "another curve in PKCS#8", pem(P384, PKCS8), CURVE),
    ("key-secp256k1", "a curve of the same size", pem(ec_key(ec.SECP256K1(), "k1"), PKCS8), CURVE),
    ("key-ed25519", "neither ECDSA nor RSA",
     pem(ed25519.Ed25519PrivateKey.from_private_bytes(stream("ed", 32)), PKCS8), "a key that is neither ECDSA nor RSA"),
    ("key-public", "the public half",
     P256.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode(),
     "a public key or a certificate"),
    # The bytes of encrypted keys are not looked at, and encryption draws random numbers: they stand for themselves.
    ("key-encrypted-header", "encrypted in the old way",
     "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-256-CBC,00\n\nAAEC\n-----END RSA PRIVATE KEY-----\n",
     ENCRYPTED),
    ("key-encrypted-pkcs8", "encrypted in the new way",
     "-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAEC\n-----END ENCRYPTED PRIVATE KEY-----\n", ENCRYPTED),
    ("key-openssh", "OpenSSH's own form",
     "-----BEGIN OPENSSH PRIVATE KEY-----\nAAEC\n-----END OPENSSH PRIVATE KEY-----\n",
     "an OpenSSH key, which must be converted to PKCS#8"),
    ("key-too-long", "more than any key needs", "#" * 16_385, "a text of more than 16384 bytes"),
]:
    refused(name, why, "cloudfront_key_invalid", key={"pem": text}, details={"name": "private_key", "reason": reason})

numbers = RSA.private_numbers()
unfit = rsa.RSAPrivateNumbers(
    numbers.p, numbers.q, numbers.d + 2, numbers.dmp1, numbers.dmq1, numbers.iqmp, numbers.public_numbers
).private_key(unsafe_skip_rsa_key_validation=True)
for name, why, text, reason in [
    ("key-rsa-1024", "too short", pem(rsa_key(1024), PKCS8), "an RSA key that is not of 2048, 3072 or 4096 bits"),
    ("key-rsa-odd-length", "between the lengths", pem(rsa_key(2304), PKCS8),
     "an RSA key that is not of 2048, 3072 or 4096 bits"),
    ("key-rsa-unfit-pkcs1", "numbers that do not fit together", pem(unfit, TRADITIONAL), "a damaged key"),
    ("key-rsa-unfit-pkcs8", "numbers that do not fit together, in PKCS#8", pem(unfit, PKCS8), "a damaged key"),
    ("key-rsa-damaged", "a wrong length", KEYS["rsa-pkcs1"][1].replace("MIIE", "MIIF"), "a damaged key"),
]:
    refused(name, why, "cloudfront_key_invalid", key={"pem": text}, feature="cloudfront-rsa",
            details={"name": "private_key", "reason": reason})
for name, why, key_pair_id in [("id-empty", "no id", ""), ("id-ampersand", "an id that would add a parameter", "K&a=b"),
                               ("id-line-end", "an id that would end a header", "K\r\nSet-Cookie: a=b"),
                               ("id-semicolon", "an id that would add an attribute", "K; Path=/"),
                               ("id-too-long", "a long id", "K" * 129)]:
    refused(name, why, "cloudfront_key_invalid", key_pair_id=key_pair_id)

# URLs that are refused.

HOST = "https://d111111abcdef8.cloudfront.net"
for name, why, url in [
    ("url-empty", "nothing", ""),
    ("url-relative", "no scheme", "/photos/1.jpg"),
    ("url-ftp", "another scheme", "ftp://d111111abcdef8.cloudfront.net/a"),
    ("url-no-path", "clients add the slash, so that the signature no longer fits", HOST),
    ("url-no-path-query", "clients add the slash here too", f"{HOST}?a=1"),
    ("url-upper-case-host", "clients send it in lower case", "https://D111111abcdef8.cloudfront.net/a"),
    ("url-default-port", "clients leave it out", "https://d111111abcdef8.cloudfront.net:443/a"),
    ("url-user-info", "a password in the URL", "https://a:b@d111111abcdef8.cloudfront.net/a"),
    ("url-space", "a space", f"{HOST}/a b"),
    ("url-line-end", "a line end", f"{HOST}/a\r\nb"),
    ("url-non-ascii", "not percent-encoded", f"{HOST}/사진.jpg"),
    ("url-quote", "a quote would end the string of the policy", f'{HOST}/a","Condition":'),
    ("url-backslash", "clients make a slash of it", f"{HOST}/a\\b"),
    ("url-brace", "clients encode it", f"{HOST}/{{a}}"),
    ("url-bad-escape", "a percent sign alone", f"{HOST}/100%"),
    ("url-dot-segment", "clients resolve it", f"{HOST}/a/../b"),
    ("url-dot-segment-escaped", "servers decode it and resolve it", f"{HOST}/a/%2e%2E/b"),
    ("url-dot-segment-half-escaped", "one dot of two", f"{HOST}/a/.%2e/b"),
    ("url-dot-segment-other-half", "the other dot", f"{HOST}/a/%2E./b"),
    ("url-dot-segment-single", "the folder itself", f"{HOST}/a/%2e/b"),
    ("url-dot-segment-last", "at the end", f"{HOST}/a/%2e%2e"),
    ("url-dot-segment-slashes", "between escaped slashes", f"{HOST}/a%2f..%2Fb"),
    ("url-dot-segment-backslashes", "between escaped backslashes", f"{HOST}/a%5C..%5cb"),
    ("url-dot-segment-query", "the ? before it may match a slash", f"{HOST}/a.jpg?../b"),
    ("url-dot-segment-in-query", "the query may become a part of the path", f"{HOST}/a.jpg?b/%2e%2e/c"),
    ("url-fragment", "never sent", f"{HOST}/a#b"),
    ("url-empty-query", "a query without a parameter", f"{HOST}/a?"),
    ("url-trailing-ampersand", "a query that ends in &", f"{HOST}/a?b=1&"),
    ("url-reserved-expires", "signed already", f"{HOST}/a?Expires=1"),
    ("url-reserved-policy", "signed already", f"{HOST}/a?b=1&Policy=x"),
    ("url-reserved-signature", "signed already", f"{HOST}/a?Signature=x&b=1"),
    ("url-reserved-key-pair-id", "signed already", f"{HOST}/a?Key-Pair-Id"),
    ("url-reserved-hash-algorithm", "signed already", f"{HOST}/a?Hash-Algorithm=SHA1"),
    ("url-reserved-escaped", "hidden behind an escape", f"{HOST}/a?%45xpires=1"),
    ("url-too-long", "beyond what CloudFront takes", f"{HOST}/{'a' * 8192}"),
    ("url-too-long-signed", "beyond it with its signature", f"{HOST}/{'a' * 8100}"),
]:
    refused(name, why, "cloudfront_url_invalid", url=url)
refused("cookies-url-no-path", "cookies mind their URL too", "cloudfront_url_invalid", call="cloudfront_sign_cookies", url=HOST)

# Policies that are refused.

for name, why, options in [
    ("range-ipv6", "CloudFront takes no IPv6", {"ip_range": "2001:db8::/32"}),
    ("range-empty", "no address", {"ip_range": ""}),
    ("range-prefix", "a prefix beyond 32", {"ip_range": "192.0.2.0/33"}),
    ("range-host-bits", "an address that is not the first of its range", {"ip_range": "192.0.2.7/24"}),
    ("range-two", "two ranges", {"ip_range": "192.0.2.0/24,198.51.100.0/24"}),
    ("range-injection", "text that would leave its string", {"ip_range": '192.0.2.0/24"}}'}),
    ("starts-at-expiry", "a span without a moment in it", {"starts_at": NOW + 900}),
    ("starts-after-expiry", "a start after the end", {"starts_at": NOW + 901}),
    ("resource-empty", "no resource", {"resource": ""}),
    ("resource-relative", "a resource without a scheme", {"resource": "/photos/*"}),
    ("resource-quote", "text that would leave its string", {"resource": 'https://a/*","x":"'}),
    ("resource-line-end", "a line end", {"resource": "https://a/*\n"}),
    ("resource-dot-segment", "clients resolve it", {"resource": "https://a/b/../*"}),
    ("resource-dot-segment-escaped", "servers resolve it", {"resource": "https://a/b/%2e%2e/*"}),
    ("resource-fragment", "never sent", {"resource": "https://a/*#b"}),
    ("resource-too-long", "longer than any URL", {"resource": "https://a/" + "b" * 8192}),
]:
    refused(name, why, "cloudfront_policy_invalid", options=options)
WILDCARDS = {"name": "resource", "reason": "none beside a URL whose * or ? would be a wildcard"}
for name, why, url, options in [
    ("wildcard-folder", "its holder can send the canned policy as a custom one, with the same signature", f"{HOST}/u/7/*", {}),
    ("wildcard-name", "anywhere in a name", f"{HOST}/a*b.jpg", {}),
    ("wildcard-query", "in a query too", f"{HOST}/a.jpg?w=*", {}),
    ("wildcard-question-mark-name", "/u/70.jpg to /u/79.jpg, where no parameter has a value", f"{HOST}/u/7?.jpg", {}),
    ("wildcard-question-mark-slash", "? stands for a slash too", f"{HOST}/u?a=7/secret.jpg", {}),
    ("wildcard-question-mark", "a second ? stands for any character", f"{HOST}/a.jpg?w=?00", {}),
    ("wildcard-by-accident", "in a custom policy it opens more than itself at once", f"{HOST}/a*b.jpg", {"ip_range": "192.0.2.10"}),
    ("wildcard-question-mark-custom", "there too", f"{HOST}/a.jpg?w=?00", {"starts_at": NOW}),
]:
    refused(name, why, "cloudfront_policy_invalid", url=url, options=options, details=WILDCARDS)
    if "*" not in url:
        refused(f"cookies-{name}", why, "cloudfront_policy_invalid", call="cloudfront_sign_cookies", url=url, options=options,
                details=WILDCARDS)
refused("cookies-dot-segment", "in a pattern", "cloudfront_policy_invalid", call="cloudfront_sign_cookies",
        url=f"{HOST}/a/%2e%2e/*")
refused("cookies-two-patterns", "a pattern and a resource", "cloudfront_policy_invalid", call="cloudfront_sign_cookies",
        url=f"{HOST}/a/*", options={"resource": f"{HOST}/*"})
refused("cookies-too-long", "a policy beyond what a browser keeps", "cloudfront_policy_invalid",
        call="cloudfront_sign_cookies", url=f"{HOST}/{'a' * 3000}/*")

# Options.

for name, why, seconds in [("expiry-zero", "no time at all", 0), ("expiry-too-long", "beyond 3650 days", 315_360_001)]:
    refused(name, why, "expiry_out_of_range", options={"expires_in": seconds},
            details={"received_seconds": seconds, "min_seconds": 1, "max_seconds": 315_360_000})
for name, why, options in [("option-unknown", "a name that is not there", {"expires": 60}),
                           ("option-hash", "a hash that CloudFront does not know", {"hash": "sha512"}),
                           ("option-hash-case", "words are in lower case", {"hash": "SHA256"}),
                           ("option-starts-at-zero", "no moment", {"starts_at": 0}),
                           ("option-starts-at-text", "a moment as text", {"starts_at": "2030-01-01"}),
                           ("option-ip-list", "a list of ranges", {"ip_range": ["192.0.2.0/24"]}),
                           ("option-fraction", "half a second", {"expires_in": 0.5})]:
    refused(name, why, "option_invalid", options=options)
NO_TIME = {"reason": "the time, or the end of what is signed, is not between 1970 and 9999"}
for name, why, now in [("clock-before-1970", "a clock that is not set", -1),
                       ("clock-after-9999", "a clock beyond all dates", 253_402_300_800),
                       ("clock-last-of-javascript", "the last Date of JavaScript", 8_640_000_000_000),
                       ("clock-ends-after-9999", "not every language can say when it ends", 253_402_300_799)]:
    refused(name, why, "signing_failed", now=now, details=NO_TIME)
    refused(f"cookies-{name}", why, "signing_failed", call="cloudfront_sign_cookies", now=now, details=NO_TIME)

about = (
    "Signed URLs and cookies of CloudFront, equal byte for byte. A case with a feature is refused without it, by an error "
    "that names it. The keys are made for these tests and for nothing else."
)
made_by = f"make_cloudfront.py with botocore {botocore.__version__}, cryptography {cryptography.__version__}"
path = HERE / "cloudfront.json"
lines = ",\n".join(json.dumps(case, ensure_ascii=False) for case in cases)
path.write_text(
    f'{{"about": {json.dumps(about)}, "made_by": {json.dumps(made_by)}, "cases": [\n{lines}\n]}}\n', encoding="utf-8"
)
print(f"{len(cases)} cases, {path.stat().st_size} bytes")
