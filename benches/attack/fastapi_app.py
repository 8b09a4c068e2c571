"""The application that is attacked, written as the README of the pip package tells."""

from typing import Annotated

from fastapi import Depends, FastAPI, Header, Response
from pydantic import BaseModel

from presize import CheckedImage, ImageRules, UploadPolicy, Uploads, aio
from presize.asgi import BodyLimit
from presize.fastapi import image_file, install_presize, json_body, upload_router
from presize.pydantic import DataUris


async def user_id(x_user: Annotated[str | None, Header()] = None) -> str | None:
    return x_user


uploads = Uploads.from_env(UploadPolicy(max_bytes=20_000_000, variant_widths=[320]))

MAX_PROMPT_BYTES = 34 * 1024 * 1024

app = FastAPI()
app.add_middleware(BodyLimit, max_bytes=1_000_000, paths={"/api/avatar": 11_000_000, "/api/generate": MAX_PROMPT_BYTES})
install_presize(app)
app.include_router(upload_router(uploads, current_user=user_id, case="camel"), prefix="/api/upload")

avatar_file = image_file(ImageRules())


@app.get("/health")
async def health() -> str:
    return "ok"


@app.post("/api/avatar", response_class=Response)
async def avatar(photo: Annotated[CheckedImage, Depends(avatar_file)]) -> Response:
    small = await aio.transform(photo.bytes, width=320, format="jpeg")
    return Response(small.bytes, media_type=small.media_type)


class Prompt(BaseModel):
    images: Annotated[list[CheckedImage], DataUris(max_images=10)]


@app.post("/api/generate")
async def generate(prompt: Annotated[Prompt, Depends(json_body(Prompt, max_bytes=MAX_PROMPT_BYTES))]) -> list[str]:
    return [f"{image.format} {image.width}x{image.height}" for image in prompt.images]


@app.post("/api/notes")
async def notes(note: dict[str, str]) -> int:
    """JSON that FastAPI itself reads, behind ``BodyLimit``."""
    return len(note)
