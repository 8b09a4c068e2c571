"""How true scaled pictures are, and how many bytes encoders need for the same: EXE FOLDER PHOTO_6MP PHOTO_12MP.

The measure of scaling is Lanczos with three lobes in floating point, on the whole picture as Pillow decodes it.
EXE is the bench binary, which gives presize's pictures; FOLDER keeps what is made on the way.
"""

import math
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import PIL
from PIL import Image

Plane = np.ndarray

EXE, FOLDER, PHOTO_6, PHOTO_12 = sys.argv[1], *(Path(argument) for argument in sys.argv[2:5])
NODE = Path(__file__).parent.parent / "node"
PIXELS = FOLDER / "pixels.raw"

QUALITIES = [58, 64, 70, 74, 78, 80, 82, 86, 90, 94]


def main() -> None:
    plate = zone_plate(2400)
    print("### Scaling: PSNR of brightness in dB, beside Lanczos in floating point on the full picture\n")
    scalers = available(SCALERS, plate)
    print(f"| | {' | '.join(name for name, _ in scalers)} | goals met |")
    print(f"| --- |{' ---: |' * len(scalers)} --- |")
    for source, width in [(PHOTO_6, 720), *((PHOTO_12, w) for w in (320, 500, 1300, 1920)), (plate, 700)]:
        scaling_row(scalers, source, width)
    print(
        "\nGoals: `fast` as true as sharp by itself, on photos to 720 and 320; `best` within 1 dB of sharp that does not"
        " shrink on load, everywhere.\n"
    )
    print("### JPEG encoders: bytes at the same SSIM of brightness as sharp's quality 80 has\n")
    encoders = available(ENCODERS, plate)
    print(f"| | {' | '.join(name for name, _ in encoders)} |")
    print(f"| --- |{' ---: |' * len(encoders)}")
    for name, picture in [
        ("6 MP to 720", scaled(PHOTO_6, 720)),
        ("12 MP to 320", scaled(PHOTO_12, 320)),
        ("12 MP to 1920", scaled(PHOTO_12, 1920)),
        ("a part of 12 MP, as it is", Image.open(PHOTO_12).crop((1000, 700, 2024, 1468))),
    ]:
        encoding_row(encoders, name, picture)
    print(
        "\nAs a part of sharp's, between the nearest two of the qualities 58 to 94; the last two as a part of sharp's with"
        f" `mozjpeg`. Goals: presize at most 1.01, `effort: high` at most 1.02. Decoded by Pillow {PIL.__version__}."
    )


def available(makers: list, picture: Path) -> list:
    """Those that are installed: they scale or encode a first time."""
    there = []
    for name, make in makers:
        try:
            make(picture, 64) if makers is SCALERS else make(Image.open(picture).resize((64, 64)), [80])
            there.append((name, make))
        except (OSError, subprocess.CalledProcessError) as error:
            print(f"without {name}: {error}", file=sys.stderr)
    return there


# Scaling


def scaling_row(scalers: list, source: Path, width: int) -> None:
    wanted = lanczos(brightness(np.asarray(Image.open(source))), width)
    reached = {name: psnr(brightness(make(source, width)), wanted) for name, make in scalers}
    fast, best = reached.get("presize fast", math.nan), reached.get("presize best", math.nan)
    is_met = [best >= reached.get("sharp, no shrinking on load", math.nan) - 1]
    if width in (320, 720):
        is_met.append(fast >= reached.get("sharp", math.nan))
    side = Image.open(source).width
    kind = "zone plate" if "zone" in source.name else "photo"
    cells = " | ".join(f"{value:.1f}" for value in reached.values())
    print(f"| {kind} {side} to {width} | {cells} | {'yes' if all(is_met) else 'no'} |", flush=True)


def height_of(source: Path, width: int) -> int:
    with Image.open(source) as picture:
        return round(width * picture.height / picture.width)


def with_presize(scaling: str) -> Callable[[Path, int], Plane]:
    def make(source: Path, width: int) -> Plane:
        run(EXE, "child", "pixels", source, f"{width}x0:pixels:100", scaling, PIXELS)
        return pixels(width, height_of(source, width))

    return make


def with_sharp(mode: str) -> Callable[[Path, int], Plane]:
    def make(source: Path, width: int) -> Plane:
        run("node", NODE / "images.mjs", source, f"{width}x0:pixels:100", PIXELS, mode)
        return pixels(width, height_of(source, width))

    return make


def with_pillow(gap: float | None) -> Callable[[Path, int], Plane]:
    def make(source: Path, width: int) -> Plane:
        box = (width, height_of(source, width))
        with Image.open(source) as picture:
            if gap:
                picture.draft("RGB", (int(gap * box[0]), int(gap * box[1])))
            return np.asarray(picture.resize(box, Image.Resampling.LANCZOS))

    return make


SCALERS = [
    ("presize fast", with_presize("fast")),
    ("presize best", with_presize("best")),
    ("sharp", with_sharp("fast")),
    ("sharp, no shrinking on load", with_sharp("slow")),
    ("Pillow draft", with_pillow(1)),
    ("Pillow `thumbnail`", with_pillow(2)),
    ("Pillow plain", with_pillow(None)),
]


def run(*command: object) -> None:
    subprocess.run([str(part) for part in command], check=True, capture_output=True)


def pixels(width: int, height: int) -> Plane:
    return np.fromfile(PIXELS, np.uint8).reshape(height, width, 3)


def brightness(rgb: Plane) -> Plane:
    return rgb.astype(np.float64) @ np.array([0.299, 0.587, 0.114])


def lanczos(plane: Plane, width: int) -> Plane:
    height = round(width * plane.shape[0] / plane.shape[1])
    return weights(plane.shape[0], height) @ plane @ weights(plane.shape[1], width).T


def weights(old: int, new: int) -> Plane:
    """A row for each new sample; what lies beyond the edge is left out, and the rest sums up to one."""
    scale = old / new
    centers = (np.arange(new) + 0.5) * scale
    distance = (np.arange(old) + 0.5 - centers[:, None]) / scale
    weight = np.where(abs(distance) < 3, np.sinc(distance) * np.sinc(distance / 3), 0)
    return weight / weight.sum(1, keepdims=True)


def psnr(plane: Plane, wanted: Plane) -> float:
    return 10 * math.log10(255**2 / np.mean((plane - wanted) ** 2))


def zone_plate(side: int) -> Path:
    """Rings that reach the finest there is at the middle of each edge."""
    file = FOLDER / f"zone-plate-{side}.jpg"
    if not file.exists():
        across = np.arange(side) - side / 2 + 0.5
        rings = np.cos(math.pi / side * (across**2 + across[:, None] ** 2))
        gray = Image.fromarray(np.rint(127.5 + 115 * rings).astype(np.uint8))
        gray.convert("RGB").save(file, quality=92)
    return file


def scaled(source: Path, width: int) -> Image.Image:
    rgb = np.asarray(Image.open(source)).astype(np.float64)
    planes = [lanczos(rgb[..., channel], width) for channel in range(3)]
    return Image.fromarray(np.clip(np.rint(np.stack(planes, -1)), 0, 255).astype(np.uint8))


# Encoding


def encoding_row(encoders: list, name: str, picture: Image.Image) -> None:
    plane = brightness(np.asarray(picture))
    curves = {}
    for encoder, make in encoders:
        files = make(picture, QUALITIES)
        curves[encoder] = [(ssim(brightness(np.asarray(Image.open(file))), plane), file.stat().st_size) for file in files]
    cells = []
    for encoder, _ in encoders:
        rival = "sharp, mozjpeg" if encoder in ("sharp, mozjpeg", "presize, effort high") else "sharp"
        if rival in curves:
            similarity, size = curves[rival][QUALITIES.index(80)]
            cells.append(f"{bytes_at(curves[encoder], similarity) / size:.3f}")
        else:
            cells.append("")
    print(f"| {name} | {' | '.join(cells)} |", flush=True)


def bytes_at(curve: list[tuple[float, int]], similarity: float) -> float:
    measured, sizes = zip(*sorted(curve), strict=True)
    if not measured[0] <= similarity <= measured[-1]:
        return math.nan
    return math.exp(np.interp(similarity, measured, np.log(sizes)))


def encoded_by_presize(effort: str) -> Callable[[Image.Image, list[int]], list[Path]]:
    def make(picture: Image.Image, qualities: list[int]) -> list[Path]:
        PIXELS.write_bytes(picture.tobytes())
        to = FOLDER / f"encoded-presize-{effort}-"
        run(EXE, "child", "encode", PIXELS, *picture.size, effort, to, *qualities)
        return [Path(f"{to}{quality}") for quality in qualities]

    return make


def encoded_by_sharp(mode: str) -> Callable[[Image.Image, list[int]], list[Path]]:
    def make(picture: Image.Image, qualities: list[int]) -> list[Path]:
        picture.save(FOLDER / "picture.png")
        to = FOLDER / f"encoded-sharp-{mode}-"
        run("node", NODE / "encode.mjs", FOLDER / "picture.png", mode, to, *qualities)
        return [Path(f"{to}{quality}") for quality in qualities]

    return make


ENCODERS = [
    ("sharp", encoded_by_sharp("plain")),
    ("presize", encoded_by_presize("normal")),
    ("sharp, mozjpeg", encoded_by_sharp("mozjpeg")),
    ("presize, effort high", encoded_by_presize("high")),
]


def ssim(plane: Plane, wanted: Plane) -> float:
    """Wang et al. 2004: a Gaussian window of 11 x 11, sigma 1.5."""
    one, two = (0.01 * 255) ** 2, (0.03 * 255) ** 2
    a, b = blurred(plane), blurred(wanted)
    aa, bb, ab = blurred(plane**2) - a * a, blurred(wanted**2) - b * b, blurred(plane * wanted) - a * b
    return float(np.mean((2 * a * b + one) * (2 * ab + two) / ((a * a + b * b + one) * (aa + bb + two))))


def blurred(plane: Plane) -> Plane:
    window = np.exp(-(np.arange(-5, 6) ** 2) / (2 * 1.5**2))
    window /= window.sum()
    height, width = plane.shape[0] - 10, plane.shape[1] - 10
    rows = sum(part * plane[at : at + height] for at, part in enumerate(window))
    return sum(part * rows[:, at : at + width] for at, part in enumerate(window))


if __name__ == "__main__":
    main()
