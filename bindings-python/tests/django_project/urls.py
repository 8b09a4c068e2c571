"""Where the views are."""

from django.urls import include, path

from django_project import views
from presize.django.rest_framework import ConfirmView as RestConfirmView
from presize.django.rest_framework import PresignedUrlView as RestPresignedUrlView
from presize.django.uploadhandler import bounded_uploads
from presize.django.views import AsyncConfirmView, ConfirmView, PresignedUrlView

urlpatterns = [
    path("snake/", include("presize.django.urls")),
    path("camel/presigned-url", PresignedUrlView.as_view(case="camel")),
    path("camel/confirm", ConfirmView.as_view(case="camel")),
    path("async/snake/confirm", AsyncConfirmView.as_view()),
    path("async/camel/confirm", AsyncConfirmView.as_view(case="camel")),
    path("rest/confirm", RestConfirmView.as_view()),
    path("rest/presigned-url", RestPresignedUrlView.as_view()),
    path("rest/scoped", views.ScopedPresignedUrlView.as_view()),
    path("rest/user", views.UserPresignedUrlView.as_view()),
    path("rest/studio", views.StudioView.as_view()),
    path("rest/bounded-studio", views.BoundedStudioView.as_view()),
    path("rest/failing", views.FailingView.as_view()),
    path("avatar", views.avatar),
    path("bounded", views.bounded_avatar),
    path("bounded-exempt", views.bounded_avatar_exempt),
    path("bounded-async", views.bounded_avatar_async),
    path("bounded-class", views.BoundedAvatarView.as_view()),
    path("bounded-class-async", bounded_uploads(max_bytes=20_000)(views.AsyncAvatarView.as_view())),
    path("drawing", views.drawing),
    path("failing", views.failing),
    path("failing-async", views.failing_async),
    path("broken", views.broken),
]
