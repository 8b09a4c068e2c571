"""Writes data_uri.json: what is a data URI of an image and what is not.

Usage: python3 make_data_uri.py        (needs Pillow)

The base64 verdicts are checked here against Python's own decoder: a text that is expected to be accepted must decode
with `base64.b64decode(validate=True)` and encode back to itself.
"""

import base64
import io
import json
import pathlib

import PIL
from PIL import Image


def picture(format_name, size=(16, 12), **options):
    image = Image.new("RGB", size)
    image.putdata([(x * 15 % 256, y * 20 % 256, (x * y) % 256) for y in range(size[1]) for x in range(size[0])])
    out = io.BytesIO()
    image.save(out, format_name, **options)
    return out.getvalue()


PNG = picture("PNG")
JPEG = picture("JPEG", quality=60)
GIF = picture("GIF")
WEBP = picture("WEBP", lossless=True)
SMALL = picture("PNG", (8, 8))

HEADER = "data:image/png;base64,"
cases = []


def text_of(data):
    return base64.b64encode(data).decode()


def add(name, why, text, ok=None, error=None, rules=None):
    given = {"text": text} | ({"rules": rules} if rules else {})
    verdict = {"ok": ok} if ok else {"error": error}
    cases.append({"name": name, "why": why, "call": "decode_data_uri", "input": given} | verdict)


def accepted(name, why, text, data, fmt, rules=None, size=(16, 12), canonical=None):
    payload = (canonical or text).split(",", 1)[-1]
    assert base64.b64decode(payload, validate=True) == data and text_of(data) == payload, name
    ok = {"format": fmt, "width": size[0], "height": size[1], "size_bytes": len(data)}
    ok["text"] = f"data:image/{fmt};base64,{text_of(data)}"
    add(name, why, text, ok=ok, rules=rules)


def refused(name, why, text, code, status, rules=None, message=None, **details):
    error = {"code": code, "http_status": status} | ({"message": message} if message else {})
    if details:
        error["details"] = details
    add(name, why, text, error=error, rules=rules)


def malformed(name, why, text, reason):
    refused(name, why, text, "data_uri_malformed", 400, reason=reason)


def bad_base64(name, why, payload, offset, reason):
    refused(name, why, HEADER + payload, "data_uri_base64_invalid", 400, offset=len(HEADER) + offset, reason=reason)


# Accepted.
for fmt, data in (("png", PNG), ("jpeg", JPEG), ("gif", GIF), ("webp", WEBP)):
    accepted(f"{fmt} plain", "the common form", f"data:image/{fmt};base64,{text_of(data)}", data, fmt)
accepted("upper case", "scheme, type and base64 are case-insensitive", f"DATA:IMAGE/PNG;BASE64,{text_of(PNG)}", PNG, "png")
accepted("parameter", "RFC 2397 allows parameters", f"data:image/jpeg;name=a;base64,{text_of(JPEG)}", JPEG, "jpeg")
accepted("two parameters", "and several of them", f"data:image/png;name=%EA%B0%80.png;charset=utf-8;base64,{text_of(PNG)}", PNG, "png")
accepted("image/jpg", "an unregistered alias that clients send", f"data:image/jpg;base64,{text_of(JPEG)}", JPEG, "jpeg")
escaped = text_of(PNG).replace("+", "%2B").replace("/", "%2f").replace("=", "%3D")
assert "%2B" in escaped and "%2f" in escaped, "choose a picture whose base64 has both"
accepted("percent-encoded", "what encodeURIComponent makes of base64", HEADER + escaped, PNG, "png", canonical=HEADER + text_of(PNG))
accepted("bare allowed", "base64 alone, where the rules allow it", text_of(PNG), PNG, "png", rules={"allow_bare_base64": True})
accepted("mismatch allowed", "where the rules allow it", f"data:image/jpeg;base64,{text_of(PNG)}", PNG, "png", rules={"allow_type_mismatch": True})
accepted("exactly max_bytes", "the limit itself is allowed", HEADER + text_of(PNG), PNG, "png", rules={"max_bytes": len(PNG)})
uri = HEADER + text_of(PNG)
accepted("exactly max_data_uri_bytes", "the limit itself is allowed", uri, PNG, "png", rules={"max_data_uri_bytes": len(uri)})
accepted("exactly min size", "the limit itself is allowed", uri, PNG, "png", rules={"min_width": 16, "min_height": 12})

# The header.
body = text_of(PNG)
malformed("bare", "base64 alone must be asked for", body, "text that does not start with data:")
malformed("empty", "nothing at all", "", "text that does not start with data:")
malformed("url", "a URL is no data", "https://example.com/a.png", "text that does not start with data:")
malformed("leading space", "no trimming", " " + uri, "text that does not start with data:")
malformed("no comma", "cut off in the header", "data:image/png;base64", "no comma after its header")
malformed("no data", "an empty image", "data:image/png;base64,", "no data")
malformed("half a type", "type/subtype", f"data:image;base64,{body}", "no media type")
malformed("space in type", "no trimming", f"data: image/png;base64,{body}", "no media type")
malformed("authority", "data://host is another scheme's form", f"data://host/image/png;base64,{body}", "no media type")
malformed("not base64", "percent-encoded text is no image", "data:image/svg+xml,%3Csvg%3E", "data that is not declared as base64")
malformed("base64 not last", "base64 ends the header", f"data:image/png;base64;name=a,{body}", "a parameter after ;base64")
malformed("base64 twice", "once", f"data:image/png;base64;base64,{body}", "a parameter after ;base64")
malformed("space before base64", "no trimming", f"data:image/png; base64,{body}", "a malformed parameter")
malformed("parameter without value", "name=value", f"data:image/png;name;base64,{body}", "a malformed parameter")
malformed("endless header", "the header is bounded", f"data:image/png;name={'a' * 1100};base64,{body}", "no comma after its header")

# The base64 text.
bad_base64("bad character", "the offset is that of the character", body[:9] + "!" + body[10:], 9, "a character outside its alphabet")
bad_base64("line break", "RFC 4648 section 3.1", body[:76] + "\n" + body[76:], 76, "white space")
bad_base64("trailing space", "no trimming", body + " ", len(body), "white space")
bad_base64("url-safe", "RFC 4648 section 5 is another alphabet", body[:8] + "-" + body[9:], 8, "a character of the URL-safe alphabet")
bad_base64("fragment", "a browser would cut it off", body + "#a", len(body), "a character outside its alphabet")
bad_base64("non-ascii", "letters of other scripts", body[:8] + "가" + body[8:], 8, "a character outside its alphabet")
bad_base64("padding inside", "two texts joined", "Zg==" + body, 4, "data after the padding")
bad_base64("padding missing", "RFC 4648 section 3.2", "iVBORw", 6, "too little padding")
bad_base64("padding too much", "RFC 4648 section 3.2", "iVBO=", 4, "padding where none belongs")
bad_base64("stray bits", "RFC 4648 section 3.5", "iVBORx==", 5, "bits set after the last byte")
bad_base64("single character", "no byte has six bits", "iVBOR", 4, "a single character after the last group of four")
bad_base64("other escape", "only what browsers escape is undone", "%41" + body[1:], 0, "an escape other than %2B, %2F and %3D")
bad_base64("escaped, bad later", "the offset is that of the text as given", "%2B%2FAA" + "*AAA", 8, "a character outside its alphabet")

# Limits, all before decoding.
refused("text too long", "checked first", uri, "data_uri_too_large", 413, rules={"max_data_uri_bytes": len(uri) - 1},
        what="text", received_bytes=len(uri), max_bytes=len(uri) - 1)
refused("data too long", "known from the length of the text", uri, "data_uri_too_large", 413, rules={"max_bytes": len(PNG) - 1},
        what="data", received_bytes=len(PNG), max_bytes=len(PNG) - 1)
refused("too long and not base64", "the size is checked before a byte is decoded", HEADER + "!" * 400, "data_uri_too_large", 413,
        rules={"max_bytes": 299}, what="data", received_bytes=300, max_bytes=299)
refused("too small", "pixels as displayed", uri, "image_too_small", 422, rules={"min_width": 100, "min_height": 100}, what="width", received=16, min=100)

# What the bytes are.
refused("declared jpeg, is png", "declared against sniffed type", f"data:image/jpeg;base64,{body}", "image_format_mismatch", 415,
        declared="image/jpeg", detected="image/png")
refused("declared text, is png", "a type that is no image's", f"data:text/plain;base64,{body}", "image_format_mismatch", 415,
        declared="text/plain", detected="image/png")
svg = text_of(b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>")
refused("svg", "script in an image", f"data:image/svg+xml;base64,{svg}", "image_format_not_allowed", 415, detected="svg")
refused("svg as png", "whatever it is declared as", f"data:image/png;base64,{svg}", "image_format_not_allowed", 415, detected="svg")
refused("words", "no image at all", f"data:image/png;base64,{text_of(b'hello, world')}", "image_format_unknown", 415)
refused("gif not in the rules", "the allow-list", f"data:image/gif;base64,{text_of(GIF)}", "image_format_not_allowed", 415,
        rules={"formats": ["jpeg", "png"]}, detected="gif", allowed=["jpeg", "png"])
refused("half a jpeg", "the file must decode to its end", f"data:image/jpeg;base64,{text_of(JPEG[: len(JPEG) // 2])}", "image_corrupt", 422)
refused("half a png", "the file must decode to its end", f"data:image/png;base64,{text_of(PNG[: len(PNG) // 2])}", "image_corrupt", 422)
refused("rules of a wrong type", "rules are checked first", uri, "option_invalid", 400, rules={"max_bytes": -1},
        message="expected an integer from 1 to 4294967295 for max_bytes, received -1")
refused("unknown rule", "a misspelt rule is no rule", uri, "option_invalid", 400, rules={"max_byte": 1})


def add_list(name, why, texts, ok=None, error=None, rules=None):
    given = {"texts": texts} | ({"rules": rules} if rules else {})
    cases.append({"name": name, "why": why, "call": "decode_data_uris", "input": given} | ({"ok": ok} if ok is not None else {"error": error}))


jpeg_uri = f"data:image/jpeg;base64,{text_of(JPEG)}"
add_list("list", "in order", [uri, jpeg_uri], ok=[{"format": "png", "width": 16}, {"format": "jpeg", "width": 16}])
add_list("empty list", "no image is no error here", [], ok=[])
add_list("ten", "the default count", [HEADER + text_of(SMALL)] * 10, ok=[{"format": "png", "width": 8}] * 10)
add_list("eleven", "one more", [HEADER + text_of(SMALL)] * 11,
         error={"code": "data_uri_count_exceeded", "http_status": 413, "details": {"received_count": 11, "max_count": 10}})
add_list("count before content", "the count is checked before any text", ["x"] * 3, rules={"max_images": 2},
         error={"code": "data_uri_count_exceeded", "http_status": 413})
add_list("total", "all together", [uri, uri], rules={"max_total_bytes": 2 * len(PNG) - 1},
         error={"code": "data_uri_total_too_large", "http_status": 413, "details": {"received_bytes": 2 * len(PNG), "max_bytes": 2 * len(PNG) - 1}})
add_list("total exactly", "the limit itself is allowed", [uri, uri], rules={"max_total_bytes": 2 * len(PNG)}, ok=[{"format": "png"}] * 2)
for name, what, each in (("pixels", "total_pixels", 16 * 12), ("work", "total_work_pixels", 16 * 12 * (40 + 2 * 24) // 100 + 6 * len(PNG))):
    add_list(f"{name} of all", "all together, found from headers; no image is named", [uri, uri], rules={f"max_{what}": 2 * each - 1},
             error={"code": "image_too_large", "http_status": 413, "details": {"what": what, "received": 2 * each, "max": 2 * each - 1}})
    add_list(f"{name} of all exactly", "the limit itself is allowed", [uri, uri], rules={f"max_{what}": 2 * each}, ok=[{"format": "png"}] * 2)
animation = io.BytesIO()
Image.new("1", (8, 8)).save(animation, "GIF", save_all=True, append_images=[Image.new("1", (8, 8), color) for color in (1, 0)])
gif_uri = f"data:image/gif;base64,{text_of(animation.getvalue())}"
add_list("pixels of frames", "each frame counts", [gif_uri, gif_uri], rules={"max_total_pixels": 6 * 64 - 1},
         error={"code": "image_too_large", "http_status": 413, "details": {"what": "total_pixels", "received": 6 * 64, "max": 6 * 64 - 1}})
add_list("pixels of frames exactly", "the limit itself is allowed", [gif_uri, gif_uri], rules={"max_total_pixels": 6 * 64}, ok=[{"format": "gif"}] * 2)
add_list("headers before pixels", "the second header is too wide; that the first picture is half is found only in its pixels",
         [HEADER + text_of(SMALL[: len(SMALL) // 2]), uri], rules={"max_width": 8},
         error={"code": "image_too_large", "http_status": 413, "index": 1, "details": {"what": "width", "received": 16, "max": 8}})
add_list("total before content", "sizes are checked before any is decoded", [uri, HEADER + "!" * 400], rules={"max_total_bytes": 300},
         error={"code": "data_uri_total_too_large", "http_status": 413})
add_list("third is malformed", "the index is 0-based", [uri, jpeg_uri, "nonsense"],
         error={"code": "data_uri_malformed", "http_status": 400, "index": 2,
                "message": "image 2: expected a data URI, received text that does not start with data:"})
add_list("second is half a jpeg", "the index of what does not decode", [uri, f"data:image/jpeg;base64,{text_of(JPEG[:-40])}"],
         error={"code": "image_corrupt", "http_status": 422, "index": 1})

for fmt, data in (("png", PNG), ("jpeg", JPEG), ("webp", WEBP), ("gif", GIF)):
    cases.append({"name": f"encode {fmt}", "why": "the common form", "call": "encode_data_uri",
                  "input": {"base64": text_of(data), "format": fmt}, "ok": {"text": f"data:image/{fmt};base64,{text_of(data)}"}})

path = pathlib.Path(__file__).with_name("data_uri.json")
made_by = f"make_data_uri.py, Pillow {PIL.__version__}"
document = {"about": "Data URIs: RFC 2397 with strict RFC 4648 base64", "made_by": made_by, "cases": cases}
path.write_text(json.dumps(document, indent=1, ensure_ascii=False) + "\n")
print(f"{len(cases)} cases")
