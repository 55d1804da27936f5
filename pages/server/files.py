"""The files of the stage and of the pages' panels, and the words: found, packed, and sent to be kept for ever."""

import gzip
import hashlib
import os
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import plotly
from starlette.datastructures import Headers, MutableHeaders, QueryParams
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from pages.server.catalogue import catalogue
from pages.server.development import DEVELOPMENT, cached
from pages.words import LANGUAGES, preferred_language

ROOM = Path(__file__).parents[1]
PLOTLY = Path(plotly.__file__).parent / "package_data"
KINDS = {  # of files: their media type, and how a page asks for them early
    ".js": ("text/javascript", "modulepreload"),
    ".css": ("text/css", "preload; as=style"),
    ".json": ("application/json", "preload; as=fetch; crossorigin"),
}
FOREVER = "public, max-age=31536000, immutable"
CACHING = "no-store" if DEVELOPMENT else FOREVER  # of the stage's own files


@cached
def files() -> Mapping[str, bytes]:
    """What the browser needs, by its name: scripts and styles of the stage and the pages, and words in every language.

    They are found where they are; what a page shows beside the race is in its own folder: `panel.js`, `panel.css`.
    """
    words = {f"words/{language}.json": bytes(JSONResponse(catalogue(language)).body) for language in LANGUAGES}
    found = sorted(file for file in ROOM.rglob("*") if file.suffix in (".js", ".css"))
    return words | {file.relative_to(ROOM).as_posix(): file.read_bytes() for file in found}


def has_panel(page: str) -> bool:
    """Whether a page shows something of its own beside the race."""
    return f"{page}/panel.js" in files()


@cached
def packed(name: str) -> bytes:
    """A file as it travels: made small once, for compression takes longer than all the rest of a response."""
    return gzip.compress(files()[name])


@cache
def version() -> str:
    """A stamp of everything the stage's files say, for addresses that may be cached for ever."""
    digest = hashlib.sha256((plotly.__version__ + CACHING).encode())
    for body in files().values():
        digest.update(body)
    return digest.hexdigest()[:12]


async def stage_file(request: Request) -> Response:
    """A file of the stage, to be kept for ever: its address changes when it does."""
    name = request.path_params["name"]
    if name not in files():
        return Response(status_code=404)
    headers = {"Cache-Control": CACHING, "Vary": "Accept-Encoding"}
    small = "gzip" in request.headers.get("accept-encoding", "")
    if small:
        headers["Content-Encoding"] = "gzip"
    return Response(packed(name) if small else files()[name], headers=headers, media_type=KINDS[Path(name).suffix][0])


class Immutable(StaticFiles):
    """Files whose address changes when they do."""

    def file_response(
        self, full_path: str | os.PathLike[str], stat_result: os.stat_result, scope: Scope, status_code: int = 200
    ) -> Response:
        """A file's response, to be kept for ever."""
        response = super().file_response(full_path, stat_result, scope, status_code)
        response.headers["Cache-Control"] = FOREVER
        return response


class Early:
    """Names what the stage needs in the head of a page, so that it comes side by side with Streamlit's own."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes a request on, and a page with the names: also one that has not changed, for they may have."""

        async def named(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message)["link"] = early(_language(scope), _page(scope))
            await send(message)

        page = scope["type"] == "http" and "text/html" in Headers(scope=scope).get("accept", "")
        await self.app(scope, receive, named if page else send)


@cache
def early(language: str, page: str) -> str:
    """The files that a stage of this language needs on a page, as a `Link` header (RFC 8288)."""
    folders = ("stage/", f"{page}/")
    needed = [name for name in files() if name.startswith(folders) or name == f"words/{language}.json"]
    return ", ".join(f"</slalom/{version()}/{name}>; rel={KINDS[Path(name).suffix][1]}" for name in needed)


def _page(scope: Scope) -> str:
    """The page that is opened, if it has a panel; "stage" otherwise, for which nothing more is needed."""
    name = str(scope["path"]).rstrip("/").rpartition("/")[2]
    return name if has_panel(name) else "stage"


def _language(scope: Scope) -> str:
    """The language that a page will speak: the link's, else the browser's."""
    language = QueryParams(scope["query_string"]).get("lang")
    accepted = Headers(scope=scope).get("accept-language", "").split(",")[0]
    return language if language in LANGUAGES else preferred_language(accepted)
