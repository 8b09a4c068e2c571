"""Makes tolerance.json and its images: PNGs, GIFs and WebPs that are not perfect, what of them is accepted, and what is not.

    python make_tolerance.py        # needs Pillow 13.0.0

Sizes and pixels are those that the file was made of, and Pillow agrees where its line says so. What libpng, libwebp and the
standards say of the rest stands in `why`. No expected value comes from presize.
"""

import base64
import io
import json
import pathlib
import struct
import zlib

import PIL
from PIL import Image

HERE = pathlib.Path(__file__).parent
IMAGES = HERE / "images"
CASES = []
RED, GREEN, BLUE, WHITE = (255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 255)


def tiff(orientation=6, kind=3, order="<"):
    """An EXIF block that says nothing but the orientation."""
    value = struct.pack(order + "HH", orientation, 0) if kind == 3 else struct.pack(order + "I", orientation)
    head = (b"II\x2a\0" if order == "<" else b"MM\0\x2a") + struct.pack(order + "IH", 8, 1)
    return head + struct.pack(order + "HHI", 0x0112, kind, 1) + value + struct.pack(order + "I", 0)


def case(name, data, why, pixels=None, by_pillow=True, **info):
    """A file that is accepted: `pixels` are those of the picture as displayed, row by row."""
    (IMAGES / name).write_bytes(data)
    kind = name.rpartition(".")[2]
    file = {"file": f"images/{name}", "rules": {}}
    rows, columns = len(pixels), len(pixels[0])
    flat = [pixel for row in pixels for pixel in row]
    has_alpha = len(flat[0]) in (2, 4)
    ok = {
        "format": kind, "width": columns, "height": rows, "orientation": info.get("orientation", 1), "has_alpha": has_alpha,
        "is_animated": info.get("is_animated", False), "has_icc_profile": False, "has_exif": info.get("has_exif", False),
    }
    if by_pillow:
        image = Image.open(io.BytesIO(data))
        image.load()
        assert image.size in ((columns, rows), (rows, columns)), name
        if ok["orientation"] == 1 and kind != "webp":
            full = [pixel * 3 + (255,) if len(pixel) == 1 else pixel + (255,) if len(pixel) == 3 else pixel for pixel in flat]
            shown = image.convert("RGBA").get_flattened_data()
            assert [pixel if pixel[3] else (0, 0, 0, 0) for pixel in shown] == full or kind == "png" and list(shown) == full, name
    CASES.append({"name": f"inspect: {name}", "why": why, "call": "inspect", "input": {"file": file["file"]}, "ok": ok})
    CASES.append({"name": f"check: {name}", "why": why, "call": "check", "input": file, "ok": ok})
    if kind != "webp":
        data = base64.b64encode(bytes(value for pixel in flat for value in pixel)).decode()
        decoded = {"width": columns, "height": rows, "channels": len(flat[0]), "base64": data}
        CASES.append({"name": f"decode: {name}", "why": why, "call": "decode", "input": {**file, "options": {}}, "ok": decoded})


def refused(name, data, why):
    (IMAGES / name).write_bytes(data)
    file = {"file": f"images/{name}", "rules": {}}
    error = {"code": "image_corrupt"}
    CASES.append({"name": f"check: {name}", "why": why, "call": "check", "input": file, "error": error})
    CASES.append({"name": f"decode: {name}", "why": why, "call": "decode", "input": {**file, "options": {}}, "error": error})


# PNG

def chunk(kind, data=b""):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def header(width, height, color, depth=8):
    return chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, color, 0, 0, 0))


def packed(rows):
    return zlib.compress(b"".join(b"\0" + bytes(row) for row in rows), 9)


SIGNATURE = b"\x89PNG\r\n\x1a\n"
END = chunk(b"IEND")


def png(*chunks):
    return SIGNATURE + b"".join(chunks)


def damaged(data):
    """The chunk with a checksum that is wrong."""
    return data[:-1] + bytes([data[-1] ^ 1])


def pngs():
    rgb, pixels = packed([RED + GREEN, BLUE + WHITE]), [[RED, GREEN], [BLUE, WHITE]]
    start, data = header(2, 2, 2), chunk(b"IDAT", rgb)
    for length, what in [(0, "empty"), (3, "short"), (7, "long")]:
        ignored = png(start, chunk(b"tRNS", b"\0\xff\0\0\0\0\0"[:length]), data, END)
        case(f"tolerance-trns-{what}.png", ignored, "a tRNS of a wrong length is ignored (libpng)", pixels, by_pillow=False)
    opaque = png(start, damaged(chunk(b"tRNS", b"\0\xff\0\0\0\0")), data, END)
    case("tolerance-trns-checksum.png", opaque, "a tRNS whose checksum is wrong is ignored (libpng)", pixels, by_pillow=False)
    late = png(start, data, chunk(b"tRNS", b"\0\xff\0\0\0\0"), END)
    case("tolerance-trns-late.png", late, "a tRNS after IDAT is out of place (libpng)", pixels, by_pillow=False)
    red = chunk(b"tRNS", b"\0\xff\0\0\0\0")
    twice = png(start, red, chunk(b"tRNS", b"\0\0\0\xff\0\0"), data, END)
    clear = [[RED + (0,), GREEN + (255,)], [BLUE + (255,), WHITE + (255,)]]
    case("tolerance-trns-twice.png", twice, "the first tRNS counts (libpng)", clear, by_pillow=False)
    alpha = png(header(1, 1, 6), chunk(b"tRNS", b"\0\xff"), chunk(b"IDAT", packed([RED + (128,)])), END)
    case("tolerance-trns-rgba.png", alpha, "a picture with alpha has no tRNS (libpng)", [[RED + (128,)]])
    start, colors, data = header(2, 1, 3), chunk(b"PLTE", bytes(RED + GREEN)), chunk(b"IDAT", packed([[0, 1]]))
    opacities = chunk(b"tRNS", b"\x80\0")
    case("tolerance-trns-first.png", png(start, opacities, colors, data, END), "a tRNS before PLTE is ignored (libpng)", [[RED, GREEN]], by_pillow=False)
    long = png(start, colors, chunk(b"tRNS", b"\x80\0\0"), data, END)
    case("tolerance-trns-palette.png", long, "a tRNS longer than the palette is ignored (libpng)", [[RED, GREEN]], by_pillow=False)
    case("tolerance-trns-one.png", png(start, colors, chunk(b"tRNS", b"\x80"), data, END), "opacities may be fewer than colors", [[RED + (128,), GREEN + (255,)]])
    gray = png(header(2, 1, 0, 1), chunk(b"tRNS", b"\xff\xff"), chunk(b"IDAT", packed([[0b0100_0000]])), END)
    case("tolerance-trns-bits.png", gray, "of a gray, as many bits count as the picture has (libpng)", [[(0, 255), (255, 0)]], by_pillow=False)
    for entries in [b"", b"\xff", b"\xff\0\0\0", bytes(771)]:
        wrong = png(start, chunk(b"PLTE", entries), data, END)
        refused(f"tolerance-plte-{len(entries)}.png", wrong, "a palette of a wrong length (libpng: invalid), and nothing on stderr")
    refused("tolerance-plte-none.png", png(start, data, END), "an indexed picture without a palette")
    start, data = header(2, 2, 2), chunk(b"IDAT", rgb)
    case("tolerance-plte-rgb.png", png(start, chunk(b"PLTE", b"\xff\0\0\0"), data, END), "nobody needs the palette of a picture with colours", pixels)
    for cut in [1, 11, 12, 15]:
        whole = png(start, data, END)[:-cut]
        case(f"tolerance-cut-{cut}.png", whole, "all image data is there; the checksum of its chunk or IEND is not (Pillow, browsers)", pixels)
    refused("tolerance-cut-24.png", png(start, data, END)[:-24], "image data is missing")
    case("tolerance-iend.png", png(start, data, damaged(END)), "whatever IEND says, it is the end", pixels)
    for at, what in [(-1, "adler"), (6, "data")]:
        flipped = bytearray(rgb)
        flipped[at] ^= 1
        refused(f"tolerance-{what}.png", png(start, chunk(b"IDAT", bytes(flipped)), END), "the Adler-32 of the image data does not fit it; the checksum of its chunk does")
    refused("tolerance-checksum.png", png(start, damaged(data), END), "the checksum of IDAT is wrong (libpng)")
    turned = png(header(3, 2, 2), chunk(b"eXIf", tiff()), chunk(b"IDAT", packed([RED * 3, GREEN * 3])), END)
    case("tolerance-exif.png", turned, "eXIf before IDAT turns the picture", [[GREEN, RED]] * 3, orientation=6, has_exif=True)
    late = png(header(3, 2, 2), chunk(b"IDAT", packed([RED * 3, GREEN * 3])), chunk(b"eXIf", tiff()), END)
    case("tolerance-exif-late.png", late, "eXIf after IDAT is ignored (PNG, third edition, 11.3.3.3; browsers)", [[RED] * 3, [GREEN] * 3])
    wrong = png(header(3, 2, 2), damaged(chunk(b"eXIf", tiff())), chunk(b"IDAT", packed([RED * 3, GREEN * 3])), END)
    case("tolerance-exif-checksum.png", wrong, "eXIf whose checksum is wrong does not turn (libpng)", [[RED] * 3, [GREEN] * 3], by_pillow=False, has_exif=True)

    def control(number, width=2, left=0, dispose=0):
        return chunk(b"fcTL", struct.pack(">IIIIIHHBB", number, width, 2, left, 0, 1, 10, dispose, 0))

    def animation(numbers=(0, 1, 2), frames=2, width=2, left=0, dispose=0):
        second = chunk(b"fdAT", struct.pack(">I", numbers[2]) + packed([(WHITE * width), (RED * width)]))
        return start, chunk(b"acTL", struct.pack(">II", frames, 0)), control(numbers[0]), data, control(numbers[1], width, left, dispose), second

    case("tolerance-apng.png", png(*animation(), END), "an animation", pixels, is_animated=True)
    case("tolerance-apng-cut.png", png(*animation()), "all frames are there; IEND is not", pixels, is_animated=True)
    still = "an animation that contradicts itself is its still picture: "
    for name, what, chunks in [
        ("numbers", "a number is left out", animation((0, 2, 3))),
        ("start", "numbers start at 1", animation((1, 2, 3))),
        ("twice", "a number comes twice", animation((0, 1, 1))),
        ("frames", "a frame more is announced than there is", animation(frames=3)),
        ("fewer", "a frame less is announced than there is", animation(frames=1)),
        ("none", "no frame is announced", animation(frames=0)),
        ("place", "a frame lies outside", animation(left=1)),
        ("dispose", "a frame is disposed of in a way that does not exist", animation(dispose=3)),
    ]:
        case(f"tolerance-apng-{name}.png", png(*chunks, END), still + what, pixels, by_pillow=False)
    refused("tolerance-apng-missing.png", png(*animation()[:5]), "the file ends before its second frame has data")


# GIF

def codes(indices):
    """LZW data of two bits that clears its table so often that codes stay at three bits (GIF89a, appendix F)."""
    bits = [bit for index in indices for code in (4, index) for bit in (code & 1, code >> 1 & 1, code >> 2)] + [1, 0, 1]
    bits += [0] * (-len(bits) % 8)
    return bytes(sum(bit << at for at, bit in enumerate(bits[start : start + 8])) for start in range(0, len(bits), 8))


def blocks(data):
    return bytes([len(data)]) + data + b"\0"


def frame(indices, colors=b""):
    return b"\x2c" + struct.pack("<HHHHB", 0, 0, 2, 2, 0x81 if colors else 0) + colors + b"\x02" + blocks(codes(indices))


def screen(colors=bytes(RED + GREEN + BLUE + WHITE)):
    return b"GIF89a" + struct.pack("<HHBBB", 2, 2, 0x81 if colors else 0, 0, 0) + colors


def gifs():
    pixels = [[RED, GREEN], [BLUE, WHITE]]
    first, second = frame([0, 1, 2, 3]), frame([3, 2, 1, 0])
    unknown = b"\x21\x77" + blocks(b"hello")
    case("tolerance-extension.gif", screen() + unknown + first + unknown + second + b";", "an extension that GIF89a does not define is skipped (section 11)", pixels, is_animated=True)
    case("tolerance-nul.gif", screen() + b"\0\0" + first + b"\0" + second + b"\0;", "zeros between blocks are skipped", pixels, is_animated=True)
    clear = [[RED + (255,), GREEN + (255,)], [(0, 0, 0, 0), WHITE + (255,)]]
    control = b"\1\0\0\2"
    for length in [4, 5, 8]:
        longer = screen() + b"\x21\xf9" + blocks(control.ljust(length, b"\7")) + first + b";"
        case(f"tolerance-control-{length}.gif", longer, "of a graphic control extension the first four bytes count", clear)
    for length in [0, 1, 3]:
        shorter = b"\x21\xf9" + (blocks(control[:length]) if length else b"\0")
        case(f"tolerance-control-{length}.gif", screen() + shorter + first + b";", "a graphic control extension that is too short says nothing", pixels, by_pillow=False)
    twice = screen() + b"\x21\xf9\x04" + control + b"\x04\1\0\0\3\0" + first + b";"
    case("tolerance-control-blocks.gif", twice, "the first block of a graphic control extension counts", clear)
    case("tolerance-trailer.gif", screen() + first + second, "no trailer after whole frames", pixels, is_animated=True)
    case("tolerance-trailer-comment.gif", screen() + first + b"\x21\xfe\x20cut", "no trailer, and a comment that is cut", pixels)
    case("tolerance-trailer-other.gif", screen() + first + second + b"\xaa\xbb", "no trailer, and something that is no block", pixels, is_animated=True)
    case("tolerance-terminator.gif", screen() + first[:-1], "no trailer, nor the end of the frame's data, all of which is there", pixels)
    refused("tolerance-cut.gif", screen() + first[:-3], "the data of the frame is cut")
    refused("tolerance-cut-descriptor.gif", screen() + first + b"\x2c\0\0", "a frame begins and is cut")
    grays = [[(0, 0, 0), (1, 1, 1)], [(2, 2, 2), (3, 3, 3)]]
    case("tolerance-colors.gif", screen(b"") + first + b";", "without any colour table, an index is a gray (Pillow)", grays)
    own = screen(b"") + frame([0, 1, 2, 3], bytes(RED + GREEN + BLUE + WHITE)) + second + b";"
    case("tolerance-colors-second.gif", own, "only the second frame has no colours", pixels, is_animated=True)


# WebP

def riff(*chunks):
    body = b"WEBP" + b"".join(kind + struct.pack("<I", len(data)) + data + b"\0" * (len(data) & 1) for kind, data in chunks)
    return b"RIFF" + struct.pack("<I", len(body)) + body


def webps():
    image = Image.new("RGB", (24, 16), RED)
    image.paste(BLUE, (5, 3, 18, 9))
    file = io.BytesIO()
    image.save(file, "WEBP", quality=90)
    data = file.getvalue()
    size = int.from_bytes(data[16:20], "little")
    lossy = data[20 : 20 + size]
    pixels = [[RED] * 24] * 16
    case("tolerance-lossy.webp", riff((b"VP8 ", lossy)), "as libwebp writes it", pixels)
    for cut in range(1, len(lossy) // 2):
        file = riff((b"VP8 ", lossy[:-cut]))
        try:
            Image.open(io.BytesIO(file)).load()
            is_whole = True
        except OSError:
            is_whole = False
        if is_whole:
            case(f"tolerance-lossy-{cut}.webp", file, "libwebp does not need the bytes that are missing", pixels)
        elif cut <= 6 or cut % 25 == 0:
            refused(f"tolerance-lossy-{cut}.webp", file, "the lossy data is cut, the sizes around it are right (libwebp: not enough data)")
    canvas = lambda flags: struct.pack("<B3x", flags) + (23).to_bytes(3, "little") + (15).to_bytes(3, "little")
    announced = riff((b"VP8X", canvas(8)), (b"VP8 ", lossy), (b"EXIF", tiff()))
    case("tolerance-exif.webp", announced, "EXIF that VP8X announces turns the picture", [[RED] * 16] * 24, orientation=6, has_exif=True)
    before = riff((b"VP8X", canvas(8)), (b"EXIF", tiff()), (b"VP8 ", lossy))
    case("tolerance-exif-before.webp", before, "wherever it stands", [[RED] * 16] * 24, orientation=6, has_exif=True)
    silent = riff((b"VP8X", canvas(0)), (b"VP8 ", lossy), (b"EXIF", tiff()))
    case("tolerance-exif-silent.webp", silent, "EXIF that VP8X does not announce is ignored (libwebp, browsers)", pixels)
    simple = riff((b"VP8 ", lossy), (b"EXIF", tiff()))
    case("tolerance-exif-simple.webp", simple, "EXIF without VP8X is ignored (libwebp, browsers)", pixels)
    color = riff((b"VP8X", canvas(0)), (b"ICCP", bytes(200)), (b"VP8 ", lossy))
    case("tolerance-iccp-silent.webp", color, "a colour profile that VP8X does not announce is ignored (libwebp, browsers)", pixels)
    frame = bytes(6) + canvas(0)[4:] + bytes(4) + b"VP8 " + struct.pack("<I", len(lossy)) + lossy + bytes(len(lossy) % 2)
    frames = [(b"ANIM", bytes(6)), (b"ANMF", frame), (b"ANMF", frame)]
    case("tolerance-animation.webp", riff((b"VP8X", canvas(2)), *frames), "VP8X announces the animation", pixels, is_animated=True)
    for name, file in (("still", riff((b"VP8X", canvas(2)), (b"VP8 ", lossy))), ("silent", riff((b"VP8X", canvas(0)), *frames))):
        try:
            Image.open(io.BytesIO(file)).load()
        except OSError:
            refused(f"tolerance-animation-{name}.webp", file, "VP8X announces an animation and there is none, or the reverse (libwebp refuses both)")
        else:
            raise AssertionError(name)


def main():
    pngs()
    gifs()
    webps()
    about = "PNGs, GIFs and WebPs that are not perfect: what is accepted, and what is not"
    lines = ",\n".join(json.dumps(case) for case in CASES)
    text = f'{{\n"about": {json.dumps(about)},\n"made_by": {json.dumps(f"make_tolerance.py, Pillow {PIL.__version__}")},\n"cases": [\n{lines}\n]\n}}\n'
    (HERE / "tolerance.json").write_text(text)


if __name__ == "__main__":
    main()
