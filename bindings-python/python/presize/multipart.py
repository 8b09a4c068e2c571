"""Multipart uploads: the body that completes one, and the id of one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from . import _native
from .options import ChecksumAlgorithm

__all__ = ["CompletedPart", "complete_multipart_body", "parse_upload_id"]


@dataclass(frozen=True, slots=True)
class CompletedPart:
    """An uploaded part: its number, from 1 to 10000, the ``ETag`` of the response to its upload, with or without quotes, and
    the checksum that it was uploaded with, in base64, if any."""

    number: int
    etag: str
    checksum_algorithm: ChecksumAlgorithm | None = None
    checksum: str | None = None


def complete_multipart_body(parts: Sequence[CompletedPart]) -> str:
    """The body of a ``complete-multipart-upload`` request, XML as S3 reads it. The parts are in the order of their numbers.

    >>> from presize import CompletedPart, complete_multipart_body
    >>> complete_multipart_body([CompletedPart(1, "abc")])
    '<Complete...><Part><PartNumber>1</PartNumber><ETag>"abc"</ETag></Part></CompleteMultipartUpload>'

    Error: ``option_invalid`` for no part, more than 10000, a number out of range or out of order, or an ``ETag`` or checksum
    that is none.
    """
    raw = [(part.number, part.etag, part.checksum_algorithm, part.checksum) for part in parts]
    return _native.complete_multipart_body(raw)


def parse_upload_id(answer: str) -> str:
    """Reads the id of a multipart upload from the response body of ``create-multipart-upload``.

    Error: ``store_response_invalid``.
    """
    return _native.parse_upload_id(answer)
