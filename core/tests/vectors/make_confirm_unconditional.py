"""Writes confirm_unconditional.json: confirmations on stores that may ignore conditions, where the write itself needs care.

    python core/tests/vectors/make_confirm_unconditional.py

It needs nothing but Python and knows nothing of presize. Which requests must not be sent follows from what is lost otherwise: an
upload that has not been checked, or one that another confirmation has confirmed. Hashes and markers are Python's `hashlib` and
`hmac`.
"""

import json
import pathlib

import make_confirm
from make_confirm import (
    DELETED, FORBIDDEN, GPS, HEAD_BYTES, KEY, LENGTH, LOCAL, MISSING, PHOTO, TAG, case, cases, confirmed, content, copied, error, error_document, etag, found,
    incoming, local, padded, proven, read, stripped, written,
)

IN_PLACE = {"incoming_prefix": "", "cache_control": "no-cache"}
OTHER = {"file": "images/gray.jpg"}
UPLOADED = [(local.head(KEY), found(PHOTO)), (local.get(KEY, PHOTO), read(PHOTO))]
SAME = (local.head(KEY), found(PHOTO))
WRITE = local.store(KEY, PHOTO, PHOTO["file"], conditions=("if-match", TAG), cache_control="no-cache")
COPY = local.copy(KEY, KEY, PHOTO, in_place=True, cache_control="no-cache")


def in_place(name, why, steps, policy=IN_PLACE, received=LENGTH, **rest):
    case(f"in-place-{name}", why, steps, policy=policy, bucket=LOCAL, received=received, **rest)


def before_a_write():
    """Without an incoming prefix the final key is asked for right before the write: is it still the upload that was checked?"""
    replaced, gone = error("upload_replaced", 409), error("upload_not_found", 404)
    good = dict(ok=confirmed(PHOTO, PHOTO["file"]))
    in_place("write", "it is, and is written over with the headers of the policy", [*UPLOADED, SAME, (WRITE, written(TAG))], **good)
    in_place("write-replaced", "the client has uploaded another file: it was not checked, and stays", [*UPLOADED, (local.head(KEY), found(OTHER))], error=replaced)
    in_place("write-gone", "another confirmation has refused and deleted it: it is not written again", [*UPLOADED, (local.head(KEY), MISSING)], error=gone)
    in_place("write-403", "a store that says 403 for a missing object: the same", [*UPLOADED, (local.head(KEY), FORBIDDEN)], error=error("store_refused", 502, operation="head", status=403))
    bare = stripped(GPS)
    again = [(local.head(KEY), proven(bare, etag='"bare"')), (local.get(KEY, bare, tag="bare"), read(bare, etag='"bare"'))]
    in_place("write-confirmed", "another confirmation has confirmed it: that counts", [(local.head(KEY), found(GPS)), (local.get(KEY, GPS), read(GPS)), *again],
             received=len(content(bare)), ok=confirmed(bare, GPS["file"], etag="bare"))
    refused = error_document(501, "NotImplemented")
    bare_write = local.store(KEY, PHOTO, PHOTO["file"], conditions=None, cache_control="no-cache")
    in_place("write-501", "a store that refuses conditions gets the request without them, after another look", [*UPLOADED, SAME, (WRITE, refused), SAME, (bare_write, written(TAG))], **good)
    in_place("write-501-replaced", "and no request if the client was faster", [*UPLOADED, SAME, (WRITE, refused), (local.head(KEY), found(OTHER))], error=replaced)
    copying = {"policy": IN_PLACE | {"promote": "copy"}}
    in_place("copy", "the same for a copy onto itself", [*UPLOADED, SAME, (COPY, copied(TAG))], **good, **copying)
    in_place("copy-replaced", "which would give another file the marker of this one", [*UPLOADED, (local.head(KEY), found(OTHER))], error=replaced, **copying)
    compared = local.get(KEY, PHOTO, tag="4567")
    unknown = [*UPLOADED, SAME, (COPY, copied("4567"))]
    in_place("copy-compared-gone", "deleted before the copy was compared: it is not written again", [*unknown, (compared, MISSING), (local.head(KEY), MISSING)], error=gone, **copying)
    in_place("copy-compared-replaced", "replaced before the copy was compared: what has replaced it was not checked, and stays",
             [*unknown, (compared, error_document(412, "PreconditionFailed")), (local.head(KEY), found(OTHER))], error=replaced, **copying)


def copies_of_heads():
    """`promote` of `copy` with `verify` of `head`: the whole file is fetched, because a wrong copy is written over with it."""
    policy = {"promote": "copy", "verify": "head", "originals": "as_is"}
    body = padded(PHOTO, 300_000)
    size = len(content(body))
    assert size > HEAD_BYTES
    checked = [(local.head(KEY), MISSING), (local.head(incoming(KEY)), found(body)), (local.get(incoming(KEY), body), read(body)), (local.head(KEY), MISSING)]
    copy = local.copy(KEY, incoming(KEY), body)
    end = dict(ok=confirmed(body, PHOTO["file"]), received=size, bucket=LOCAL, policy=policy)
    removed = (local.delete(incoming(KEY)), DELETED)
    case("copy-head", "all of it is fetched, its header is checked, and the store copies it", [*checked, (copy, copied(etag(body))), (local.head(KEY), proven(body)), removed], **end)
    page = {"parts": ["<script>", {"repeat": "-", "count": size - 8}]}
    wrong = f'"{etag(page)}"'
    over = local.store(KEY, body, PHOTO["file"], conditions=("if-match", etag(page)))
    case("copy-head-wrong", "a store that ignores the condition has copied what came in between: the bytes that were checked are written over it", [
        *checked, (copy, copied(etag(page))), (local.get(KEY, page), read(page)), (local.head(KEY), proven(body, etag=wrong)), (over, written(etag(body))), (local.head(KEY), proven(body)), removed], **end)


def main():
    for part in (before_a_write, copies_of_heads):
        part()
    about = "Confirmations on stores that may ignore conditions: what is asked right before a write, and what is kept for a wrong copy."
    top = json.dumps({"about": about, "made_by": pathlib.Path(__file__).name})[:-1]
    lines = ",\n".join(json.dumps(made) for made in cases)
    (make_confirm.HERE / "confirm_unconditional.json").write_text(f'{top}, "cases": [\n{lines}\n]}}\n', encoding="utf-8")
    print(f"confirm_unconditional.json: {len(cases)} cases")


if __name__ == "__main__":
    main()
