"""Writes the committed corpus of the fuzz targets that take images: small WebPs with streams that no encoder writes, whole and cut,
and containers around them. Everything else that a target should start from is in `images/`.

    pip install pillow==13.0.0 numpy==2.4.6
    python core/tests/vectors/make_seeds.py
"""

import pathlib
import random

from random_webps import by_hand
from webp_writer import write_groups

SEEDS = pathlib.Path(__file__).resolve().parents[2] / "fuzz" / "seeds"


def main():
    SEEDS.mkdir(parents=True, exist_ok=True)
    rng = random.Random("seeds")
    number = 0
    while number < 24:
        data, _ = by_hand(rng)
        if len(data) > 3000:
            continue
        (SEEDS / f"webp_{number:02}.webp").write_bytes(data if number % 3 else data[: rng.randrange(20, len(data))])
        number += 1
    (SEEDS / "webp_groups.webp").write_bytes(write_groups(2, [0, 3, 3, 0], 40, is_full=True))


if __name__ == "__main__":
    main()
