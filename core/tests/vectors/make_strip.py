"""Writes strip.json and the images of its cases: files with metadata in every place, and what is left of them.

    pip install pillow==13.0.0 numpy==2.4.6
    python core/tests/vectors/make_strip.py

The files are put together part by part (strip_jpeg.py, strip_others.py). What is left of one is put together from those of its
parts that stay, and what is removed is counted from the others: no file is parsed, so nothing that stripping gets wrong can be wrong here too.
Pillow opens each file before and after: the pixels must be equal, and so must the orientation and the profile.
"""

import base64
import hashlib
import importlib.util
import io
import json
import pathlib

import numpy as np
import PIL
from PIL import Image, ImageFile

HERE = pathlib.Path(__file__).parent
# The order in which they are reported.
KINDS = ["exif", "xmp", "iptc", "comment", "thumbnail", "additional_images", "c2pa", "other"]
# Up to this size a file stands in its case.
INLINE_BYTES = 4000
CASES = []


def shown(data):
    """Pixels, orientation and profile of the first picture, by Pillow."""
    ImageFile.LOAD_TRUNCATED_IMAGES = True
    try:
        image = Image.open(io.BytesIO(data))
        image.load()
        orientation = image.getexif().get(0x0112, 1)
    finally:
        ImageFile.LOAD_TRUNCATED_IMAGES = False
    return np.asarray(image), orientation if 1 <= orientation <= 8 else 1, image.info.get("icc_profile")


def same_picture(name, before, after):
    (one, turned, profile), (other, turned_after, profile_after) = shown(before), shown(after)
    assert np.array_equal(one, other), f"{name}: other pixels"
    assert (turned, profile) == (turned_after, profile_after), f"{name}: {turned} and {turned_after}"


def given(name, data, extension, is_file=False):
    if not is_file and len(data) <= INLINE_BYTES:
        return {"base64": base64.b64encode(data).decode()}
    file = f"images/strip-{name.replace(f'{extension}: ', '').replace(':', '').replace(' ', '-').lower()}.{extension}"
    (HERE / file).write_bytes(data)
    return {"file": file}


def ruled(file, rules):
    return file | ({"rules": rules} if rules else {})


def case(name, why, data, expected, removed, image_format, extension, rules=None, is_opened=True, is_file=False):
    """`removed`: bytes by kind. `is_opened`: whether Pillow opens the file, and shows the same of it as presize. `is_file`: whether
    it is to be a file of its own, for other tests too."""
    if is_opened:
        same_picture(name, data, expected)
    assert set(removed) <= set(KINDS), removed
    listed = [{"kind": kind, "bytes": removed[kind]} for kind in KINDS if removed.get(kind)]
    ok = {"format": image_format, "bytes": len(expected), "sha256": hashlib.sha256(expected).hexdigest(), "removed": listed}
    CASES.append({"name": name, "why": why, "call": "strip", "input": ruled(given(name, data, extension, is_file), rules), "ok": ok})
    if data != expected:
        again = ruled({"base64": base64.b64encode(expected).decode()}, rules)
        CASES.append({"name": f"{name}, again", "why": "nothing is left to remove", "call": "strip", "input": again, "ok": ok | {"removed": []}})


def refused(name, why, data, extension, code, rules=None):
    """A file that cannot be stripped."""
    CASES.append({"name": name, "why": why, "call": "strip", "input": ruled(given(name, data, extension), rules), "error": {"code": code}})


def inspected(name, why, data, extension, ok):
    """What `inspect` says of a file."""
    CASES.append({"name": f"inspect: {name}", "why": why, "call": "inspect", "input": given(name, data, extension), "ok": ok})


def main():
    for module in ["strip_jpeg", "strip_others"]:
        if importlib.util.find_spec(module):
            importlib.import_module(module).add_cases()
    about = "Files with metadata in every place, and what is left of them: the same pixels, orientation and profile, and nothing else."
    made_by = f"make_strip.py, Pillow {PIL.__version__}, numpy {np.__version__}"
    rows = ",\n".join(json.dumps(case) for case in CASES)
    text = f'{{"about": {json.dumps(about)}, "made_by": {json.dumps(made_by)}, "cases": [\n{rows}\n]}}\n'
    (HERE / "strip.json").write_text(text)
    print(f"{len(CASES)} cases")


if __name__ == "__main__":
    # Its cases are those that the parts add, which import it by its name.
    importlib.import_module("make_strip").main()
