"""The page, the routes of uploads, and Django's own login."""

from django.contrib.auth.views import LoginView
from django.urls import path

from photos.views import page
from presize.django.rest_framework import ConfirmView, PresignedUrlView

urlpatterns = [
    path("", page, name="page"),
    path("login", LoginView.as_view(template_name="photos/login.html"), name="login"),
    # Without REST framework: path("api/upload/", include("presize.django.urls"))
    path("api/upload/presigned-url", PresignedUrlView.as_view()),
    path("api/upload/confirm", ConfirmView.as_view()),
]
