"""Writes types.json: media types that leave the format open or have another name, white space and quotes in data URIs, the
format of a result when none is asked for, and numbers without a fraction.

    pip install pillow==13.0.0 numpy==2.4.6 boto3==1.44.8
    python core/tests/vectors/make_types.py

Sizes and pixels are Pillow's, tickets boto3's, base64 Python's; requests of a confirmation are those of make_confirm.py.
Where browsers end the header of a data URI is written in the WHATWG Fetch Standard (data: URL processor), what base64 they
take in the WHATWG Infra Standard (forgiving-base64 decode), unknown types in RFC 2046 (4.5.1) and the WHATWG MIME Sniffing
Standard (7).
"""

import base64
import io
import json
from pathlib import Path

import PIL
from PIL import Image

import make_confirm
import make_presign
import make_transform
import make_upload
from make_confirm import KEY, PHOTO, STEM, confirmed, copied, copy, delete, error, found, get, head, incoming, read

HERE = Path(__file__).parent
OPEN_TYPES = [
    "", "application/octet-stream", "APPLICATION/Octet-Stream; charset=binary", "binary/octet-stream", "image/*", "image/*;q=0.8", "*/*",
    "application/unknown", "unknown/unknown", " application/octet-stream ",
]
ALIASES = {
    "image/jpg": "jpeg", "IMAGE/JPG; q=1": "jpeg", "image/pjpeg": "jpeg", "image/x-citrix-jpeg": "jpeg", "image/x-png": "png", "image/x-citrix-png": "png",
}
FILES = {"jpeg": "baseline_420.jpg", "png": "rgb.png", "webp": "lossy.webp", "gif": "animated.gif"}
# What small pictures can be compared by: colours as fine as brightness, and no shrinking in the decoder.
FINE = {"width": 40, "quality": 95, "chroma_subsampling": "4:4:4", "scaling": "best"}
CASES = []


def case(name, why, call, given, ok=None, error=None):
    CASES.append({"name": name, "why": why, "call": call, "input": given} | ({"ok": ok} if ok is not None else {"error": error}))


def taken_over(module, make):
    """The cases that another script's functions make here."""
    before = list(module.cases)
    module.cases.clear()
    make()
    CASES.extend(module.cases)
    module.cases[:] = before


def sizes(data):
    picture = Image.open(io.BytesIO(data))
    return {"format": picture.format.lower(), "width": picture.width, "height": picture.height}


# --- media types ----------------------------------------------------------------------------------------------------


def declared_types():
    for fmt, file in FILES.items():
        seen = sizes((HERE / "images" / file).read_bytes())
        for declared in OPEN_TYPES:
            case(f"{fmt} declared as {declared!r}", "unknown content declares nothing: the bytes tell", "check",
                 {"file": f"images/{file}", "declared": declared}, seen)
    for declared, fmt in ALIASES.items():
        seen = sizes((HERE / "images" / FILES[fmt]).read_bytes())
        case(f"declared as {declared!r}", "a name of clients for a registered type", "check", {"file": f"images/{FILES[fmt]}", "declared": declared}, seen)
        other = FILES["webp"]
        case(f"webp declared as {declared!r}", "a name of clients is a declaration like others", "check", {"file": f"images/{other}", "declared": declared},
             error={"code": "image_format_mismatch", "http_status": 415})
    for declared in ["application/octet", "octet-stream", "image", "image/", "text/*", "text/plain", "*", "application/x-www-form-urlencoded", "video/*"]:
        case(f"jpeg declared as {declared!r}", "another type is no unknown one", "check", {"file": f"images/{FILES['jpeg']}", "declared": declared},
             error={"code": "image_format_mismatch", "http_status": 415})
    for file, code in [("markup.svg", "image_format_not_allowed"), ("noise.bin", "image_format_unknown"), ("polyglot_html.jpg", "image_polyglot")]:
        case(f"{file} with an open type", "what declares nothing is no less checked", "check", {"file": f"images/{file}", "declared": "application/octet-stream"},
             error={"code": code})


def words():
    """`jpg` in options is `jpeg`, and is never written."""
    jpeg, png = (f"images/{FILES[fmt]}" for fmt in ("jpeg", "png"))
    case("formats: jpg", "an alias in a list", "check", {"file": jpeg, "rules": {"formats": ["jpg"]}}, {"format": "jpeg"})
    case("formats: jpg is not png", "messages have the format's own name", "check", {"file": png, "rules": {"formats": ["jpg", "gif"]}},
         error={"code": "image_format_not_allowed", "details": {"detected": "png", "allowed": ["jpeg", "gif"]}})
    for word in ["JPG", ".jpg", "jpe", "jfif"]:
        case(f"formats: {word}", "no other word is one", "check", {"file": jpeg, "rules": {"formats": [word]}}, error={"code": "option_invalid", "http_status": 400})
    case("format: jpg", "an alias for one word", "transform", {"file": "images/transform-photo.jpg", "options": FINE | {"format": "jpg"}, "rules": {}},
         make_transform.expect("photo.jpg", FINE | {"format": "jpeg"}))
    case("policy: jpg", "an alias in a policy", "policy_rules", {"policy": {"formats": ["jpg", "png"]}}, {"rules": {"formats": ["jpeg", "png"]}})
    case("policy: jpg beside jpeg", "one format, whatever it is called", "policy_rules", {"policy": {"formats": ["jpg", "png", "jpeg"]}},
         {"rules": {"formats": ["jpeg", "png"]}})
    data = base64.b64encode(b"abc").decode()
    case("encode: jpg", "an alias for an argument", "encode_data_uri", {"base64": data, "format": "jpg"}, {"text": f"data:image/jpeg;base64,{data}"})


def tickets():
    key = "uploads/user-7/1700000000000-0123456789abcdef"
    jpeg = make_upload.ALL_TYPES
    for number, declared in enumerate(OPEN_TYPES):
        make_upload.issued(f"ticket: open type {number}", "a policy with one format leaves no choice: its type is signed", f"{key}.png", content_type="image/png",
                           policy={"formats": ["png"]}, request={"content_type": declared})
        said = f"{declared or 'an empty one'}, which leaves the format open: take it from the first bytes of the file"
        make_upload.not_issued(f"ticket: open type {number}, several formats", "a ticket signs one type, and the sender has named none", "upload_format_not_allowed",
                               request={"content_type": declared}, http_status=415, message=f"expected one of {json.dumps(jpeg)} for content_type, received {said}",
                               details={"content_type": declared, "allowed": jpeg})
    for number, (declared, fmt) in enumerate(ALIASES.items()):
        extension = {"jpeg": "jpg"}.get(fmt, fmt)
        make_upload.issued(f"ticket: alias {number}", "the registered type is signed", f"{key}.{extension}", content_type=f"image/{fmt}", request={"content_type": declared})
    make_upload.issued("ticket: jpg in the policy", "an alias in a list", f"{key}.jpg", policy={"formats": ["jpg"]})
    for word in ("heic", "heif", "avif"):
        for formats in ([word], ["jpeg", word]):
            make_upload.not_issued(f"policy: {'+'.join(formats)}", "what cannot be decoded could never be confirmed", "option_invalid", http_status=400,
                                   policy={"formats": formats}, message=f"expected formats that can be confirmed (jpeg, png, webp, gif) for formats, received {word}")


def confirmations():
    def good(name, why, media_type, body=PHOTO, request=None, key=KEY, final="image/jpeg"):
        make_confirm.case(name, why, [
            (head(key), make_confirm.MISSING), (head(incoming(key)), found(body, media_type)), (get(incoming(key), body), read(body, media_type)),
            (copy(key, incoming(key), body, final), copied(make_confirm.etag(body))), (delete(incoming(key)), make_confirm.DELETED),
        ], ok=confirmed(body, body["file"], key), key=key, received=len(make_confirm.content(body)), request=request)

    for number, stored in enumerate([None, *OPEN_TYPES[1:9]]):
        good(f"confirm: stored with an open type {number}", "a store that keeps no type, or a general one; the confirmed object gets its own", stored)
    for number, promised in enumerate(OPEN_TYPES):
        good(f"confirm: promised with an open type {number}", "nothing was promised", "image/jpeg", request={"content_type": promised})
    for number, promised in enumerate(["image/jpg", "image/pjpeg", "image/x-citrix-jpeg"]):
        good(f"confirm: promised with an alias {number}", "a name of clients", "image/jpeg", request={"content_type": promised})
    for number, stored in enumerate(["image/x-png", "image/x-citrix-png"]):
        good(f"confirm: stored with an alias {number}", "a name of clients", stored, body={"file": "images/rgb.png"}, key=f"{STEM}.png", final="image/png")
    body, key, stored = {"file": "images/rgb.png"}, KEY, "binary/octet-stream"
    make_confirm.rejected("confirm: open type, other bytes", "the key's format is held against the bytes", error("image_format_mismatch", 415, declared="image/jpeg", detected="image/png"),
                          [(head(key), make_confirm.MISSING), (head(incoming(key)), found(body, stored)), (get(incoming(key), body), read(body, stored))], body=body)
    make_confirm.rejected("confirm: open type, packed", "clients would unpack it", error("image_format_mismatch", 415, declared="image/jpeg", detected="binary/octet-stream in gzip"),
                          [(head(KEY), make_confirm.MISSING), (head(incoming(KEY)), found(PHOTO, stored, content_encoding="gzip"))])


# --- data URIs ------------------------------------------------------------------------------------------------------


def picture(fmt, **options):
    image = Image.new("RGB", (16, 12))
    image.putdata([(x * 15 % 256, y * 20 % 256, (x * y) % 256) for y in range(12) for x in range(16)])
    out = io.BytesIO()
    image.save(out, fmt, **options)
    return out.getvalue()


PNG = picture("PNG")
BODY = base64.b64encode(PNG).decode()
HEADER = "data:image/png;base64,"
SPACED = {"allow_whitespace": True}
NAMES = {" ": "spaces", "\t": "tabs", "\n": "LF", "\r\n": "CRLF", "\f": "form feeds"}


def data_uri(name, why, text, rules=None, data=PNG):
    seen = sizes(data) | {"size_bytes": len(data), "text": f"data:image/{sizes(data)['format']};base64,{base64.b64encode(data).decode()}"}
    case(name, why, "decode_data_uri", {"text": text} | ({"rules": rules} if rules else {}), seen)


def no_data_uri(name, why, text, rules=None, code="data_uri_malformed", **details):
    case(name, why, "decode_data_uri", {"text": text} | ({"rules": rules} if rules else {}), error={"code": code} | ({"details": details} if details else {}))


def no_base64(name, why, payload, offset, reason, rules=SPACED):
    no_data_uri(name, why, HEADER + payload, rules, "data_uri_base64_invalid", offset=len(HEADER) + offset, reason=reason)


def open_data_uris():
    for declared in ["application/octet-stream", "binary/octet-stream", "image/*", "application/octet-stream;charset=binary", "*/*", ""]:
        data_uri(f"data URI of {declared!r}", "FileReader writes application/octet-stream, or nothing, for a file without a type", f"data:{declared};base64,{BODY}")
    for declared, fmt in {"image/jpg": "JPEG", "image/pjpeg": "JPEG", "image/x-png": "PNG"}.items():
        data = picture(fmt)
        data_uri(f"data URI of {declared!r}", "a name of clients", f"data:{declared};base64,{base64.b64encode(data).decode()}", data=data)
    no_data_uri("data URI of 'base64'", "base64 is no type", f"data:base64,{BODY}", reason="no media type")
    no_data_uri("data URI without base64", "no type, and text", f"data:,{BODY}", reason="data that is not declared as base64")


def white_space():
    for space, shown in NAMES.items():
        wrapped = space.join(BODY[at : at + 76] for at in range(0, len(BODY), 76))
        assert base64.b64decode(wrapped) == PNG
        data_uri(f"white space: {shown}", "every 76 characters (RFC 2045, section 6.8)", HEADER + wrapped, SPACED)
        offset = 76
        no_base64(f"white space: {shown}, not allowed", "RFC 4648 section 3.1: off by default", wrapped, offset, "white space", rules=None)
    data_uri("white space: as PEM has it", "64 characters, and a line break at the end (RFC 7468)",
             HEADER + "\n" + "".join(BODY[at : at + 64] + "\n" for at in range(0, len(BODY), 64)), SPACED)
    encoded = base64.encodebytes(PNG).decode()
    data_uri("white space: as encodebytes writes it", "Python's own", HEADER + encoded, SPACED)
    data_uri("white space: base64 alone", "without a header", encoded, SPACED | {"allow_bare_base64": True})
    data_uri("white space: before base64 alone", "at the start too", f"\r\n {BODY}", SPACED | {"allow_bare_base64": True})
    data_uri("white space: none", "it may be there, and need not", HEADER + BODY, SPACED)
    data_uri("white space: between all", "as much as there is base64", HEADER + " ".join(BODY) + "\n", SPACED)
    data_uri("white space: escaped", "what encodeURI makes of it", HEADER + encoded.replace("\n", "%0A"), SPACED)
    data_uri("white space: all escapes", "of RFC 3986, in both cases", HEADER + "%20%09%0a%0D%0c" + BODY.replace("+", "%2B"), SPACED)
    assert BODY.endswith("=")
    data_uri("white space: within the padding", "two symbols like others", HEADER + BODY.replace("=", "\n=") + "%20", SPACED)
    data_uri("white space: exactly max_bytes", "it is not counted", HEADER + " ".join(BODY), SPACED | {"max_bytes": len(PNG)})
    no_data_uri("white space: one byte too many", "known before anything is decoded", HEADER + " ".join(BODY), SPACED | {"max_bytes": len(PNG) - 1}, "data_uri_too_large",
                what="data", received_bytes=len(PNG), max_bytes=len(PNG) - 1)
    no_data_uri("white space: text too long", "of the text it is a part", HEADER + encoded, SPACED | {"max_data_uri_bytes": len(HEADER) + len(BODY)}, "data_uri_too_large",
                what="text", received_bytes=len(HEADER + encoded), max_bytes=len(HEADER) + len(BODY))
    no_data_uri("white space: more than base64", "it is bounded by what it stands among", HEADER + BODY + "\n" * (len(BODY) + 1), SPACED, reason="more white space than base64")
    no_data_uri("white space: more than base64, escaped", "however it is written", HEADER + "%20" * (len(BODY) + 1) + BODY, SPACED, reason="more white space than base64")
    no_data_uri("white space: nothing else", "an empty image", HEADER + " \r\n%20", SPACED, reason="no data")
    no_base64("white space: bad character after it", "the offset is that of the text as given", BODY[:8] + "\r\n" + "%0A" + BODY[8:12] + "!" + BODY[13:], 8 + 5 + 4,
              "a character outside its alphabet")
    no_base64("white space: vertical tab", "no ASCII white space of the WHATWG", BODY[:4] + "\v" + BODY[4:], 4, "a character outside its alphabet")
    no_base64("white space: no-break space", "no ASCII at all", BODY[:4] + "\u00a0" + BODY[4:], 4, "a character outside its alphabet")
    no_base64("white space: NUL", "no white space", BODY[:4] + "\0" + BODY[4:], 4, "a character outside its alphabet")
    no_base64("white space: other escape", "of white space alone", BODY[:4] + "%0B" + BODY[4:], 4, "an escape other than %2B, %2F and %3D")
    no_base64("white space: escape, not allowed", "off by default", BODY[:4] + "%0A" + BODY[4:], 4, "an escape other than %2B, %2F and %3D", rules=None)
    no_base64("white space: data after the padding", "two texts joined", "Zg==\nZg==", 5, "data after the padding")
    no_data_uri("white space: before the scheme", "data alone may have it", f" {HEADER}{BODY}", SPACED, reason="text that does not start with data:")
    data_uri("white space: before base64", "browsers skip spaces there", f"data:image/png; base64,{BODY}", SPACED)
    data_uri("white space: before a parameter", "and HTTP's white space here", f"data:image/png; charset=utf-8;\t base64,{BODY}", SPACED)
    no_data_uri("white space: in the type", "no name has it", f"data:image/ png;base64,{BODY}", SPACED, reason="no media type")
    jpeg = base64.encodebytes(picture("JPEG")).decode()
    case("white space: a list", "each on its own", "decode_data_uris", {"texts": [HEADER + encoded, f"data:image/jpeg;base64,{jpeg}"], "rules": SPACED},
         [sizes(PNG), sizes(picture("JPEG"))])
    total = 2 * len(PNG)
    case("white space: a list at its limit", "it is not counted", "decode_data_uris", {"texts": [HEADER + encoded] * 2, "rules": SPACED | {"max_total_bytes": total}}, [sizes(PNG)] * 2)
    case("white space: a list beyond its limit", "sizes come first", "decode_data_uris", {"texts": [HEADER + encoded] * 2, "rules": SPACED | {"max_total_bytes": total - 1}},
         error={"code": "data_uri_total_too_large", "details": {"received_bytes": total, "max_bytes": total - 1}})
    case("white space: no boolean", "nothing is coerced", "decode_data_uri", {"text": HEADER + BODY, "rules": {"allow_whitespace": 1}}, error={"code": "option_invalid", "http_status": 400})


def quotes():
    for name, parameters in {
        "a semicolon": 'name="a;b.png"', "base64 in quotes": 'name=";base64"', "an escaped quote": r'name="a\";b"', "an escaped backslash": r'name="a\\";x=y',
        "two values": 'name="a;b";charset="c;d"', "an empty value": 'name=""', "a space": 'name="my cat;1.png"', "other scripts": 'name="고양이;1.png"',
        "an escaped comma": 'name="a%2Cb.png"', "a quote that nothing closes": 'name="a.png',
    }.items():
        data_uri(f"quoted parameter: {name}", "a semicolon within quotes is part of the value (RFC 2045)", f"data:image/png;{parameters};base64,{BODY}")
    comma = "the first comma ends the header: in browsers, in Python's urllib, in npm's data-uri-to-buffer"
    no_data_uri("quoted parameter: a comma", comma, f'data:image/png;name="a,b.png";base64,{BODY}', reason="data that is not declared as base64")
    no_data_uri("quoted parameter: a semicolon and a comma", comma, f'data:image/png;name="a;b,c.png";base64,{BODY}', reason="a malformed parameter")
    no_base64("quoted parameter: base64 and a comma", comma, f'x";base64,{BODY}', 1, "a character outside its alphabet", rules=None)
    no_data_uri("quoted parameter: base64 only in quotes", "it is part of the value", f'data:image/png;name=";base64",{BODY}', reason="data that is not declared as base64")
    no_data_uri("quoted parameter: a quote within a value", "quotes are the first of a value, or none", f'data:image/png;name=a"b;c";base64,{BODY}', reason="a malformed parameter")


# --- the format of a result -----------------------------------------------------------------------------------------

# What a result is where no format is asked for: one that can be written, and that keeps alpha.
BY_DEFAULT = {
    "transform-photo.jpg": "jpeg", "transform-gray.jpg": "jpeg", "rgb.png": "png", "gray.png": "png", "transform-photo.gif": "png", "animated.gif": "png",
    "lossy.webp": "jpeg", "transform-photo.webp": "jpeg", "lossless.webp": "jpeg", "lossless_alpha.webp": "png", "lossy_alpha.webp": "png",
    "transform-alpha.webp": "png", "animated.webp": None,
}


def result_formats():
    for file, form in BY_DEFAULT.items():
        path = HERE / "images" / file
        opened = Image.open(path)
        opened.seek(0)
        has_alpha = opened.mode in ("RGBA", "LA") or "transparency" in opened.info
        if form is None:
            form = "png" if has_alpha else "jpeg"
        # The chroma of a lossy WebP goes into a JPEG as it is; Pillow's has been upsampled and subsampled again.
        plain = {"quality": 95, "chroma_subsampling": "4:4:4"} if file == "lossy.webp" else {}
        for options in (plain, FINE):
            case(f"default format: {file} {json.dumps(options)}", "every format that is read becomes one that is written", "transform",
                 {"file": f"images/{file}", "options": options, "rules": {}}, make_transform.expect_of(Image.open(path), form, options))
        case(f"default format, explained: {file}", "as transform has it", "explain", {"file": f"images/{file}", "options": {"width": 20}}, {"format": form, "width": 20})
    case("default format: many", "each result on its own", "transform_many", {"file": "images/lossy.webp", "transforms": [{"width": 20}, {"width": 10, "format": "png"}], "rules": {}},
         {"images": [{"format": "jpeg", "width": 20}, {"format": "png", "width": 10}]})
    webp = HERE / "images" / "transform-photo.webp"
    case("default format: lossless WebP of a WebP", "asked for by lossless", "transform", {"file": f"images/{webp.name}", "options": {"width": 20, "lossless": True}, "rules": {}},
         make_transform.expect_of(Image.open(webp), "webp", {"width": 20, "lossless": True}))
    case("default format: lossy WebP by name", "an explicit format is never exchanged", "transform", {"file": f"images/{webp.name}", "options": {"width": 20, "format": "webp"}, "rules": {}},
         {"format": "webp", "width": 20, "height": 16})


# --- numbers --------------------------------------------------------------------------------------------------------


def numbers():
    """JSON has one kind of number, and so has JavaScript: 100.0 is 100. Nothing else is."""
    source = "images/transform-photo.jpg"
    for shown, value in {"40.0": 40.0, "4e1": 4e1}.items():
        given = {"file": source, "options": FINE | {"width": value, "quality": 95.0}, "rules": {"max_bytes": 1e6}}
        case(f"number: {shown}", "a number without a fraction is that integer", "transform", given, make_transform.expect("photo.jpg", FINE))
    for shown, value in {"40.5": 40.5, "0.999": 0.999, "NaN": {"$number": "NaN"}, "Infinity": {"$number": "Infinity"}, "-Infinity": {"$number": "-Infinity"},
                         "true": True, '"40"': "40", '"40.0"': "40.0", "null": None, "-0.5": -0.5, "1e300": 1e300}.items():
        case(f"number: {shown}", "nothing is rounded, and nothing is coerced", "transform", {"file": source, "options": {"width": value}, "rules": {}},
             error={"code": "option_invalid", "http_status": 400})
    case("number: 1000.0 in rules", "a number without a fraction is that integer", "check", {"file": f"images/{FILES['jpeg']}", "rules": {"max_width": 1000.0}}, {"format": "jpeg"})
    case("number: 0.5 in rules", "nothing is rounded", "check", {"file": f"images/{FILES['jpeg']}", "rules": {"max_width": 0.5}}, error={"code": "option_invalid"})
    key = "uploads/user-7/1700000000000-0123456789abcdef.jpg"
    make_upload.issued("number: a size of 48211.0", "as a client's JSON may have it", key, request={"size_bytes": 48_211.0})
    make_upload.issued("number: in a policy", "a number without a fraction is that integer", key, policy={"max_bytes": 5e6, "expires_in": 300.0, "variant_widths": [320.0]})
    make_upload.not_issued("number: a width of 320.5", "nothing is rounded", "option_invalid", policy={"variant_widths": [320.5]})


def main():
    make_presign.stop_the_clock()
    make_presign.record_the_stages()
    declared_types()
    words()
    taken_over(make_upload, tickets)
    taken_over(make_confirm, confirmations)
    open_data_uris()
    white_space()
    quotes()
    result_formats()
    taken_over(make_upload, numbers)
    names = [made["name"] for made in CASES]
    assert len(set(names)) == len(names), [name for name in names if names.count(name) > 1]
    about = "Media types that leave the format open, other names of types, white space in data URIs, default formats, whole numbers"
    lines = ",\n".join(json.dumps(made, ensure_ascii=False) for made in CASES)
    head_line = json.dumps({"about": about, "made_by": f"make_types.py with Pillow {PIL.__version__} and boto3"})[:-1]
    (HERE / "types.json").write_text(f'{head_line}, "cases": [\n{lines}\n]}}\n')
    print(f"{len(CASES)} cases")


if __name__ == "__main__":
    main()
