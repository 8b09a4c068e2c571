"""Makes the images below images/ and what Pillow says of them: inspect.json, check.json and decode.json.

    python make_images.py        # needs Pillow 13.0.0 and numpy 2.4.6

Everything is drawn here. No expected value comes from presize.
"""

import base64
import io
import json
import pathlib
import struct
import zlib

import numpy as np
import PIL
from PIL import Image, ImageCms, ImageOps

from jpeg_writer import write_jpeg
from webp_writer import write_groups

HERE = pathlib.Path(__file__).parent
IMAGES = HERE / "images"
MADE_BY = f"make_images.py, Pillow {PIL.__version__}, numpy {np.__version__}"
INSPECT, CHECK, DECODE = [], [], []


# Drawing

def draw(width, height, channels=3):
    """Gradients, two discs, and a fine pattern in one corner: nothing is symmetrical, so a wrong turn shows."""
    y, x = np.mgrid[0:height, 0:width].astype(float)
    u, v = x / width, y / height
    red = 255 * u
    green = 255 * v
    blue = 255 * (1 - u) * (1 - v)
    alpha = 255 * (0.25 + 0.75 * (1 - u * v))
    disc = (u - 0.3) ** 2 + (v - 0.35) ** 2 < 0.04
    red[disc], green[disc], blue[disc], alpha[disc] = 230, 40, 60, 255
    disc = (u - 0.75) ** 2 + (v - 0.7) ** 2 < 0.02
    red[disc], green[disc], blue[disc], alpha[disc] = 20, 90, 200, 0
    return np.stack([red, green, blue, alpha][:channels], -1).round().astype(np.uint8)


def picture(width=48, height=36, mode="RGB"):
    if mode == "RGBA":
        return Image.fromarray(draw(width, height, 4), "RGBA")
    return Image.fromarray(draw(width, height), "RGB").convert(mode)


# Metadata

def exif(orientation=1, gps=False, order="<"):
    entries = [(0x0112, 3, 1, struct.pack(order + "HH", orientation, 0))]
    body = b""
    if gps:
        entries.append((0x8825, 4, 1, struct.pack(order + "I", 8 + 2 + 12 * 2 + 4)))
        at = 8 + 2 + 12 * 2 + 4
        data_at = at + 2 + 12 * 4 + 4
        rationals = lambda *v: b"".join(struct.pack(order + "II", n, 1) for n in v)
        body = struct.pack(order + "H", 4)
        body += struct.pack(order + "HHI4s", 1, 2, 2, b"N\0\0\0") + struct.pack(order + "HHII", 2, 5, 3, data_at)
        body += struct.pack(order + "HHI4s", 3, 2, 2, b"E\0\0\0") + struct.pack(order + "HHII", 4, 5, 3, data_at + 24)
        body += struct.pack(order + "I", 0) + rationals(37, 33, 59) + rationals(126, 58, 40)
    head = (b"II\x2a\0" if order == "<" else b"MM\0\x2a") + struct.pack(order + "IH", 8, len(entries))
    return head + b"".join(struct.pack(order + "HHI", *e[:3]) + e[3] for e in entries) + struct.pack(order + "I", 0) + body


def profile(space, pcs, tags):
    offset, table, data = 128 + 4 + 12 * len(tags), b"", b""
    for name, body in tags:
        body += b"\0" * (-len(body) % 4)
        table += name + struct.pack(">II", offset + len(data), len(body))
        data += body
    kind = b"prtr" if space == b"CMYK" else b"mntr"
    head = struct.pack(">I4sI4s4s4s", offset + len(data), b"\0\0\0\0", 0x02400000, kind, space, pcs)
    head += struct.pack(">6H", 2026, 1, 1, 0, 0, 0) + b"acsp" + b"\0" * 28 + struct.pack(">3i", 63190, 65536, 54061)
    return head.ljust(128, b"\0") + struct.pack(">I", len(tags)) + table + data


def text_tags(name):
    return [(b"desc", b"desc\0\0\0\0" + struct.pack(">I", len(name) + 1) + name + b"\0" * 80),
            (b"cprt", b"text\0\0\0\0no copyright\0")]


def xyz(*values):
    return b"XYZ \0\0\0\0" + struct.pack(">3i", *(round(v * 65536) for v in values))


CURVE = b"curv\0\0\0\0" + struct.pack(">IH", 1, round(2.2 * 256))
P3 = profile(b"RGB ", b"XYZ ", text_tags(b"P3 gamma 2.2") + [
    (b"wtpt", xyz(0.9642, 1.0, 0.8249)), (b"rXYZ", xyz(0.51512, 0.2412, -0.00105)),
    (b"gXYZ", xyz(0.29198, 0.69225, 0.04189)), (b"bXYZ", xyz(0.1571, 0.06657, 0.78407)),
    (b"rTRC", CURVE), (b"gTRC", CURVE), (b"bTRC", CURVE)])
GRAY = profile(b"GRAY", b"XYZ ", text_tags(b"Gray gamma 1.8") + [
    (b"wtpt", xyz(0.9642, 1.0, 0.8249)), (b"kTRC", b"curv\0\0\0\0" + struct.pack(">IH", 1, round(1.8 * 256)))])


def cmyk_profile():
    """A press of the imagination: inks multiply, and the colours are not those of the plain formula."""
    nodes = b""
    for node in range(3**4):
        c, m, y, k = (node // 3**place % 3 / 2 for place in (3, 2, 1, 0))
        lightness = 95 * (1 - 0.4 * c) * (1 - 0.5 * m) * (1 - 0.1 * y) * (1 - 0.9 * k)
        a = (-35 * c + 70 * m) * (1 - k)
        b = (-45 * c - 5 * m + 85 * y) * (1 - k)
        nodes += bytes([round(lightness * 2.55), round(128 + a), round(128 + max(-127, min(127, b)))])
    identity = struct.pack(">9i", 65536, 0, 0, 0, 65536, 0, 0, 0, 65536)
    lut = b"mft1\0\0\0\0" + bytes([4, 3, 3, 0]) + identity + bytes(range(256)) * 4 + nodes + bytes(range(256)) * 3
    return profile(b"CMYK", b"Lab ", text_tags(b"CMYK test") + [(b"wtpt", xyz(0.9642, 1.0, 0.8249)), (b"A2B0", lut)])


# Files

def jpeg(image, **options):
    out = io.BytesIO()
    image.save(out, "JPEG", **{"quality": 85, **options})
    return out.getvalue()


def png(image, **options):
    out = io.BytesIO()
    image.save(out, "PNG", **options)
    return out.getvalue()


def webp(image, **options):
    out = io.BytesIO()
    image.save(out, "WEBP", **options)
    return out.getvalue()


def gif(image, **options):
    out = io.BytesIO()
    image.save(out, "GIF", **options)
    return out.getvalue()


def png_chunk(kind, body):
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def raw_png(width, height, depth, color, rows, before=b"", interlace=0):
    """A PNG from packed rows, for the depths that Pillow does not write. Adam7 rows come ready from `adam7`."""
    data = rows if interlace else b"".join(b"\0" + row for row in rows)
    header = struct.pack(">IIBBBBB", width, height, depth, color, 0, 0, interlace)
    return (b"\x89PNG\r\n\x1a\n" + png_chunk(b"IHDR", header) + before
            + png_chunk(b"IDAT", zlib.compress(data, 9)) + png_chunk(b"IEND", b""))


def pack(values, depth):
    bits = "".join(format(int(value), f"0{depth}b") for value in values)
    return int(bits.ljust(-(-len(bits) // 8) * 8, "0"), 2).to_bytes(-(-len(bits) // 8), "big")


def adam7(samples, depth):
    """Rows of the seven passes of an array of height x width x channels."""
    out = b""
    for x, y, dx, dy in ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)):
        for row in samples[y::dy, x::dx]:
            if row.size:
                out += b"\0" + pack(row.ravel(), depth)
    return out


def insert_chunk(data, kind, body, at=33):
    return data[:at] + png_chunk(kind, body) + data[at:]


def riff(*chunks):
    body = b"WEBP" + b"".join(kind + struct.pack("<I", len(data)) + data + b"\0" * (len(data) & 1) for kind, data in chunks)
    return b"RIFF" + struct.pack("<I", len(body)) + body


def webp_chunks(data):
    at, chunks = 12, []
    while at + 8 <= len(data):
        size = int.from_bytes(data[at + 4 : at + 8], "little")
        chunks.append((data[at : at + 4], data[at + 8 : at + 8 + size]))
        at += 8 + size + (size & 1)
    return chunks


# Expectations

def rgba_of(data):
    image = Image.open(io.BytesIO(data))
    image.load()
    if image.mode.startswith("I;16") or image.mode == "I":
        image = Image.fromarray((np.asarray(image).astype(np.uint32) >> 8).astype(np.uint8), "L")
    return np.asarray(ImageOps.exif_transpose(image).convert("RGBA"))


def grid_of(rgba):
    """Means of 64 cells, colours weighted by alpha; a cell is at least one pixel."""
    height, width, _ = rgba.shape
    pixels = rgba.astype(float)
    pixels[:, :, :3] *= pixels[:, :, 3:] / 255
    cells = []
    for row in range(8):
        for column in range(8):
            top, left = row * height // 8, column * width // 8
            cell = pixels[top : max(top + 1, (row + 1) * height // 8), left : max(left + 1, (column + 1) * width // 8)]
            cells.append([round(float(value)) for value in cell.mean((0, 1))])
    return cells


def good(name, data, why, media_type=None, lossless=False, rgba=None, orientation=1, tolerance=None, **info):
    """An image that is to be accepted, with what is known of it."""
    write(name, data)
    rgba = rgba_of(data) if rgba is None else rgba
    kind = {"jpg": "jpeg", "png": "png", "gif": "gif", "webp": "webp"}[name.rsplit(".")[-1]]
    ok = {"format": kind, "width": rgba.shape[1], "height": rgba.shape[0], "orientation": orientation,
          "has_alpha": False, "is_animated": False, "has_icc_profile": False, "has_exif": False, **info}
    file = {"file": f"images/{name}"}
    INSPECT.append({"name": name, "why": why, "call": "inspect", "input": file, "ok": ok})
    CHECK.append({"name": name, "why": why, "call": "check",
                  "input": {**file, "declared": media_type or f"image/{kind}", "rules": {}}, "ok": ok})
    case = {"name": name, "why": why, **file, "grid": grid_of(rgba)}
    if tolerance:
        case["tolerance"] = tolerance
    if lossless:
        case["crc32"] = zlib.crc32(rgba.tobytes())
    DECODE.append(case)


def write(name, data):
    (IMAGES / name).write_bytes(data)


def refused(name, why, code, data=None, file=None, declared=None, rules=None, call="check", **error):
    if data is not None:
        write(name, data)
    given = {"file": f"images/{file or name}"}
    if call == "check":
        given |= {"rules": rules or {}} | ({"declared": declared} if declared is not None else {})
    case = {"name": f"{call}: {name}" if data is not None else f"{call}: {name} of {file}",
            "why": why, "call": call, "input": given, "error": {"code": code, **error}}
    (INSPECT if call == "inspect" else CHECK).append(case)


def accepted(name, why, file, declared=None, rules=None, **ok):
    given = {"file": f"images/{file}", "rules": rules or {}} | ({"declared": declared} if declared else {})
    CHECK.append({"name": f"check: {name} of {file}", "why": why, "call": "check", "input": given, "ok": ok})


# The images

def make_jpegs():
    rgb = picture()
    for name, sampling in (("444", "4:4:4"), ("422", "4:2:2"), ("420", "4:2:0")):
        good(f"baseline_{name}.jpg", jpeg(rgb, subsampling=sampling), f"baseline {sampling}")
        good(f"progressive_{name}.jpg", jpeg(rgb, subsampling=sampling, progressive=True), f"progressive {sampling}")
    good("odd_size.jpg", jpeg(picture(37, 23)), "a size that is no multiple of a block")
    good("one_pixel.jpg", jpeg(picture(1, 1)), "one pixel")
    good("optimized.jpg", jpeg(rgb, optimize=True), "Huffman tables of its own")
    good("restart.jpg", jpeg(rgb, restart_marker_blocks=1), "restart markers after each unit")
    good("restart_progressive.jpg", jpeg(rgb, progressive=True, restart_marker_rows=1), "restart markers in each scan")
    good("gray.jpg", jpeg(rgb.convert("L")), "one component")
    good("gray_progressive.jpg", jpeg(rgb.convert("L"), progressive=True), "one component, progressive")
    good("cmyk_adobe.jpg", jpeg(rgb.convert("CMYK")), "CMYK with an Adobe segment: stored as complements")
    good("cmyk_progressive.jpg", jpeg(rgb.convert("CMYK"), progressive=True), "CMYK, progressive")

    ycc = [np.asarray(plane) for plane in rgb.convert("YCbCr").split()]
    rgb_planes = list(np.moveaxis(np.asarray(rgb), 2, 0))
    inks = [255 - np.asarray(plane) for plane in rgb.convert("CMYK").split()]
    inks[3] = 255 - np.uint8(np.linspace(0, 120, inks[3].size).reshape(inks[3].shape))
    plain = [(1, 1)] * 3
    for name, factors in {
        "440": [(1, 2), (1, 1), (1, 1)], "411": [(4, 1), (1, 1), (1, 1)], "410": [(4, 2), (1, 1), (1, 1)],
        "441": [(1, 4), (1, 1), (1, 1)], "all_2x2": [(2, 2)] * 3, "chroma_larger": [(1, 1), (2, 2), (2, 2)],
        "mixed": [(2, 2), (2, 1), (1, 2)], "420": [(2, 2), (1, 1), (1, 1)], "422": [(2, 1), (1, 1), (1, 1)],
        "444": plain,
    }.items():
        if sum(h * v for h, v in factors) <= 10:
            good(f"own_{name}.jpg", write_jpeg(ycc, factors, jfif=True), f"interleaved {name}")
            good(f"own_{name}_progressive.jpg", write_jpeg(ycc, factors, jfif=True, progressive=True), f"progressive {name}")
        good(f"own_{name}_restart_progressive.jpg", write_jpeg(ycc, factors, jfif=True, progressive=True, restart=2, scans=[[0], [1], [2]]), f"progressive {name}, restarts")
        data = write_jpeg(ycc, factors, jfif=True, restart=2, scans=[[0], [1], [2]])
        good(f"own_{name}_restart.jpg", data, f"{name}, a scan for each component, restarts")
        good(f"own_{name}_scans.jpg", write_jpeg(ycc, factors, jfif=True, scans=[[0], [1], [2]]), f"{name}, a scan for each component")
    good("own_420_scans_mixed.jpg", write_jpeg(ycc, [(2, 2), (1, 1), (1, 1)], scans=[[0], [1, 2]]), "a scan of one and a scan of two components")
    good("jfif_and_adobe_0.jpg", write_jpeg(ycc, plain, jfif=True, adobe=0), "JFIF wins over Adobe transform 0: YCbCr")
    good("adobe_0.jpg", write_jpeg(rgb_planes, plain, adobe=0), "Adobe transform 0: RGB")
    good("adobe_1.jpg", write_jpeg(ycc, plain, adobe=1), "Adobe transform 1: YCbCr")
    good("ids_rgb.jpg", write_jpeg(rgb_planes, plain, ids=[82, 71, 66]), "components named R, G, B")
    good("ids_rgb_jfif.jpg", write_jpeg(ycc, plain, ids=[82, 71, 66], jfif=True), "components named R, G, B, but JFIF: YCbCr")
    good("ids_0_1_2.jpg", write_jpeg(ycc, plain, ids=[0, 1, 2]), "components numbered from 0")
    good("fill_bytes.jpg", write_jpeg(ycc, plain, jfif=True, fill=b"\xff\xff\xff\xff\xff\xff"), "fill bytes before every marker")
    good("cmyk_plain.jpg", write_jpeg(inks, [(1, 1)] * 4), "CMYK without an Adobe segment: read as complements by Pillow and browsers")
    good("cmyk_subsampled.jpg", write_jpeg(inks, [(2, 2), (1, 1), (1, 1), (2, 2)], adobe=0), "CMYK with subsampled inks")
    ycck = [np.asarray(p) for p in Image.merge("RGB", [Image.fromarray(255 - p) for p in inks[:3]]).convert("YCbCr").split()] + [inks[3]]
    good("ycck.jpg", write_jpeg(ycck, [(1, 1)] * 4, adobe=2), "YCCK")
    good("ycck_420.jpg", write_jpeg(ycck, [(2, 2), (1, 1), (1, 1), (2, 2)], adobe=2), "YCCK 4:2:0")
    good("gray_2x2.jpg", write_jpeg([ycc[0]], [(2, 2)], jfif=True), "one component with sampling factors, which mean nothing")

    cmyk_icc = cmyk_profile()
    data = jpeg(rgb.convert("CMYK"), icc_profile=cmyk_icc)
    stored = Image.open(io.BytesIO(data))
    srgb = ImageCms.profileToProfile(stored, io.BytesIO(cmyk_icc), ImageCms.createProfile("sRGB"), outputMode="RGB")
    good("cmyk_icc.jpg", data, "CMYK with its own profile", rgba=np.asarray(srgb.convert("RGBA")), tolerance=5, has_icc_profile=True)
    good("icc_p3.jpg", jpeg(rgb, icc_profile=P3), "a Display P3 profile", has_icc_profile=True)
    good("icc_gray.jpg", jpeg(rgb.convert("L"), icc_profile=GRAY), "a gray profile", has_icc_profile=True)
    half = len(P3) // 2
    parts = b"".join(b"\xff\xe2" + struct.pack(">H", len(p) + 16) + b"ICC_PROFILE\0" + bytes([n, 2]) + p
                     for n, p in ((2, P3[half:]), (1, P3[:half])))
    good("icc_two_parts.jpg", write_jpeg(ycc, plain, jfif=True, extra=parts), "a profile in two parts, the second first", has_icc_profile=True)

    for value in range(1, 9):
        order = "<>"[value % 2]
        good(f"orientation_{value}.jpg", jpeg(rgb, exif=b"Exif\0\0" + exif(value, order=order)), f"EXIF orientation {value}", orientation=value, has_exif=True)
    good("orientation_9.jpg", jpeg(rgb, exif=b"Exif\0\0" + exif(9)), "an orientation that does not exist", has_exif=True)
    good("gps.jpg", jpeg(rgb, exif=b"Exif\0\0" + exif(6, gps=True)), "a GPS position", orientation=6, has_exif=True)

    base = (IMAGES / "baseline_420.jpg").read_bytes()
    good("trailing.jpg", base + b"\0" * 64 + jpeg(picture(16, 12)), "a second picture after the end, as phones write it")
    for name in ("baseline_420", "progressive_420", "restart"):
        whole = (IMAGES / f"{name}.jpg").read_bytes()
        refused(f"half_{name}.jpg", "half a JPEG", "image_corrupt", whole[: len(whole) // 2], http_status=422)
        # The progressive one is accepted by Pillow: what it lacks would only refine the picture.
        refused(f"half_eoi_{name}.jpg", "half a JPEG with an end marker", "image_corrupt", whole[: len(whole) // 2] + b"\xff\xd9")
        write(f"no_eoi_{name}.jpg", whole[:-2])
        accepted("no end marker", "all of the picture is there, which an end marker is no part of", f"no_eoi_{name}.jpg", width=48, height=36, is_complete=True)
        for part in ("half", "no_eoi"):
            if b"\xff\xda" in (IMAGES / f"{part}_{name}.jpg").read_bytes():
                accepted("allowed to end early", "what arrived, and gray", f"{part}_{name}.jpg", rules={"allow_truncated": True}, width=48, height=36)
            else:
                refused("allowed to end early", "no scan has begun", "image_corrupt", file=f"{part}_{name}.jpg", rules={"allow_truncated": True})
        refused("closed, though allowed to end early", "what has an end marker did not end early", "image_corrupt",
                file=f"half_eoi_{name}.jpg", rules={"allow_truncated": True})
    refused("cut_95.jpg", "95 percent of a JPEG", "image_corrupt", base[: len(base) * 95 // 100])
    refused("head_only.jpg", "a start of image and nothing else", "image_corrupt", b"\xff\xd8\xff\xe0")
    refused("allowed to end early", "no scan has begun", "image_corrupt", file="head_only.jpg", rules={"allow_truncated": True})
    sof = base.index(b"\xff\xc0")
    patch = lambda at, value: base[:at] + value + base[at + len(value):]
    refused("bits_12.jpg", "12 bits a sample", "image_format_unsupported", patch(sof + 4, b"\x0c"))
    refused("lossless.jpg", "lossless JPEG", "image_format_unsupported", patch(sof + 1, b"\xc3"))
    refused("arithmetic.jpg", "arithmetic coding", "image_format_unsupported", patch(sof + 1, b"\xc9"))
    refused("no_height.jpg", "a height of 0", "image_corrupt", patch(sof + 5, b"\0\0"))
    late = patch(sof + 5, b"\0\0")[:-2] + b"\xff\xdc\0\4" + base[sof + 5 : sof + 7] + b"\xff\xd9"
    good("late_height.jpg", late, "a height that is given behind the first scan (DNL), which Pillow cannot read", rgba=np.asarray(Image.open(io.BytesIO(base)).convert("RGBA")))
    write("other_late_height.jpg", base[:-2] + b"\xff\xdc\0\4\0\x05\xff\xd9")
    accepted("two heights", "the frame header has one, and libjpeg ignores the other (DNL)", "other_late_height.jpg", width=48, height=36, is_complete=True)
    refused("sampling_5.jpg", "a sampling factor of 5", "image_corrupt", patch(sof + 11, b"\x51"))
    progressive = (IMAGES / "progressive_420.jpg").read_bytes()
    sof = progressive.index(b"\xff\xc2")
    head = progressive[:sof + 5] + struct.pack(">HH", 65500, 65500) + progressive[sof + 9:]
    small = b"\xff\xd8" + head[sof : sof + 19] + b"\xff\xda\0\x0c\x03\x01\0\x02\0\x03\0\0\0\0" + b"\0" * 120 + b"\xff\xd9"
    refused("bomb_65500.jpg", "65500 x 65500 in a progressive header", "image_too_large", small, details={"what": "width", "received": 65500, "max": 16384})
    small = small.replace(struct.pack(">HH", 65500, 65500), struct.pack(">HH", 8000, 8000))
    refused("bomb_8000.jpg", "64 megapixels in a few bytes: refused before memory is taken", "image_corrupt", small)
    last_scan = progressive.rindex(b"\xff\xda")
    many = progressive[:-2] + progressive[last_scan:-2] * 100 + b"\xff\xd9"
    refused("many_scans.jpg", "more scans than the rules allow", "image_too_large", many, details={"what": "scans", "received": 101, "max": 100})
    refused("icc_too_large", "a profile above the limit", "image_too_large", file="icc_p3.jpg", rules={"max_icc_bytes": 100}, details={"what": "icc_bytes", "received": len(P3), "max": 100})


def make_pngs():
    rgb, rgba = picture(), picture(mode="RGBA")
    good("rgb.png", png(rgb), "8-bit RGB", lossless=True)
    good("rgba.png", png(rgba), "8-bit RGBA", lossless=True, has_alpha=True)
    good("gray.png", png(rgb.convert("L")), "8-bit gray", lossless=True)
    good("gray_alpha.png", png(rgba.convert("LA")), "8-bit gray and alpha", lossless=True, has_alpha=True)
    good("palette.png", png(rgb.quantize(64)), "8-bit palette", lossless=True)
    good("one_pixel.png", png(picture(1, 1)), "one pixel", lossless=True)
    gray = np.asarray(rgb.convert("L"))
    for depth in (1, 2, 4):
        values = gray >> (8 - depth)
        rows = [pack(row, depth) for row in values]
        scaled = (values.astype(int) * 255 // (2**depth - 1)).astype(np.uint8)
        expected = np.asarray(Image.fromarray(scaled, "L").convert("RGBA"))
        good(f"gray_{depth}.png", raw_png(48, 36, depth, 0, rows), f"{depth}-bit gray", lossless=True, rgba=expected)
        palette = bytes((index * 80 + channel * 37) % 256 for index in range(2**depth) for channel in range(3))
        good(f"palette_{depth}.png", raw_png(48, 36, depth, 3, rows, png_chunk(b"PLTE", palette)), f"{depth}-bit palette", lossless=True)
        good(f"palette_{depth}_trns.png", raw_png(48, 36, depth, 3, rows, png_chunk(b"PLTE", palette) + png_chunk(b"tRNS", b"\0\x80")), f"{depth}-bit palette with tRNS", lossless=True, has_alpha=True)
        interlaced = adam7(values[:, :, None], depth)
        good(f"gray_{depth}_adam7.png", raw_png(48, 36, depth, 0, interlaced, interlace=1), f"{depth}-bit gray, interlaced", lossless=True, rgba=expected)
    pixels = draw(48, 36, 4)
    wide = pixels.astype(np.uint32) * 256 + 77
    for color, channels in ((0, [0]), (2, [0, 1, 2]), (4, [0, 3]), (6, [0, 1, 2, 3])):
        kept = wide[:, :, channels]
        near = ((kept * 255 + 32895) >> 16).astype(np.uint8)
        alpha = near[:, :, -1] if color & 4 else np.full((36, 48), 255, np.uint8)
        expected = np.dstack([near[:, :, i if color & 2 else 0] for i in range(3)] + [alpha])
        name = {0: "gray", 2: "rgb", 4: "gray_alpha", 6: "rgba"}[color]
        good(f"{name}_16.png", raw_png(48, 36, 16, color, [pack(row.ravel(), 16) for row in kept]), f"16-bit {name}: rounded, as libpng scales 16 bits", lossless=True, rgba=expected, has_alpha=bool(color & 4))
    odd = draw(37, 23)
    good("rgb_adam7.png", raw_png(37, 23, 8, 2, adam7(odd, 8), interlace=1), "interlaced RGB, odd size", lossless=True)
    rows = [row.tobytes() for row in draw(48, 36)]
    good("rgb_trns.png", raw_png(48, 36, 8, 2, rows, png_chunk(b"tRNS", b"\0\xe6\0\x28\0\x3c")), "one colour of RGB is transparent", lossless=True, has_alpha=True)
    good("gray_trns.png", raw_png(48, 36, 8, 0, [row.tobytes() for row in gray], png_chunk(b"tRNS", struct.pack(">H", int(gray[12, 14])))), "one gray is transparent", lossless=True, has_alpha=True)
    good("icc_p3.png", png(rgb, icc_profile=P3), "a Display P3 profile", lossless=True, has_icc_profile=True)
    good("exif.png", insert_chunk(png(rgb), b"eXIf", exif(8)), "EXIF orientation 8", lossless=True, orientation=8, has_exif=True)
    good("exif_prefix.png", insert_chunk(png(rgb), b"eXIf", b"Exif\0\0" + exif(6)), "EXIF with the prefix of JPEG", lossless=True, rgba=np.rot90(np.asarray(rgb.convert("RGBA")), -1).copy(), orientation=6, has_exif=True)
    frames = [rgb, ImageOps.invert(rgb), ImageOps.mirror(rgb)]
    good("animated.png", png(frames[0], save_all=True, append_images=frames[1:], duration=100), "APNG: the first frame", lossless=True, is_animated=True)
    good("animated_default.png", png(frames[2], save_all=True, append_images=frames[:2], duration=100, default_image=True), "APNG with a default image that is no frame", lossless=True, is_animated=True)

    base = png(rgb)
    data_at = base.index(b"IDAT")
    refused("cut_idat.png", "cut in the pixel data", "image_corrupt", base[: data_at + 200])
    refused("bad_crc.png", "a wrong checksum of the pixel data", "image_corrupt", base[:-13] + bytes([base[-13] ^ 1]) + base[-12:])
    short = zlib.compress(b"".join(b"\0" + row for row in rows[:20]))
    header = struct.pack(">IIBBBBB", 48, 36, 8, 2, 0, 0, 0)
    refused("short_data.png", "rows are missing, all checksums right", "image_corrupt", b"\x89PNG\r\n\x1a\n" + png_chunk(b"IHDR", header) + png_chunk(b"IDAT", short) + png_chunk(b"IEND", b""))
    refused("no_width.png", "a width of 0", "image_corrupt", raw_png(0, 36, 8, 2, [b""]))
    refused("bad_depth.png", "3 bits a sample", "image_corrupt", raw_png(8, 8, 3, 0, [b"\0\0\0"] * 8))
    packer = zlib.compressobj(9)
    bomb = packer.compress(bytes(15000 // 8 + 1) * 10000) + packer.flush()
    header = struct.pack(">IIBBBBB", 15000, 10000, 1, 0, 0, 0, 0)
    bomb = b"\x89PNG\r\n\x1a\n" + png_chunk(b"IHDR", header) + png_chunk(b"IDAT", bomb) + png_chunk(b"IEND", b"")
    refused("bomb_150mp.png", "150 megapixels in a few bytes", "image_too_large", bomb, details={"what": "pixels", "received": 150_000_000, "max": 64_000_000})
    iccp = b"x\0\0" + zlib.compress(bytes(5_000_000), 9)
    refused("bomb_icc.png", "a profile that unpacks to 5 MB", "image_too_large", insert_chunk(base, b"iCCP", iccp), details={"what": "icc_bytes", "received": 4_194_305, "max": 4_194_304})
    refused("frames", "more frames than the rules allow", "image_too_large", file="animated.png", rules={"max_frames": 2}, details={"what": "frames", "received": 3, "max": 2})
    animated = (IMAGES / "animated.png").read_bytes()
    at = animated.rindex(b"fdAT")
    refused("bad_frame.png", "the last frame is damaged", "image_corrupt", animated[: at + 20] + bytes([animated[at + 20] ^ 255]) + animated[at + 21 :])


def make_gifs():
    rgb = picture()
    quantized = rgb.quantize(32)
    good("static.gif", gif(quantized), "one frame", lossless=True)
    good("interlaced.gif", gif(quantized, interlace=1), "interlaced", lossless=True)
    good("two_colors.gif", gif(rgb.convert("1")), "two colours", lossless=True)
    transparent = quantized.copy()
    good("transparent.gif", gif(transparent, transparency=3), "a transparent colour", has_alpha=True)
    frames = [quantized, ImageOps.invert(rgb).quantize(32), ImageOps.mirror(rgb).quantize(32)]
    good("animated.gif", gif(frames[0], save_all=True, append_images=frames[1:], duration=100), "three frames", lossless=True, is_animated=True)

    small = picture(20, 16).quantize(16)
    plain = gif(small)
    at = plain.index(b",\0\0\0\0")
    def screen(width, height, left, top):
        return plain[:6] + struct.pack("<HH", width, height) + plain[10 : at + 1] + struct.pack("<HH", left, top) + plain[at + 5 :]
    canvas = np.zeros((36, 48, 4), np.uint8)
    canvas[9:25, 5:25] = np.asarray(small.convert("RGBA"))
    good("offset.gif", screen(48, 36, 5, 9), "a first frame that does not cover the screen: the rest is transparent, as browsers have it", lossless=True, rgba=canvas, has_alpha=True)
    canvas = np.zeros((25, 25, 4), np.uint8)
    canvas[9:25, 5:25] = np.asarray(small.convert("RGBA"))
    good("outside.gif", screen(10, 10, 5, 9), "a first frame that reaches beyond the screen: the screen grows", lossless=True, rgba=canvas, has_alpha=True)
    base = gif(quantized)
    refused("half.gif", "half a GIF", "image_corrupt", base[: len(base) // 2])
    refused("no_frame.gif", "a screen and no frame", "image_corrupt", base[:13] + b";")
    animated = (IMAGES / "animated.gif").read_bytes()
    refused("cut_frame.gif", "the last frame is cut, and a trailer put after it", "image_corrupt", animated[: -200] + b"\0;")
    refused("frames", "more pixels in all frames than the rules allow", "image_too_large", file="animated.gif", rules={"max_frame_pixels": 48 * 36}, details={"what": "frame_pixels", "max": 48 * 36, "received": 3 * 48 * 36})


def make_webps():
    rgb, rgba = picture(), picture(mode="RGBA")
    good("lossy.webp", webp(rgb, quality=80), "lossy")
    good("lossy_odd.webp", webp(picture(37, 23), quality=80), "lossy, odd size")
    good("lossy_alpha.webp", webp(rgba, quality=80), "lossy with alpha", has_alpha=True)
    good("lossless.webp", webp(rgb, lossless=True), "lossless", lossless=True)
    good("lossless_alpha.webp", webp(rgba, lossless=True, exact=True), "lossless with alpha", lossless=True, has_alpha=True)
    good("one_pixel.webp", webp(picture(1, 1), lossless=True), "one pixel", lossless=True)
    good("icc_p3.webp", webp(rgb, lossless=True, icc_profile=P3), "a Display P3 profile", lossless=True, has_icc_profile=True)
    turned = np.rot90(np.asarray(rgb.convert("RGBA")), -1).copy()
    good("exif.webp", webp(rgb, lossless=True, exif=exif(6)), "EXIF orientation 6", lossless=True, rgba=turned, orientation=6, has_exif=True)
    good("exif_prefix.webp", webp(rgb, lossless=True, exif=b"Exif\0\0" + exif(6)), "EXIF with the prefix of JPEG", lossless=True, rgba=turned, orientation=6, has_exif=True)
    frames = [rgb, ImageOps.invert(rgb), ImageOps.mirror(rgb)]
    good("animated.webp", webp(frames[0], save_all=True, append_images=frames[1:], lossless=True, duration=100), "three frames", lossless=True, is_animated=True)
    good("animated_lossy_alpha.webp", webp(rgba, save_all=True, append_images=[ImageOps.mirror(rgba)], quality=80, duration=100), "two lossy frames with alpha", is_animated=True, has_alpha=True)
    still = dict(webp_chunks(webp(picture(20, 16), lossless=True)))[b"VP8L"]
    place = lambda value: struct.pack("<I", value)[:3]
    frame = (place(3) + place(5) + place(19) + place(15) + place(100) + b"\0" + b"VP8L" + struct.pack("<I", len(still)) + still + b"\0" * (len(still) & 1))
    canvas = np.zeros((36, 48, 4), np.uint8)
    canvas[10:26, 6:26] = np.asarray(picture(20, 16).convert("RGBA"))
    extended = b"\x12\0\0\0" + place(47) + place(35)
    good("offset.webp", riff((b"VP8X", extended), (b"ANIM", b"\xff\xff\xff\xff\0\0"), (b"ANMF", frame), (b"ANMF", frame)), "a first frame that does not cover the canvas", lossless=True, rgba=canvas, is_animated=True, has_alpha=True)

    for name in ("lossy", "lossless", "animated"):
        whole = (IMAGES / f"{name}.webp").read_bytes()
        refused(f"half_{name}.webp", "half a WebP", "image_corrupt", whole[: len(whole) // 2])
    refused("outside.webp", "a frame that lies outside its canvas", "image_corrupt", riff((b"VP8X", b"\x12\0\0\0" + place(20) + place(20)), (b"ANIM", b"\0\0\0\0\0\0"), (b"ANMF", frame), (b"ANMF", frame)))
    # 65,536 would be as right; more files of 450 KB in the repository would not.
    good("groups_unused.webp", write_groups(4, [0] * 16, 1500, is_full=False), "1500 groups of prefix codes, of which pixels have two", lossless=True)
    good("groups_used.webp", write_groups(17, range(289), 289, is_full=True), "289 groups of prefix codes, each with tables of 4 KB", lossless=True)
    refused("tables", "tables that the header says nothing of, counted before they are made", "image_too_large", file="groups_used.webp", rules={"max_memory_bytes": 1_048_576}, details={"what": "memory_bytes", "max": 1_048_576})
    frame_tag = lambda partition, width, height: struct.pack("<I", partition << 5 | 1 << 4)[:3] + b"\x9d\x01\x2a" + struct.pack("<HH", width, height)
    refused("short_lossy.webp", "64 megapixels in 60 bytes, where the modes of the macroblocks alone take 100 KB", "image_corrupt", riff((b"VP8 ", frame_tag(50, 16000, 4000) + b"\0" * 50)))
    refused("partition_beyond.webp", "a partition that says it has 500 KB", "image_corrupt", riff((b"VP8 ", frame_tag(500_000, 16, 16) + b"\0" * 50)))
    refused("no_picture.webp", "a canvas and no picture", "image_corrupt", riff((b"VP8X", b"\0\0\0\0" + place(47) + place(35))))


def work_of(data, *sizes):
    """The work of a file by the weights that core/src/imaging/codecs/work_weights.rs documents, without presize."""
    if data[:2] == b"\xff\xd8":
        at, visits, blocks, kind = 2, 0, 0, 0
        while data[at + 1] != 0xD9:
            marker, length = data[at + 1], struct.unpack_from(">H", data, at + 2)[0]
            body = data[at + 4 : at + 2 + length]
            at += 2 + length
            if marker in (0xC0, 0xC2):
                kind, (height, width) = marker, struct.unpack_from(">HH", body, 1)
                factors = {body[at_]: (body[at_ + 1] >> 4, body[at_ + 1] & 15) for at_ in range(6, len(body), 3)}
                if len(factors) == 1:
                    factors = {name: (1, 1) for name in factors}
                across, down = (max(pair[axis] for pair in factors.values()) for axis in (0, 1))
                whole = -(-width // (8 * across)) * -(-height // (8 * down))
                blocks = sum(h * v for h, v in factors.values()) * whole
            elif marker == 0xDA:
                names = [body[1 + 2 * place] for place in range(body[0])]
                if len(names) == 1:
                    h, v = factors[names[0]]
                    visits += -(-width * h // (8 * across)) * -(-height * v // (8 * down))
                else:
                    visits += sum(factors[name][0] * factors[name][1] for name in names) * whole
                while not (data[at] == 0xFF and data[at + 1] != 0 and not 0xD0 <= data[at + 1] <= 0xD7):
                    at += 1
        return (blocks * 2100 + (visits * 200 if kind == 0xC2 else 0) + len(data) * 200) // 100
    pixels, weight, each_byte = sizes
    return pixels * weight // 100 + each_byte * len(data)


def make_work():
    area = 48 * 36
    for name, *sizes in [
        ("baseline_420.jpg",), ("baseline_444.jpg",), ("odd_size.jpg",), ("gray.jpg",), ("progressive_420.jpg",), ("gray_progressive.jpg",), ("cmyk_adobe.jpg",), ("own_444_scans.jpg",),
        ("rgb.png", area, 40 + 2 * 24, 6), ("rgb_adam7.png", 37 * 23, 40 + 2 * 24 + 40, 6), ("animated.png", 3 * area, 40 + 2 * 24, 6),
        ("static.gif", area, 100, 2), ("animated.gif", 3 * area, 100, 2),
        ("lossy.webp", area, 120, 2), ("lossless.webp", area, 240, 2), ("lossy_alpha.webp", area, 360, 2), ("animated.webp", 3 * 48 * 48, 360, 2),
    ]:
        data = (IMAGES / name).read_bytes()
        work = work_of(data, *sizes)
        file = {"file": f"images/{name}"}
        CHECK.append({"name": f"work_pixels: {name}", "why": "by the documented weights", "call": "work_pixels", "input": {**file, "rules": {"max_work_pixels": 1}}, "ok": {"work_pixels": work}})
        accepted("work exactly", "the limit itself is allowed", name, rules={"max_work_pixels": work})
        refused("work", "more work than the rules allow", "image_too_large", file=name, rules={"max_work_pixels": work - 1}, http_status=413, details={"what": "work_pixels", "received": work, "max": work - 1})
        if not name.startswith("animated"):
            options = {"format": "png"}
            for rest, verdict in ((0, {"ok": {"width": Image.open(IMAGES / name).size[0]}}), (1, {"error": {"code": "image_too_large", "details": {"what": "work_pixels", "received": work}}})):
                CHECK.append({"name": f"transform: work of {name} less {rest}", "why": "the same limit holds in a transform", "call": "transform", "input": {**file, "options": options, "rules": {"max_work_pixels": work - rest}}, **verdict})
    for name, code, rules in [("noise.bin", "image_format_unknown", {}), ("empty.bin", "image_too_small", {}), ("no_width.png", "image_corrupt", {}),
                              ("rgb.png", "image_format_not_allowed", {"formats": ["jpeg"]}), ("rgb.png", "image_too_large", {"max_bytes": 10}), ("rgb.png", "option_invalid", {"max_work_pixels": 0})]:
        CHECK.append({"name": f"work_pixels: {code} of {name}", "why": "what comes before the header", "call": "work_pixels", "input": {"file": f"images/{name}", "rules": rules}, "error": {"code": code}})


def make_totals():
    jpeg_work = work_of((IMAGES / "baseline_420.jpg").read_bytes())
    gif_work = work_of((IMAGES / "animated.gif").read_bytes(), 3 * 48 * 36, 100, 2)
    files = [{"file": "images/baseline_420.jpg"}, {"file": "images/animated.gif"}]
    def totals(name, why, files=files, rules=None, error=None):
        CHECK.append({"name": f"check_totals: {name}", "why": why, "call": "check_totals", "input": {"files": files, "rules": rules or {}}, **({"error": error} if error else {"ok": {}})})
    totals("none", "nothing is within every limit", [])
    totals("two", "within the defaults")
    for what, each in (("total_pixels", 4 * 48 * 36), ("total_work_pixels", jpeg_work + gif_work)):
        totals(f"{what} exactly", "the limit itself is allowed", rules={f"max_{what}": each})
        totals(what, "together too much: no file is named", rules={f"max_{what}": each - 1}, error={"code": "image_too_large", "http_status": 413, "details": {"what": what, "received": each, "max": each - 1}})
    totals("one too dear", "the file is named", rules={"max_work_pixels": gif_work - 1} if gif_work > jpeg_work else {"max_work_pixels": jpeg_work - 1}, error={"code": "image_too_large", "index": 1 if gif_work > jpeg_work else 0, "details": {"what": "work_pixels"}})
    totals("one without a header", "the file is named", [files[0], {"file": "images/no_width.png"}], error={"code": "image_corrupt", "index": 1})
    totals("a rule out of range", "rules are checked first", rules={"max_total_pixels": 0}, error={"code": "option_invalid"})


def too_short(name):
    return {"reason": f"a {name.rsplit('.')[-1].upper()} with too little data for its size"}


def make_floors():
    """The most that real encoders pack into a byte is accepted; what no stream can hold is refused before it is read."""
    black = Image.new("1", (8000, 8000))
    write("black_1bit.png", png(black, compress_level=9))
    write("black_rgba.png", png(Image.new("RGBA", (1500, 1000)), compress_level=9))
    write("black.gif", gif(Image.new("L", (3000, 3000))))
    frames = [Image.new("RGB", (1000, 700)), Image.new("RGB", (1000, 700), (1, 1, 1))]
    write("black_frames.png", png(frames[0], save_all=True, append_images=frames[1:], duration=100, compress_level=9))
    for name in ("black_1bit.png", "black_rgba.png", "black.gif", "black_frames.png"):
        accepted("tightest", "as few bytes as zlib and an LZW encoder make of it", name, format=name[-3:])
    for name, width, depth, color in (("short_1bit.png", 8000, 1, 0), ("short_rgba16.png", 2000, 16, 6)):
        header = struct.pack(">IIBBBBB", width, width, depth, color, 0, 0, 0)
        file = b"\x89PNG\r\n\x1a\n" + png_chunk(b"IHDR", header) + png_chunk(b"IDAT", zlib.compress(bytes(1000), 9)) + png_chunk(b"IEND", b"")
        refused(name, "more rows than any deflate stream of this length holds", "image_corrupt", file, details=too_short(name))
    # The same, cut to the last byte of the bound and to one less: only the second is refused for its length.
    raw = (1 + 8000 // 8) * 8000
    packed = zlib.compress(bytes(raw), 9)
    assert raw <= 1032 * len(packed) and raw > 1032 * (raw // 1032)
    header = struct.pack(">IIBBBBB", 8000, 8000, 1, 0, 0, 0, 0)
    for name, length, details in (("bound.png", -(-raw // 1032), {}), ("below_bound.png", -(-raw // 1032) - 1, {"details": too_short("below_bound.png")})):
        file = b"\x89PNG\r\n\x1a\n" + png_chunk(b"IHDR", header) + png_chunk(b"IDAT", packed[:length]) + png_chunk(b"IEND", b"")
        refused(name, "the rows of a picture, and the bytes that can hold them", "image_corrupt", file, **details)
    animated = (IMAGES / "animated.png").read_bytes()
    first = animated.index(b"fdAT") - 4
    length = struct.unpack_from(">I", animated, first)[0]
    wide = animated[:first] + png_chunk(b"fdAT", animated[first + 8 : first + 12]) + animated[first + 12 + length :]
    refused("short_frame.png", "a further frame without data", "image_corrupt", wide, details=too_short("short_frame.png"))
    lzw = (IMAGES / "static.gif").read_bytes()
    at = lzw.index(b",\0\0\0\0")
    large = lzw[:6] + struct.pack("<HH", 8000, 8000) + lzw[10 : at + 5] + struct.pack("<HH", 8000, 8000) + lzw[at + 9 :]
    refused("short.gif", "more pixels than any LZW codes of this length hold", "image_corrupt", large, details=too_short("short.gif"))
    frames = (IMAGES / "animated.gif").read_bytes()
    at = frames.rindex(b",\0\0\0\0")
    refused("short_frame.gif", "the same in the last frame", "image_corrupt", frames[: at + 5] + struct.pack("<HH", 7000, 7000) + frames[at + 9 :], details=too_short("short_frame.gif"))


def make_others():
    ftyp = lambda major, *brands: struct.pack(">I", 16 + 4 * len(brands)) + b"ftyp" + major + b"\0\0\0\0" + b"".join(brands)
    heif = {"head.heic": ("heic", ftyp(b"heic", b"mif1", b"heic")), "head.heif": ("heif", ftyp(b"mif1", b"mif1")), "head.avif": ("avif", ftyp(b"avif", b"avif", b"mif1"))}
    for name, (kind, data) in heif.items():
        refused(name, "recognised, not decoded", "image_format_unsupported", data, call="inspect", details={"detected": kind})
        refused(f"{kind} not accepted", "not among the formats", "image_format_not_allowed", file=name)
        refused(f"{kind} accepted", "among the formats, but there is no decoder", "image_format_unsupported", file=name, rules={"formats": [kind]}, details={"detected": kind})
    svg = b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
    others = {"markup.svg": ("svg", svg), "page.html": ("html", b"<!DOCTYPE html><title>x</title>"), "gzipped.svgz": ("gzip", b"\x1f\x8b\x08\0\0\0\0\0"),
              "paper.pdf": ("pdf", b"%PDF-1.7\n"), "head.tiff": ("tiff", b"II\x2a\0\x08\0\0\0"), "head.bmp": ("bmp", b"BM\x40\0\0\0\0\0\0\0"), "head.jxl": ("jxl", b"\xff\x0a\0\0")}
    for name, (kind, data) in others.items():
        for call in ("inspect", "check"):
            refused(name, f"{kind} is no image here", "image_format_not_allowed", data, call=call, details={"detected": kind, "allowed": ["jpeg", "png", "webp", "gif"]})
    for call in ("inspect", "check"):
        refused("noise.bin", "bytes of no known format", "image_format_unknown", bytes(range(1, 65)), call=call)
        refused("empty.bin", "no bytes", "image_too_small", b"", call=call, details={"what": "bytes", "received": 0, "min": 1})
    half = "half_baseline_420.jpg"
    INSPECT.append({"name": f"inspect: {half}", "why": "the header is whole, and more is not read", "call": "inspect",
                    "input": {"file": f"images/{half}"}, "ok": {"format": "jpeg", "width": 48, "height": 36}}) if header_is_whole(half) else None

    base = jpeg(picture())
    comment = lambda text: b"\xff\xfe" + struct.pack(">H", len(text) + 2) + text
    refused("polyglot_html.jpg", "a JPEG that is a page", "image_polyglot", base[:2] + comment(b"<html><script>alert(1)</script>") + base[2:], details={"detected": "jpeg", "also": "html"})
    refused("polyglot_php.gif", "a GIF that is a PHP script", "image_polyglot", gif(picture(8, 8).quantize(4), comment=b"<?php 1;"), details={"detected": "gif", "also": "php"})
    import zipfile
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as opened:
        opened.writestr(zipfile.ZipInfo("a", (2026, 1, 1, 0, 0, 0)), "b")
    refused("polyglot_zip.png", "a PNG that is an archive", "image_polyglot", png(picture(8, 8)) + archive.getvalue(), details={"detected": "png", "also": "zip"})
    accepted("polyglot allowed", "the rules allow it", "polyglot_zip.png", rules={"allow_polyglots": True}, format="png")


def header_is_whole(name):
    data = (IMAGES / name).read_bytes()
    return b"\xff\xda" in data and data.index(b"\xff\xda") + 14 < len(data)


def make_rule_cases():
    file = "baseline_420.jpg"
    size = (IMAGES / file).stat().st_size
    mismatch = lambda declared, **more: refused(f"declared {declared}", "declared and detected type differ", "image_format_mismatch", file=file, declared=declared, details={"declared": declared, "detected": "image/jpeg"}, **more)
    for declared in ("image/png", "image/webp", "text/html", "image/svg+xml"):
        mismatch(declared, http_status=415)
    for declared in ("image/jpeg", "IMAGE/JPEG", "image/jpg", "image/jpeg; charset=binary", " image/jpeg "):
        accepted(f"declared {declared!r}", "the declared type, in the ways that clients write it", file, declared=declared, format="jpeg")
    accepted("mismatch allowed", "the rules allow it", file, declared="image/png", rules={"allow_type_mismatch": True}, format="jpeg")
    refused("only png", "a format that the rules leave out", "image_format_not_allowed", file=file, rules={"formats": ["png"]}, details={"detected": "jpeg", "allowed": ["png"]})
    limits = [("max_bytes", size - 1, "image_too_large", {"what": "bytes", "received": size, "max": size - 1}),
              ("max_width", 47, "image_too_large", {"what": "width", "received": 48, "max": 47}),
              ("max_height", 35, "image_too_large", {"what": "height", "received": 36, "max": 35}),
              ("max_pixels", 1727, "image_too_large", {"what": "pixels", "received": 1728, "max": 1727}),
              ("min_width", 49, "image_too_small", {"what": "width", "received": 48, "min": 49}),
              ("min_height", 37, "image_too_small", {"what": "height", "received": 36, "min": 37})]
    for name, value, code, details in limits:
        refused(f"{name} {value}", "one beyond the limit", code, file=file, rules={name: value}, details=details)
        within = value + (1 if name.startswith("max") else -1)
        accepted(f"{name} {within}", "at the limit", file, rules={name: within}, format="jpeg")
    refused("displayed width", "limits are for the picture as displayed", "image_too_large", file="orientation_6.jpg", rules={"max_height": 47}, details={"what": "height", "received": 48, "max": 47})
    refused("wrong option", "an option out of its range", "option_invalid", file=file, rules={"max_scans": 0}, details={"name": "max_scans", "expected": "an integer from 1 to 10000", "received": "0"})
    refused("unknown option", "an option that does not exist", "option_invalid", file=file, rules={"max_size": 1})


def make_large():
    """Files that are small and need more than the least memory that can be allowed."""
    flat = Image.new("RGB", (800, 700), (40, 90, 160))
    # More colours than a palette has: lossless WebPs of few colours are decoded as their indices.
    slope = Image.linear_gradient("L")
    slopes = Image.merge("RGB", (slope, slope.rotate(90), slope)).resize((800, 700))
    files = {"large.jpg": jpeg(flat, optimize=True), "large_progressive.jpg": jpeg(flat.resize((480, 480)), progressive=True),
             "large.png": png(flat), "large.gif": gif(flat.quantize(2)), "large.webp": webp(slopes, lossless=True),
             "large_lossy.webp": webp(flat.resize((1200, 800)), quality=50)}
    for name, data in files.items():
        write(name, data)
        accepted("within the memory", "the default limit is enough", name, width=Image.open(io.BytesIO(data)).width)
        least = {"max_memory_bytes": 1_048_576}
        if name == "large.webp":
            refused("beyond the memory", "counted from the header, before it is taken", "image_too_large", file=name, rules=least)
        else:
            accepted("little memory", "no pixels are kept", name, rules=least, width=Image.open(io.BytesIO(data)).width)
        CHECK.append({"name": f"transform: beyond the memory of {name}", "why": "counted from the header, before it is taken", "call": "transform",
                      "input": {"file": f"images/{name}", "options": {"format": "png"}, "rules": least}, "error": {"code": "image_too_large", "details": {"what": "memory_bytes", "max": 1_048_576}}})


def make_drafts():
    """Pictures that libjpeg scales while it decodes them. Its transforms are others than those of presize, and of
    components halved in one direction alone it makes less: so only those where both mean the same, within a bound."""
    for name, scales in (("baseline_444.jpg", (4, 2)), ("baseline_420.jpg", (4, 2)), ("gray.jpg", (4, 2)), ("transform-photo.jpg", (4, 2, 1))):
        data = (IMAGES / name).read_bytes()
        case = next((case for case in DECODE if case["file"] == f"images/{name}"), None)
        if not case:
            case = {"name": name, "why": "a photograph", "file": f"images/{name}", "grid": grid_of(rgba_of(data))}
            DECODE.append(case)
        case["drafts"] = []
        for eighths in scales:
            image = Image.open(io.BytesIO(data))
            width, height = (-(-side * eighths // 8) for side in image.size)
            image.draft(None, (width, height))
            assert image.size == (width, height), name
            case["drafts"].append({"eighths": eighths, "base64": base64.b64encode(image.tobytes()).decode()})


def save(name, about, cases):
    text = ",\n".join(json.dumps(case, ensure_ascii=False) for case in cases)
    (HERE / name).write_text(f'{{"about": {json.dumps(about)},\n"made_by": {json.dumps(MADE_BY)},\n"cases": [\n{text}\n]}}\n')


if __name__ == "__main__":
    IMAGES.mkdir(exist_ok=True)
    make_jpegs()
    make_pngs()
    make_gifs()
    make_webps()
    make_others()
    make_work()
    make_totals()
    make_floors()
    make_rule_cases()
    make_large()
    make_drafts()
    save("inspect.json", "What the header of an image says: sizes as displayed, found by Pillow.", INSPECT)
    save("check.json", "What is accepted and what is refused, and why. Sizes were found by Pillow.", CHECK)
    save("decode.json", "Pixels as Pillow decodes and turns them: the means of 8 x 8 cells in RGBA, colours weighted by alpha; crc32 of all RGBA bytes where decoding is exact; drafts as libjpeg scales them while it decodes. Cell (i, j) covers rows i*h//8 to (i+1)*h//8 and columns likewise.", DECODE)
