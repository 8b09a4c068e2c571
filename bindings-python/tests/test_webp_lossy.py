"""Lossy WebP against libwebp, through Pillow: it decodes the same pixels, and its own encoder has no better picture for the bytes.

``PRESIZE_CASES`` says how many pictures are drawn.
"""

from __future__ import annotations

import io
import os

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

import presize

CASES = int(os.environ.get("PRESIZE_CASES", "300"))
SEED = int(os.environ.get("PRESIZE_SEED", "1"))

Pixels = NDArray[np.uint8]


def _random(rng: np.random.Generator, height: int, width: int, channels: int) -> Pixels:
    """Noise, extreme contrast, one colour, or a gradient with a little noise."""
    shape = (height, width, channels)
    kind = rng.integers(4)
    if kind == 0:
        return rng.integers(0, 256, shape, dtype=np.uint8)
    if kind == 1:
        return (rng.integers(0, 2, shape) * 255).astype(np.uint8)
    if kind == 2:
        return np.broadcast_to(rng.integers(0, 256, channels, dtype=np.uint8), shape).copy()
    y, x = np.mgrid[0:height, 0:width]
    slope = rng.integers(0, 12, 2)
    result: Pixels = ((x * slope[0] + y * slope[1])[..., None] + rng.integers(0, 9, shape)).astype(np.uint8)
    return result


def _encode(pixels: Pixels, quality: int) -> bytes:
    height, width, channels = pixels.shape
    image = presize.PixelImage(pixels.tobytes(), width, height, channels)
    return presize.encode(image, format="webp", quality=quality).bytes


def _by_pillow(data: bytes) -> Pixels:
    picture = Image.open(io.BytesIO(data))
    assert picture.format == "WEBP"
    picture.load()
    return np.asarray(picture)


def test_random_pictures_are_what_libwebp_decodes() -> None:
    rng = np.random.default_rng(SEED)
    for number in range(CASES):
        height, width = (int(side) for side in rng.integers(1, 34, 2))
        channels = int(rng.choice([3, 4]))
        quality = int(rng.integers(1, 101))
        pixels = _random(rng, height, width, channels)
        data = _encode(pixels, quality)
        seen = _by_pillow(data)
        own = np.asarray(presize.decode(data))
        name = f"{number}: {width} x {height}, {channels} channels, quality {quality}"
        assert np.array_equal(seen, own), name
        if channels == 4 and (pixels[..., 3] < 255).any():
            assert np.array_equal(seen[..., 3], pixels[..., 3]), name


def _scene(width: int, height: int) -> Pixels:
    """Soft shapes, edges, and texture in some of them."""
    rng = np.random.default_rng(7)
    y, x = np.mgrid[0:height, 0:width]
    shade = 110 + 60 * np.sin(x / 61) + 50 * np.cos((x + 2 * y) / 83)
    edges = np.where((x // 45 + y // 70) % 3 == 0, 40, 0)
    grain = rng.normal(0, 1, (height, width))
    texture = np.where(y > height / 2, 9, 1.5) * (grain + np.roll(grain, 1, 0) + np.roll(grain, 1, 1)) / 1.7
    luma = shade + edges + texture
    result: Pixels = np.clip(np.dstack([luma + 15, luma, luma - 20 + 20 * np.sin(y / 37)]), 0, 255).astype(np.uint8)
    return result


def _psnr(a: Pixels, b: Pixels) -> float:
    error = np.mean((a.astype(float) - b.astype(float)) ** 2)
    return float(10 * np.log10(255**2 / max(error, 1e-9)))


def _by_libwebp(pixels: Pixels, quality: int) -> tuple[int, float]:
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "WEBP", quality=quality, method=4)
    return len(file.getvalue()), _psnr(_by_pillow(file.getvalue()), pixels)


def _by_us(pixels: Pixels, quality: int) -> tuple[int, float]:
    data = _encode(pixels, quality)
    return len(data), _psnr(_by_pillow(data), pixels)


@pytest.mark.parametrize("quality", [50, 68, 80, 90])
def test_a_quality_means_what_it_means_to_libwebp(quality: int) -> None:
    pixels = _scene(480, 360)
    (ours, our_psnr), (theirs, their_psnr) = _by_us(pixels, quality), _by_libwebp(pixels, quality)
    assert 0.5 < ours / theirs < 1.06
    assert abs(our_psnr - their_psnr) < 1.5


@pytest.mark.parametrize("quality", [50, 68, 80, 90])
def test_the_same_bytes_give_no_worse_a_picture_than_those_of_libwebp(quality: int) -> None:
    pixels = _scene(480, 360)
    theirs, their_psnr = _by_libwebp(pixels, quality)
    curve = [_by_us(pixels, quality) for quality in range(30, 100, 4)]
    at_their_size = float(np.interp(np.log(theirs), [np.log(size) for size, _ in curve], [psnr for _, psnr in curve]))
    assert at_their_size > their_psnr - 0.1


def test_more_quality_is_more_bytes_and_less_error() -> None:
    pixels = _scene(320, 240)
    files = [_encode(pixels, quality) for quality in (1, 20, 40, 60, 80, 95, 100)]
    sizes = [len(data) for data in files]
    errors = [_psnr(_by_pillow(data), pixels) for data in files]
    assert sizes == sorted(sizes)
    assert errors == sorted(errors)
