"""A checked image that Django can store."""

from __future__ import annotations

from dataclasses import FrozenInstanceError
from io import BytesIO
from typing import Any

from django.core.files import File

from presize import CheckedImage


class CheckedImageFile(CheckedImage, File):  # type: ignore[type-arg]
    """A ``CheckedImage`` that is a file of Django's too, so that a model's FileField or ImageField takes it as it takes an
    upload: in a ModelForm, in a serializer, or assigned by hand. ``name`` is what the client called it."""

    def __init__(self, image: CheckedImage, name: str) -> None:
        CheckedImage.__init__(self, image.bytes, image.info)
        # The file reads the same bytes, without a copy.
        File.__init__(self, BytesIO(image.bytes), name)
        # What storages send as the type of the object.
        self.content_type = image.media_type

    # A frozen dataclass with slots cannot be subclassed with mutable fields otherwise, and Django changes the name of a file.
    def __setattr__(self, name: str, value: object) -> None:
        if name in ("bytes", "info"):
            raise FrozenInstanceError(f"cannot assign to field {name!r}")
        object.__setattr__(self, name, value)

    def __delattr__(self, name: str) -> None:
        if name in ("bytes", "info"):
            raise FrozenInstanceError(f"cannot delete field {name!r}")
        object.__delattr__(self, name)

    @property
    def size(self) -> int:
        """The number of bytes."""
        return len(self.bytes)

    def open(self, mode: str | None = None, *_: Any, **__: Any) -> CheckedImageFile:
        """The file from its start, also after it was closed. It is read only."""
        if self.closed:
            self.file = BytesIO(self.bytes)
        self.seek(0)
        return self

    def __bool__(self) -> bool:
        return True

    def __len__(self) -> int:
        return len(self.bytes)

    def __eq__(self, other: object) -> bool:
        return CheckedImage(self.bytes, self.info) == (
            CheckedImage(other.bytes, other.info) if isinstance(other, CheckedImageFile) else other
        )

    def __hash__(self) -> int:
        return hash(CheckedImage(self.bytes, self.info))

    def __reduce__(self) -> Any:
        return CheckedImageFile, (CheckedImage(self.bytes, self.info), self.name)
