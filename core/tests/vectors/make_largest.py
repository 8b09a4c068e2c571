"""Writes largest.json: pictures of 64 megapixels, the most that the default rules accept, which are checked, made smaller and
written again under these rules, of every kind that decoders need much memory for.

    pip install pillow==13.0.0
    python make_largest.py

The files are almost nothing but zeros, so that a case says how many there are instead of listing them. What they show follows
from the standards: coefficients that are all zero are the middle gray (T.81, A.3.1), zeros in an RGBA PNG are transparent, and a
GIF and a WebP show the one colour that they name. Pillow decodes each of them here and has to agree.
"""

import base64
import io
import json
import math
import struct
import warnings
import zlib
from pathlib import Path

import PIL
from PIL import Image

HERE = Path(__file__).parent
SIDE = 8000
GRAY, WHITE = [128, 128, 128], [255, 255, 255]


class Bits:
    """Bits, of values or of Huffman words, from the lowest of a byte on (`low`) or from the highest."""

    def __init__(self, low):
        self.low, self.bits = low, []

    def put(self, value, count):
        bits = [value >> place & 1 for place in range(count)]
        self.bits += bits if self.low else reversed(bits)
        return self

    def word(self, text):
        self.bits += [int(bit) for bit in text]
        return self

    def done(self, filling=0):
        self.bits += [filling] * (-len(self.bits) % 8)
        places = range(8) if self.low else range(7, -1, -1)
        rows = (self.bits[at : at + 8] for at in range(0, len(self.bits), 8))
        return bytes(sum(bit << place for bit, place in zip(row, places)) for row in rows)


def joined(parts):
    return b"".join(bytes(part) if isinstance(part, int) else part for part in parts)


def as_input(parts):
    """A number stands for as many zeros."""
    listed = ({"repeat": "\0", "count": part} if isinstance(part, int) else {"base64": base64.b64encode(part).decode()} for part in parts)
    return {"parts": list(listed)}


# --- JPEG -----------------------------------------------------------------------------------------------------------


def segment(marker, data):
    return bytes([0xFF, marker]) + struct.pack(">H", len(data) + 2) + data


def jpeg_start(marker, components, exif=b""):
    frame = struct.pack(">BHHB", 8, SIDE, SIDE, components) + b"".join(bytes([number + 1, 0x11, 0]) for number in range(components))
    return b"\xff\xd8" + exif + segment(0xDB, bytes([0]) + bytes([1] * 64)) + segment(marker, frame)


def table(place, symbols):
    """Words of one bit, two bits, ... for these symbols."""
    return segment(0xC4, bytes([place]) + bytes(1 if length < len(symbols) else 0 for length in range(16)) + bytes(symbols))


def scan(components, first, last):
    return segment(0xDA, bytes([len(components)]) + b"".join(bytes([number + 1, 0]) for number in components) + bytes([first, last, 0]))


def progressive(components, exif=b""):
    """A scan of DC coefficients, each of which is as the one before it, a bit; and one without AC coefficients for each
    component, in runs of at most 2^15 - 1 blocks."""
    blocks = (SIDE // 8) ** 2
    parts = [jpeg_start(0xC2, components, exif) + table(0x00, [0]) + scan(range(components), 0, 0), blocks * components // 8]
    runs = Bits(low=False)
    for _ in range(blocks // 2**14):
        runs.word("0").put(0, 14)
    rest = blocks % 2**14
    size = int(math.log2(rest))
    runs.word("10").put(rest - 2**size, size)
    ac = table(0x10, [14 << 4, size << 4])
    parts.append(b"".join(ac + scan([number], 1, 63) + runs.done(1) for number in range(components)) + b"\xff\xd9")
    return parts


def baseline(components):
    """Blocks of two bits each: a difference of zero, and the end of the block."""
    blocks = (SIDE // 8) ** 2
    start = jpeg_start(0xC0, components) + table(0x00, [0]) + table(0x10, [0]) + scan(range(components), 0, 63)
    return [start, blocks * components * 2 // 8, b"\xff\xd9"]


EXIF_TURNED = segment(0xE1, b"Exif\0\0MM\0\x2a\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0")

# --- PNG ------------------------------------------------------------------------------------------------------------


def zeros_deflated(count):
    """One deflate block with words 0 for a copy of 258 bytes at distance 1, 10 for a zero and 11 for the end."""
    bits = Bits(low=True).put(1, 1).put(2, 2).put(286 - 257, 5).put(0, 5).put(18 - 4, 4)
    order = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1]
    for symbol in order:
        bits.put({18: 1, 1: 2, 2: 2}.get(symbol, 0), 3)
    zeros = lambda number: bits.word("0").put(number - 11, 7)
    # The lengths: 2 for 0, 255 zeros, 2 for 256, 28 zeros, 1 for 285; of the only distance 1.
    bits.word("11")
    zeros(138), zeros(117)
    bits.word("11")
    zeros(28)
    bits.word("10").word("10")
    literals = 1 + (count - 1) % 258
    for _ in range(literals):
        bits.word("10")
    copies = (count - literals) // 258
    in_first_byte = min(copies, (-len(bits.bits) % 8 + 1) // 2)
    for _ in range(in_first_byte):
        bits.word("00")
    # Copies are two zeros, wherever in a byte they start.
    rest = 2 * (copies - in_first_byte) - (-len(bits.bits) % 8)
    start = bits.done()
    end = Bits(low=True).put(0, rest % 8).word("11")
    adler = struct.pack(">I", (count % 65521) << 16 | 1)
    return [b"\x78\x01" + start, rest // 8, end.done() + adler]


def png(depth, is_interlaced):
    def row_bytes(width):
        return 1 + width * 4 * depth // 8

    passes = [[0, 0, 8, 8], [4, 0, 8, 8], [0, 4, 4, 8], [2, 0, 4, 4], [0, 2, 2, 4], [1, 0, 2, 2], [0, 1, 1, 2]]
    sizes = [(-(-(SIDE - left) // across), -(-(SIDE - top) // down)) for left, top, across, down in passes]
    count = sum(row_bytes(width) * height for width, height in (sizes if is_interlaced else [(SIDE, SIDE)]))

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    start, zeros, end = zeros_deflated(count)
    length = len(start) + zeros + len(end)
    checked = zlib.crc32(b"IDAT" + start)
    checked = zlib.crc32(end, zlib.crc32(bytes(zeros), checked))
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", SIDE, SIDE, depth, 6, 0, 0, is_interlaced))
    before = b"\x89PNG\r\n\x1a\n" + header + struct.pack(">I", length) + b"IDAT" + start
    return [before, zeros, end + struct.pack(">I", checked) + chunk(b"IEND", b"")]


# --- GIF and WebP ---------------------------------------------------------------------------------------------------


def gif():
    """Each code is the longest string that the table has, one pixel longer than the one before; a clear code when it is full."""
    color, clear = bytes([20, 60, 200]), 4
    bits, left = Bits(low=True), SIDE * SIDE
    while left > 0:
        bits.put(clear, 3)
        size, next_code, length = 3, clear + 2, 0
        while left > 0 and next_code < 4096:
            # The first code is a pixel; each later one is that which it adds to the table.
            length += 1
            code = 0 if length == 1 else next_code
            if length > left:
                length, code = left, (0 if left == 1 else clear + 2 + left - 2)
            bits.put(code, size)
            left -= length
            if length > 1 or code:
                next_code += 1
            if next_code == 1 << size and size < 12:
                size += 1
    bits.put(clear + 1, size)
    data = bits.done()
    blocks = b"".join(bytes([len(data[at : at + 255])]) + data[at : at + 255] for at in range(0, len(data), 255))
    screen = b"GIF89a" + struct.pack("<HHBBB", SIDE, SIDE, 0x81, 0, 0) + color + bytes(9)
    return [screen + b"," + struct.pack("<HHHHBB", 0, 0, SIDE, SIDE, 0, 2) + blocks + b"\0;"], list(color)


def webp():
    """Five codes of one symbol each, so that a pixel takes no bits."""
    red, green, blue = 200, 120, 40
    bits = Bits(low=True).put(0x2F, 8).put(SIDE - 1, 14).put(SIDE - 1, 14).put(1, 1).put(0, 3)
    bits.put(0, 1).put(0, 1).put(0, 1)
    for symbol in [green, red, blue, 255, 0]:
        bits.put(1, 1).put(0, 1).put(1, 1).put(symbol, 8)
    data = bits.done()
    chunk = b"VP8L" + struct.pack("<I", len(data)) + data + bytes(len(data) % 2)
    return [b"RIFF" + struct.pack("<I", 4 + len(chunk)) + b"WEBP" + chunk], [red, green, blue]


# --- cases ----------------------------------------------------------------------------------------------------------


def shown(parts, on=(255, 255, 255)):
    """The one colour that Pillow shows."""
    with warnings.catch_warnings(action="ignore"), Image.open(io.BytesIO(joined(parts))) as image:
        assert image.size == (SIDE, SIDE)
        image.draft("RGB", (SIDE // 8, SIDE // 8))
        image.load()
        if image.mode == "RGBA":
            image = image.reduce(8)
            flat = Image.new("RGBA", image.size, tuple(on) + (255,))
            image = Image.alpha_composite(flat, image)
        extrema = image.convert("RGB").getextrema()
        assert all(low == high for low, high in extrema), extrema
        return [low for low, _ in extrema]


def main():
    cases = []

    def add(name, why, call, parts, options=None, **ok):
        case_input = as_input(parts) | ({} if options is None else {"options": options})
        cases.append({"name": f"64 megapixels: {name}", "why": why, "call": call, "input": case_input, "ok": ok})

    def check(name, why, parts, **ok):
        add(f"{name}, check", why, "check", parts, width=SIDE, height=SIDE, **ok)

    def shrink(name, why, parts, color, size=(320, 320), **options):
        assert shown(parts) == color, (name, shown(parts))
        width, height = size
        expected = {"format": "jpeg", "width": width, "height": height, "has_alpha": False, "has_icc_profile": False}
        add(f"{name} to {width}", why, "transform", parts, {"format": "jpeg", "width": width} | options, **expected, grid=[color] * 64)

    full = progressive(3)
    check("progressive 4:4:4", "no more is kept than a row", full, format="jpeg")
    shrink("progressive 4:4:4", "the scans advance together", full, GRAY)
    shrink("progressive 4:4:4", "the same at three eighths", full, GRAY, (1920, 1920))
    shrink("progressive 4:4:4 covering", "a part of it", full, GRAY, (300, 200), height=200, fit="cover")
    add("progressive 4:4:4 again", "at its own size", "transform", full, {}, format="jpeg", width=SIDE, height=SIDE, grid=[GRAY] * 64)
    check("progressive 4:4:4, turned", "the same", progressive(3, EXIF_TURNED), format="jpeg", orientation=6)
    shrink("progressive 4:4:4, turned", "turned at the size of the result", progressive(3, EXIF_TURNED), GRAY)
    inks = progressive(4)
    check("progressive with four inks", "no more is kept than a row", inks, format="jpeg")
    add("progressive with four inks to 320", "inks become RGB row by row", "transform", inks, {"width": 320}, format="jpeg", width=320, height=320)
    plain = baseline(3)
    check("baseline 4:4:4", "no more is kept than a row", plain, format="jpeg")
    shrink("baseline 4:4:4", "no more is kept than a row", plain, GRAY)
    for depth, is_interlaced in [(8, 0), (8, 1), (16, 0)]:
        name = f"PNG of {4 * depth} bits" + (", interlaced" if is_interlaced else "")
        why = "all pixels are there before the first row is" if is_interlaced else "rows are scaled when they come"
        check(name, "no more is kept than a row", png(depth, is_interlaced), format="png", has_alpha=True)
        shrink(name, why, png(depth, is_interlaced), WHITE)
    for name, (parts, color) in [("GIF", gif()), ("WebP", webp())]:
        check(name, "no more is kept than is referred to", parts, format=name.lower())
        shrink(name, "rows are scaled when they come", parts, color, quality=95, chroma_subsampling="4:4:4")

    about = f"Made by make_largest.py, whose files Pillow {PIL.__version__} was asked to decode. The rules are those by default."
    lines = ",\n".join(json.dumps(case, ensure_ascii=True) for case in cases)
    (HERE / "largest.json").write_text(f'{{"about": {json.dumps(about)},\n"cases": [\n{lines}\n]}}\n')


if __name__ == "__main__":
    main()
