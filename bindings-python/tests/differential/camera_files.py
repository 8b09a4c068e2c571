"""Files as cameras, phones and programs write them, made here: pictures of noise, and a secret in every place for metadata."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Iterator, Sequence
from typing import Any, Literal

import numpy as np
from PIL import Image, ImageCms, PngImagePlugin

Order = Literal["<", ">"]

# No file may have any of them once it is stripped: they stand in for a name, a serial number and the like.
SECRET = b"secret-5f0c7a"
LATITUDE = (48, 1, 51, 1, 2989, 97)
SECRETS = (SECRET, SECRET.decode().encode("utf-16-le"), struct.pack("<6I", *LATITUDE), struct.pack(">6I", *LATITUDE))

_ASCII, _SHORT, _LONG, _RATIONAL, _UNDEFINED = 2, 3, 4, 5, 7
_Entry = tuple[int, int, int, bytes]


def picture(mode: str = "RGB", size: tuple[int, int] = (45, 30), seed: int = 1) -> Image.Image:
    """Noise over a gradient: what shows any change of a pixel, and any turn."""
    rng = np.random.default_rng(seed)
    width, height = size
    channels = len(Image.new(mode, (1, 1)).getbands())
    y, x, channel = np.mgrid[0:height, 0:width, 0:channels]
    pixels = (200 * x / width + 40 * channel + 20 * y / height + rng.integers(0, 16, (height, width, channels))) % 256
    return Image.fromarray(pixels.astype(np.uint8).squeeze(), mode)


def profile(length: int = 0) -> bytes:
    """sRGB, filled up to a length for profiles that need several parts of a JPEG."""
    made = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes().ljust(length, b"\0")
    return struct.pack(">I", len(made)) + made[4:]


def exif(orientation: int, order: Order = "<") -> bytes:
    """A TIFF with a camera, a maker note, a GPS position and a thumbnail."""
    thumbnail = _jpeg(picture(size=(8, 8), seed=7), comment=SECRET)
    text = SECRET + b"\0"
    name = (_ASCII, len(text), text)
    byte_order = {"<": b"II", ">": b"MM"}[order]
    header = byte_order + struct.pack(order + "HI", 42, 8)
    # The second time all places are known.
    places = [0, 0, 0, 0]
    for _ in range(2):
        exif_at, gps_at, ifd1_at, thumbnail_at = places
        main: list[_Entry] = [
            (0x010F, *name),
            (0x0110, *name),
            (0x0112, _SHORT, 1, struct.pack(order + "H", orientation)),
            (0x013B, *name),
            (0x8298, *name),
            (0x8769, _LONG, 1, struct.pack(order + "I", exif_at)),
            (0x8825, _LONG, 1, struct.pack(order + "I", gps_at)),
        ]
        details: list[_Entry] = [
            (0x9003, _ASCII, 20, b"2026:01:02 03:04:05\0"),
            (0x927C, _UNDEFINED, 400, SECRET.center(400, b"\1")),
            (0xA431, *name),
        ]
        position: list[_Entry] = [
            (1, _ASCII, 2, b"N\0"),
            (2, _RATIONAL, 3, struct.pack(order + "6I", *LATITUDE)),
        ]
        smaller: list[_Entry] = [
            (0x0103, _SHORT, 1, struct.pack(order + "H", 6)),
            (0x0201, _LONG, 1, struct.pack(order + "I", thumbnail_at)),
            (0x0202, _LONG, 1, struct.pack(order + "I", len(thumbnail))),
        ]
        body, places = header, []
        for entries, follows in ((main, ifd1_at), (details, 0), (position, 0), (smaller, 0)):
            places.append(len(body))
            body += _ifd(order, len(body), entries, follows)
        places = [*places[1:], len(body)]
    return body + thumbnail


def _ifd(order: Order, at: int, entries: Sequence[_Entry], follows: int) -> bytes:
    rows, values, values_at = b"", b"", at + 6 + 12 * len(entries)
    for tag, kind, count, value in entries:
        if len(value) > 4:
            place, values = struct.pack(order + "I", values_at + len(values)), values + value + b"\0" * (len(value) % 2)
        else:
            place = value.ljust(4, b"\0")
        rows += struct.pack(order + "HHI", tag, kind, count) + place
    return struct.pack(order + "H", len(entries)) + rows + struct.pack(order + "I", follows) + values


XMP = (
    b'<?xpacket begin="\xef\xbb\xbf" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/">'
    b'<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about="" '
    b'xmlns:GCamera="http://ns.google.com/photos/1.0/camera/" GCamera:MotionPhoto="1" '
    b'xmlns:hdrgm="http://ns.adobe.com/hdr-gain-map/1.0/" hdrgm:Version="1.0" '
    b'xmlns:tiff="http://ns.adobe.com/tiff/1.0/" tiff:Artist="'
    + SECRET
    + b'"/></rdf:RDF></x:xmpmeta><?xpacket end="w"?>'
)
_MP4 = struct.pack(">I4s4sI", 16, b"ftyp", b"mp42", 0) + struct.pack(">I4s", 8 + len(SECRET), b"mdat") + SECRET


def _jpeg(image: Image.Image, **options: Any) -> bytes:
    file = io.BytesIO()
    image.save(file, "JPEG", **{"quality": 90, **options})
    return file.getvalue()


def _segment(marker: int, data: bytes) -> bytes:
    return struct.pack(">BBH", 0xFF, marker, len(data) + 2) + data


def _after_start(jpeg: bytes, *segments: bytes) -> bytes:
    """Segments after the start of the image and its JFIF header, where it has one."""
    at = 2 + (2 + int.from_bytes(jpeg[4:6]) if jpeg[2:4] == b"\xff\xe0" else 0)
    return jpeg[:at] + b"".join(segments) + jpeg[at:]


def _metadata_of_jpeg(orientation: int = 1, order: Order = "<") -> list[bytes]:
    iptc = b"\x1c\x02\x5a" + struct.pack(">H", len(SECRET)) + SECRET
    resource = b"8BIM\x04\x04\0\0" + struct.pack(">I", len(iptc)) + iptc + b"\0" * (len(iptc) % 2)
    extended = b"0123456789ABCDEF0123456789ABCDEF" + struct.pack(">II", len(XMP), 0) + XMP
    jumbf = b"JP" + struct.pack(">HI", 1, 1) + struct.pack(">I4s", 8 + len(SECRET), b"jumb") + SECRET
    return [
        _segment(0xE1, b"Exif\0\0" + exif(orientation, order)),
        _segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0" + XMP),
        _segment(0xE1, b"http://ns.adobe.com/xmp/extension/\0" + extended),
        _segment(0xE2, b"urn:iso:std:iso:ts:21496:-1\0" + SECRET),
        _segment(0xE2, b"FPXR\0" + SECRET),
        _segment(0xE4, b"QVCI\0" + SECRET),
        _segment(0xEB, jumbf),
        _segment(0xEC, b"Ducky" + SECRET),
        _segment(0xED, b"Photoshop 3.0\0" + resource),
        _segment(0xE0, b"JFXX\0\x10" + _jpeg(picture("L", (6, 6)), comment=SECRET)),
        _segment(0xFE, SECRET),
    ]


def _multi_picture() -> bytes:
    """As phones write portraits: a second picture after the first, which an MPF segment tells of."""
    file = io.BytesIO()
    picture().save(file, "MPO", save_all=True, append_images=[picture(seed=2)], exif=b"Exif\0\0" + exif(6))
    return file.getvalue()


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def _png(image: Image.Image, *chunks: bytes, more: bytes = b"", **options: Any) -> bytes:
    texts = PngImagePlugin.PngInfo()
    texts.add_text("Author", SECRET.decode())
    texts.add_text("Comment", SECRET.decode(), zip=True)
    texts.add_itxt("XML:com.adobe.xmp", XMP.decode())
    texts.add_itxt("Title", SECRET.decode(), zip=True)
    file = io.BytesIO()
    image.save(file, "PNG", pnginfo=texts, **options)
    made = file.getvalue()
    at = made.index(b"IDAT") - 4
    return made[:at] + b"".join(chunks) + made[at:] + more


def _pngs() -> Iterator[tuple[str, bytes]]:
    odd = [
        _chunk(b"tIME", struct.pack(">H5B", 2026, 1, 2, 3, 4, 5)),
        _chunk(b"prVt", SECRET),
        _chunk(b"caBX", SECRET),
        _chunk(b"iDOT", SECRET),
    ]
    yield "png", _png(picture(), *odd, exif=exif(6), icc_profile=profile(), more=SECRET)
    yield "png-alpha", _png(picture("RGBA"), *odd, exif=exif(8, ">"))
    yield "png-palette", _png(picture("P").convert("P"), *odd, transparency=3)
    yield "png-dpi", _png(picture("L"), *odd, dpi=(300, 300))
    frames = [picture(seed=seed) for seed in (2, 3, 4)]
    yield (
        "apng",
        _png(picture(), *odd, save_all=True, append_images=frames, duration=[40, 80, 120, 160], loop=3, exif=exif(1)),
    )


def _webp(image: Image.Image, **options: Any) -> bytes:
    file = io.BytesIO()
    image.save(file, "WEBP", exif=exif(6), xmp=XMP, **options)
    chunk = b"ABCD" + struct.pack("<I", len(SECRET)) + SECRET + b"\0" * (len(SECRET) % 2)
    made = file.getvalue() + chunk
    return made[:4] + struct.pack("<I", len(made) - 8) + made[8:] + SECRET


def _webps() -> Iterator[tuple[str, bytes]]:
    yield "webp-lossy", _webp(picture(), quality=80, icc_profile=profile())
    yield "webp-alpha", _webp(picture("RGBA"), quality=80)
    yield "webp-lossless", _webp(picture("RGBA"), lossless=True, icc_profile=profile())
    frames = [picture("RGBA", seed=seed) for seed in (2, 3, 4)]
    yield (
        "webp-animated",
        _webp(picture("RGBA"), save_all=True, append_images=frames, duration=[40, 80, 120, 160], loop=3, lossless=True),
    )


def _gif(image: Image.Image, **options: Any) -> bytes:
    file = io.BytesIO()
    image.save(file, "GIF", comment=SECRET, **options)
    made = file.getvalue()
    packet = b"\x21\xff\x0bXMP DataXMP" + XMP + b"\x01" + bytes(range(255, -1, -1)) + b"\0"
    other = b"\x21\xff\x0bABCDEFGH1.0" + bytes([len(SECRET)]) + SECRET + b"\0"
    screen = 13 + (3 << (made[10] & 7) + 1 if made[10] & 0x80 else 0)
    # The extension of the loop comes first, where there is one.
    at = screen + 19 if made[screen : screen + 14] == b"\x21\xff\x0bNETSCAPE2.0" else screen
    return made[:at] + packet + other + made[at:] + SECRET


def _gifs() -> Iterator[tuple[str, bytes]]:
    yield "gif", _gif(picture().quantize(60))
    yield "gif-transparent", _gif(picture().quantize(60), transparency=2)
    frames = [picture(seed=seed).quantize(60) for seed in (2, 3, 4)]
    yield (
        "gif-animated",
        _gif(picture().quantize(60), save_all=True, append_images=frames, duration=[40, 80, 120, 160], loop=3),
    )


def camera_files() -> dict[str, bytes]:
    """The files by their names."""
    files: dict[str, bytes] = {}
    for orientation in range(1, 9):
        for name, order in _ORDERS.items():
            segments = _metadata_of_jpeg(orientation, order)
            files[f"jpeg-{orientation}-{name}"] = _after_start(_jpeg(picture(), icc_profile=profile()), *segments)
    plain = _metadata_of_jpeg()
    two = _metadata_of_jpeg(3)[:1]
    progressive = _after_start(_jpeg(picture(size=(160, 96)), progressive=True), *plain)
    scan = progressive.rindex(b"\xff\xda")
    gain_map = _after_start(_jpeg(picture("L", (12, 8))), *plain)
    files |= {
        "jpeg-gray": _after_start(_jpeg(picture("L")), *plain),
        "jpeg-cmyk": _after_start(_jpeg(picture("CMYK"), icc_profile=profile(100_000)), *plain),
        "jpeg-long-profile": _after_start(_jpeg(picture(), icc_profile=profile(200_000)), *plain),
        "jpeg-progressive": progressive[:scan] + _segment(0xFE, SECRET) + progressive[scan:],
        "jpeg-restarts": _after_start(_jpeg(picture(size=(160, 96)), restart_marker_blocks=3), *plain),
        "jpeg-two-exif": _after_start(_jpeg(picture()), *_metadata_of_jpeg(6)[:1], *two),
        "jpeg-multi-picture": _multi_picture(),
        "jpeg-gain-map": _after_start(_jpeg(picture()), *_metadata_of_jpeg(6)) + gain_map,
        "jpeg-motion-photo": _after_start(_jpeg(picture()), *_metadata_of_jpeg(6)) + _MP4,
        "jpeg-samsung": _jpeg(picture(), exif=b"Exif\0\0" + exif(6)) + b"\0\0\x30\x0aSEFH" + SECRET + b"SEFT",
        "jpeg-nothing": _jpeg(picture(), icc_profile=profile()),
        **dict(_pngs()),
        **dict(_webps()),
        **dict(_gifs()),
    }
    return files


_ORDERS: dict[str, Order] = {"little": "<", "big": ">"}
