"""Writes user_messages.json: what the people who use an app are told, in plain English and in units that they know.

    python core/tests/vectors/make_user_messages.py

It needs nothing but Python and knows nothing of presize. The sentences are written by hand. A limit that is a round number of
binary units (10485760, 10 x 2^20) or of decimal ones (5000000) is shown as that number; one that is neither is rounded so that
what is shown is accepted. Megapixels have as many digits as tell the picture from the limit.
"""

import base64
import json
import pathlib

HERE = pathlib.Path(__file__).parent
SEOUL = {"kind": "s3", "region": "ap-northeast-2", "name": "photos"}
KEYS = {"access_key_id": "AKIDEXAMPLE", "secret_access_key": "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"}
TRY_LATER = "The server could not do this. Please try again later."
RELOAD = "This could not be done. Please reload the page and try again."
CHOOSE_AGAIN = "This picture did not arrive as it should. Please choose it again."
LARGER = "This file is larger than {max}."
SMALLER = "This file is smaller than {min}."
TOO_COMPLEX = "This picture is too complex to be opened here. Please choose a smaller one, or save it again in another program."
NOT_ACCEPTED = "{detected} files are not accepted. Please choose one of these: {allowed}."
KIND_NOT_ACCEPTED = "This kind of file is not accepted. Please choose one of these: {allowed}."
ALL = "JPEG, PNG, WebP, GIF"
cases = []


def told(name, why, call, given, code, template, **parameters):
    words = {"user_message": template.format(**parameters), "user_message_template": template, "user_message_parameters": parameters}
    cases.append({"name": name, "why": why, "call": call, "input": given, "error": {"code": code} | words})


def checked(name, why, file, code, template, declared=None, rules=None, **parameters):
    given = {"file": f"images/{file}", "rules": rules or {}}
    if declared is not None:
        given["declared"] = declared
    told(name, why, "check", given, code, template, **parameters)


def issued(name, why, request, code, template, policy=None, **parameters):
    request = {"owner": "user-7", "content_type": "image/jpeg", "size_bytes": 48_211} | request
    given = {"bucket": SEOUL, "credentials": KEYS, "policy": policy or {}, "nonce": "0123456789abcdef" * 2, "now": 1_700_000_000,
             "request": request}
    told(name, why, "issue", given, code, template, **parameters)


# Files.
checked("150 megapixels", "the number that phones and cameras are sold by", "bomb_150mp.png", "image_too_large",
        "This picture has {received} megapixels; at most {max} are accepted.", received="150", max="64")
checked("one pixel too many", "the two numbers differ wherever the pixels do", "bomb_150mp.png", "image_too_large",
        "This picture has {received} megapixels; at most {max} are accepted.", rules={"max_pixels": 149_999_999},
        received="150", max="149.999999")
checked("a limit of few pixels", "megapixels say nothing of an icon", "baseline_420.jpg", "image_too_large",
        "This picture has {received} pixels; the limit is {max}.", rules={"max_pixels": 1000}, received="1728", max="1000")
checked("too wide", "pixels as displayed", "baseline_420.jpg", "image_too_large",
        "This picture is {received} pixels wide; the limit is {max}.", rules={"max_width": 40}, received="48", max="40")
checked("too high", "pixels as displayed", "baseline_420.jpg", "image_too_large",
        "This picture is {received} pixels high; the limit is {max}.", rules={"max_height": 30}, received="36", max="30")
checked("too narrow", "both numbers", "baseline_420.jpg", "image_too_small",
        "This picture is too narrow: at least {min} pixels are needed, and it has {received}.", rules={"min_width": 200},
        received="48", min="200")
checked("too low", "both numbers", "baseline_420.jpg", "image_too_small",
        "This picture is too low: at least {min} pixels are needed, and it has {received}.", rules={"min_height": 200},
        received="36", min="200")
checked("a large file", "1000 bytes are 1 KB to the operator who wrote the limit", "baseline_420.jpg", "image_too_large", LARGER,
        rules={"max_bytes": 500}, max="0.5 KB")
checked("no bytes", "an empty file is no small one", "empty.bin", "image_too_small", "This file is empty.")
checked("too many frames", "no grammar depends on the number", "animated.png", "image_too_large",
        "This animation has too many frames; the limit is {max}.", rules={"max_frames": 2}, max="2")
checked("frames of too many pixels", "a shorter one would do", "animated.gif", "image_too_large",
        "This animation is too large. Please choose a smaller or a shorter one.", rules={"max_frame_pixels": 1728})
checked("too many scans", "how a file is built is nothing to tell", "many_scans.jpg", "image_too_large", TOO_COMPLEX)
checked("too much work", "how a file is built is nothing to tell", "baseline_420.jpg", "image_too_large", TOO_COMPLEX,
        rules={"max_work_pixels": 1000})
checked("a damaged file", "neither offsets nor names of tables", "cut_idat.png", "image_corrupt",
        "This picture is damaged or incomplete. Please choose another one.")
checked("a format that is not accepted", "the names that people know", "head.tiff", "image_format_not_allowed", NOT_ACCEPTED,
        detected="TIFF", allowed=ALL)
checked("a photo of an iPhone", "the names that people know", "head.heic", "image_format_not_allowed", NOT_ACCEPTED,
        detected="HEIC", allowed=ALL)
checked("JPEG alone", "a list of one", "rgb.png", "image_format_not_allowed", NOT_ACCEPTED, rules={"formats": ["jpeg"]},
        detected="PNG", allowed="JPEG")
checked("a format without a decoder", "the way out is named", "arithmetic.jpg", "image_format_unsupported",
        "This {detected} file cannot be opened here. Please save it again in another program, or choose another one.", detected="JPEG")
checked("a format without a decoder that is no JPEG", "the way out is another format", "head.heic", "image_format_unsupported",
        "This {detected} file cannot be opened here. Please save it in another format, for example JPEG.",
        rules={"formats": ["heic"]}, detected="HEIC")
told("declared as something else", "as the file's name has it", "check",
     {"file": "images/rgb.png", "declared": "image/jpeg", "rules": {}}, "image_format_mismatch",
     "This file is called {declared}, but it is {detected}. Please save it again, or choose another one.",
     declared="JPEG", detected="PNG")
told("declared as nothing that people know", "a media type is no word of theirs", "check",
     {"file": "images/rgb.png", "declared": "text/plain", "rules": {}}, "image_format_mismatch",
     "This file is not what it is called. Please save it again, or choose another one.")
told("declared by a word that is no media type", "nobody is told that a PNG is a PNG", "check",
     {"file": "images/rgb.png", "declared": "png", "rules": {}}, "image_format_mismatch",
     "This file is not what it is called. Please save it again, or choose another one.")
checked("a picture that is a page too", "said without the names of formats", "polyglot_html.jpg", "image_polyglot",
        "This file holds something else besides a picture. Please save the picture again, or choose another one.")
told("no image", "no signature that is known", "decode_data_uri",
     {"text": "data:image/png;base64,bm8gaW1hZ2U=", "rules": {}}, "image_format_unknown", "This file is not a picture that can be opened here. Please choose another one.")

# Sizes of uploads.
for name, max_bytes, shown in [("10 MiB", 10 * 2**20, "10 MB"), ("5 million bytes", 5_000_000, "5 MB"), ("1.5 MiB", 3 * 2**19, "1.5 MB"),
                               ("10 MiB and a bit", 10 * 2**20 + 10_000, "10 MB"), ("500 KiB", 500 * 2**10, "500 KB"),
                               ("9.99 MiB", 10_475_274, "9.9 MB"), ("1 GiB", 2**30, "1 GB")]:
    issued(f"larger than {name}", "a limit as it was meant", {"size_bytes": max_bytes + 1}, "upload_too_large", LARGER,
           policy={"max_bytes": max_bytes}, max=shown)
issued("smaller than 1.5 KiB", "a lower limit", {"size_bytes": 1000}, "upload_too_small", SMALLER, policy={"min_bytes": 1536},
       min="1.5 KB")
issued("smaller than 1001 bytes", "rounded up: what is shown is accepted", {"size_bytes": 1000}, "upload_too_small", SMALLER,
       policy={"min_bytes": 1001}, min="1 KB")
issued("an empty upload", "no number at all", {"size_bytes": 0}, "upload_too_small", "This file is empty.")
issued("SVG", "a type that people know", {"content_type": "image/svg+xml"}, "upload_format_not_allowed", NOT_ACCEPTED,
       detected="SVG", allowed=ALL)
issued("a type that nobody knows", "a media type is no word of theirs", {"content_type": "application/x-msdownload"},
       "upload_format_not_allowed", KIND_NOT_ACCEPTED, allowed=ALL)
issued("a type that leaves the format open", "the file may be a good one: the page has not looked", {"content_type": "application/octet-stream"},
       "upload_format_not_allowed", RELOAD)
issued("a developer's mistake", "nothing that a user could mend", {"filename": "a" * 256}, "option_invalid", RELOAD)
issued("an operator's mistake", "nothing that a user could mend", {}, "bucket_invalid", TRY_LATER)
cases[-1]["input"]["bucket"] = SEOUL | {"name": "Not_a_bucket"}

# Data URIs.
PNG = "data:image/png;base64," + base64.b64encode((HERE / "images/rgb.png").read_bytes()).decode()
told("text that is no data URI", "an app sent it, no user wrote it", "decode_data_uri", {"text": "hello", "rules": {}},
     "data_uri_malformed", CHOOSE_AGAIN)
told("text that is too long", "the size of the picture, not that of its text: 1000 characters are 750 bytes", "decode_data_uri",
     {"text": PNG, "rules": {"max_data_uri_bytes": 1000}}, "data_uri_too_large", LARGER, max="0.7 KB")
told("too many pictures", "no grammar depends on the number", "decode_data_uris", {"texts": [PNG, PNG], "rules": {"max_images": 1}},
     "data_uri_count_exceeded", "Too many pictures at once; the limit is {max}.", max="1")
told("pictures too large together", "the sum", "decode_data_uris", {"texts": [PNG, PNG], "rules": {"max_total_bytes": 100}},
     "data_uri_total_too_large", "These pictures are larger than {max} together.", max="0.1 KB")

text = {"about": "What the people who use an app are told.", "made_by": pathlib.Path(__file__).name}
lines = ",\n".join(json.dumps(case) for case in cases)
head = json.dumps(text)[1:-1]
(HERE / "user_messages.json").write_text(f'{{{head},\n"cases": [\n{lines}\n]}}\n')
