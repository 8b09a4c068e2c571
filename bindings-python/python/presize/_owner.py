"""The owner of an upload: a text, an integer or a UUID, as applications identify their users."""

from __future__ import annotations

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, TypeAlias
    from uuid import UUID

    Owner: TypeAlias = str | int | UUID

# Larger than any id of a user. Python refuses to convert an integer of more than 4300 digits to text.
_MAX_BITS = 256


def owner_text(owner: Any) -> Any:
    """The owner as the text that becomes a part of the key: an integer from 0 in decimal, a UUID in its canonical form.
    Anything else is returned unchanged, for the core to refuse.

    >>> import uuid
    >>> owner_text(7), owner_text(uuid.UUID(int=7)), owner_text("user-7"), owner_text(True)
    ('7', '00000000-0000-0000-0000-000000000007', 'user-7', True)
    """
    if isinstance(owner, (str, bool)):
        return owner
    if isinstance(owner, int):
        # A subclass of int may have a ``__str__`` of its own.
        number = int(owner)
        return str(number) if number >= 0 and number.bit_length() <= _MAX_BITS else owner
    # A UUID exists only if its module is imported; importing it here would take time.
    uuid = sys.modules.get("uuid")
    return uuid.UUID.__str__(owner) if uuid is not None and isinstance(owner, uuid.UUID) else owner
