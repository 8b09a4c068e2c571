"""Prints JPEGs drawn at random, each with the pixels that Pillow makes of it, as cases of the call `decode`, one JSON
object a line.

    pip install pillow==13.0.0 numpy==2.4.6
    python core/tests/vectors/random_jpegs.py COUNT SEED

`cargo xtask test` has 400 of them made and holds presize against every one, byte for byte: Pillow's wheels decode with
libjpeg-turbo. Half of the files are written by Pillow, half by `jpeg_writer.py`, which writes what Pillow does not. A third
breaks the standard in ways that leave every unit of the picture there: see `breaks`.
"""

import base64
import io
import json
import random
import sys

import numpy as np
from PIL import Image

import jpeg_writer
from jpeg_writer import write_jpeg

# Sampling factors of three components: common ones, and those that nobody uses but the standard allows.
FACTORS = [
    [(1, 1), (1, 1), (1, 1)], [(2, 1), (1, 1), (1, 1)], [(2, 2), (1, 1), (1, 1)], [(1, 2), (1, 1), (1, 1)], [(4, 1), (1, 1), (1, 1)],
    [(4, 2), (1, 1), (1, 1)], [(1, 4), (1, 1), (1, 1)], [(2, 2), (2, 1), (1, 2)], [(2, 2), (1, 2), (2, 1)], [(1, 1), (2, 1), (1, 2)],
    [(1, 1), (2, 2), (1, 1)], [(3, 1), (1, 1), (1, 1)], [(1, 3), (1, 1), (1, 1)], [(3, 2), (1, 1), (1, 2)], [(2, 2), (2, 2), (1, 1)],
    [(4, 1), (2, 1), (1, 1)], [(2, 4), (1, 1), (1, 1)], [(1, 4), (1, 2), (1, 1)], [(2, 1), (2, 1), (1, 1)],
]
INK_FACTORS = [[(1, 1)] * 4, [(2, 2), (1, 1), (1, 1), (2, 2)], [(2, 1), (1, 1), (1, 1), (2, 1)], [(1, 2), (1, 1), (1, 1), (1, 2)]]


def draw(rng, width, height, channels):
    """Waves, a few boxes, and noise of any strength: smooth, sharp and wild pictures."""
    y, x = np.mgrid[0:height, 0:width].astype(float)
    noise = np.random.default_rng(rng.getrandbits(32))
    planes = []
    for _ in range(channels):
        plane = 128 + 127 * np.sin(x * rng.uniform(0, 1) + y * rng.uniform(0, 1) + rng.uniform(0, 6))
        for _ in range(rng.randrange(4)):
            left, top = rng.randrange(width), rng.randrange(height)
            plane[top : top + rng.randrange(1, 40), left : left + rng.randrange(1, 40)] = rng.choice([0, 255, rng.randrange(256)])
        plane += noise.normal(0, rng.choice([0, 0, 2, 10, 60, 200]), plane.shape)
        planes.append(plane.clip(0, 255).round().astype(np.uint8))
    return planes


def by_pillow(rng):
    mode = rng.choice(["RGB"] * 5 + ["L", "CMYK"])
    width, height = size(rng)
    planes = draw(rng, width, height, {"L": 1, "RGB": 3, "CMYK": 4}[mode])
    image = Image.fromarray(planes[0] if mode == "L" else np.stack(planes, -1), mode)
    options = {"quality": rng.choice([1, 5, 20, 50, 75, 85, 92, 97, 100]), "progressive": rng.random() < 0.5}
    options["optimize"] = rng.random() < 0.5
    if mode == "RGB":
        options |= rng.choice([{"subsampling": rng.choice(["4:4:4", "4:2:2", "4:2:0"])}] * 6 + [{"keep_rgb": True}])
    if rng.random() < 0.3:
        options["restart_marker_blocks"] = rng.choice([1, 2, 3, 7, 20])
    elif rng.random() < 0.15:
        options["restart_marker_rows"] = rng.choice([1, 2])
    out = io.BytesIO()
    image.save(out, "JPEG", **options)
    return out.getvalue(), f"{mode} {width}x{height} {options}"


def by_hand(rng):
    width, height = size(rng, 70)
    kind = rng.choice(["ycc"] * 6 + ["rgb", "rgb ids", "jfif and adobe 0", "gray", "cmyk", "ycck"])
    count = {"gray": 1, "cmyk": 4, "ycck": 4}.get(kind, 3)
    planes = draw(rng, width, height, count)
    if count == 1:
        factors = [rng.choice([(1, 1), (2, 2), (3, 1), (1, 4)])]
    else:
        factors = rng.choice(FACTORS if count == 3 else INK_FACTORS)
    options = {"progressive": rng.random() < 0.4, "restart": rng.choice([0, 0, 0, 1, 2, 5, 40]), "quant": rng.choice([1, 3, 12, 40, 120, 255])}
    blocks = sum(h * v for h, v in factors)
    apart = [[index] for index in range(count)]
    options["scans"] = rng.choice([apart, [[0], list(range(1, count))]] + [[list(range(count))]] * 2) if count > 1 else apart
    if any(len(members) > 1 and sum(factors[i][0] * factors[i][1] for i in members) > 10 for members in options["scans"]):
        options["scans"] = apart
    if rng.random() < 0.2:
        options["fill"] = b"\xff" * rng.randrange(1, 5)
    match kind:
        case "ycc":
            options |= rng.choice([{"jfif": True}, {"adobe": 1}, {}, {"jfif": True, "adobe": 1}])
        case "rgb":
            options["adobe"] = 0
        case "rgb ids":
            options["ids"] = [82, 71, 66]
        case "jfif and adobe 0":
            options |= {"jfif": True, "adobe": 0}
        case "cmyk":
            options |= rng.choice([{"adobe": 0}, {}])
        case "ycck":
            options["adobe"] = 2
    data = write_jpeg(planes, factors, **options)
    if not options["progressive"]:
        sof = data.index(b"\xff\xc0")
        if rng.random() < 0.2:
            data = data[: sof + 1] + b"\xc1" + data[sof + 2 :]  # extended
        if rng.random() < 0.1:
            data = without_huffman_tables(data)
    return data, f"{kind} {width}x{height} {factors}, {blocks} blocks a unit, {options}"


def without_huffman_tables(data):
    """As frames of motion JPEG are."""
    kept, at = data[:2], 2
    while True:
        while data[at + 1] == 0xFF:
            at += 1
        if data[at + 1] == 0xDA:
            return kept + data[at:]
        end = at + 2 + int.from_bytes(data[at + 2 : at + 4], "big")
        if data[at + 1] != 0xC4:
            kept += data[at:end]
        at = end


def cut(rng, data, pixels):
    """Ends a file at one of its restart markers: what arrived is as in the whole file, and the rest is gray. (Pillow
    makes up the first unit that is missing of bits that are zero.) None where units are more than a block each, whose
    edges mix, and where there is no restart to end at."""
    segments, at = {}, 2
    while data[at + 1] != 0xDA:
        at += data[at + 1] == 0xFF
        if data[at + 1] not in (0xFF, 0xDA):
            segments[data[at + 1]] = data[at + 4 : at + 2 + int.from_bytes(data[at + 2 : at + 4], "big")]
            at += 2 + int.from_bytes(data[at + 2 : at + 4], "big")
    frame = segments.get(0xC0) or segments.get(0xC1)
    if not frame or frame[5] not in (1, 3) or any(factors != 0x11 for factors in frame[7::3]) or data.count(b"\xff\xda") > 1:
        return None
    restarts = [end for end in range(at, len(data) - 1) if data[end] == 0xFF and 0xD0 <= data[end + 1] <= 0xD7]
    if not restarts:
        return None
    number = rng.randrange(len(restarts))
    end = restarts[number]
    while data[end - 1] == 0xFF:
        end -= 1  # fill bytes belong to the marker
    arrived, across = (number + 1) * int.from_bytes(segments[0xDD], "big"), -(-pixels.shape[1] // 8)
    y, x = np.indices(pixels.shape[:2])
    pixels = pixels.copy()
    pixels[y // 8 * across + x // 8 >= arrived] = 128
    return data[:end], pixels


def restart_places(data):
    at = data.index(b"\xff\xda")
    return [place for place in range(at, len(data) - 1) if data[place] == 0xFF and 0xD0 <= data[place + 1] <= 0xD7]


def filled(rng, data):
    """Filler of all kinds before restart markers."""
    out, last = b"", 0
    for place in restart_places(data):
        filler = rng.choice([b"", b"\xff", b"\xff\0", b"\0", b"\0" * rng.randrange(1, 40), bytes(rng.randrange(255) for _ in range(9)), b"\xff\x30\xff\x01"])
        out, last = out + data[last:place] + filler, place
    return out + data[last:]


def repeated(rng, data):
    """An interval twice, with the marker before it: the second is skipped."""
    places = restart_places(data)
    if len(places) < 2:
        return data
    number = rng.randrange(len(places) - 1)
    start, end = places[number], places[number + 1]
    # Scans may follow each other between the two.
    return data if b"\xff\xda" in data[start:end] or b"\xff\xc4" in data[start:end] else data[:end] + data[start:end] + data[end:]


def lengthless(rng, data):
    """Segments for others with a length of 0 or 1."""
    return data[:2] + b"".join(bytes([0xFF, rng.choice([0xFE, *range(0xE0, 0xF0)]), 0, rng.randrange(2)]) for _ in range(3)) + data[2:]


def surplus(rng, data):
    """More data than the units need, and more restarts."""
    return data[:-2] + rng.choice([b"\0" * 9, b"\xff\xd3", b"\xff\0" * 3, b"abc\xff\xd0\xff\xd1de", b"\xff" * 5]) + b"\xff\xd9"


def unended(rng, data):
    """No end marker, and a trailer of some kind."""
    return data[:-2] + rng.choice([b"", b"\0" * rng.randrange(1, 3000), b"\xff" * 7, b"a name", data, b"\xff\xe2\0\x08MPF\0II" + data])


def breaks(rng, data, pixels):
    """In some of these ways, each of which libjpeg passes over. Where another picture follows a file of several scans without an
    end marker it stops, although it has all of the first."""
    for change in rng.sample([filled, repeated, lengthless], rng.randrange(4)):
        data = change(rng, data)
    data = surplus(rng, data) if rng.random() < 0.4 else data
    assert (expected(data) == pixels).all()
    return unended(rng, data) if rng.random() < 0.4 else data


def size(rng, most=120):
    """Any size, with small ones and those around whole blocks more often."""
    side = lambda: rng.choice([rng.randrange(1, most), rng.randrange(1, 20), 8 * rng.randrange(1, most // 8) + rng.choice([-1, 0, 1])])
    return side(), side()


def expected(data):
    """Pixels as presize gives them: gray, RGB, and inks as light that comes through both."""
    image = Image.open(io.BytesIO(data))
    image.load()
    pixels = np.asarray(image)
    if image.mode == "CMYK":
        light = 255 - pixels.astype(int)
        pixels = ((light[..., :3] * light[..., 3:] + 127) // 255).astype(np.uint8)
    return pixels


def main(count, seed):
    assert len(jpeg_writer.TABLES) == 4
    for number in range(count):
        rng = random.Random(f"{seed} {number}")
        data, why = (by_pillow if number % 2 else by_hand)(rng)
        pixels = expected(data)
        rules = {"allow_polyglots": True}
        if rng.random() < 0.33:
            data, why = breaks(rng, data, pixels), f"{why}, broken"
        elif rng.random() < 0.5 and (shortened := cut(rng, data, pixels)):
            data, pixels = shortened
            why, rules["allow_truncated"] = f"{why}, cut at {len(data)}", True
        ok = {
            "width": pixels.shape[1], "height": pixels.shape[0], "channels": 1 if pixels.ndim == 2 else pixels.shape[2],
            "base64": base64.b64encode(pixels.tobytes()).decode(),
        }
        jpeg = {"base64": base64.b64encode(data).decode(), "options": {}, "rules": rules}
        print(json.dumps({"name": f"{number}", "why": why, "call": "decode", "input": jpeg, "ok": ok}))


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
