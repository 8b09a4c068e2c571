"""presize for FastAPI: upload tickets and confirmations, images in forms and in JSON, limits on bodies. Needs
``python-multipart`` and, to confirm, ``httpx``.

>>> from typing import Annotated
>>> from fastapi import Depends, FastAPI
>>> from presize import CheckedImage, ImageRules, Uploads
>>> from presize.fastapi import image_file, install_presize, upload_router
>>> async def user_id() -> str:
...     return "user-7"  # in an application: who the token of the request belongs to
>>> app = FastAPI()
>>> install_presize(app)
>>> app.include_router(upload_router(Uploads(presigner), current_user=user_id), prefix="/api/upload")
>>> avatar_file = image_file(ImageRules(formats=["jpeg", "png"], max_bytes=5_000_000))
>>> @app.post("/api/avatar")
... async def avatar(photo: Annotated[CheckedImage, Depends(avatar_file)]) -> dict[str, int]:
...     return {"width": photo.width, "height": photo.height}
>>> list(app.openapi()["paths"])
['/api/upload/presigned-url', '/api/upload/confirm', '/api/avatar']

Bodies are refused while they stream, and pixels are decoded off the event loop.
"""

from presize.asgi import BodyLimit
from presize.fastapi.images import ImageFile, ImageFiles, ImageForm, image_file, image_files, image_form
from presize.fastapi.model import JsonBody, json_body
from presize.fastapi.openapi import install_presize
from presize.fastapi.tickets import upload_router

__all__ = [
    "BodyLimit",
    "ImageFile",
    "ImageFiles",
    "ImageForm",
    "JsonBody",
    "image_file",
    "image_files",
    "image_form",
    "install_presize",
    "json_body",
    "upload_router",
]
