"""Writes color.json: colours that chunks of a PNG declare, black points, samples of 16 bits.

    pip install pillow==13.0.0 numpy==2.4.6
    python make_color.py

What code points, gAMA and cHRM mean is computed here in 64-bit floats from the formulas of the standards: H.273 for
primaries and code points, BT.1886, SMPTE ST 240, 428 and 2084, BT.2100 for HLG, ST 2094-50 for the tone mapping to a
standard display. Chromium 148 shows the same within a level. Profiles are those of littleCMS, perceptual, with black
point compensation. A picture of 8 x 8 pixels has one in each cell of its grid.
"""

import base64
import io
import json
import struct
import sys
import zlib

import numpy as np
import PIL
from PIL import Image, ImageCms

from make_images import adam7, profile as profile_2, pack, png_chunk, raw_png, text_tags, xyz
from make_transform import ADOBE, GRAY_18, HERE, P3

CASES = []
SRGB = ImageCms.createProfile("sRGB")


# --- the standards ------------------------------------------------------------------------------------------------------

D65 = (0.3127, 0.3290)
C = (0.310, 0.316)
PRIMARIES = {
    1: ((0.640, 0.330), (0.300, 0.600), (0.150, 0.060), D65),
    4: ((0.67, 0.33), (0.21, 0.71), (0.14, 0.08), C),
    5: ((0.64, 0.33), (0.29, 0.60), (0.15, 0.06), D65),
    6: ((0.630, 0.340), (0.310, 0.595), (0.155, 0.070), D65),
    7: ((0.630, 0.340), (0.310, 0.595), (0.155, 0.070), D65),
    8: ((0.681, 0.319), (0.243, 0.692), (0.145, 0.049), C),
    9: ((0.708, 0.292), (0.170, 0.797), (0.131, 0.046), D65),
    10: ((1, 0), (0, 1), (0, 0), (1 / 3, 1 / 3)),
    11: ((0.680, 0.320), (0.265, 0.690), (0.150, 0.060), (0.314, 0.351)),
    12: ((0.680, 0.320), (0.265, 0.690), (0.150, 0.060), D65),
    22: ((0.630, 0.340), (0.295, 0.605), (0.155, 0.077), D65),
}
BRADFORD = np.array([[0.8951, 0.2664, -0.1614], [-0.7502, 1.7135, 0.0367], [0.0389, -0.0685, 1.0296]])


def white_of(primaries):
    x, y = primaries[3]
    return np.array([x / y, 1, (1 - x - y) / y])


def to_xyz(primaries):
    columns = np.array([[x, y, 1 - x - y] for x, y in primaries[:3]]).T
    return columns * np.linalg.solve(columns, white_of(primaries))


def matrix(source, target):
    adapt = np.diag((BRADFORD @ white_of(target)) / (BRADFORD @ white_of(source)))
    adapt = np.linalg.inv(BRADFORD) @ adapt @ BRADFORD
    return np.linalg.inv(to_xyz(target)) @ adapt @ to_xyz(source)


def srgb_light(v):
    return np.where(v <= 0.04045, v / 12.92, ((v + 0.055) / 1.055) ** 2.4)


def srgb_level(light):
    light = np.clip(light, 0, 1)
    return 255 * np.where(light <= 0.0031308, 12.92 * light, 1.055 * light ** (1 / 2.4) - 0.055)


def power(exponent):
    return lambda v: v**exponent


def st240(v):
    return np.where(v < 4 * 0.0228, v / 4, ((v + 0.1115) / 1.1115) ** (1 / 0.45))


def pq(v):
    p = v ** (4096 / 2523 / 128)
    nits = 10000 * (np.maximum(p - 3424 / 4096, 0) / (2413 / 128 - 2392 / 128 * p)) ** (16384 / 2610)
    return nits / 203


def hlg_scene(v):
    return np.where(v <= 0.5, v * v / 3, (np.exp((v - 0.55991073) / 0.17883277) + 0.28466892) / 12)


def hlg_display(light):
    return light * (light @ [0.2627, 0.6780, 0.0593])[..., None] ** 0.2 * 1000 / 203


TRANSFERS = {1: power(2.4), 4: power(2.2), 5: power(2.8), 6: power(2.4), 7: st240, 8: power(1), 13: srgb_light, 14: power(2.4),
             15: power(2.4), 16: pq, 17: lambda v: v**2.6 * 52.37 / 48, 18: hlg_scene}  # fmt: skip


def tone_mapped(light, nits):
    """By the largest channel: diffuse white to a half, then a Bézier curve to white at the brightest light."""
    peak = nits / 203
    if peak <= 1:
        return light
    white = 1 - 0.5 * min(np.log2(peak) / np.log2(1000 / 203), 1)
    x = np.maximum(light.max(-1), 1e-9)
    t = np.linspace(0, 1, 100_001)
    curve = [(1 - t) ** 2 * a + 2 * t * (1 - t) * b + t * t * c for a, b, c in
             ((1, 0.35 + 0.65 / white, peak), (white, 0.35 * white + 0.65, 1))]  # fmt: skip
    return light * (np.where(x <= 1, x * white, np.interp(x, *curve)) / x)[..., None]


def in_srgb(signal, primaries, transfer, nits=1000):
    """Signals from 0 to 1 to levels of sRGB."""
    light = np.sign(signal) * transfer(np.minimum(np.abs(signal), 1))
    if transfer in (pq, hlg_scene):
        light = light @ matrix(primaries, PRIMARIES[9]).T
        light = tone_mapped(hlg_display(light) if transfer is hlg_scene else light, nits)
        primaries = PRIMARIES[9]
    return srgb_level(light @ matrix(primaries, PRIMARIES[1]).T)


# --- pictures -----------------------------------------------------------------------------------------------------------


def colours(depth=8):
    """64 colours: grays, saturated ones, dark ones and what lies between."""
    rows = []
    for at in range(8):
        v = at * 36 + 3
        rows.append([(v, v, v), (v, 40, 60), (30, v, 70), (50, 45, v), (v, 250 - v // 2, 128), (v // 8, v // 9, v // 7), (200, 100, v), (250, v, 255 - v)])
    eight = np.array(rows, np.uint32)
    return eight if depth == 8 else eight * 257 - eight * 3 % 91


GRAYS = np.linspace(0, 255, 64).round().astype(np.uint32).reshape(8, 8, 1)


def file_of(pixels, depth=8, chunks=b"", interlace=0):
    """A PNG of samples: gray, gray with alpha, RGB or RGBA."""
    color = {1: 0, 2: 4, 3: 2, 4: 6}[pixels.shape[2]]
    rows = adam7(pixels, depth) if interlace else [pack(row.ravel(), depth) for row in pixels]
    return raw_png(8, 8, depth, color, rows, chunks, interlace=interlace)


def cicp(*values):
    return png_chunk(b"cICP", bytes(values))


def gama(value):
    return png_chunk(b"gAMA", struct.pack(">I", value))


def chrm(primaries):
    r, g, b, w = primaries
    return png_chunk(b"cHRM", struct.pack(">8I", *[round(v * 100_000) for xy in (w, r, g, b) for v in xy]))


def iccp(data):
    return png_chunk(b"iCCP", b"icc\0\0" + zlib.compress(data))


SRGB_CHUNK = png_chunk(b"sRGB", b"\0")


# --- cases --------------------------------------------------------------------------------------------------------------


def damaged(chunk):
    """The chunk with a checksum that is wrong."""
    return chunk[:-1] + bytes([chunk[-1] ^ 1])


def text(data):
    return base64.b64encode(data).decode()


def grid(levels):
    """Of 8 x 8 pixels. Colours are weighted by alpha."""
    levels = np.asarray(levels, float)
    if levels.shape[2] in (1, 2):
        levels = np.dstack([levels[:, :, :1]] * 3 + [levels[:, :, 1:]])
    if levels.shape[2] == 4:
        levels = np.dstack([levels[:, :, :3] * levels[:, :, 3:] / 255, levels[:, :, 3:]])
    return [[round(float(v)) for v in pixel] for row in levels for pixel in row]


def add(call, name, why, file, ok, options=None):
    given = {"base64": text(file)} | ({"options": options or {}, "rules": {}} if call != "inspect" else {})
    if call == "transform_many":
        given = {"base64": text(file), "transforms": options, "rules": {}}
    name = f"{call}: {name}"
    assert name not in {case["name"] for case in CASES}, name
    CASES.append({"name": name, "why": why, "call": call, "input": given, "ok": ok})


def shown(name, why, file, levels):
    """Pixels within the tolerance of a grid."""
    channels = np.asarray(levels).shape[2]
    ok = {"width": 8, "height": 8, "has_alpha": channels in (2, 4), "grid": grid(levels), "channels": channels}
    add("decode", name, why, file, ok)


def exact(name, why, file, levels):
    """Pixels to the byte."""
    levels = np.asarray(levels).astype(np.uint8)
    ok = {"width": 8, "height": 8, "channels": levels.shape[2], "base64": text(levels.tobytes())}
    add("decode", name, why, file, ok)


RGB = colours()
UNIT = RGB / 255


def code_points():
    for primaries, transfer, why in [
        (12, 13, "Display P3"), (9, 14, "BT.2020, 10 bits: shown by BT.1886"), (9, 15, "BT.2020, 12 bits"), (1, 1, "BT.709 is shown by BT.1886"),
        (6, 6, "BT.601, 525 lines"), (5, 13, "BT.601, 625 lines"), (7, 7, "SMPTE 240M"), (4, 4, "BT.470 M, white C"), (5, 5, "BT.470 B/G, gamma 2.8"),
        (8, 13, "generic film"), (1, 8, "linear light"), (12, 8, "linear light of P3"), (10, 13, "XYZ, white E"), (11, 17, "DCI-P3, ST 428-1"), (22, 13, "EBU 3213"),
        (9, 16, "PQ, tones mapped as browsers do"), (12, 16, "PQ with primaries of P3"), (1, 16, "PQ with primaries of sRGB"), (9, 18, "HLG, tones mapped as browsers do"),
    ]:  # fmt: skip
        levels = in_srgb(UNIT, PRIMARIES[primaries], TRANSFERS[transfer])
        shown(f"cICP {primaries} {transfer} 0 1", why, file_of(RGB, chunks=cicp(primaries, transfer, 0, 1)), levels)
    exact("cICP of sRGB", "nothing to convert", file_of(RGB, chunks=cicp(1, 13, 0, 1)), RGB)
    for values, why in [
        ((2, 13, 0, 1), "primaries unspecified"), ((3, 13, 0, 1), "primaries reserved"), ((12, 2, 0, 1), "transfer unspecified"), ((12, 19, 0, 1), "transfer reserved"),
        ((255, 255, 0, 1), "reserved"), ((12, 13, 1, 1), "another matrix than RGB"), ((12, 13, 0, 2), "no such range"), ((12, 13, 0), "too short"), ((12, 13, 0, 1, 0), "too long"), ((), "empty"),
    ]:  # fmt: skip
        exact(f"cICP {values}", f"{why}: as if absent", file_of(RGB, chunks=cicp(*values)), RGB)
    signal = (RGB.astype(float) - 16) / 219
    for primaries, transfer in ((1, 13), (12, 13), (1, 1)):
        levels = in_srgb(signal, PRIMARIES[primaries], TRANSFERS[transfer])
        shown(f"cICP {primaries} {transfer} 0 0", "narrow range: 16 is black, 235 is white", file_of(RGB, chunks=cicp(primaries, transfer, 0, 0)), levels)
    wide = colours(16)
    levels = in_srgb((wide.astype(float) - 4096) / 56064, PRIMARIES[12], srgb_light)
    shown("cICP 12 13 0 0, 16 bits", "narrow range of 16 bits", file_of(wide, 16, cicp(12, 13, 0, 0)), levels)
    content = lambda nits: png_chunk(b"cLLI", struct.pack(">II", nits * 10_000, 100 * 10_000))
    display = lambda nits: png_chunk(b"mDCV", struct.pack(">8HII", *[0] * 8, nits * 10_000, 1))
    for name, chunks, nits in [
        ("cLLI 400", content(400), 400), ("cLLI 4000", content(4000), 4000), ("mDCV 2000", display(2000), 2000),
        ("cLLI before mDCV", display(4000) + content(600), 600), ("cLLI 0", content(0), 1000), ("cLLI 203", content(203), 203),
    ]:  # fmt: skip
        levels = in_srgb(UNIT, PRIMARIES[9], pq, nits)
        shown(f"PQ with {name}", "how bright the content is decides the curve", file_of(RGB, chunks=cicp(9, 16, 0, 1) + chunks), levels)
    for name, transfer in (("PQ", 16), ("HLG", 18), ("linear", 8)):
        signal = wide / 65535
        shown(f"{name}, 16 bits", "converted before it is rounded", file_of(wide, 16, cicp(9, transfer, 0, 1)), in_srgb(signal, PRIMARIES[9], TRANSFERS[transfer]))
        gray = in_srgb(np.repeat(GRAYS / 255, 3, 2), PRIMARIES[9], TRANSFERS[transfer])[:, :, :1]
        shown(f"{name}, gray", "gray stays gray", file_of(GRAYS, chunks=cicp(9, transfer, 0, 1)), gray)
    exact("gray of P3", "gray is the same in all primaries", file_of(GRAYS, chunks=cicp(12, 13, 0, 1)), GRAYS)
    alpha = np.dstack([RGB, GRAYS])
    levels = np.dstack([in_srgb(UNIT, PRIMARIES[12], srgb_light), GRAYS])
    shown("P3 with alpha", "alpha stays", file_of(alpha, chunks=cicp(12, 13, 0, 1)), levels)
    palette = png_chunk(b"PLTE", RGB.astype(np.uint8).tobytes())
    rows = [bytes(range(8 * row, 8 * row + 8)) for row in range(8)]
    levels = in_srgb(UNIT, PRIMARIES[12], srgb_light)
    shown("a palette of P3", "the colours of the palette are converted", raw_png(8, 8, 8, 3, rows, cicp(12, 13, 0, 1) + palette), levels)


def gammas():
    for value in (100_000, 55_556, 50_000, 43_000, 48_000, 1_000_000, 20_000):
        levels = in_srgb(UNIT, PRIMARIES[1], power(100_000 / value))
        shown(f"gAMA {value}", "primaries of sRGB", file_of(RGB, chunks=gama(value)), levels)
    for value in (45_455, 45_000, 43_200, 47_700):
        exact(f"gAMA {value}", "within 5 % of 1/2.2, which libpng and Chromium take for the curve of sRGB", file_of(RGB, chunks=gama(value)), RGB)
    for value in (0, 1, 15, 625_000_001, 2**31, 2**32 - 1):
        exact(f"gAMA {value}", "out of the range of libpng: as if absent", file_of(RGB, chunks=gama(value)), RGB)
    exact("gAMA of 3 bytes", "as if absent", file_of(RGB, chunks=png_chunk(b"gAMA", b"\1\x86\xa0")), RGB)
    exact("gAMA and cHRM of sRGB", "what writers put beside sRGB", file_of(RGB, chunks=gama(45_455) + chrm(PRIMARIES[1])), RGB)
    d50 = (*PRIMARIES[1][:3], (0.34567, 0.35850))
    adobe = ((0.64, 0.33), (0.21, 0.71), (0.15, 0.06), D65)
    for name, value, primaries in [
        ("P3, 45455", 45_455, PRIMARIES[12]), ("P3, 100000", 100_000, PRIMARIES[12]), ("BT.2020, 50000", 50_000, PRIMARIES[9]), ("white D50, 50000", 50_000, d50),
        ("Adobe RGB, 45471", 45_471, adobe), ("sRGB, 100000", 100_000, PRIMARIES[1]),
    ]:  # fmt: skip
        levels = in_srgb(UNIT, primaries, power(100_000 / value))
        shown(f"cHRM of {name}", "both are applied", file_of(RGB, chunks=chrm(primaries) + gama(value)), levels)
    exact("cHRM alone", "says nothing without gAMA, as Chromium has it", file_of(RGB, chunks=chrm(PRIMARIES[12])), RGB)
    for name, data in (("zeros", bytes(32)), ("all ones", b"\xff" * 32), ("one point", struct.pack(">8I", *[30_000] * 8))):
        chunks = gama(50_000) + png_chunk(b"cHRM", data)
        exact(f"cHRM of {name}", "no colours: both chunks as if absent, as libpng and Chromium have it", file_of(RGB, chunks=chunks), RGB)

    short = gama(100_000) + png_chunk(b"cHRM", bytes(31))
    shown("cHRM of 31 bytes", "as if absent", file_of(RGB, chunks=short), srgb_level(UNIT))
    linear = lambda samples, top: srgb_level(samples / top)
    shown("gAMA, gray", "gray stays gray", file_of(GRAYS, chunks=gama(100_000)), linear(GRAYS, 255))
    shown("gAMA and cHRM, gray", "gray has no primaries", file_of(GRAYS, chunks=gama(100_000) + chrm(PRIMARIES[9])), linear(GRAYS, 255))
    alpha = np.dstack([GRAYS, GRAYS[::-1]])
    shown("gAMA, gray with alpha", "alpha stays", file_of(alpha, chunks=gama(100_000)), np.dstack([linear(GRAYS, 255), GRAYS[::-1]]))
    shown("gAMA, RGBA", "alpha stays", file_of(np.dstack([RGB, GRAYS]), chunks=gama(100_000)), np.dstack([linear(RGB, 255), GRAYS]))
    dark = np.dstack([np.arange(64, dtype=np.uint32).reshape(8, 8, 1) * 90] * 3)
    shown("gAMA, 16 bits", "dark linear light would be lost in 8 bits", file_of(dark, 16, gama(100_000)), linear(dark, 65535))
    shown("gAMA, 16 bits, interlaced", "in every pass", file_of(dark, 16, gama(100_000), interlace=1), linear(dark, 65535))
    shown("gAMA, gray of 16 bits", "dark linear light would be lost in 8 bits", file_of(dark[:, :, :1], 16, gama(100_000)), linear(dark[:, :, :1], 65535))
    clear = np.dstack([dark, GRAYS * 257])
    shown("gAMA, RGBA of 16 bits", "alpha is rounded", file_of(clear, 16, gama(100_000)), np.dstack([linear(dark, 65535), GRAYS]))
    bits = np.arange(64, dtype=np.uint32).reshape(8, 8, 1) % 4
    shown("gAMA, gray of 2 bits", "samples are expanded first", file_of(bits, 2, gama(100_000)), linear(bits, 3))
    palette = png_chunk(b"PLTE", RGB.astype(np.uint8).tobytes())
    rows = [bytes(range(8 * row, 8 * row + 8)) for row in range(8)]
    shown("gAMA, palette", "the colours of the palette are converted", raw_png(8, 8, 8, 3, rows, gama(100_000) + palette), linear(RGB, 255))
    clear = png_chunk(b"tRNS", GRAYS.astype(np.uint8).tobytes())
    shown("gAMA, palette with tRNS", "alpha stays", raw_png(8, 8, 8, 3, rows, gama(100_000) + palette + clear), np.dstack([linear(RGB, 255), GRAYS]))


def managed(profile, pixels, mode="RGB"):
    """By littleCMS, perceptual, with black point compensation."""
    stored = Image.fromarray(pixels.astype(np.uint8), mode)
    flags = ImageCms.Flags.BLACKPOINTCOMPENSATION
    transform = ImageCms.buildTransform(io.BytesIO(profile), SRGB, mode, "RGB", 0, flags)
    return np.asarray(ImageCms.applyTransform(stored, transform))


def precedence():
    p3 = in_srgb(UNIT, PRIMARIES[12], srgb_light)
    linear = srgb_level(UNIT)
    shown("cICP before iCCP", "the edition's order: cICP, iCCP, sRGB, gAMA and cHRM", file_of(RGB, chunks=iccp(ADOBE) + cicp(12, 13, 0, 1)), p3)
    exact("cICP of sRGB before iCCP", "the edition's order", file_of(RGB, chunks=iccp(ADOBE) + cicp(1, 13, 0, 1)), RGB)
    shown("cICP before all", "the edition's order", file_of(RGB, chunks=SRGB_CHUNK + gama(100_000) + chrm(PRIMARIES[9]) + cicp(12, 13, 0, 1)), p3)
    shown("iCCP where cICP says nothing", "a reserved cICP is as if absent", file_of(RGB, chunks=iccp(P3) + cicp(0, 0, 0, 1)), managed(P3, RGB))
    shown("iCCP before gAMA", "the edition's order", file_of(RGB, chunks=gama(100_000) + iccp(P3)), managed(P3, RGB))
    exact("sRGB before gAMA", "the edition's order", file_of(RGB, chunks=gama(100_000) + chrm(PRIMARIES[9]) + SRGB_CHUNK), RGB)
    for name, chunk in (("damaged", png_chunk(b"iCCP", b"x\0\0damaged")), ("for gray", iccp(GRAY_18)), ("cut off", iccp(P3[:100]))):
        shown(f"iCCP {name}, with gAMA", "a profile that cannot be used gives way", file_of(RGB, chunks=chunk + gama(100_000)), linear)
        exact(f"iCCP {name}, with sRGB", "a profile that cannot be used gives way", file_of(RGB, chunks=chunk + gama(100_000) + SRGB_CHUNK), RGB)
    shown("sRGB of 2 bytes", "as if absent", file_of(RGB, chunks=gama(100_000) + png_chunk(b"sRGB", b"\0\0")), linear)
    shown("two of gAMA", "the first counts", file_of(RGB, chunks=gama(100_000) + gama(45_455)), linear)
    shown("two of cICP", "the first counts", file_of(RGB, chunks=cicp(12, 13, 0, 1) + cicp(1, 13, 0, 1)), p3)
    for name, chunk in (("gAMA", gama(100_000)), ("cICP", cicp(12, 13, 0, 1))):
        exact(f"{name} with a wrong checksum", "libpng discards such a chunk", file_of(RGB, chunks=damaged(chunk)), RGB)
    shown("sRGB with a wrong checksum", "gAMA counts", file_of(RGB, chunks=damaged(SRGB_CHUNK) + gama(100_000)), linear)
    shown("gAMA after one with a wrong checksum", "the first that is intact counts", file_of(RGB, chunks=damaged(gama(45_455)) + gama(100_000)), linear)
    shown("iCCP with a wrong checksum", "libpng keeps it: its zlib stream has a checksum of its own", file_of(RGB, chunks=damaged(iccp(P3))), managed(P3, RGB))
    late = file_of(RGB).replace(png_chunk(b"IEND", b""), gama(100_000) + cicp(12, 13, 0, 1) + png_chunk(b"IEND", b""))
    exact("chunks after IDAT", "what comes after the picture says nothing about it", late, RGB)
    for name, chunks, has_icc_profile in (("cICP alone", cicp(12, 13, 0, 1), False), ("cICP and iCCP", cicp(12, 13, 0, 1) + iccp(P3), True), ("gAMA and cHRM", gama(50_000) + chrm(PRIMARIES[12]), False)):
        ok = {"format": "png", "width": 8, "height": 8, "has_alpha": False, "has_icc_profile": has_icc_profile}
        add("inspect", name, "has_icc_profile is whether there is an iCCP", file_of(RGB, chunks=chunks), ok)


def sixteen_bits():
    near = lambda samples: (samples * 255 + 32_895) >> 16
    wide = colours(16)
    gray = np.array([0, 127, 128, 129, 383, 384, 385, 386, 32_767, 32_768, 32_896, 65_278, 65_279, 65_406, 65_407, 65_535] * 4, np.uint32).reshape(8, 8, 1)
    why = "the nearest level, as libpng scales 16 bits"
    for name, pixels in (("gray", gray), ("gray with alpha", np.dstack([gray, gray[::-1]])), ("RGB", wide), ("RGBA", np.dstack([wide, gray]))):
        exact(f"16 bits, {name}", why, file_of(pixels, 16), near(pixels))
        exact(f"16 bits, {name}, interlaced", why, file_of(pixels, 16, interlace=1), near(pixels))
    key = png_chunk(b"tRNS", struct.pack(">3H", *[int(v) for v in wide[3, 4]]))
    alpha = np.where((wide == wide[3, 4]).all(-1), 0, 255)
    exact("16 bits, tRNS", "one colour of 16 bits is transparent", file_of(wide, 16, key), np.dstack([near(wide), alpha]))
    shown("16 bits with a profile", "rounded, then converted", file_of(wide, 16, iccp(P3)), managed(P3, near(wide)))
    ok = {"format": "png", "width": 8, "height": 8, "grid": grid(near(wide))}
    add("transform", "16 bits to PNG", why, file_of(wide, 16), ok, {"format": "png"})


def results():
    """What is converted is the same whatever is made of it, and carries no profile."""
    for name, chunks, levels in [
        ("cICP", cicp(12, 13, 0, 1), in_srgb(UNIT, PRIMARIES[12], srgb_light)), ("gAMA", gama(100_000), srgb_level(UNIT)), ("PQ", cicp(9, 16, 0, 1), in_srgb(UNIT, PRIMARIES[9], pq)),
    ]:  # fmt: skip
        file = file_of(RGB, chunks=chunks)
        ok = {"width": 8, "height": 8, "has_icc_profile": False, "grid": grid(levels)}
        add("transform", f"{name} to PNG", "sRGB without a tag", file, ok | {"format": "png"}, {"format": "png"})
        add("transform", f"{name} to WebP", "sRGB without a tag", file, ok | {"format": "webp"}, {"format": "webp", "lossless": True})
        add("transform", f"{name}, keep_icc", "there is no profile to keep", file, ok | {"format": "png"}, {"format": "png", "keep_icc": True})
    flat = np.full((8, 8, 3), (200, 100, 100), np.uint32)
    levels = in_srgb(flat / 255, PRIMARIES[12], srgb_light)
    ok = {"format": "jpeg", "width": 8, "height": 8, "has_icc_profile": False, "grid": grid(levels)}
    add("transform", "Display P3 to JPEG", "about 215, 93, 97, as with the same profile in iCCP", file_of(flat, chunks=cicp(12, 13, 0, 1)), ok, {"format": "jpeg", "quality": 95})
    add("transform", "a profile of P3 to JPEG", "the same profile in iCCP", file_of(flat, chunks=iccp(P3)), ok, {"format": "jpeg", "quality": 95})


# --- profiles with a black point ----------------------------------------------------------------------------------------


def press(tag, kind, darkest, version=0x02400000, nodes=5):
    """A press whose darkest colour is this one of Lab, in a table of `nodes` for each ink."""
    black = np.array(darkest, float)
    values = b""
    for node in range(nodes**4):
        c, m, y, k = (node // nodes**place % nodes / (nodes - 1) for place in (3, 2, 1, 0))
        light = (1 - 0.5 * c) * (1 - 0.55 * m) * (1 - 0.15 * y) * (1 - k)
        lab = black + (np.array([100, 0, 0]) - black) * light
        lab = lab + np.array([0, 20 * m - 12 * c, 30 * y - 15 * c]) * light
        if kind == b"mft1":
            values += bytes([round(lab[0] * 2.55), round(128 + lab[1]), round(128 + lab[2])])
        else:  # the encoding of version 2: 0xFF00 is 100
            values += struct.pack(">3H", round(lab[0] * 652.8), round((128 + lab[1]) * 256), round((128 + lab[2]) * 256))
    head = kind + bytes(4) + bytes([4, 3, nodes, 0]) + struct.pack(">9i", 65536, 0, 0, 0, 65536, 0, 0, 0, 65536)
    if kind == b"mft1":
        table = head + bytes(range(256)) * 4 + values + bytes(range(256)) * 3
    else:
        table = head + struct.pack(">HH", 2, 2) + b"\0\0\xff\xff" * 4 + values + b"\0\0\xff\xff" * 3
    return with_version(profile_2(b"CMYK", b"Lab ", text_tags(b"a press") + [(b"wtpt", xyz(0.9642, 1.0, 0.8249)), (tag, table)]), version)


def with_version(data, version):
    return data[:8] + struct.pack(">I", version) + data[12:]


def scanner(darkest, version=0x02400000):
    """RGB by a table whose black is not black."""
    black = np.array(darkest, float)
    values = b""
    for node in range(27):
        r, g, b = (node // 3**place % 3 / 2 for place in (2, 1, 0))
        lightness = 100 * (0.3 * r + 0.6 * g + 0.1 * b)
        lab = np.array([black[0] + lightness * (1 - black[0] / 100), black[1] + 20 * (r - g), black[2] + 20 * ((r + g) / 2 - b)])
        values += struct.pack(">3H", round(lab[0] * 652.8), round((128 + lab[1]) * 256), round((128 + lab[2]) * 256))
    head = b"mft2" + bytes(4) + bytes([3, 3, 3, 0]) + struct.pack(">9i", 65536, 0, 0, 0, 65536, 0, 0, 0, 65536)
    table = head + struct.pack(">HH", 2, 2) + b"\0\0\xff\xff" * 3 + values + b"\0\0\xff\xff" * 3
    return with_version(profile_2(b"RGB ", b"Lab ", text_tags(b"a scanner") + [(b"wtpt", xyz(0.9642, 1.0, 0.8249)), (b"A2B0", table)]), version)


def lifted():
    """RGB by a matrix whose curves begin above black."""
    values = [round(655 + at * (65535 - 655) / 255) for at in range(256)]
    curve = b"curv\0\0\0\0" + struct.pack(">I256H", 256, *values)
    return profile_2(b"RGB ", b"XYZ ", text_tags(b"lifted") + [
        (b"wtpt", xyz(0.9642, 1.0, 0.8249)), (b"rXYZ", xyz(0.51512, 0.2412, -0.00105)), (b"gXYZ", xyz(0.29198, 0.69225, 0.04189)),
        (b"bXYZ", xyz(0.1571, 0.06657, 0.78407)), (b"rTRC", curve), (b"gTRC", curve), (b"bTRC", curve)])  # fmt: skip


def inks():
    """Flat patches of 16 x 16, so that a JPEG keeps them: paper, black, four inks of it, and mixtures."""
    patches = np.array([
        (0, 0, 0, 0), (0, 0, 0, 255), (255, 255, 255, 255), (0, 0, 0, 200), (255, 0, 0, 0), (0, 255, 0, 0), (0, 0, 255, 0), (120, 90, 90, 240),
        (60, 40, 40, 0), (60, 40, 40, 120), (200, 180, 20, 60), (10, 220, 240, 20), (0, 0, 0, 90), (0, 0, 0, 240), (255, 255, 255, 0), (128, 128, 128, 128),
    ], np.uint8)  # fmt: skip
    return np.repeat(np.repeat(patches.reshape(4, 4, 4), 16, 0), 16, 1)


def jpeg(image, **options):
    out = io.BytesIO()
    image.save(out, "JPEG", quality=97, subsampling=0, **options)
    return out.getvalue()


def black_points():
    why = "black stays black: littleCMS, perceptual, black point compensation"
    stored = Image.fromarray(inks(), "CMYK")
    for name, profile in [
        ("mft1, neutral black", press(b"A2B0", b"mft1", (12, 0, 0))), ("mft2, neutral black", press(b"A2B0", b"mft2", (10, 0, 0))),
        ("tinted black", press(b"A2B0", b"mft2", (14, 5, -8))), ("a black that is gray", press(b"A2B0", b"mft2", (58, 0, 0))), ("a black that is gray and tinted", press(b"A2B0", b"mft2", (56, 6, -9))),
        ("black at zero", press(b"A2B0", b"mft2", (0, 0, 0))), ("version 4", press(b"A2B0", b"mft1", (3, 0, 0), 0x04200000)),
    ]:  # fmt: skip
        file = jpeg(stored, icc_profile=profile)
        decoded = np.asarray(Image.open(io.BytesIO(file)))
        levels = managed(profile, decoded, "CMYK")
        cells = levels.reshape(8, 8, 8, 8, 3).mean((1, 3))
        ok = {"width": 64, "height": 64, "has_alpha": False, "channels": 3, "grid": grid(cells)}
        add("decode", f"CMYK, {name}", why, file, ok)
        if name == "tinted black":
            ok = {"format": "png", "width": 64, "height": 64, "has_icc_profile": False, "grid": grid(cells)}
            add("transform", f"CMYK, {name}", why, file, ok, {"format": "png"})
    for name, profile in [
        ("a table, neutral black", scanner((12, 0, 0))), ("a table, tinted black", scanner((9, 4, -6))), ("a table, black at zero", scanner((0, 0, 0))),
        ("a table of version 4", scanner((3.1373, 0, 0), 0x04200000)), ("a matrix with lifted curves", lifted()),
    ]:  # fmt: skip
        shown(f"RGB, {name}", why, file_of(RGB, chunks=iccp(profile)), managed(profile, RGB))
        shown(f"RGBA, {name}", why, file_of(np.dstack([RGB, GRAYS]), chunks=iccp(profile)), np.dstack([managed(profile, RGB), GRAYS]))


if __name__ == "__main__":
    code_points()
    gammas()
    precedence()
    sixteen_bits()
    results()
    black_points()
    made_by = f"make_color.py with Pillow {PIL.__version__}, littleCMS {ImageCms.core.littlecms_version}, numpy {np.__version__}"
    about = "colours that are declared without a profile, black points and 16 bits; grid: one pixel or mean colour a cell, within 3 levels"
    head = json.dumps({"about": about, "made_by": made_by}, indent=1)[:-2]
    lines = ",\n".join(json.dumps(case, separators=(",", ":")) for case in CASES)
    (HERE / "color.json").write_text(f'{head},\n "cases": [\n{lines}\n]}}\n')
    sys.stdout.write(f"{len(CASES)} cases\n")
