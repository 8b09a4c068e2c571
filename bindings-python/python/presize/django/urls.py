"""``path("api/upload/", include("presize.django.urls"))`` gives ``POST /api/upload/presigned-url``.

Its name is ``presize:presigned-url``.
"""

from django.urls import path

from presize.django.views import PresignedUrlView

app_name = "presize"

urlpatterns = [path("presigned-url", PresignedUrlView.as_view(), name="presigned-url")]
