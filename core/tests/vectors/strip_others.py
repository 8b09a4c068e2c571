"""Cases of `strip` for PNG, WebP and GIF, which make_strip.py writes into strip.json.

A file is made of parts, each with what becomes of it: it stays, it goes and is of a kind, other bytes take its place, or it is
shortened. What is expected is the file of the parts that stay. Every file is shown to Pillow before and after: the same frames,
times, rounds, profile and density, and no metadata but an orientation.
"""

import base64
import io
import struct
import zlib

import make_strip
from PIL import Image, ImageCms, ImageSequence

STAYS, SHORTER, UNCOUNTED = None, "shorter", "uncounted"
SECRET = b"N 47.3686 E 8.5391"


def add(image_format, name, why, file, stripped, removed):
    name = f"{image_format}-{name.replace(' ', '-')}"
    assert len(stripped) <= len(file) + 64 and SECRET not in stripped, name
    same_picture(name, file, stripped)
    make_strip.case(name, why, file, stripped, removed, image_format, image_format, is_opened=False)


def same_picture(name, before, after):
    """What Pillow shows of both files is the same, and it finds no metadata in the second but an orientation."""
    if name in REFUSED_BEFORE:
        try:
            shown(before)
        except (OSError, SyntaxError):
            pass
        else:
            raise AssertionError(name)
    elif name in OTHERWISE_BEFORE:
        assert shown(before) != shown(after), name
    else:
        assert shown(before) == shown(after), name
    image = Image.open(io.BytesIO(after))
    image.load()
    left = set(image.info) & {"comment", "xmp", "XML:com.adobe.xmp", "Comment", "photoshop"}
    assert not left and not getattr(image, "text", None), (name, left)
    assert set(image.getexif()) <= {0x0112}, name


def shown(data):
    image = Image.open(io.BytesIO(data))
    frames = []
    for frame in ImageSequence.Iterator(image):
        frames.append((frame.convert("RGBA").tobytes(), frame.info.get("duration"), getattr(frame, "disposal_method", None)))
    image.load()
    return image.size, frames, image.info.get("loop"), image.info.get("icc_profile"), image.info.get("dpi")


def counted(parts):
    """The file before and after, and the bytes that go by kind."""
    before, after, removed = b"", b"", {}
    for part, fate in parts:
        before += part
        if fate is STAYS:
            after += part
        else:
            kind, new = fate if isinstance(fate, tuple) else (fate, b"")
            gone = len(part)
            if kind is SHORTER:
                kind, gone = "other", max(len(part) - len(new), 0)
            removed[kind] = removed.get(kind, 0) + gone
            after += new
    removed.pop(UNCOUNTED, None)
    return before, after, removed


def tiff(orientation=None, order="<", gps=True):
    """EXIF of a camera: orientation, maker, and a position that nobody is to see."""
    entries = [(0x010F, 2, len(SECRET) + 1, 200)]
    if orientation is not None:
        left = struct.pack(order + "HH", orientation, 0)
        entries.append((0x0112, 3, 1, struct.unpack(order + "I", left)[0]))
    if gps:
        entries.append((0x8825, 4, 1, 120))
    directory = struct.pack(order + "H", len(entries))
    directory += b"".join(struct.pack(order + "HHII", *entry) for entry in sorted(entries)) + bytes(4)
    position = struct.pack(order + "H", 2) + struct.pack(order + "HHI", 1, 2, 2) + b"N\0\0\0"
    position += struct.pack(order + "HHII", 2, 5, 3, 160) + bytes(4)
    block = (b"II\x2a\0" if order == "<" else b"MM\0\x2a") + struct.pack(order + "I", 8) + directory
    block = block.ljust(120, b"\0") + position
    block = block.ljust(160, b"\0") + struct.pack(order + "IIIIII", 47, 1, 22, 1, 7, 1)
    return block.ljust(200, b"\0") + SECRET + b"\0"


def turned(orientation):
    """The block that is left: big-endian, one entry (CIPA DC-008, section 4.6.4)."""
    return b"MM\0\x2a" + struct.pack(">IHHHIHHI", 8, 1, 0x0112, 3, 1, orientation, 0, 0)


XMP = b"<x:xmpmeta xmlns:x='adobe:ns:meta/'>" + SECRET + b"</x:xmpmeta>"
# Without the time when lcms2 made it.
PROFILE = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
PROFILE = PROFILE[:24] + bytes(12) + PROFILE[36:]


# PNG

SIGNATURE = b"\x89PNG\r\n\x1a\n"


def chunk(kind, data=b""):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def damaged(part):
    return part[:-1] + bytes([part[-1] ^ 1])


def header(width, height, color, depth=8):
    return chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, color, 0, 0, 0))


def packed(rows):
    return zlib.compress(b"".join(b"\0" + bytes(row) for row in rows), 9)


END = chunk(b"IEND")
START = header(2, 2, 2)
PIXELS = packed([(255, 0, 0, 0, 255, 0), (0, 0, 255, 255, 255, 255)])
DATA = chunk(b"IDAT", PIXELS)


def png(name, why, *parts):
    add("png", name, why, *counted([(SIGNATURE, STAYS), *((part, STAYS) if isinstance(part, bytes) else part for part in parts)]))


def text(data, kind=b"tEXt", fate="comment"):
    return chunk(kind, data), fate


def pngs():
    png("with nothing to strip", "a file that only has its picture stays as it is", START, DATA, END)
    long = b"Description\0\0" + zlib.compress(SECRET * 50)
    png("with texts", "tEXt, zTXt, iTXt and tIME go, wherever they stand; XMP is an iTXt with a keyword of its own (XMP part 3, 1.1.5)",
        START, text(b"Author\0" + SECRET), text(long, b"zTXt"), text(b"Title\0\0\0de\0Titel\0" + SECRET, b"iTXt"),
        text(b"XML:com.adobe.xmp\0\0\0\0\0" + XMP, b"iTXt", "xmp"), DATA, text(b"Comment\0" + SECRET),
        (chunk(b"tIME", b"\x07\xea\x0b\x1e\x10\x03\x38"), "comment"), END)  # fmt: skip
    halves = chunk(b"IDAT", PIXELS[:9]), chunk(b"IDAT", PIXELS[9:])
    png("with a text between image data", "the image data of both chunks is one stream; the standard has nothing between them",
        START, halves[0], text(b"Comment\0" + SECRET), halves[1], END)  # fmt: skip
    hex_of = lambda block: b"\nexif\n" + str(len(block)).rjust(8).encode() + b"\n" + block.hex().encode() + b"\n"
    for profile, kind in [("exif", "exif"), ("APP1", "exif"), ("iptc", "iptc"), ("8bim", "iptc"), ("xmp", "xmp")]:
        raw = f"Raw profile type {profile}".encode() + b"\0\0" + zlib.compress(hex_of(tiff(6)))
        png(f"with a text of ImageMagick for {profile}", "ImageMagick writes blocks of other formats as texts; Pillow reads EXIF from them, browsers do not turn the picture",
            START, text(raw, b"zTXt", kind), DATA, END)  # fmt: skip
    wide = header(3, 2, 2), chunk(b"IDAT", packed([(255, 0, 0) * 3, (0, 255, 0) * 3]))
    for orientation in range(1, 9):
        for order in "<>":
            block = chunk(b"eXIf", tiff(orientation, order))
            fate = "exif" if orientation == 1 else ("exif", chunk(b"eXIf", turned(orientation)))
            png(f"of orientation {orientation}, {'little' if order == '<' else 'big'}-endian", "of EXIF the orientation alone stays, where it is not the normal one",
                wide[0], (block, fate), wide[1], END)  # fmt: skip
    png("of an orientation alone", "there is nothing to strip", wide[0], chunk(b"eXIf", turned(6)), wide[1], END)
    png("without an orientation", "EXIF goes", wide[0], (chunk(b"eXIf", tiff()), "exif"), wide[1], END)
    png("of a prefixed orientation", "some writers put the prefix of JPEG there", wide[0],
        (chunk(b"eXIf", b"Exif\0\0" + tiff(6)), ("exif", chunk(b"eXIf", turned(6)))), wide[1], END)  # fmt: skip
    png("with EXIF of a wrong checksum", "it does not turn the picture (libpng), and goes", wide[0], (damaged(chunk(b"eXIf", tiff(6))), "exif"), wide[1], END)
    png("with EXIF after the picture", "it does not turn the picture (PNG, third edition, 11.3.3.3), and goes", wide[0], wide[1], (chunk(b"eXIf", tiff(6)), "exif"), END)
    png("with EXIF twice", "the first counts", wide[0], (chunk(b"eXIf", tiff(6)), ("exif", chunk(b"eXIf", turned(6)))), (chunk(b"eXIf", tiff(3)), "exif"), wide[1], END)
    chromaticities = chunk(b"cHRM", struct.pack(">8I", 31270, 32900, 64000, 33000, 30000, 60000, 15000, 6000))
    colors = [
        chunk(b"cICP", b"\x01\x0d\0\x01"), chunk(b"mDCV", bytes(16) + struct.pack(">II", 10_000_000, 1)), chunk(b"cLLI", struct.pack(">II", 4_000_000, 1_000_000)),
        chunk(b"iCCP", b"sRGB\0\0" + zlib.compress(PROFILE, 9)), chunk(b"sRGB", b"\0"), chunk(b"gAMA", struct.pack(">I", 45455)), chromaticities,
        chunk(b"sBIT", b"\x08\x08\x08"), chunk(b"bKGD", bytes(6)), chunk(b"pHYs", struct.pack(">IIB", 2835, 2835, 1)),
    ]  # fmt: skip
    between = [part for color in colors for part in (color, text(b"Comment\0" + SECRET))]
    png("with everything on colours", "what tells how the picture is shown stays with its bytes, and its density", START, *between, DATA, END)
    wrong = [
        (chunk(b"gAMA", struct.pack(">I", 45455) + SECRET), "other"), (damaged(chunk(b"sRGB", b"\0")), "other"), (chunk(b"bKGD", SECRET), "other"),
        (chunk(b"tRNS", SECRET * 20), "other"), (chunk(b"PLTE", bytes(4)), "other"),
    ]  # fmt: skip
    png("with colours that are none", "a chunk of a wrong length or checksum is ignored (libpng), and goes", START, *wrong, DATA, END)
    late = (chunk(b"pHYs", struct.pack(">IIB", 2835, 2835, 1)), "other"), (chunk(b"tRNS", bytes(6)), "other"), (chunk(b"gAMA", bytes(4)), "other")
    png("with colours after the picture", "they are out of place (libpng), and go", START, DATA, *late, END)
    palette = header(2, 1, 3), chunk(b"PLTE", bytes((255, 0, 0, 0, 255, 0))), chunk(b"tRNS", b"\x80"), chunk(b"IDAT", packed([[0, 1]]))
    suggested = (chunk(b"sPLT", SECRET + b"\0\x08" + bytes(6)), "other"), (chunk(b"hIST", b"\0\x01\0\x01"), "other")
    png("with a palette", "the palette and its opacities are the picture; a suggested palette and a histogram are not", palette[0], palette[1], palette[2], *suggested, palette[3], END)
    png("of true colours with a palette", "displays of few colours may use it (PNG, third edition, 11.2.2)", START, palette[1], DATA, END)
    private = [
        (chunk(b"caBX", SECRET), "c2pa"), (chunk(b"iDOT", bytes(28)), "other"), (chunk(b"vpAg", SECRET), "other"), (chunk(b"oFFs", bytes(9)), "other"),
        (chunk(b"ABCD", SECRET), "other"),
    ]  # fmt: skip
    png("with chunks of others", "what is not known goes, also what calls itself critical: Apple's offsets, ImageMagick's page, C2PA", START, *private, DATA, END)
    png("with bytes after its end", "a screenshot that was cropped in place, or a film", START, DATA, END, (SECRET + DATA, "other"))
    png("with data in IEND", "the end has no data", START, DATA, (chunk(b"IEND", SECRET), (SHORTER, END)))

    def control(number, width=2, left=0):
        return chunk(b"fcTL", struct.pack(">IIIIIHHBB", number, width, 2, left, 0, 1, 10, 0, 0))

    second = chunk(b"fdAT", struct.pack(">I", 2) + packed([(255,) * 6, (255, 0, 0) * 2]))
    note = text(b"Comment\0" + SECRET)
    png("with texts between frames", "the frames of an animation stay, and their times", START, chunk(b"acTL", struct.pack(">II", 2, 3)), note, control(0), note, DATA, note,
        control(1), (chunk(b"prVt", SECRET), "other"), second, note, END)  # fmt: skip
    unseen = [(part, "additional_images") for part in (chunk(b"acTL", struct.pack(">II", 2, 0)), control(0), control(2), second)]
    png("with frames out of order", "browsers show the still picture, so what nobody sees goes", START, unseen[0], unseen[1], DATA, unseen[2], unseen[3], END)
    unseen = (chunk(b"fdAT", struct.pack(">I", 0) + SECRET), "additional_images")
    png("with a frame and no animation", "frames count after acTL alone", START, DATA, unseen, END)
    png("without an end", "what is missing is only the end, and a file that is changed has one", START, text(b"Comment\0" + SECRET), (DATA, (UNCOUNTED, DATA + END)))
    png("ending in a text", "the text goes, and a file that is changed has an end", START, DATA, (chunk(b"tEXt", b"Comment\0" + SECRET)[:-4], ("comment", END)))
    with_all = io.BytesIO()
    Image.new("P", (3, 2)).save(with_all, "PNG")
    png("as Pillow writes it", "there is nothing to strip", (with_all.getvalue()[8:], STAYS))


# WebP

def riff_chunk(kind, data, padding=b"\0"):
    return kind + struct.pack("<I", len(data)) + data + padding * (len(data) & 1)


def webp(name, why, flags, left, *parts, after=b""):
    """`flags` of VP8X and what is left of them; `None` where there is no VP8X."""
    parts = [(part, STAYS) if isinstance(part, bytes) else part for part in parts]
    if flags is not None:
        parts.insert(0, (canvas(flags), STAYS if flags == left else (UNCOUNTED, canvas(left))))
    before, stripped, removed = counted(parts)
    if after:
        removed["other"] = removed.get("other", 0) + len(after)
    head = lambda body: b"RIFF" + struct.pack("<I", len(body) + 4) + b"WEBP" + body
    add("webp", name, why, head(before) + after, head(stripped), removed)


def canvas(flags, width=24, height=16, more=b""):
    return riff_chunk(b"VP8X", struct.pack("<B3x", flags) + (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little") + more)


def chunks_of(file):
    """The chunks of a WebP that libwebp wrote, by kind."""
    found, at = {}, 12
    while at < len(file):
        size = int.from_bytes(file[at + 4 : at + 8], "little")
        end = at + 8 + size + (size & 1)
        found[file[at : at + 4]] = file[at:end]
        at = end
    return found


ICC, ALPHA, EXIF, XMP_FLAG, ANIMATED = 32, 16, 8, 4, 2


def webps():
    image = Image.new("RGB", (24, 16), (255, 0, 0))
    image.paste((0, 0, 255), (5, 3, 18, 9))
    glass = image.copy()
    glass.putalpha(Image.linear_gradient("L").resize((24, 16)))

    def written(image, **options):
        file = io.BytesIO()
        image.save(file, "WEBP", **options)
        return chunks_of(file.getvalue())

    lossy, lossless = written(image, quality=90)[b"VP8 "], written(image, lossless=True)[b"VP8L"]
    alpha = written(glass, quality=90)
    profile = riff_chunk(b"ICCP", PROFILE)
    exif, xmp, left = riff_chunk(b"EXIF", tiff(6)), riff_chunk(b"XMP ", XMP), riff_chunk(b"EXIF", turned(6))
    unknown, credentials = riff_chunk(b"abcd", SECRET + b"!"), riff_chunk(b"C2PA", SECRET)
    gone = (xmp, "xmp"), (unknown, "other"), (credentials, "c2pa")
    webp("with nothing to strip", "a file that only has its picture stays as it is", None, None, lossy)
    webp("with a profile", "there is nothing to strip", ICC, ICC, profile, lossy)
    for name, picture in [("lossy", lossy), ("lossless", lossless)]:
        webp(f"{name} with everything", "the picture and its profile stay, and of EXIF the orientation; sizes and flags follow", ICC | EXIF | XMP_FLAG, ICC | EXIF,
             profile, picture, (exif, ("exif", left)), *gone)  # fmt: skip
    webp("with metadata before the picture", "the order stays as it is", EXIF | XMP_FLAG, EXIF, (exif, ("exif", left)), *gone, lossy)
    for orientation in range(1, 9):
        stays = orientation > 1
        fate = ("exif", riff_chunk(b"EXIF", turned(orientation))) if stays else "exif"
        webp(f"of orientation {orientation}", "of EXIF the orientation alone stays, where it is not the normal one", EXIF, EXIF if stays else 0, lossy,
             (riff_chunk(b"EXIF", tiff(orientation, "<>"[orientation % 2])), fate))  # fmt: skip
    webp("of an orientation alone", "there is nothing to strip", EXIF, EXIF, lossy, left)
    webp("of a prefixed orientation", "some writers put the prefix of JPEG there", EXIF, EXIF, lossy, (riff_chunk(b"EXIF", b"Exif\0\0" + tiff(6)), ("exif", left)))
    webp("with EXIF twice", "the first counts", EXIF, EXIF, lossy, (exif, ("exif", left)), (riff_chunk(b"EXIF", tiff(3)), "exif"))
    webp("with EXIF that VP8X does not announce", "it does not turn the picture (RFC 9649, 2.7.1), and goes", XMP_FLAG, 0, lossy, (exif, "exif"), (xmp, "xmp"))
    webp("with a profile that VP8X does not announce", "it does not count (RFC 9649, 2.7.1), and goes", 0, 0, (profile, "other"), lossy)
    webp("simple with chunks after it", "without VP8X no other chunk counts", None, None, lossy, (exif, "exif"), (xmp, "xmp"), (unknown, "other"))
    webp("with alpha", "its alpha stays", ALPHA | EXIF, ALPHA, alpha[b"ALPH"], alpha[b"VP8 "], (riff_chunk(b"EXIF", tiff()), "exif"))
    webp("with chunks before the picture", "its alpha is that of the last ALPH before it", ALPHA, ALPHA, (unknown, "other"), (riff_chunk(b"ALPH", b"\0" + SECRET), "additional_images"),
         alpha[b"ALPH"], (unknown, "other"), alpha[b"VP8 "])  # fmt: skip
    webp("with further pictures", "only the first picture is shown", XMP_FLAG, 0, lossy, (lossless, "additional_images"), (alpha[b"ALPH"], "additional_images"), (xmp, "xmp"))
    webp("with bytes after its end", "a motion photo has a film there", None, None, lossy, after=b"\0\0\0\x18ftypmp42" + SECRET)
    webp("with a longer header", "the header has ten bytes", None, None, (canvas(0, more=SECRET), (SHORTER, canvas(0))), lossy)

    def frame(*inner, left=0):
        head = (left // 2).to_bytes(3, "little") + bytes(3) + (23).to_bytes(3, "little") + (15).to_bytes(3, "little") + (100).to_bytes(3, "little") + b"\0"
        return riff_chunk(b"ANMF", head + b"".join(inner))

    played = riff_chunk(b"ANIM", bytes(4) + b"\x03\0")
    frames = [
        (played, STAYS), (frame(lossy, unknown), (UNCOUNTED, frame(lossy))), (frame(unknown, alpha[b"ALPH"], unknown, alpha[b"VP8 "]), (UNCOUNTED, frame(alpha[b"ALPH"], alpha[b"VP8 "]))),
        (frame(lossless), STAYS), (lossy, "additional_images"), (riff_chunk(b"EXIF", tiff(6)), ("exif", left)), (xmp, "xmp"),
    ]  # fmt: skip
    inner = {"other": 3 * len(unknown)}
    animated("with chunks in frames", "each frame keeps its alpha and its picture, its place and its time", ANIMATED | ALPHA | EXIF | XMP_FLAG, ANIMATED | ALPHA | EXIF, frames, inner)
    longer = riff_chunk(b"ANIM", bytes(4) + b"\x03\0" + SECRET), (SHORTER, played)
    webp("with a longer description of its animation", "that has six bytes", ANIMATED, ANIMATED, longer, frame(lossy), frame(lossless))
    webp("animated with nothing to strip", "a file that only has its frames stays as it is", ANIMATED, ANIMATED, played, frame(lossy), frame(lossless))


def animated(name, why, flags, left, frames, inner):
    """An animation of which chunks within frames go, which are counted by `inner`."""
    before, after, removed = counted([(canvas(flags), (UNCOUNTED, canvas(left))), *frames])
    removed = {kind: removed.get(kind, 0) + inner.get(kind, 0) for kind in [*removed, *inner]}
    head = lambda body: b"RIFF" + struct.pack("<I", len(body) + 4) + b"WEBP" + body
    add("webp", name, why, head(before), head(after), removed)


# GIF

SCREEN = b"GIF89a" + struct.pack("<HHBBB", 2, 2, 0x81, 0, 0) + bytes((255, 0, 0, 0, 255, 0, 0, 0, 255, 255, 255, 255))


def blocks(data, longest=255):
    return b"".join(bytes([len(data[at : at + longest])]) + data[at : at + longest] for at in range(0, len(data), longest)) + b"\0"


def codes(indices):
    """LZW data of two bits that clears its table so often that codes stay at three bits (GIF89a, appendix F)."""
    bits = [bit for index in indices for code in (4, index) for bit in (code & 1, code >> 1 & 1, code >> 2)] + [1, 0, 1]
    bits += [0] * (-len(bits) % 8)
    return bytes(sum(bit << at for at, bit in enumerate(bits[start : start + 8])) for start in range(0, len(bits), 8))


def gif(name, why, *parts):
    parts = [(SCREEN, STAYS), *((part, STAYS) if isinstance(part, bytes) else part for part in parts)]
    before, after, removed = counted(parts)
    add("gif", name, why, before, after, removed)


def application(name, data):
    return b"\x21\xff\x0b" + name + data


def gifs():
    first, second = (b"\x2c" + struct.pack("<HHHHB", 0, 0, 2, 2, 0) + b"\x02" + blocks(codes(indices)) for indices in ([0, 1, 2, 3], [3, 2, 1, 0]))
    control = b"\x21\xf9\x04\x05\x0a\0\x02\0"
    forever, five = application(b"NETSCAPE2.0", b"\x03\x01\0\0\0"), application(b"ANIMEXTS1.0", b"\x03\x01\x05\0\0")
    comment = (b"\x21\xfe" + blocks(SECRET * 3, 20), "comment")
    # 258 bytes on whichever of which a reader of sub-blocks lands, it comes to the end (XMP part 3, 1.1.2).
    magic = bytes([1, *range(255, -1, -1), 0])
    xmp = (application(b"XMP DataXMP", XMP + magic), "xmp")
    gif("with nothing to strip", "a file that only has its frames stays as it is", forever, control, first, control, second, b";")
    gif("with comments", "they go, wherever they stand", comment, control, comment, first, comment, second, comment, b";")
    plain = (b"\x21\x01" + blocks(b"\0\0\0\0\x02\0\x02\0\x01\x01\0\x01") [:-1] + blocks(SECRET), "comment")
    gif("with plain text", "no browser draws it, nor does Pillow; the control extension before it is that of the next frame for them", forever, control, plain, first, control, second, b";")
    gif("with XMP", "its text is no chain of sub-blocks until its magic trailer", forever, xmp, control, first, control, second, b";")
    gif("with XMP and a zero after it", "some writers end it twice", xmp, (b"\0", "xmp"), first, b"\0", second, b";")
    others = [
        (application(b"MGKIPTC0000", blocks(SECRET)), "iptc"), (application(b"MGK8BIM0000", blocks(SECRET)), "iptc"), (application(b"C2PA_GIF\x01\0\0", blocks(SECRET)), "c2pa"),
        (application(b"GIFCONnb1.0", blocks(SECRET)), "other"), (b"\x21\xff\x05short" + blocks(SECRET), "other"), (b"\x21\x77" + blocks(SECRET), "other"),
    ]  # fmt: skip
    gif("with extensions of others", "what is not known goes: programs, IPTC as ImageMagick writes it, C2PA", *others, first, b";")
    profile = application(b"ICCRGBG1012", blocks(PROFILE))
    gif("with a profile", "it stays with its bytes", profile, comment, first, b";")
    gif("with several loops", "decoders differ in which of them counts, so all stay", forever, five, comment, control, first, five, control, second, b";")
    buffer = application(b"NETSCAPE2.0", b"\x03\x01\x07\0" + b"\x05\x02\0\x10\0\0" + b"\0")
    gif("with a loop and a buffer", "both are sub-blocks that are known", buffer, control, first, control, second, b";")
    long = (application(b"NETSCAPE2.0", blocks(b"\x01\x07\0" + SECRET)[:-1] + b"\x03\x01\x09\0" + blocks(SECRET)))
    short = application(b"NETSCAPE2.0", b"\x03\x01\x07\0" + b"\x03\x01\x09\0" + b"\0")
    gif("with a loop of more bytes", "three bytes of a sub-block mean something, and no sub-block after one that is not known", (long, (SHORTER, short)), control, first, second, b";")
    gif("with a loop that says nothing", "it has no number of rounds", (application(b"NETSCAPE2.0", blocks(SECRET)), "other"), control, first, control, second, b";")
    longer = b"\x21\xf9" + blocks(b"\x05\x0a\0\x02" + SECRET)
    gif("with a longer control extension", "its first four bytes count", (longer, (SHORTER, control)), first, control, second, b";")
    shorter = b"\x21\xf9\x03\x05\x0a\0\0"
    gif("with a shorter control extension", "it says nothing", (shorter, "other"), first, b";")
    gif("with zeros between blocks", "they hold nothing", b"\0", first, b"\0\0", second, b"\0", b";")
    gif("with bytes after its end", "nothing follows the trailer", first, b";", (SECRET, "other"))
    gif("with something that is no block", "it ends the file for browsers, and the end takes its place", first, second, (b"\xaa" + SECRET + b";", ("other", b";")))
    gif("ending in a comment", "a comment that is cut goes too", first, (comment[0][:-9], "comment"))


# Files that Pillow and libwebp refuse before, since they hold what does not count, and that they open afterwards.
REFUSED_BEFORE = {
    "png-with-a-text-between-image-data", "png-with-EXIF-of-a-wrong-checksum", "png-with-colours-that-are-none", "png-with-frames-out-of-order",
    "png-with-a-frame-and-no-animation", "webp-with-chunks-before-the-picture", "webp-with-further-pictures", "webp-with-a-longer-header",
    "webp-with-chunks-in-frames", "gif-with-a-shorter-control-extension",
}  # fmt: skip
# Those whose tRNS after the picture Pillow reads (libpng and browsers do not).
OTHERWISE_BEFORE = {"png-with-colours-after-the-picture"}


def add_cases():
    pngs()
    webps()
    gifs()
    for brand, image_format in [(b"heic", "heic"), (b"avif", "avif")]:
        file = b"\0\0\0\x18ftyp" + brand + bytes(4) + b"mif1" + brand
        formats = {"formats": [image_format]}
        make_strip.refused(f"{image_format}-not-accepted", "the rules accept what can be decoded", file, image_format, "image_format_not_allowed")
        make_strip.refused(f"{image_format}-accepted", "this build cannot decode it, so it does not know its parts", file, image_format, "image_format_unsupported", formats)
        given = {"base64": base64.b64encode(file).decode(), "rules": formats}
        for call, options in [("decode", {}), ("transform", {"format": "jpeg"})]:
            error = {"code": "image_format_unsupported", "details": {"detected": image_format}}
            make_strip.CASES.append({"name": f"{call}: {image_format}-accepted", "why": "among the formats, but there is no decoder", "call": call, "input": given | {"options": options}, "error": error})
    long = chunk(b"tEXt", b"-" * (1 << 20))
    parts = [{"base64": base64.b64encode(SIGNATURE + START + DATA + long[:8]).decode()}, {"repeat": "-", "count": 1 << 20}, {"base64": base64.b64encode(long[-4:] + END).decode()}]
    file = {"parts": parts, "rules": {"max_memory_bytes": 1 << 20}}
    make_strip.CASES.append({"name": "png-larger-than-the-memory", "why": "the stripped file may be as long as the file", "call": "strip", "input": file, "error": {"code": "image_too_large"}})
    before, after, _ = counted([(SIGNATURE + START, STAYS), text(b"Comment\0" + b"-" * 1000), (chunk(b"iCCP", b"<script>\0\0" + zlib.compress(PROFILE)) + DATA + END, STAYS)])
    make_strip.refused("png-with-markup-far-from-its-start", "without the text before it, a browser that sniffs would find markup", before, "png", "image_polyglot")
    make_strip.case("png-with-markup-that-is-allowed", "as `check` has it", before, after, {"comment": len(before) - len(after)}, "png", "png", {"allow_polyglots": True})
    make_strip.refused("png-that-is-cut-off", "its header is not there", (SIGNATURE + START)[:20], "png", "image_corrupt")
    make_strip.refused("gif-without-a-frame", "a comment is no picture", SCREEN + b"\x21\xfe\x01a\0;", "gif", "image_corrupt")
