"""What each call of the conformance suite means in Python, one file a part. Nothing here knows a case.

The suite lies in ``core/tests/vectors``; ``core/tests/runner`` says the same in Rust.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from . import (
    answers,
    cloudfront,
    confirm,
    data_uri,
    delivery,
    events,
    images,
    json_scan,
    pixels,
    resize,
    signing,
    uploads,
)
from .inputs import VECTORS, Call

__all__ = ["BESIDE_ERRORS", "CALLS", "FEATURES", "VECTORS", "read"]

CALLS: dict[str, Call] = {
    **answers.CALLS,
    **cloudfront.CALLS,
    **confirm.CALLS,
    **data_uri.CALLS,
    **delivery.CALLS,
    **events.CALLS,
    **images.CALLS,
    **json_scan.CALLS,
    **pixels.CALLS,
    **resize.CALLS,
    **signing.CALLS,
    **uploads.CALLS,
}

BESIDE_ERRORS: dict[str, Call] = {"confirm": confirm.beside_error, "resize_object": resize.beside_error}
"""What a call gives beside its error."""

FEATURES = {"cloudfront-rsa"}
"""Features of the crate that a case may need. The package is built with all of them."""


def read(path: Path | str) -> Any:
    """A file of the suite, by its name."""
    return json.loads((VECTORS / path).read_text("utf-8"))
