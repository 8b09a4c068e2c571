"""Tells the options of rules from the other keywords of a field."""

from __future__ import annotations

from typing import Any

from presize import ImageRules
from presize.options import ImageRulesOptions

_NAMES = ImageRulesOptions.__optional_keys__ | ImageRulesOptions.__required_keys__


def split(options: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """The options of ``ImageRules``, which are checked, and the others.

    Error: ``option_invalid``.

    >>> split({"max_bytes": 1000, "required": False})
    ({'max_bytes': 1000}, {'required': False})
    """
    rules = {name: value for name, value in options.items() if name in _NAMES}
    ImageRules(**rules)
    return rules, {name: value for name, value in options.items() if name not in _NAMES}
