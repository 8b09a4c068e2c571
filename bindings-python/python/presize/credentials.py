"""Credentials: access keys to sign with."""

from __future__ import annotations

import os

from . import _native

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from typing import Self, final

else:

    def final(kind):
        return kind


__all__ = ["Credentials"]


class Variables:
    """Reads environment variables. Its ``repr`` hides them, because error reports show variables."""

    __slots__ = ("_environ",)

    def __init__(self, environ: Mapping[str, str] | None) -> None:
        self._environ = os.environ if environ is None else environ
        del environ

    def __call__(self, name: str) -> str | None:
        return self._environ.get(name)


@final
class Credentials:
    """An access key. The secret is wiped from memory when it is no longer used, and is never shown; for the same
    reason credentials cannot be pickled.

    >>> from presize import Credentials
    >>> Credentials("AKIDEXAMPLE", "secret")
    Credentials('AKIDEXAMPLE')

    ``session_token`` and ``expires_at`` (an aware datetime, or seconds since 1970) belong to temporary credentials: what
    they sign never holds longer than they do.

    Errors: ``credentials_invalid``, ``option_invalid``.
    """

    __slots__ = ("_access_key_id", "_native")

    def __init__(
        self,
        access_key_id: str,
        secret_access_key: str,
        *,
        session_token: str | None = None,
        expires_at: datetime | float | None = None,
    ) -> None:
        try:
            self._native = _native.Credentials(access_key_id, secret_access_key, session_token, expires_at)
        finally:
            # Error reports show arguments, and this one holds secrets.
            del secret_access_key, session_token
        self._access_key_id = access_key_id

    @classmethod
    def from_env(cls, environ: Mapping[str, str] | None = None) -> Self:
        """The credentials in environment variables: ``AWS_ACCESS_KEY_ID``, ``AWS_SECRET_ACCESS_KEY``, and if set
        ``AWS_SESSION_TOKEN`` and ``AWS_CREDENTIAL_EXPIRATION`` (RFC 3339). Default: those of ``os.environ``.

        Errors: ``credentials_missing``, whose details name every variable that is not set; ``credentials_invalid``.
        """
        variables = Variables(environ)
        del environ
        credentials = object.__new__(cls)
        credentials._native = _native.Credentials.from_vars(variables)
        credentials._access_key_id = variables("AWS_ACCESS_KEY_ID") or ""
        return credentials

    @property
    def access_key_id(self) -> str:
        """The id of the key, which is in every URL that it signs."""
        return self._access_key_id

    def __repr__(self) -> str:
        return f"Credentials({getattr(self, '_access_key_id', None)!r})"

    def __reduce__(self) -> str:
        raise TypeError("credentials hold a secret and are not pickled: make them anew from the environment")
