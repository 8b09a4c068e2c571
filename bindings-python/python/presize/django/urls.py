"""``path("api/upload/", include("presize.django.urls"))`` gives ``POST /api/upload/presigned-url`` and ``POST
/api/upload/confirm``.

Their names are ``presize:presigned-url`` and ``presize:confirm``. The latter needs httpx (``ImportError`` without it), and is not
there with ``PRESIZE["CONFIRM"]`` of False.
"""

from django.conf import settings
from django.urls import path

from presize.django.views import ConfirmView, PresignedUrlView

app_name = "presize"

urlpatterns = [path("presigned-url", PresignedUrlView.as_view(), name="presigned-url")]

# Another mistake in the setting is for the checks to report.
if not (isinstance(given := getattr(settings, "PRESIZE", None), dict) and given.get("CONFIRM") is False):
    urlpatterns.append(path("confirm", ConfirmView.as_view(), name="confirm"))
