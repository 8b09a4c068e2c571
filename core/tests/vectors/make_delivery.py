"""Writes delivery.json: which variant of an image a request asks for, its cache key, its format, its headers and its signature.

    python core/tests/vectors/make_delivery.py

The expected values are those of the second implementation below, written from the documentation of the grammar, on Python's
`urllib.parse`, `hmac` and `hashlib`. The `Accept` headers are those that browsers send.
"""

import base64
import hashlib
import hmac
import json
import re
import urllib.parse
from pathlib import Path

VERSION = "0.1.0"
CHROME = "image/avif,image/webp,image/apng,image/*,*/*;q=0.8"
FIREFOX = "image/avif,image/webp,image/png,image/svg+xml,image/*;q=0.8,*/*;q=0.5"
SAFARI = "image/webp,image/png,image/svg+xml,image/*;q=0.8,video/*;q=0.8,*/*;q=0.5"
OLD = "image/png,image/*;q=0.8,*/*;q=0.5"
NAVIGATION = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
SECRET, OLD_SECRET = "0123456789abcdef0123456789abcdef", "a key that was in use until last week, 사진"
MEDIA = {"jpeg": "image/jpeg", "png": "image/png", "webp": "image/webp"}
DEFAULTS = {"width": None, "height": None, "fit": "cover", "quality": 80, "format": None, "lossless": False}
POLICY = {"widths": [200, 320, 800], "heights": [150, 600], "sizes": ["300x300", "80x80"], "qualities": [75, 90], "fits": ["inside"],
          "presets": {"avatar": {"width": 96, "height": 96, "format": "jpeg", "quality": 70}, "card": {"width": 400},
                      "icon_2": {"width": 64, "lossless": True}},
          "formats": ["webp", "jpeg", "png"], "key_prefixes": []}
NOW = 1_767_225_600
cases = []


def transform_of(policy, asked):
    if "preset" in asked:
        return DEFAULTS | policy["presets"][asked["preset"]]
    silent = {"fit"} if not ("width" in asked and "height" in asked) else set()
    silent |= {"quality"} if asked.get("format") == "png" else set()
    given = {name: asked[name] for name in ("width", "height", "fit", "quality") if name in asked and name not in silent}
    return DEFAULTS | {"fit": policy.get("fit", "cover"), "quality": policy.get("quality", 80)} | given


def named_by(accept, media_type):
    """A range that is the type itself, with a weight that is well-formed and not zero."""
    for element in accept.split(","):
        name, *parameters = [part.strip(" \t") for part in element.split(";")]
        weight, good = 1.0, True
        for parameter in filter(None, parameters):
            attribute, equals, value = parameter.partition("=")
            good = good and bool(equals)
            if attribute.lower() == "q":
                good = good and re.fullmatch(r"0(\.\d{0,3})?|1(\.0{0,3})?", value, re.ASCII) is not None
                weight = float(value) if good else 0.0
        if good and weight > 0 and name.lower() == media_type:
            return True
    return False


def can_encode(transform, name):
    return name != "jpeg" or not transform["lossless"]


def format_of(policy, asked, accept):
    transform = transform_of(policy, asked)
    if asked.get("format", "auto") != "auto":
        return asked["format"], False
    if transform["format"]:
        return transform["format"], False
    if not policy.get("negotiate", True):
        return "baseline", False
    formats = policy.get("formats", ["jpeg", "png"])
    return next((name for name in formats if name == "webp" and can_encode(transform, name) and named_by(accept, "image/webp")), "baseline"), True


def baseline(policy, transform, alpha):
    formats = [name for name in policy.get("formats", ["jpeg", "png"]) if can_encode(transform, name)]
    order = ["png", "webp", "jpeg"] if alpha else ["jpeg", "png", "webp"]
    return next(name for name in order if name in formats)


def canonical(policy, asked, word):
    pairs = {"f": word}
    if "preset" in asked:
        pairs["preset"] = asked["preset"]
    else:
        transform = transform_of(policy, asked)
        pairs |= {letter: transform[name] for letter, name in (("w", "width"), ("h", "height")) if transform[name]}
        if "w" in pairs and "h" in pairs:
            pairs["fit"] = transform["fit"]
        if word != "png":
            pairs["q"] = transform["quality"]
    return "&".join(f"{name}={pairs[name]}" for name in sorted(pairs))


def signed(secret, key, policy, asked, expires_at):
    text = f"presize-variant-v1\n{key}\n{expires_at or ''}\n{canonical(policy, asked, asked.get('format', 'auto'))}"
    return base64.urlsafe_b64encode(hmac.digest(secret.encode(), text.encode(), "sha256")).decode().rstrip("=")


def variant(policy, key, asked, accept, max_age=None, stored=None, original='"original"'):
    transform = transform_of(policy, asked)
    word, varies = format_of(policy, asked, accept)
    query = canonical(policy, asked, word)
    cache_key = f"v1/{urllib.parse.quote(key, safe='/~')}?{query}"
    pairs = dict(pair.split("=") for pair in query.split("&"))
    parts = [pairs.pop("f")] + [{"fit": value, "preset": f"preset.{value}"}.get(name, name + value) for name, value in pairs.items()]
    age = min(policy.get("max_age_seconds", 31_536_000), max_age if max_age is not None else 31_536_000)
    control = f"public, max-age={age}" + (", immutable" if policy.get("immutable") and max_age is None else "")
    transform["format"] = transform["format"] or (None if word == "baseline" else word)

    def headers(alpha):
        name = baseline(policy, transform, alpha) if word == "baseline" else word
        return {"content-type": MEDIA[name], "cache-control": control} | ({"vary": "Accept"} if varies else {})

    tag = hashlib.sha256(f'{original}\n{cache_key}\n{VERSION}'.encode()).digest()[:16]
    return {"key": key, "format": word, "canonical_query": query, "cache_key": cache_key,
            "store_key": stored or ".".join(parts) + "/" + key, "cache_control": control, "varies": varies, "transform": transform,
            "headers": headers(False), "headers_with_alpha": headers(True),
            "entity_tag": f'W/"{base64.urlsafe_b64encode(tag).decode().rstrip("=")}"'}


def case(name, why, call, given, **outcome):
    cases.append({"name": name, "why": why, "call": call, "input": given} | outcome)


def from_query(name, why, query, asked, *, key="photos/cat.jpg", accept="", policy=POLICY, raw_key=None, **more):
    given = {"policy": policy, "key": raw_key or key, "query": query, "accept": accept, "now": NOW}
    case(name, why, "variant_from_query", given, ok=variant(policy, key, asked, accept, **more))


def refused(name, why, query, code, *, key="photos/cat.jpg", policy=POLICY, call="variant_from_query", **error):
    status = {"variant_malformed": 400, "variant_not_allowed": 403, "variant_signature_invalid": 403}[code]
    part = {"variant_from_query": {"key": key, "query": query, "now": NOW}, "variant_from_url": {"url": query, "now": NOW},
            "variant_from_path": {"path": query}, "variant_from_preset": {"preset": query, "key": key}}[call]
    case(name, why, call, {"policy": policy, "accept": ""} | part, error={"code": code, "http_status": status} | error)


def queries():
    box = {"width": 200, "height": 150}
    from_query("s2-with-png", "the query of an edge function", "w=200&h=150&f=png&q=90", box | {"format": "png", "quality": 90})
    for number, query in enumerate(["w=200&h=150&q=90", "q=90&h=150&w=200", "h=150&w=200&q=90&fit=cover", "width=200&height=150&quality=90&format=auto",
                                    "?w=200&h=150&q=90", "utm_source=a&w=200&fbclid=x&h=150&q=90&W=1&_=7", "w=%32%30%30&%68=150&q=90", "&&w=200&h=150&q=90&",
                                    "w=200&h=150&q=90&a=%zz&%zz=1&b=%ff", "w=200&h=150&q=90&cache-buster"]):
        from_query(f"one-meaning-{number}", "order, long names, foreign names and encoding make no other key", query, box | {"quality": 90})
    from_query("defaults-filled-in", "the quality and the fit of the policy are in the key", "w=200&h=150", box)
    from_query("default-named", "a default that is named makes no other key", "w=200&h=150&q=80&fit=cover", box)
    from_query("other-fit", "a fit from the list", "w=200&h=150&fit=inside", box | {"fit": "inside"})
    from_query("one-side", "the other follows from the picture", "w=320", {"width": 320})
    from_query("one-side-fit", "the fit of one side says nothing", "w=320&fit=inside", {"width": 320})
    from_query("one-height", "the other follows from the picture", "h=600", {"height": 600})
    from_query("exact-size", "a box of the list", "w=300&h=300", {"width": 300, "height": 300})
    from_query("png-has-no-quality", "the quality of a lossless format says nothing", "w=320&f=png&q=75", {"width": 320, "format": "png", "quality": 75})
    from_query("jpg", "the same format in one spelling", "w=320&f=jpg", {"width": 320, "format": "jpeg"})
    from_query("baseline", "what an edge resolves the header to", "w=320&f=baseline", {"width": 320, "format": "baseline"}, accept=CHROME)
    from_query("policy-defaults", "the policy's own defaults", "w=320&h=150", {"width": 320, "height": 150},
               policy={"widths": [320], "heights": [150], "quality": 60, "fit": "contain", "max_age_seconds": 600, "immutable": True, "negotiate": False})
    from_query("original-size", "the whole picture, where the policy allows it", "f=jpeg", {"format": "jpeg"}, policy={"widths": [1], "original_size": True})
    from_query("next", "the widths of Next.js", "w=3840&q=75", {"width": 3840, "quality": 75}, policy={"width_set": "next", "qualities": [75]})
    for name, key in {"korean": "사진/고양이 1.jpg", "plus-percent": "a+b%20c.jpg", "question": "a?b&w=1#c.jpg", "dots": "...a/.b/c..jpg", "1004-bytes": "k" * 980}.items():
        from_query(f"key-{name}", "a key is taken as it is, and encoded in the cache key", "w=320", {"width": 320}, key=key)
    from_query("key-with-slash", "one slash at the start is that of the path", "w=320", {"width": 320}, key="a/b.jpg", raw_key="/a/b.jpg")
    prefixes = POLICY | {"key_prefixes": ["photos", "사진/공개"]}
    from_query("prefix", "below a prefix", "w=320", {"width": 320}, key="사진/공개/a.jpg", policy=prefixes)

    for value in ["", "0", "00", "0200", "+200", "%2B200", "-200", "1e3", "200.0", "NaN", "Infinity", "12abc", "0x10", " 200", "200 ", "٢٠٠", "100000", "9" * 30, "%", "%2", "%ff"]:
        refused(f"width-{value or 'empty'}", "one number has one spelling", f"w={value}", "variant_malformed", details={"name": "width"})
    for value in ["0", "101", "080", "80.5", "", "high"]:
        refused(f"quality-{value or 'empty'}", "1 to 100", f"w=200&q={value}", "variant_malformed", details={"name": "quality"})
    for name, query, which in [("width-twice", "w=200&w=200", "width"), ("width-both-names", "w=200&width=200", "width"), ("format-twice", "w=200&f=png&f=png", "format"),
                               ("format-unknown", "w=200&f=avif", "format"), ("format-case", "w=200&f=PNG", "format"), ("format-media-type", "w=200&f=image/png", "format"),
                               ("fit-unknown", "w=200&h=150&fit=crop", "fit"), ("preset-and-box", "preset=card&w=200", "preset"), ("preset-name", "preset=../x", "preset"),
                               ("no-value", "w", "width"), ("expiry-alone", f"w=200&e={NOW}", "s"), ("signature-short", "w=200&s=abc", "s"),
                               ("signature-padded", f"w=200&s={'A' * 43}=", "s"), ("long-query", "w=200&x=" + "y" * 2048, "query"), ("many", "w=200" + "&x=1" * 64, "query")]:
        refused(name, "what cannot be read is refused, and nothing is guessed", query, "variant_malformed", details={"name": which})
    for name, key in {"empty": "", "slash": "/", "dot-dot": "photos/../secret", "dot": "./a", "double": "a//b", "double-start": "//a", "folder": "photos/", "control": "a\nb", "nul": "a\0", "long": "k" * 1025}.items():
        refused(f"key-{name}", "no key", "w=320", "variant_malformed", key=key, details={"name": "key"})
    refused("key-too-long-to-store", "with its size the key would be longer than S3 takes", "w=320", "variant_malformed", key="k" * 1020, details={"name": "key"})
    for name, query, which in [("width", "w=201", "size"), ("width-huge", "w=99999", "size"), ("height", "h=151", "size"), ("box-of-a-width", "w=200&h=151", "size"),
                               ("side-of-a-box", "w=300", "size"), ("turned-box", "w=150&h=200", "size"), ("no-size", "f=jpeg", "size"), ("nothing", "", "size"),
                               ("quality", "w=200&q=91", "quality"), ("fit", "w=200&h=150&fit=fill", "fit"), ("preset", "preset=banner", "preset")]:
        refused(f"not-allowed-{name}", "any size for any stranger is a cost attack", query, "variant_not_allowed", details={"name": which})
    refused("not-allowed-format", "a format that is not listed", "w=320&f=webp", "variant_not_allowed", policy={"widths": [320]}, details={"name": "format", "received": "webp"})
    from_query("lossy-webp", "a WebP by name", "w=320&f=webp", {"width": 320, "format": "webp"})
    for name, key in {"other": "private/a.jpg", "longer": "photos-private/a.jpg", "itself": "photos", "inside": "a/photos/b.jpg"}.items():
        refused(f"prefix-{name}", "outside of the prefixes", "w=320", "variant_not_allowed", key=key, policy=prefixes, details={"name": "key"})


def accepts():
    for name, accept in {"chrome": CHROME, "firefox": FIREFOX, "safari": SAFARI, "old": OLD, "navigation": NAVIGATION, "none": "", "wildcard": "*/*",
                         "image-wildcard": "image/*", "refused": "image/webp;q=0, image/*", "refused-000": "image/webp;q=0.000,*/*", "least": "image/webp;q=0.001", "case": "IMAGE/WEBP;Q=1",
                         "parameter": "image/webp;level=1", "spaces": "text/html , image/webp ; q=0.5 ,", "bad-weight": "image/webp;q=1.5", "no-weight": "image/webp;q", "junk": ";;,,=,image/",
                         "joined": "text/plain, image/webp", "longer-name": "image/webpx", "avif-alone": "image/avif", "four-decimals": "image/webp;q=0.1234"}.items():
        from_query(f"accept-{name}", "only a format's own name grants it", "preset=icon_2", {"preset": "icon_2"}, accept=accept)
    from_query("accept-long", "no browser sends so much", "preset=icon_2", {"preset": "icon_2"}, accept="")
    cases[-1]["input"]["accept"] = "text/plain," * 500 + "image/webp"
    from_query("accept-lossy", "WebP is chosen wherever it is accepted", "w=320", {"width": 320}, accept=CHROME)
    from_query("accept-explicit", "a format by name does not look at the header", "w=320&f=jpeg", {"width": 320, "format": "jpeg"}, accept=CHROME)
    from_query("accept-off", "without negotiation there is no Vary", "preset=icon_2", {"preset": "icon_2"}, accept=CHROME, policy=POLICY | {"negotiate": False})
    from_query("webp-alone", "the only format of the policy is the baseline", "preset=icon_2", {"preset": "icon_2"}, policy=POLICY | {"formats": ["webp"]})


def others():
    for name, url, key, query in [("plain", "/photos/cat.jpg?w=320", "photos/cat.jpg", {"width": 320}), ("space", "/a%20b.jpg?w=320", "a b.jpg", {"width": 320}),
                                  ("plus", "/a+b.jpg?w=320", "a+b.jpg", {"width": 320}), ("once", "/a%2520b.jpg?w=320", "a%20b.jpg", {"width": 320}),
                                  ("slash", "/a%2Fb.jpg?w=320", "a/b.jpg", {"width": 320}), ("korean", "/%EC%82%AC%EC%A7%84.jpg?preset=card", "사진.jpg", {"preset": "card"}),
                                  ("question", "/a%3Fb.jpg?w=320&x=a?b", "a?b.jpg", {"width": 320})]:
        case(f"url-{name}", "a path is decoded once, and a plus in it is a plus", "variant_from_url", {"policy": POLICY, "url": url, "accept": CHROME, "now": NOW},
             ok=variant(POLICY, key, query, CHROME))
    for name, url in {"dots": "/a/%2e%2e/b?w=320", "nul": "/a%00?w=320", "utf8": "/%ff?w=320", "bad": "/%zz?w=320", "cut": "/a%2?w=320", "empty": "/?w=320", "double": "/%2F%2Fa?w=320"}.items():
        refused(f"url-{name}", "what is decoded is checked afterwards", url, "variant_malformed", call="variant_from_url", details={"name": "key"})

    for name, path, key, asked in [("s4", "300x300/blue_marble.jpg", "blue_marble.jpg", {"width": 300, "height": 300}), ("width", "/320x/a/b.jpg", "a/b.jpg", {"width": 320}),
                                   ("height", "x600/a.jpg", "a.jpg", {"height": 600}), ("korean", "80x80/사진 1.jpg", "사진 1.jpg", {"width": 80, "height": 80})]:
        case(f"path-{name}", "the size, then the key", "variant_from_path", {"policy": POLICY, "path": path, "accept": ""},
             ok=variant(POLICY, key, asked, "", stored=path.lstrip("/")))
    # One path is one object: what was negotiated is stored under its canonical key.
    box = {"width": 300, "height": 300}
    case("path-negotiated", "a path holds what every client can show", "variant_from_path", {"policy": POLICY, "path": "300x300/a.jpg", "accept": CHROME},
         ok=variant(POLICY, "a.jpg", box, CHROME, stored="300x300/a.jpg" if format_of(POLICY, box, CHROME)[0] == "baseline" else None))
    for name, path in {"empty": "", "no-key": "300x300", "no-key-slash": "300x300/", "no-size": "photos/a.jpg", "sign": "+300x300/a", "capital": "300X300/a", "zero": "0x300/a", "none": "x/a",
                       "three": "1x2x3/a", "dots": "300x300/../a", "twice": "300x300/80x80/a.jpg", "double": "300x300//a"}.items():
        refused(f"path-{name}", "one form, and no variant of a variant", path, "variant_malformed", call="variant_from_path", details={"name": "key"})
    refused("path-not-allowed", "S4: Forbidden: Resolution not allowed", "301x300/blue_marble.jpg", "variant_not_allowed", call="variant_from_path", details={"name": "size", "received": "301x300"})

    for name in POLICY["presets"]:
        case(f"preset-{name}", "a whole transform", "variant_from_preset", {"policy": POLICY, "preset": name, "key": "a.jpg", "accept": CHROME},
             ok=variant(POLICY, "a.jpg", {"preset": name}, CHROME))
    refused("preset-unknown", "a name that is not listed", "banner", "variant_not_allowed", call="variant_from_preset", details={"name": "preset", "received": "banner"})
    from_query("preset-with-format", "a preset without a format may be asked for in one", "preset=card&f=png", {"preset": "card", "format": "png"})
    from_query("preset-with-its-format", "the preset's own", "preset=avatar&f=jpeg", {"preset": "avatar", "format": "jpeg"})
    refused("preset-with-another", "the preset says otherwise", "preset=avatar&f=png", "variant_not_allowed", details={"name": "format"})


def signatures():
    policy = {"signing_keys": [SECRET, OLD_SECRET], "max_side": 2000, "immutable": True, "formats": ["jpeg", "png"]}
    key = "사진/a b.jpg"
    for number, (query, asked) in enumerate([("w=123", {"width": 123}), ("h=77&width=1999&q=33&fit=fill", {"width": 1999, "height": 77, "quality": 33, "fit": "fill"}),
                                             ("w=9&f=png&q=50", {"width": 9, "format": "png", "quality": 50}), ("f=jpeg", {"format": "jpeg"}), ("w=123&f=auto&utm=1", {"width": 123})]):
        unresolved = canonical(policy, asked, asked.get("format", "auto"))
        for seconds in (600, None):
            expires_at = NOW + seconds if seconds else None
            until = f"&e={expires_at}" if seconds else ""
            text = f"{unresolved}{until}&s={signed(SECRET, key, policy, asked, expires_at)}"
            given = {"policy": policy, "key": key, "query": query, "now": NOW} | ({"expires_in": seconds} if seconds else {})
            case(f"sign-{number}-{seconds or 'always'}", "values in their canonical form are signed, with the first key", "sign_variant", given, ok={"query": text})
            from_query(f"signed-{number}-{seconds or 'always'}", "what is signed may have any size", text, asked, key=key, policy=policy, max_age=seconds)
    asked = {"width": 123}
    old = signed(OLD_SECRET, key, policy, asked, NOW + 60)
    from_query("signed-with-the-old-key", "each of the keys is good", f"e={NOW + 60}&s={old}&w=123", asked, key=key, policy=policy, max_age=60)
    from_query("signed-in-another-order", "the order is not signed", f"s={old}&q=80&e={NOW + 60}&f=auto&width=123", asked, key=key, policy=policy, max_age=60)
    for name, query, other in [("width", f"w=124&e={NOW + 60}&s={old}", key), ("key", f"w=123&e={NOW + 60}&s={old}", "b.jpg"), ("expiry", f"w=123&e={NOW + 61}&s={old}", key),
                               ("no-expiry", f"w=123&s={old}", key), ("quality", f"w=123&q=81&e={NOW + 60}&s={old}", key), ("format", f"w=123&f=jpeg&e={NOW + 60}&s={old}", key),
                               ("letter", f"w=123&e={NOW + 60}&s={'A' if old[0] != 'A' else 'B'}{old[1:]}", key)]:
        refused(f"tampered-{name}", "another signature", query, "variant_signature_invalid", key=other, policy=policy)
    late = signed(SECRET, key, policy, asked, NOW)
    refused("expired", "it holds until before its second", f"w=123&e={NOW}&s={late}", "variant_signature_invalid", key=key, policy=policy, details={"reason": "one that has expired"})
    refused("unsigned", "without a list only what is signed is allowed", "w=123", "variant_not_allowed", key=key, policy=policy)
    both = policy | {"widths": [320]}
    from_query("listed-unsigned", "what is listed needs no signature", "w=320", {"width": 320}, policy=both)
    refused("listed-badly-signed", "a wrong signature is refused, whatever it is of", f"w=320&s={'A' * 43}", "variant_signature_invalid", policy=both)
    refused("signed-without-keys", "the policy has no key", f"w=320&s={'A' * 43}", "variant_signature_invalid")
    too_large = signed(SECRET, key, policy, {"width": 2001}, None)
    refused("signed-too-large", "max_side bounds what is signed too", f"w=2001&s={too_large}", "variant_not_allowed", key=key, policy=policy, details={"name": "width"})
    case("sign-too-large", "what would be refused is not signed", "sign_variant", {"policy": policy, "key": key, "query": "w=2001", "now": NOW}, error={"code": "variant_not_allowed"})
    case("sign-unknown-preset", "what would be refused is not signed", "sign_variant", {"policy": policy, "key": key, "query": "preset=none", "now": NOW}, error={"code": "variant_not_allowed", "details": {"name": "preset", "received": "none"}})
    case("sign-without-keys", "there is nothing to sign with", "sign_variant", {"policy": POLICY, "key": key, "query": "w=320", "now": NOW}, error={"code": "option_invalid", "details": {"name": "signing_keys"}})


def policies():
    def policy(name, why, given, **outcome):
        case(f"policy-{name}", why, "variant_policy", {"policy": given}, **outcome)

    def bad(name, given, option, code="option_invalid", **error):
        policy(name, "a bad option is an error", given, error={"code": code} | ({"details": {"name": option}} if option else {}) | error)

    policy("open", "neither a list nor a key: it fails closed", {}, error={"code": "variant_policy_open", "http_status": 500})
    policy("open-lists", "empty lists are none", {"widths": [], "sizes": [], "presets": {}, "formats": ["png"], "original_size": True}, error={"code": "variant_policy_open"})
    policy("whole", "what is shown, without the secret", POLICY | {"signing_keys": [SECRET]},
           ok={"policy": {"widths": [200, 320, 800], "sizes": ["300x300", "80x80"], "presets": POLICY["presets"], "signing_keys": None, "max_side": 4096, "quality": 80, "negotiate": True}})
    for name, given, option in [("width-0", {"widths": [0]}, "widths"), ("width-text", {"widths": ["320"]}, "widths"), ("width-fraction", {"widths": [1.5]}, "widths"), ("width-beyond", {"widths": [4097]}, "widths"),
                                ("height-beyond", {"heights": [300], "max_side": 200}, "heights"), ("next-beyond", {"width_set": "next", "max_side": 2000}, "widths"), ("size", {"sizes": ["300"]}, "sizes"),
                                ("size-open", {"sizes": ["300x"]}, "sizes"), ("size-zero", {"sizes": ["0x1"]}, "sizes"), ("size-number", {"sizes": [300]}, "sizes"), ("size-beyond", {"sizes": ["5000x1"]}, "sizes"),
                                ("width-set", {"width_set": "nuxt"}, "width_set"), ("formats-none", {"widths": [1], "formats": []}, "formats"), ("formats-gif", {"widths": [1], "formats": ["gif"]}, "formats"),
                                ("quality", {"widths": [1], "quality": 0}, "quality"), ("qualities", {"widths": [1], "qualities": [101]}, "qualities"), ("fits", {"widths": [1], "fits": ["crop"]}, "fits"),
                                ("max-side", {"widths": [1], "max_side": 16385}, "max_side"), ("max-age", {"widths": [1], "max_age_seconds": 31_536_001}, "max_age_seconds"), ("prefix-slash", {"widths": [1], "key_prefixes": ["a/"]}, "key_prefixes"),
                                ("prefix-empty", {"widths": [1], "key_prefixes": [""]}, "key_prefixes"), ("prefix-dots", {"widths": [1], "key_prefixes": ["a/.."]}, "key_prefixes"), ("key-short", {"signing_keys": ["x" * 31]}, "signing_keys"),
                                ("key-number", {"signing_keys": [1]}, "signing_keys"), ("unknown", {"width": [320]}, "width"), ("null", {"widths": None}, "widths"), ("preset-name", {"presets": {"Avatar": {}}}, "presets"),
                                ("preset-option", {"presets": {"a": {"widht": 1}}}, "presets.a.widht"), ("preset-range", {"presets": {"a": {"quality": 0}}}, "presets.a.quality"), ("preset-list", {"presets": {"a": [1]}}, "presets"),
                                ("preset-text", {"presets": "avatar"}, "presets")]:
        bad(name, given, option)
    bad("key-text", {"signing_keys": SECRET}, None, details={"name": "signing_keys", "received": "a string"})
    bad("preset-encoding", {"presets": {"a": {"format": "jpeg", "lossless": True}}}, None, code="encoding_unsupported")


def srcsets():
    def made(name, why, width, height, urls, *, key="photos/cat.jpg", policy=None, sizes="100vw", shown=None, options=None, **more):
        options = (options or {}) | more
        given = {"policy": policy or {"widths": [640, 320, 1280, 1920]}, "key": key, "width": width, "height": height} | ({"options": options} if options else {})
        url = options.get("base_url", "").rstrip("/") + "/" + urllib.parse.quote(key, safe="/~")
        ok = {"src": f"{url}?w={urls[-1][0]}", "srcset": ", ".join(f"{url}?w={asked} {width}w" for asked, width in urls), "sizes": sizes,
              "width": (shown or (width, height))[0], "height": (shown or (width, height))[1]}
        case(f"srcset-{name}", why, "srcset", given, ok=ok)

    def not_made(name, why, code, detail, **given):
        case(f"srcset-{name}", why, "srcset", {"policy": {"widths": [320]}, "key": "a", "width": 10, "height": 10} | given, error={"code": code, "details": {"name": detail}})

    made("large", "every width of the policy, in order", 4032, 3024, [(320, 320), (640, 640), (1280, 1280), (1920, 1920)])
    made("between", "the last candidate is the original's own width", 1000, 750, [(320, 320), (640, 640), (1280, 1000)])
    made("exact", "what is wider gives nothing more", 640, 480, [(320, 320), (640, 640)])
    made("small", "never above the original", 100, 75, [(320, 100)])
    made("key", "a comma or a space in a key would end the candidate", 300, 300, [(320, 300)], key="사진/a, b&c.jpg")
    made("base", "before another origin", 4000, 3000, [(320, 320), (640, 640), (1280, 1280), (1920, 1920)], base_url="https://img.example.com/i/")
    made("max-width", "twice the width that it is shown at, and no more", 4000, 3000, [(320, 320), (640, 640), (1280, 1280)], max_width=600,
         sizes="(min-width: 600px) 600px, 100vw", shown=(600, 450))
    made("layout", "the layout's own", 200, 100, [(320, 200)], sizes="50vw", options={"sizes": "50vw"})
    made("next", "the widths of Next.js", 1000, 1000, [(width, width) for width in (32, 48, 64, 96, 128, 256, 384, 640, 750, 828)] + [(1080, 1000)], policy={"width_set": "next"})
    not_made("no-widths", "only boxes are allowed", "option_invalid", "widths", policy={"sizes": ["80x80"]})
    not_made("key-dots", "no key", "variant_malformed", "key", key="../a")
    not_made("prefix", "outside of the prefixes", "variant_not_allowed", "key", policy={"widths": [320], "key_prefixes": ["photos"]})
    not_made("no-size", "there is no such picture", "option_invalid", "width", width=0)
    for name, option, value in [("base-query", "base_url", "https://a/?x=1"), ("base-quote", "base_url", '/"a'), ("base-comma", "base_url", "/a,b"), ("sizes-tag", "sizes", "100vw\"><script>"),
                                ("max-width-0", "max_width", 0), ("unknown", "loading", "lazy")]:
        not_made(name, "nothing ends the attribute or the candidate", "option_invalid", option, options={option: value})


def rendered():
    policy = {"widths": [4]}
    for name, file, image in [("opaque", "images/rgb.png", {"format": "jpeg"}), ("alpha", "images/rgba.png", {"format": "png"})]:
        headers = {"content-type": MEDIA[image["format"]], "cache-control": "public, max-age=31536000", "vary": "Accept"}
        case(f"rendered-{name}", "the baseline is a JPEG, or a PNG where there is alpha", "render_variant",
             {"policy": policy, "key": "a", "query": "w=4", "accept": "", "now": NOW, "image": {"file": file}}, ok=image | {"width": 4, "headers": headers})


if __name__ == "__main__":
    for part in (queries, accepts, others, signatures, policies, srcsets, rendered):
        part()
    names = [case["name"] for case in cases]
    assert len(names) == len(set(names)), [name for name in names if names.count(name) > 1]
    head = json.dumps({"about": "Variants of images: what a request asks for, and what the policy says to it.", "made_by": "make_delivery.py"})
    lines = ",\n".join(json.dumps(case, ensure_ascii=False) for case in cases)
    Path(__file__).with_name("delivery.json").write_text(f'{head[:-1]}, "cases": [\n{lines}\n]}}\n', encoding="utf-8")
    print(f"delivery.json: {len(cases)} cases")
