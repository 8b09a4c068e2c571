"""The examples in the documentation of presize.django, which need a project around them."""

from __future__ import annotations

import doctest
import importlib
import pkgutil

import django_project  # sets Django up
import pytest

import presize.django

__all__ = ["django_project"]

MODULES = [module.name for module in pkgutil.iter_modules(presize.django.__path__, "presize.django.")]


@pytest.mark.parametrize("name", MODULES)
def test_examples(name: str) -> None:
    assert doctest.testmod(importlib.import_module(name)).failed == 0


def test_there_are_examples() -> None:
    assert sum(doctest.testmod(importlib.import_module(name)).attempted for name in MODULES) >= 6
