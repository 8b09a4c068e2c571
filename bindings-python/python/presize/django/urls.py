"""``path("api/upload/", include("presize.django.urls"))`` gives ``POST /api/upload/presigned-url`` and ``POST
/api/upload/confirm``.

Their names are ``presize:presigned-url`` and ``presize:confirm``. The latter needs httpx (``ImportError`` without it); a project
without it has ``path("api/upload/presigned-url", PresignedUrlView.as_view())`` instead.
"""

from django.urls import path

from presize.django.views import ConfirmView, PresignedUrlView

app_name = "presize"

urlpatterns = [
    path("presigned-url", PresignedUrlView.as_view(), name="presigned-url"),
    path("confirm", ConfirmView.as_view(), name="confirm"),
]
