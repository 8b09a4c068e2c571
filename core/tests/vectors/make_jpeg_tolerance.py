"""Writes jpeg_tolerance.json and the images of its cases: JPEGs that break the standard and are whole all the same, and those
that only look so.

    pip install pillow==13.0.0 numpy==2.4.6
    python core/tests/vectors/make_jpeg_tolerance.py

Expected pixels are those of Pillow, whose wheels decode with libjpeg-turbo; where nothing trails a file without an end marker
it is told to load truncated files, and libjpeg makes up the marker. What libjpeg shows with gray or zeros in place of data that
is not there is refused: it decodes whatever there is, and warns.
"""

import base64
import io
import json
import pathlib

import numpy as np
import PIL
from PIL import Image, ImageFile

import make_confirm
from jpeg_writer import write_jpeg
from make_images import grid_of, jpeg, picture

HERE = pathlib.Path(__file__).parent
CORRUPT = {"code": "image_corrupt", "http_status": 422}
CASES = []


def pillow(data):
    """The pixels, all of which libjpeg finds in the file."""
    ImageFile.LOAD_TRUNCATED_IMAGES = True
    try:
        image = Image.open(io.BytesIO(data))
        image.load()
    finally:
        ImageFile.LOAD_TRUNCATED_IMAGES = False
    return np.asarray(image)


def write(name, data):
    (HERE / "images" / f"jpeg-{name}.jpg").write_bytes(data)
    return {"file": f"images/jpeg-{name}.jpg"}


def add(name, why, call, given, **outcome):
    CASES.append({"name": f"{call}: {name}", "why": why, "call": call, "input": given, **outcome})


def accepted(name, why, data, like=None, is_complete=True, is_exact=True, rules=None):
    """`like`: the file whose pixels these are, if it is not the one of the case. `is_exact`: `False` where only means of cells
    are compared, `None` where libjpeg smooths so much that they differ too."""
    file, rules = write(name, data), {"rules": {"allow_polyglots": True} | (rules or {})}
    pixels = pillow(data if like is None else like)
    height, width = pixels.shape[:2]
    add(name, why, "check", file | rules, ok={"format": "jpeg", "width": width, "height": height, "is_complete": is_complete})
    if "allow_truncated" not in rules["rules"]:
        add(f"{name}, where it may be truncated", "no stricter than without", "check", file | {"rules": rules["rules"] | {"allow_truncated": True}},
            ok={"width": width, "height": height, "is_complete": is_complete})
    channels = 1 if pixels.ndim == 2 else pixels.shape[2]
    if is_exact is None:
        shown = {}
    elif is_exact:
        shown = {"base64": base64.b64encode(pixels.tobytes()).decode()}
    else:
        shown = {"grid": [cell[:3] for cell in grid_of(np.asarray(Image.fromarray(pixels).convert("RGBA")))]}
    add(name, why, "decode", file | rules | {"options": {}}, ok={"width": width, "height": height, "channels": channels} | shown)
    # What is decoded at an eighth reads the file otherwise.
    add(f"{name}, small", why, "decode", file | rules | {"options": {"width": 2}}, ok={"width": 2, "channels": channels})
    add(name, why, "inspect", file, ok={"format": "jpeg", "width": width, "height": height})


def refused(name, why, data, allowed=None, is_open=True):
    """`allowed`: why it is accepted where it may be truncated; without one that is refused too. Of a file that is not open, but
    has an end marker, only what a size needs is decoded."""
    file = write(name, data)
    rules = {"allow_polyglots": True}
    lenient = rules | {"allow_truncated": True}
    add(name, why, "check", file | {"rules": rules}, error=CORRUPT)
    if is_open:
        add(name, why, "transform", file | {"rules": rules, "options": {"width": 2}}, error=CORRUPT)
    if allowed:
        add(f"{name}, where it may be truncated", allowed, "check", file | {"rules": lenient}, ok={"format": "jpeg", "is_complete": False})
    else:
        add(f"{name}, where it may be truncated", why, "check", file | {"rules": lenient}, error=CORRUPT)


# Parts of a file

def restarts(data):
    """The places of the restart markers."""
    at = data.index(b"\xff\xda")
    return [at for at in range(at, len(data) - 1) if data[at] == 0xFF and 0xD0 <= data[at + 1] <= 0xD7]


def scans(data):
    return [at for at in range(len(data) - 1) if data[at : at + 2] == b"\xff\xda"]


def before_restarts(data, filler):
    out, last = b"", 0
    for at in restarts(data):
        out, last = out + data[last:at] + filler, at
    return out + data[last:]


def renumbered(data, number):
    """`number` of the count of a restart: the number in its marker."""
    out = bytearray(data)
    for count, at in enumerate(restarts(data)):
        out[at + 1] = 0xD0 | number(count) & 7
    return bytes(out)


def tables_before(data, scan):
    """Where the tables of a scan begin, which come right before it."""
    at = 2
    while True:
        length = int.from_bytes(data[at + 2 : at + 4], "big")
        if data[at + 1] == 0xC4:
            end = at + 2 + length
            if data[end : end + 2] == b"\xff\xda" and end == scan:
                return at
        if data[at + 1] == 0xDA:
            at += 2 + length
            while data[at] != 0xFF or data[at + 1] == 0 or 0xD0 <= data[at + 1] <= 0xD7:
                at += 1
            if at >= scan:
                return scan
        else:
            at += 2 + length
            if at == scan:
                return scan


def without_last_scans(data, count):
    place = scans(data)[-count]
    return data[: tables_before(data, place)] + b"\xff\xd9"


# The cases

def filler():
    gray = jpeg(picture(64, 16, "L"), restart_marker_blocks=1)
    color = jpeg(picture(40, 24), subsampling="4:2:0", restart_marker_blocks=1)
    progressive = jpeg(picture(40, 24), progressive=True, restart_marker_blocks=1)
    for name, why, bytes_ in [
        ("stuffed", "a stuffed FF, as webcams write it", b"\xff\0"),
        ("ff", "fill bytes, as B.1.1.2 has them", b"\xff\xff\xff"),
        ("zero", "a zero byte", b"\0"),
        ("zeros", "zero bytes up to a boundary", b"\0" * 21),
        ("words", "bytes of any kind", b"abc\xff\0d"),
        ("reserved", "what looks like reserved markers", b"\xff\x30\0\xff\x01\xff\0"),
    ]:
        accepted(f"filler-{name}", f"before restart markers: {why}", before_restarts(gray, bytes_), gray)
    accepted("filler-color", "before restart markers of units of six blocks", before_restarts(color, b"\xff\0"), color)
    accepted("filler-progressive", "before restart markers of every scan", before_restarts(progressive, b"\xff\0\0"), progressive)
    by_scans = write_jpeg([np.asarray(picture(24, 24).convert("YCbCr"))[..., i] for i in range(3)], [(2, 2), (1, 1), (1, 1)], scans=[[0], [1], [2]], restart=2)
    accepted("filler-scans", "before restart markers of a scan for each component", before_restarts(by_scans, b"\0\xff\0"), by_scans)


def restart_numbers():
    gray = jpeg(picture(96, 8, "L"), restart_marker_blocks=1)
    places = restarts(gray)
    piece = lambda count: gray[places[count] : places[count + 1]]
    accepted("restart-numbers-from-4", "libjpeg takes numbers that are 3 to 5 off for another way of counting", renumbered(gray, lambda count: count + 4), gray)
    at = places[5]
    accepted("restart-repeated", "an interval that comes again is skipped, as libjpeg does", gray[:at] + piece(4) + gray[at:], gray)
    accepted("restart-repeated-twice", "the number of the restart before the last", gray[:at] + piece(3) + piece(4) + gray[at:], gray)
    refused("restart-numbers-from-1", "libjpeg takes this for a missing interval, and shows others in its place", renumbered(gray, lambda count: count + 1))
    refused("restart-numbers-all-0", "libjpeg skips what it takes for repetitions", renumbered(gray, lambda _: 0))
    refused("restart-missing-interval", "an interval is missing", gray[: places[4]] + gray[places[5] :])
    refused("restart-missing-marker", "what two intervals hold is not told apart", gray[: places[4]] + gray[places[4] + 2 :])
    refused("restart-missing-last", "the last interval is missing, and there is an end marker", gray[: places[-1]] + b"\xff\xd9")
    refused("restart-none", "an interval is announced, and no marker comes", b"".join(gray[a:b] for a, b in zip([0] + [p + 2 for p in places], places + [len(gray)])))


def surplus():
    gray = jpeg(picture(48, 8, "L"), restart_marker_blocks=6)
    tall = jpeg(picture(48, 24, "L"), restart_marker_blocks=6)
    frame = tall.index(b"\xff\xc0")
    low = tall[: frame + 5] + (8).to_bytes(2, "big") + tall[frame + 7 :]
    accepted("surplus-rows", "more restart intervals than the height has, as from a camera that codes 16 rows more", low)
    plain = jpeg(picture(48, 24, "L"))
    accepted("surplus-data", "more data than the height has", plain[: frame + 5] + (8).to_bytes(2, "big") + plain[frame + 7 :])
    for name, why, bytes_ in [
        ("surplus-restart", "a restart marker after the last unit", b"\xff\xd0"),
        ("surplus-restarts", "several", b"\xff\xd0\xff\xd1\xff\xd7"),
        ("surplus-zeros", "zeros after the last unit", b"\0" * 30),
        ("surplus-stuffed", "stuffed FF after the last unit", b"\xff\0" * 4),
        ("surplus-fill", "fill bytes before the end marker", b"\xff" * 9),
    ]:
        accepted(name, why, gray[:-2] + bytes_ + b"\xff\xd9", gray)
    progressive = jpeg(picture(40, 24), progressive=True)
    parts = scans(progressive)
    middle = tables_before(progressive, parts[4])
    accepted("surplus-in-a-scan", "bytes after the last block of a scan in the middle", progressive[:middle] + b"\0\xff\0abc" + progressive[middle:], progressive)
    accepted("two-end-markers", "the end marker twice", gray + b"\xff\xd9", gray)


def missing_scans():
    color = jpeg(picture(128, 128), progressive=True)
    why = "a progressive file without its last scans, which would refine it: shown by libjpeg, which smooths blocks, and browsers"
    for count in (1, 2, 5, 9):
        accepted(f"without-{count}-scans", why, without_last_scans(color, count), is_complete=False, is_exact=None if count == 9 else False)
    gray = jpeg(picture(64, 64, "L"), progressive=True)
    accepted("without-gray-scans", why, without_last_scans(gray, 3), is_complete=False, is_exact=False)
    accepted("without-bands", "all of nine coefficients, so that libjpeg does not smooth", write_jpeg(
        [np.asarray(picture(40, 24, "L"))], [(1, 1)], progressive=True, bands=[(0, 0), (1, 9)]), is_complete=False)
    planes = [np.asarray(picture(24, 16).convert("YCbCr"))[..., i] for i in range(3)]
    apart = write_jpeg(planes, [(2, 2), (1, 1), (1, 1)], scans=[[0], [1], [2]], progressive=True)
    second = scans(apart)[2]
    refused("without-a-dc-scan", "a component of which nothing came", apart[:second] + b"\xff\xd9")
    sequential = write_jpeg(planes, [(2, 2), (1, 1), (1, 1)], scans=[[0], [1], [2]])
    refused("without-a-component", "a sequential file whose scans are for a component each, and the last is missing", sequential[: scans(sequential)[2]] + b"\xff\xd9")
    inside = scans(color)[-1] + 40
    refused("cut-in-the-last-scan", "a scan that is there is there whole", color[:inside] + b"\xff\xd9", is_open=False)
    for name, why_, end in [("", "it ends between scans, without an end marker: half a file", b""), ("-second", "half a file, and another picture after it", jpeg(picture(8, 8)))]:
        refused(f"without-scans-and-end{name}", why_, without_last_scans(color, 3)[:-2] + end, allowed=None if end else "less detail than it had")
    refused("refined-before-coded", "a scan is missing that later ones refine", color[: tables_before(color, scans(color)[1])] + color[tables_before(color, scans(color)[2]) :])


def end_markers():
    files = {
        "baseline": jpeg(picture(40, 40), subsampling="4:2:0"), "restarts": jpeg(picture(40, 40), restart_marker_rows=1),
        "progressive": jpeg(picture(40, 40), progressive=True), "gray": jpeg(picture(48, 48, "L"), optimize=True),
    }
    second = jpeg(picture(16, 16))
    trailers = {
        "": ("nothing follows", b""),
        "-zeros": ("zeros up to the size of a buffer", bytes(700)),
        "-ones": ("erased flash memory", b"\xff" * 64),
        "-text": ("a name, as cameras write it", b"abcdY\x19\1\0"),
        "-second": ("another picture: frames of a film, or a preview", second),
        "-mpf": ("metadata and another picture", b"\xff\xe2\0\x08MPF\0II" + second),
        "-tables": ("what is no scan and no end", b"\xff\xc4\0\3\x07\xff\xdb\0\2\xff\xda\0\x08\1\2\3"),
        "-cut": ("a segment that is cut", b"\xff\xe1\xff\xff12"),
    }
    for name, whole in files.items():
        for suffix, (why, trailer) in trailers.items():
            if name in ("baseline", "progressive") or suffix in ("", "-zeros", "-second"):
                accepted(f"no-end-{name}{suffix}", f"every unit is there, and no end marker; {why}", whole[:-2] + trailer, whole)
        for suffix, (why, trailer) in trailers.items():
            if suffix in ("", "-zeros", "-ones", "-second"):
                allowed = "gray where nothing arrived" if suffix in ("", "-ones") else "zeros are codes of blocks" if suffix == "-zeros" else None
                if suffix == "-zeros":
                    continue  # below: whether zeros are codes of whole blocks depends on the tables
                refused(f"cut-{name}{suffix}", f"a part of the last row is missing, and the end marker; {why}", whole[:-60] + trailer, allowed)
    for name in ("baseline", "gray", "restarts"):
        file = write(f"cut-{name}-zeros", files[name][:-60] + bytes(4000))
        add(f"cut-{name}-zeros", "zeros are codes too, but what they stand for is missing", "check", file | {"rules": {}}, error=CORRUPT)
        add(f"cut-{name}-zeros", "also at a size at which little is decoded", "transform", file | {"rules": {}, "options": {"width": 2}}, error=CORRUPT)


def lengths():
    base = jpeg(picture(24, 16))
    put = lambda marker, rest: base[:2] + bytes([0xFF, marker]) + rest + base[2:]
    for marker, name in [(0xFE, "comment"), (0xE0, "app0"), (0xE1, "app1"), (0xE5, "app5"), (0xEE, "app14"), (0xEF, "app15")]:
        for length in (0, 1):
            accepted(f"length-{length}-{name}", "a length that does not count itself: libjpeg takes it for no data", put(marker, bytes([0, length])), base)
    refused("length-0-tables", "tables without a length", put(0xDB, b"\0\0"))
    between = scans(base)[0]
    accepted("length-0-before-the-scan", "the same right before the scan", base[:between] + b"\xff\xfe\0\0" + base[between:], base)
    gray = jpeg(picture(48, 8, "L"), restart_marker_blocks=5)
    accepted("last-interval-short", "the last interval is shorter than the others", gray)
    other = base[:-2] + b"\xff\xdc\0\0\xff\xd9"
    accepted("dnl-without-data", "a number of lines without one, after a frame that has its height", other, base)


def confirmations():
    """The same answer in every mode: an upload is kept, and not deleted, whatever of it is read."""
    m = make_confirm
    m.cases.clear()
    for name, file, of in [("no-end-marker", "jpeg-no-end-baseline-text", (40, 40)), ("filler", "jpeg-filler-color", (40, 24)),
                           ("missing-scans", "jpeg-without-1-scans", (128, 128))]:
        body = {"file": f"images/{file}.jpg"}
        m.INSPECTED[body["file"]] = {"format": "jpeg", "width": of[0], "height": of[1]}
        size = len(m.content(body))
        before = [(m.head(m.KEY), m.MISSING), (m.head(m.incoming(m.KEY)), m.found(body)), (m.get(m.incoming(m.KEY), body), m.read(body))]
        copy, delete = (m.copy(m.KEY, m.incoming(m.KEY), body), m.copied(m.etag(body))), (m.delete(m.incoming(m.KEY)), m.DELETED)
        as_is = {"originals": "as_is"}  # stripped, a file becomes whole
        why = "everybody shows it: it is confirmed, and not deleted"
        for mode in ("full", "head"):
            m.case(f"confirm: {name}, {mode}", why, [*before, copy, delete], ok=m.confirmed(body, body["file"]), policy=as_is | {"verify": mode}, received=size)
        height = -(-of[1] * 20 // of[0]) if of[1] * 20 * 2 // of[0] % 2 else of[1] * 20 // of[0]
        put = (m.put(f"{m.STEM}/20.jpg", m.made(20, height), body), m.written("a"))
        m.case(f"confirm: {name}, with a variant", why, [*before, copy, put, delete],
               ok=m.confirmed(body, body["file"], variants=[m.variant(20, 20, height)]), policy=as_is | {"variant_widths": [20]}, received=size)
    CASES.extend(m.cases)


def main():
    for part in (filler, restart_numbers, surplus, missing_scans, end_markers, lengths, confirmations):
        part()
    names = [case["name"] for case in CASES]
    assert len(names) == len(set(names)), [name for name in names if names.count(name) > 1]
    about = "JPEGs that break the standard and are whole all the same, as libjpeg shows them; and those that lack data."
    top = json.dumps({"about": about, "made_by": f"make_jpeg_tolerance.py, Pillow {PIL.__version__}, numpy {np.__version__}"})[:-1]
    lines = ",\n".join(json.dumps(case) for case in CASES)
    (HERE / "jpeg_tolerance.json").write_text(f'{top}, "cases": [\n{lines}\n]}}\n', encoding="utf-8")
    print(f"jpeg_tolerance.json: {len(CASES)} cases, {sum('ok' in case for case in CASES)} of them accepted")


if __name__ == "__main__":
    main()
