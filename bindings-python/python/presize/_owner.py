"""Who uploads, as programs know their users: by a text, a number or a UUID."""

from __future__ import annotations

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, TypeAlias
    from uuid import UUID

    Owner: TypeAlias = str | int | UUID

# Nobody has a number like that, and Python refuses to write out one of 4300 digits.
_MAX_BITS = 256


def owner_text(owner: Any) -> Any:
    """The owner as a text, which is a part of the key: an integer of at least 0 in decimal, a UUID in its canonical form. Anything
    else stays as it is, for the core to refuse.

    >>> import uuid
    >>> owner_text(7), owner_text(uuid.UUID(int=7)), owner_text("user-7"), owner_text(True)
    ('7', '00000000-0000-0000-0000-000000000007', 'user-7', True)
    """
    if isinstance(owner, (str, bool)):
        return owner
    if isinstance(owner, int):
        # A class derived from int may have a text of its own.
        number = int(owner)
        return str(number) if number >= 0 and number.bit_length() <= _MAX_BITS else owner
    # Whoever has a UUID has imported its module, which takes its time.
    uuid = sys.modules.get("uuid")
    return uuid.UUID.__str__(owner) if uuid is not None and isinstance(owner, uuid.UUID) else owner
