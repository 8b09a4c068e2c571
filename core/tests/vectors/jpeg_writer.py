"""Writes JPEGs that Pillow cannot: any sampling factors, scans of single components, restarts, colour markers.

Only for test images: slow and plain. Sequential, or progressive by spectral selection (one DC scan, AC scans of
whole bands). The Huffman tables are the ones that Pillow writes (T.81, annex K).
"""

import io
import math

import numpy as np
from PIL import Image

ZIGZAG = sorted(range(64), key=lambda i: (i // 8 + i % 8, (i // 8 if (i // 8 + i % 8) % 2 else i % 8)))


def segments(data):
    at = 2
    while data[at + 1] != 0xDA:
        length = int.from_bytes(data[at + 2 : at + 4], "big")
        yield data[at + 1], data[at + 4 : at + 2 + length]
        at += 2 + length


def annex_k_tables():
    plain = io.BytesIO()
    Image.new("RGB", (8, 8)).save(plain, "JPEG", quality=80)
    tables = {}
    for marker, body in segments(plain.getvalue()):
        while marker == 0xC4 and body:
            counts, total = body[1:17], sum(body[1:17])
            symbols, codes, code = iter(body[17 : 17 + total]), {}, 0
            for length, count in enumerate(counts, 1):
                for _ in range(count):
                    codes[next(symbols)] = (code, length)
                    code += 1
                code <<= 1
            tables[body[0]] = (body[: 17 + total], codes)
            body = body[17 + total :]
    return tables


TABLES = annex_k_tables()
DCT = np.array([[math.sqrt((1 if k == 0 else 2) / 8) * math.cos((2 * n + 1) * k * math.pi / 16) for n in range(8)] for k in range(8)])


class Bits:
    def __init__(self):
        self.out, self.value, self.count = bytearray(), 0, 0

    def put(self, code, length):
        for shift in range(length - 1, -1, -1):
            self.value = self.value << 1 | (code >> shift & 1)
            self.count += 1
            if self.count == 8:
                self.out.append(self.value)
                if self.value == 0xFF:
                    self.out.append(0)
                self.value = self.count = 0

    def flush(self):
        while self.count:
            self.put(1, 1)


def magnitude(value):
    size = abs(int(value)).bit_length()
    return size, (int(value) if value >= 0 else int(value) + (1 << size) - 1)


def put_block(bits, block, table, previous, first, last):
    """Codes one zigzag block from coefficient `first` to `last`; gives the new DC prediction."""
    if first == 0:
        size, extra = magnitude(block[0] - previous)
        bits.put(*TABLES[table][1][size])
        bits.put(extra, size)
        previous = block[0]
    if last:
        run = 0
        for value in block[max(first, 1) : last + 1]:
            if value == 0:
                run += 1
                continue
            while run > 15:
                bits.put(*TABLES[0x10 | table][1][0xF0])
                run -= 16
            size, extra = magnitude(value)
            bits.put(*TABLES[0x10 | table][1][run << 4 | size])
            bits.put(extra, size)
            run = 0
        if run:
            bits.put(*TABLES[0x10 | table][1][0])
    return previous


def write_jpeg(planes, factors, ids=None, scans=None, restart=0, jfif=False, adobe=None, progressive=False,
               quant=12, extra=b"", fill=b"", bands=((0, 0), (1, 5), (6, 63))):
    """`planes`: full-size arrays, one a component. `factors`: (h, v) of each. `scans`: lists of component indices.
    `bands`: the first and last coefficients of the scans of a progressive file."""
    height, width = planes[0].shape
    ids = ids or list(range(1, len(planes) + 1))
    scans = scans or [list(range(len(planes)))]
    widest, tallest = max(h for h, _ in factors), max(v for _, v in factors)
    units_x, units_y = -(-width // (8 * widest)), -(-height // (8 * tallest))
    blocks = []
    for plane, (h, v) in zip(planes, factors):
        step_x, step_y = widest // h, tallest // v
        padded = np.pad(plane.astype(float), ((0, units_y * 8 * tallest - height), (0, units_x * 8 * widest - width)), "edge")
        small = padded.reshape(units_y * 8 * v, step_y, units_x * 8 * h, step_x).mean((1, 3)) - 128
        grid = small.reshape(units_y * v, 8, units_x * h, 8).swapaxes(1, 2)
        steps = np.full((8, 8), quant)
        coefficients = np.rint(DCT @ grid @ DCT.T / steps).astype(int)
        blocks.append(coefficients.reshape(units_y * v, units_x * h, 64)[:, :, ZIGZAG])

    def segment(marker, body):
        return fill + bytes([0xFF, marker]) + (len(body) + 2).to_bytes(2, "big") + body

    out = bytearray(b"\xff\xd8")
    if jfif:
        out += segment(0xE0, b"JFIF\0\x01\x01\0\0\x01\0\x01\0\0")
    if adobe is not None:
        out += segment(0xEE, b"Adobe\0\x64\0\0\0\0" + bytes([adobe]))
    out += extra
    out += segment(0xDB, bytes([0]) + bytes([quant] * 64))
    frame = bytes([8]) + height.to_bytes(2, "big") + width.to_bytes(2, "big") + bytes([len(planes)])
    frame += b"".join(bytes([i, h << 4 | v, 0]) for i, (h, v) in zip(ids, factors))
    out += segment(0xC2 if progressive else 0xC0, frame)
    for table, _ in TABLES.values():
        out += segment(0xC4, table)
    if restart:
        out += segment(0xDD, restart.to_bytes(2, "big"))
    bands = bands if progressive else [(0, 63)]
    for first, last in bands:
        for members in scans if first == 0 else [[index] for index in range(len(planes))]:
            table_of = lambda index: 0 if index in (0, 3) else 1
            listed = b"".join(bytes([ids[i], table_of(i) * 0x11]) for i in members)
            out += segment(0xDA, bytes([len(members)]) + listed + bytes([first, last, 0]))
            if len(members) == 1:
                (index,) = members
                h, v = factors[index]
                across, down = -(-width * h // (8 * widest)), -(-height * v // (8 * tallest))
                units = [[(index, y, x)] for y in range(down) for x in range(across)]
            else:
                units = [
                    [(i, uy * factors[i][1] + y, ux * factors[i][0] + x)
                     for i in members for y in range(factors[i][1]) for x in range(factors[i][0])]
                    for uy in range(units_y) for ux in range(units_x)
                ]
            bits, previous, number = Bits(), [0] * len(planes), 0
            for count, unit in enumerate(units):
                if restart and count and count % restart == 0:
                    bits.flush()
                    out += bits.out + bytes([0xFF, 0xD0 + number % 8])
                    bits, previous, number = Bits(), [0] * len(planes), number + 1
                for index, y, x in unit:
                    previous[index] = put_block(bits, blocks[index][y, x], table_of(index), previous[index], first, last)
            bits.flush()
            out += bits.out
    return bytes(out + b"\xff\xd9")
