"""The page with both ways to upload."""

from django.contrib.auth.decorators import login_required
from django.forms import modelform_factory
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from photos.models import Avatar

AvatarForm = modelform_factory(Avatar, fields=["image"])


@login_required
def page(request: HttpRequest) -> HttpResponse:
    """Shows the page, and takes the form."""
    avatar = Avatar.objects.filter(user=request.user).first() or Avatar(user=request.user)
    form = AvatarForm(request.POST or None, request.FILES or None, instance=avatar)
    if request.method == "POST" and form.is_valid():
        form.save()
        return redirect("page")
    return render(request, "photos/page.html", {"form": form}, status=422 if form.errors else 200)
