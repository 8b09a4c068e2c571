from typing import Annotated

from fastapi import Depends, FastAPI, Header, Response
from pydantic import BaseModel

from presize import CheckedImage, ImageRules, UploadPolicy, Uploads, aio
from presize.fastapi import image_file, install_presize, json_body, upload_router
from presize.pydantic import DataUris


async def user_id(x_user: Annotated[str | None, Header()] = None) -> str | None:
    return x_user  # yours: the user that the request's token or session belongs to


uploads = Uploads.from_env(UploadPolicy(max_bytes=20_000_000, variant_widths=[320, 1280]))

app = FastAPI()
install_presize(app)
app.include_router(upload_router(uploads, current_user=user_id), prefix="/api/upload")

avatar_file = image_file(ImageRules(max_bytes=5_000_000, min_width=80, min_height=80))


@app.post("/api/avatar", response_class=Response)
async def avatar(photo: Annotated[CheckedImage, Depends(avatar_file)]) -> Response:
    small = await aio.transform(photo.bytes, width=80, height=80, fit="cover", format="jpeg")
    return Response(small.bytes, media_type=small.media_type)


class Album(BaseModel):
    photos: Annotated[list[CheckedImage], DataUris(max_images=10, max_total_bytes=24_000_000)]


@app.post("/api/albums")
async def create_album(album: Annotated[Album, Depends(json_body(Album, max_bytes=32 * 1024 * 1024))]) -> list[str]:
    return [f"{photo.format} {photo.width}x{photo.height}" for photo in album.photos]
