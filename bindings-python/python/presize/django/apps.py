"""The app: put ``presize.django`` into INSTALLED_APPS so that mistakes in PRESIZE are found by ``manage.py check``."""

from django.apps import AppConfig
from django.core.checks import register


class PresizeConfig(AppConfig):
    """Registers the system checks. It has no models and reads no setting when it starts."""

    name = "presize.django"
    label = "presize"
    verbose_name = "presize"

    def ready(self) -> None:
        """Registers the checks under the tag ``presize``."""
        from presize.django import checks

        register(checks.check_settings, "presize")
        register(checks.check_order, "presize")
