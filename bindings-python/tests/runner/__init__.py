"""What each call of the conformance suite means in Python, one file a part. Nothing here knows a case.

The suite lies in ``core/tests/vectors``; ``core/tests/runner`` says the same in Rust.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from . import cloudfront, data_uri, images, pixels, signing, uploads
from .given import VECTORS, Call

__all__ = ["CALLS", "FEATURES", "VECTORS", "read"]

CALLS: dict[str, Call] = {
    **cloudfront.CALLS,
    **data_uri.CALLS,
    **images.CALLS,
    **pixels.CALLS,
    **signing.CALLS,
    **uploads.CALLS,
}

FEATURES = {"cloudfront-rsa"}
"""Features of the crate that a case may need. The package is built with all of them."""


def read(path: Path | str) -> Any:
    """A file of the suite, by its name."""
    return json.loads((VECTORS / path).read_text("utf-8"))
