"""The JPEGs of make_strip.py: as cameras, phones and programs write them, put together from parts that stay, go, or become others."""

import io
import struct

import numpy as np
from PIL import Image, ImageCms

import make_strip
from jpeg_writer import write_jpeg

NAME = "Ada Example"
# 48 degrees, 51 minutes, 29.89 seconds north; 2 degrees, 21 minutes, 5.3 seconds east.
POSITION = [[(48, 1), (51, 1), (2989, 100)], [(2, 1), (21, 1), (53, 10)]]
SOI, EOI = b"\xff\xd8", b"\xff\xd9"


# EXIF (CIPA DC-008)

ASCII, SHORT, LONG, RATIONAL, UNDEFINED = 2, 3, 4, 5, 7


def tiff(order, entries, more=b""):
    """A directory of `(tag, type, value)` and those that its entries hold: `(tag, entries)`. `more` follows them as IFD1's thumbnail."""

    def values(kind, value):
        if kind in (ASCII, UNDEFINED):
            return len(value), value
        if kind == RATIONAL:
            return len(value), b"".join(struct.pack(order + "II", *one) for one in value)
        return 1, struct.pack(order + {SHORT: "H", LONG: "I"}[kind], value)

    def directory(at, entries, following=0):
        rows, after, after_at = b"", b"", at + 2 + 12 * len(entries) + 4
        for tag, *entry in sorted(entries, key=lambda entry: entry[0]):
            if len(entry) == 1:  # a directory of its own
                place = after_at + len(after)
                after += directory(place, entry[0])
                rows += struct.pack(order + "HHII", tag, LONG, 1, place)
                continue
            count, value = values(*entry)
            if len(value) > 4:
                value, after = struct.pack(order + "I", after_at + len(after)), after + value + b"\0" * (len(value) % 2)
            rows += struct.pack(order + "HHI", tag, entry[0], count) + value.ljust(4, b"\0")
        return struct.pack(order + "H", len(entries)) + rows + struct.pack(order + "I", following) + after

    head = {"<": b"II*\0", ">": b"MM\0*"}[order] + struct.pack(order + "I", 8)
    if not more:
        return head + directory(8, entries)
    second = 8 + len(directory(8, entries))
    place = second + 2 + 3 * 12 + 4
    thumbnail = [(0x0103, SHORT, 6), (0x0201, LONG, place), (0x0202, LONG, len(more))]
    return head + directory(8, entries, second) + directory(second, thumbnail) + more


def text(value):
    return value.encode() + b"\0"


def camera(orientation, order="<"):
    """What a phone writes: camera, time, position, a maker note, a thumbnail."""
    gps = [(0, UNDEFINED, b"\2\3\0\0"), (1, ASCII, b"N\0"), (2, RATIONAL, POSITION[0]), (3, ASCII, b"E\0"), (4, RATIONAL, POSITION[1])]
    details = [(0x9003, ASCII, text("2026:11:30 16:03:55")), (0x9011, ASCII, text("+01:00")), (0x927C, UNDEFINED, text(f"maker {NAME} 0123456789")),
               (0xA434, ASCII, text("Lens 24mm"))]
    main = [(0x010F, ASCII, text("ACME")), (0x0110, ASCII, text("Phone 7")), (0x0112, SHORT, orientation), (0x0131, ASCII, text("OS 26.1")),
            (0x013B, ASCII, text(NAME)), (0x8298, ASCII, text(f"(c) {NAME}")), (0x8769, details), (0x8825, gps)]
    # What looks like the end of a picture, and like a scan, is data of the segment.
    return tiff(order, main, jpeg(8, 8, 50, comment=text(NAME)))


SUMMARY = {"make": "ACME", "model": "Phone 7", "software": "OS 26.1", "taken_at": "2026-11-30T16:03:55+01:00", "artist": NAME,
           "copyright": f"(c) {NAME}", "has_gps": True}


def orientation_alone(value):
    """What is left of every EXIF block: big-endian, one directory with one entry."""
    return segment(0xE1, b"Exif\0\0" + tiff(">", [(0x0112, SHORT, value)]))


# Segments

def segment(marker, data=b""):
    return struct.pack(">BBH", 0xFF, marker, len(data) + 2) + data


def exif(block):
    return segment(0xE1, b"Exif\0\0" + block)


XMP = segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0<x:xmpmeta xmlns:x='adobe:ns:meta/'><!-- " + NAME.encode() + b" --></x:xmpmeta>")
EXTENDED_XMP = segment(0xE1, b"http://ns.adobe.com/xmp/extension/\0" + b"0123456789ABCDEF" * 2 + struct.pack(">II", 40, 0) + b"<depth>" + b"A" * 33)
IPTC = segment(0xED, b"Photoshop 3.0\0" + b"8BIM\x04\x04\0\0" + struct.pack(">I", 16) + b"\x1c\x02\x50" + struct.pack(">H", 11) + NAME.encode())
COMMENT = segment(0xFE, NAME.encode() + b" \xff\xd9 \xff\xda")
MPF = segment(0xE2, b"MPF\0II*\0\x08\0\0\0" + b"\x03\0" + b"\0" * 40)
GAIN_MAP = segment(0xE2, b"urn:iso:std:iso:ts:21496:-1\0\0\0\0\0")
FLASHPIX = segment(0xE2, b"FPXR\0\0" + NAME.encode())
C2PA = [segment(0xEB, b"JP" + struct.pack(">HIII", 1, number, 60, 0x6A756D62) + b"c2pa" + NAME.encode()) for number in (1, 2)]
JFIF = segment(0xE0, b"JFIF\0\1\1\1\0\x48\0\x48\0\0")
MP4 = struct.pack(">I", 24) + b"ftypmp42\0\0\0\0isommp42" + struct.pack(">I", 8 + 40) + b"mdat" + (NAME.encode() * 4)[:40]
SAMSUNG = b"\0\0\x30\x0aMotionPhoto_Data" + MP4 + b"SEFH\x6b\0\0\0\1\0\0\0" + b"SEFT"


def profile(length):
    data = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    data = data.ljust(length, b"\0")
    # Its length, and a time of creation that is the same in every run.
    return struct.pack(">I", len(data)) + data[4:24] + struct.pack(">6H", 2026, 1, 1, 0, 0, 0) + data[36:]


def icc(parts, data):
    size = -(-len(data) // parts)
    return [segment(0xE2, b"ICC_PROFILE\0" + bytes([1 + at, parts]) + data[at * size : (at + 1) * size]) for at in range(parts)]


# Pictures

def pixels(width, height):
    y, x = np.mgrid[0:height, 0:width]
    return np.stack([x * 255 // width, y * 255 // height, (x * 37 + y * 91) % 256], 2).astype(np.uint8)


def jpeg(width=24, height=16, quality=75, mode="RGB", **options):
    file = io.BytesIO()
    Image.fromarray(pixels(width, height)).convert(mode).save(file, "JPEG", quality=quality, **options)
    return file.getvalue()


def split(data):
    """The segments of a JPEG that Pillow wrote, without its start marker and its end marker, each scan with its data."""
    parts, at = [], 2
    while data[at : at + 2] != EOI:
        end = at + 2 + int.from_bytes(data[at + 2 : at + 4], "big")
        if data[at + 1] == 0xDA:
            while not (data[end] == 0xFF and data[end + 1] != 0 and not 0xD0 <= data[end + 1] <= 0xD7):
                end += 1
        parts.append(data[at:end])
        at = end
    return parts


def tables(data):
    """All but JFIF and Adobe's segment."""
    return [part for part in split(data) if part[1] not in (0xE0, 0xEE)]


class Goes:
    def __init__(self, kind, part, becomes=b""):
        self.kind, self.part, self.becomes = kind, part, becomes


def add(name, why, parts, is_file=False, **options):
    """`parts`: bytes that stay, or [`Goes`]."""
    parts = [part if isinstance(part, Goes) else Goes(None, part, part) for part in parts]
    removed = {}
    for part in parts:
        if part.kind:
            removed[part.kind] = removed.get(part.kind, 0) + len(part.part)
    data, expected = (b"".join(side) for side in zip(*((part.part, part.becomes) for part in parts)))
    make_strip.case(name, why, data, expected, removed, "jpeg", "jpg", is_file=is_file, **options)
    return data


def add_cases():
    plain = tables(jpeg())
    head, scan = plain[:-1], plain[-1]
    whole = [*plain, EOI]
    add("jpeg: nothing to remove", "tables, JFIF and the scan are all there is", [SOI, JFIF, *whole])

    phone = [SOI, JFIF, Goes("exif", exif(camera(6)), orientation_alone(6)), Goes("xmp", XMP), Goes("xmp", EXTENDED_XMP), Goes("iptc", IPTC),
             *icc(1, profile(0)), Goes("comment", COMMENT), *whole]
    data = add("jpeg: phone", "camera, position, maker note, thumbnail, XMP, extended XMP, IPTC and a comment; the orientation and the profile stay", phone, is_file=True)
    make_strip.inspected("jpeg: phone", "what an app may want to keep of it", data, "jpg",
                         {"orientation": 6, "has_exif": True, "has_icc_profile": True, "exif_summary": SUMMARY})
    for order, word in (("<", "little"), (">", "big")):
        for value in range(1, 9):
            left = orientation_alone(value) if value > 1 else b""
            add(f"jpeg: orientation {value}, {word}-endian", "the orientation stays in a block of its own, unless it is the normal one",
                [SOI, JFIF, Goes("exif", exif(tiff(order, [(0x0112, SHORT, value), (0x013B, ASCII, text(NAME))])), left), *whole])
    add("jpeg: orientation of four bytes", "some writers give it as LONG", [SOI, JFIF, Goes("exif", exif(tiff("<", [(0x0112, LONG, 8)])), orientation_alone(8)), *whole])
    add("jpeg: wrong orientation", "0 and 9 are none", [SOI, JFIF, Goes("exif", exif(tiff("<", [(0x0112, SHORT, 9)]))), *whole])
    add("jpeg: orientation alone", "what was stripped before is the same file", [SOI, JFIF, orientation_alone(3), *whole])
    add("jpeg: two EXIF blocks", "the first one counts", [SOI, JFIF, Goes("exif", exif(camera(8)), orientation_alone(8)), Goes("exif", exif(camera(3, ">"))), *whole], is_opened=False)
    add("jpeg: broken EXIF block before a whole one", "the first one counts, and says nothing",
        [SOI, JFIF, Goes("exif", exif(b"II*\0\xff\xff\xff\xff")), Goes("exif", exif(camera(3))), *whole], is_opened=False)
    add("jpeg: EXIF block before JFIF", "cameras write it first; the order is kept",
        [SOI, Goes("exif", exif(camera(6, ">")), orientation_alone(6)), JFIF, *whole])
    add("jpeg: EXIF block after the frame header", "it may stand anywhere before the scan",
        [SOI, JFIF, *head, Goes("exif", exif(camera(7)), orientation_alone(7)), scan, EOI], is_opened=False)

    second = jpeg(16, 8, 60, comment=text(NAME))
    add("jpeg: second picture", "MPF tells of a picture after the end of the first", [SOI, JFIF, Goes("exif", exif(camera(1))), Goes("additional_images", MPF), *whole, Goes("additional_images", second)],
        is_file=True, rules={"allow_polyglots": True})
    add("jpeg: Ultra HDR", "a gain map after the picture, and what tells of it",
        [SOI, JFIF, Goes("xmp", XMP), Goes("additional_images", GAIN_MAP), Goes("additional_images", MPF), *icc(1, profile(0)), *whole, Goes("additional_images", second)], is_file=True)
    add("jpeg: motion photo", "a film after the picture", [SOI, JFIF, Goes("exif", exif(camera(6)), orientation_alone(6)), Goes("xmp", XMP), *whole, Goes("additional_images", MP4)], is_file=True)
    add("jpeg: motion photo in a trailer", "a film in a block of the maker's own", [SOI, JFIF, *whole, Goes("additional_images", SAMSUNG)])
    add("jpeg: trailer", "no picture and no film: text, or padding", [SOI, JFIF, *whole, Goes("other", NAME.encode() + b"\0" * 99)])
    add("jpeg: C2PA", "content credentials in several segments; a residual image of JPEG XT uses the same marker",
        [SOI, JFIF, *(Goes("c2pa", part) for part in C2PA), Goes("other", segment(0xEB, b"JP" + bytes(10) + b"RESI")), *whole])

    small = bytes(range(4 * 3 * 3))
    with_thumbnail = JFIF[4:-2] + b"\4\3" + small
    add("jpeg: thumbnail in JFIF", "it is cut out of its segment, and so is the one of the extension",
        [SOI, JFIF[:2], Goes(None, struct.pack(">H", 16 + len(small)), struct.pack(">H", 16)), with_thumbnail[:12], Goes(None, b"\4\3", b"\0\0"), Goes("thumbnail", small),
         Goes("thumbnail", segment(0xE0, b"JFXX\0\x13\2\1" + bytes(6))), *whole])
    add("jpeg: two JFIF segments", "one is enough", [SOI, JFIF, Goes("other", JFIF), *whole])
    add("jpeg: JFIF segment that is too short", "libjpeg takes it for none", [SOI, Goes("other", segment(0xE0, b"JFIF\0\1\1")), *whole])
    profiles = icc(3, profile(700))
    add("jpeg: profile in three parts", "the parts stay as they are, wherever they stand",
        [SOI, JFIF, profiles[0], Goes("exif", exif(camera(5)), orientation_alone(5)), profiles[1], Goes("comment", COMMENT), *head, profiles[2], scan, EOI], is_opened=False)
    add("jpeg: other segments of APP2", "FlashPix, and a profile without a number",
        [SOI, JFIF, Goes("other", FLASHPIX), Goes("other", segment(0xE2, b"ICC_PROFILE\0\1")), *whole], is_opened=False)
    add("jpeg: makers' and reserved segments", "a segment that is not known goes",
        [SOI, JFIF, *(Goes("other", segment(marker, NAME.encode())) for marker in (0xE1, 0xE3, 0xE5, 0xEA, 0xEC, 0xEF, 0xF0, 0xFD, 0xC8, 0x02)), *whole], is_opened=False)

    def adobe(transform, more=b""):
        return segment(0xEE, b"Adobe\0\x64\0\0\0\0" + bytes([transform]) + more)

    for mode, transform in (("CMYK", 0), ("CMYK", 2)):
        inks = tables(jpeg(mode=mode))
        add(f"jpeg: four inks, transform {transform}", "Adobe's segment says what the components are",
            [SOI, Goes("exif", exif(camera(6)), orientation_alone(6)), adobe(transform), Goes("iptc", IPTC), *inks, EOI])
    red = np.asarray(pixels(24, 16)).astype(float)
    rgb = tables(write_jpeg([red[:, :, channel] for channel in range(3)], [(1, 1)] * 3, adobe=0))
    add("jpeg: RGB by Adobe's segment", "without it the pixels would be taken for YCbCr; what follows its twelve bytes goes",
        [SOI, b"\xff\xee", Goes(None, struct.pack(">H", 14 + 11), struct.pack(">H", 14)), adobe(0)[4:], Goes("other", NAME.encode()), *rgb, EOI])
    add("jpeg: two of Adobe's segments", "the transform of the last one counts, for libjpeg too",
        [SOI, adobe(1)[:-1], Goes(None, b"\1", b"\0"), Goes("other", adobe(0)), *rgb, EOI])
    add("jpeg: Adobe's segment that is too short", "libjpeg takes it for none", [SOI, JFIF, Goes("other", segment(0xEE, b"Adobe\0\x64\0\0\0\0")), *whole])

    scans = tables(jpeg(progressive=True))
    first = next(at for at, part in enumerate(scans) if part[1] == 0xDA)
    between = [scans[first], Goes("comment", COMMENT), Goes("exif", exif(camera(6))), Goes("other", JFIF), Goes("other", icc(1, profile(0))[0]), Goes("other", adobe(0))]
    add("jpeg: segments between the scans of a progressive file", "tables stay there, and nothing else",
        [SOI, JFIF, *scans[:first], *between, *scans[first + 1 :], EOI], is_file=True)
    add("jpeg: segments after the last scan", "tables do not stay there either", [SOI, JFIF, *plain, Goes("comment", COMMENT), Goes("other", plain[0]), EOI])
    restarts = tables(jpeg(restart_marker_blocks=1))
    add("jpeg: restart markers", "they are data of the scan", [SOI, JFIF, Goes("comment", COMMENT), *restarts, EOI])

    add("jpeg: fill bytes", "any number of them may stand before a marker", [SOI, Goes("other", b"\xff\xff\xff"), JFIF, Goes("other", b"\xff"), Goes("comment", COMMENT), *head, scan, EOI])
    add("jpeg: bytes between segments", "libjpeg passes over what is no marker", [SOI, JFIF, Goes("other", NAME.encode() + b"\xff\0\0"), *head, Goes("other", b"\0\xff\0"), scan, EOI])
    add("jpeg: markers without a segment", "one that stands alone means nothing before the scan", [SOI, JFIF, Goes("other", b"\xff\x01"), Goes("other", b"\xff\xd3"), *whole], is_opened=False)
    add("jpeg: comment without a length", "lengths of 0 and 1 are wrong, and taken for none", [SOI, JFIF, Goes("comment", b"\xff\xfe\0\0"), Goes("comment", b"\xff\xfe\0\1"), *whole], is_opened=False)
    sof = next(at for at, part in enumerate(plain) if part[1] == 0xC0)
    late = [*plain[:sof], plain[sof][:5] + b"\0\0" + plain[sof][7:], *plain[sof + 1 :]]
    add("jpeg: height after the scan", "DNL gives the height where the frame header does not", [SOI, JFIF, Goes("comment", COMMENT), *late, segment(0xDC, b"\0\x10"), Goes("comment", COMMENT), EOI], is_opened=False)
    add("jpeg: height given twice", "DNL means nothing where the frame header has a height", [SOI, JFIF, *plain, Goes("other", segment(0xDC, b"\0\x10")), EOI])

    cut = {"is_opened": True}
    add("jpeg: no end", "panoramas end so; nothing is added", [SOI, JFIF, *plain], **cut)
    add("jpeg: no end, with EXIF", "the picture stays without its end marker, which nothing asks for", [SOI, JFIF, Goes("exif", exif(camera(6)), orientation_alone(6)), *plain], **cut)
    add("jpeg: no end, and fill bytes", "they are not taken for a trailer", [SOI, JFIF, *plain, b"\xff\xff"], **cut)
    trailer = b"2026-11-30 16:03 front door"
    add("jpeg: no end, and a trailer", "door cameras write the time after the scan; the marker takes its place", [SOI, JFIF, *plain, Goes("other", trailer), Goes(None, b"", EOI)], **cut)
    add("jpeg: no end, and a second picture", "it starts where the first has all its blocks", [SOI, JFIF, *plain, Goes("additional_images", second), Goes(None, b"", EOI)], is_opened=False)
    add("jpeg: no end, and a comment", "a segment after the last scan", [SOI, JFIF, *plain, Goes("comment", COMMENT), Goes(None, b"", EOI)], **cut)
    lenient = {"allow_truncated": True}
    add("jpeg: cut in its data, where it may be", "what arrived stays as it arrived", [SOI, JFIF, Goes("exif", exif(camera(6)), orientation_alone(6)), *head, scan[:-30]], rules=lenient, **cut)

    name = "jpeg: cut in its header"
    make_strip.refused(name, "there is no picture", SOI + JFIF + plain[0][:9], "jpg", "image_corrupt")
    make_strip.refused("jpeg: cut between its scans", "check refuses it too", b"".join([SOI, JFIF, *scans[:first]]), "jpg", "image_corrupt")
    arithmetic = b"".join([SOI, JFIF, *whole]).replace(b"\xff\xc0", b"\xff\xc9", 1)
    make_strip.refused("jpeg: arithmetic coding", "it cannot be decoded", arithmetic, "jpg", "image_format_unsupported")
    data = b"".join([SOI, JFIF, *whole])
    make_strip.refused("format that is not allowed", "the rules hold for stripping too", data, "jpg", "image_format_not_allowed", rules={"formats": ["png"]})
    make_strip.refused("more bytes than allowed", "the rules hold for stripping too", data, "jpg", "image_too_large", rules={"max_bytes": 100})
    make_strip.refused("rules that contradict each other", "they are checked first", data, "jpg", "option_invalid", rules={"max_bytes": 0})
    make_strip.refused("no bytes", "there is no image", b"", "jpg", "image_too_small")
    make_strip.refused("text", "it is no image", b"GPS: 48.85, 2.35; no image", "jpg", "image_format_unknown")

    hidden = icc(1, b"<html><script>alert(1)</script>".ljust(200))
    far = [SOI, JFIF, Goes("exif", exif(camera(1) + bytes(600))), *hidden, *whole]
    data = add("jpeg: a page after metadata, where polyglots are allowed", "what is left starts with it", far, rules={"allow_polyglots": True}, is_opened=False)
    make_strip.refused("jpeg: a page after metadata", "too far from the start to be sniffed before, and near it once the metadata is gone", data, "jpg", "image_polyglot")
    archive = b"PK\5\6" + bytes(18)
    add("jpeg: an archive after the picture", "a polyglot before, and none afterwards", [SOI, JFIF, *whole, Goes("other", archive)])

    summaries()


def summaries():
    """EXIF in other formats, and blocks of which little or nothing can be said."""
    image = Image.fromarray(pixels(8, 8))
    for image_format, extension, options in (("PNG", "png", {}), ("WEBP", "webp", {"lossless": True})):
        file = io.BytesIO()
        image.save(file, image_format, exif=b"Exif\0\0" + camera(6, ">"), **options)
        make_strip.inspected(f"{extension}: phone", "the same in every format", file.getvalue(), extension, {"orientation": 6, "exif_summary": SUMMARY})
    nothing = dict.fromkeys(SUMMARY) | {"has_gps": False}
    whole = [*tables(jpeg()), EOI]
    for name, why, entries, summary in (
        ("orientation alone", "nothing for an app to keep", [(0x0112, SHORT, 6)], None),
        ("blank texts", "as some cameras write them", [(0x010F, ASCII, text("   ")), (0x8298, ASCII, text(" "))], None),
        ("texts that are none", "control characters become a blank, what is not UTF-8 is left out", [(0x010F, ASCII, b"A\x1b\r\nB\xff\0C")], {"make": "A B"}),
        ("editor's copyright", "the photographer's is a blank then", [(0x8298, ASCII, b" \0The Editor\0")], {"copyright": "The Editor"}),
        ("long text", "255 bytes at most", [(0x0131, ASCII, text("x" * 400))], {"software": "x" * 255}),
        ("day that does not exist", "zeros stand for an unknown time", [(0x8769, [(0x9003, ASCII, text("0000:00:00 00:00:00"))]), (0x0110, ASCII, text("M"))], {"model": "M"}),
        ("time of digitising", "it stands in where the time of taking is missing, with its own offset",
         [(0x8769, [(0x9004, ASCII, text("2026:02:28 23:59:59")), (0x9011, ASCII, text("+01:00")), (0x9012, ASCII, text("-02:30"))])], {"taken_at": "2026-02-28T23:59:59-02:30"}),
        ("time without an offset", "the camera's local time", [(0x8769, [(0x9003, ASCII, text("2024:02:29 00:00:00")), (0x9011, ASCII, text("   :  "))])], {"taken_at": "2024-02-29T00:00:00"}),
        ("GPS directory without a position", "a version is no position", [(0x8825, [(0, UNDEFINED, b"\2\3\0\0")]), (0x0110, ASCII, text("M"))], {"model": "M"}),
        ("position alone", "that there is one, not which", [(0x8825, [(2, RATIONAL, POSITION[0])])], {"has_gps": True}),
    ):
        data = b"".join([SOI, JFIF, exif(tiff("<", entries)), *whole])
        make_strip.inspected(f"EXIF, {name}", why, data, "jpg", {"has_exif": True, "exif_summary": summary and nothing | summary})
    make_strip.inspected("no EXIF", "nothing to tell", b"".join([SOI, JFIF, *whole]), "jpg", {"has_exif": False, "exif_summary": None})
