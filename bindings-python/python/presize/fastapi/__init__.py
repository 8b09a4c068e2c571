"""presize for FastAPI: upload tickets, images in forms and in JSON, and limits on bodies.

    from fastapi import Depends, FastAPI
    from presize.fastapi import image_file, install_presize, upload_router

    app = FastAPI()
    install_presize(app)
    app.include_router(upload_router(uploads, current_user=user_id), prefix="/api/upload")

    @app.post("/api/avatar")
    async def avatar(photo: Annotated[CheckedImage, Depends(image_file(ImageRules(max_bytes=5_000_000)))]) -> ...:

Bodies are refused while they stream, and pixels are decoded off the event loop.
"""

from presize.fastapi.images import ImageFile, ImageFiles, image_file, image_files
from presize.fastapi.limit import BodyLimit
from presize.fastapi.model import JsonBody, json_body
from presize.fastapi.openapi import install_presize
from presize.fastapi.tickets import upload_router

__all__ = [
    "BodyLimit",
    "ImageFile",
    "ImageFiles",
    "JsonBody",
    "image_file",
    "image_files",
    "install_presize",
    "json_body",
    "upload_router",
]
