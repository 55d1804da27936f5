"""The files of the stage and of the pages' panels, and the words: discovered, compressed, and cached by browsers."""

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

PAGES_FOLDER = Path(__file__).parents[1]
PLOTLY = Path(plotly.__file__).parent / "package_data"
KINDS = {  # media types of files, and the `rel` with which a page preloads them
    ".js": ("text/javascript", "modulepreload"),
    ".css": ("text/css", "preload; as=style"),
    ".json": ("application/json", "preload; as=fetch; crossorigin"),
}
FOREVER = "public, max-age=31536000, immutable"
CACHING = "no-store" if DEVELOPMENT else FOREVER  # for the stage's own files


@cached
def files() -> Mapping[str, bytes]:
    """The files for the browser, by name: scripts and styles of the stage and the pages, and words in every language.

    Scripts and styles are discovered; those of a page's panel are in its own folder: `panel.js`, `panel.css`.
    """
    words = {f"words/{language}.json": bytes(JSONResponse(catalogue(language)).body) for language in LANGUAGES}
    paths = sorted(file for file in PAGES_FOLDER.rglob("*") if file.suffix in (".js", ".css"))
    return words | {file.relative_to(PAGES_FOLDER).as_posix(): file.read_bytes() for file in paths}


def has_panel(page: str) -> bool:
    """Whether a page has a panel besides the race."""
    return f"{page}/panel.js" in files()


@cached
def compress(name: str) -> bytes:
    """A file compressed with gzip, cached because compression takes longer than the rest of a response."""
    return gzip.compress(files()[name])


@cache
def version() -> str:
    """A digest of the contents of all files, for addresses that may be cached for ever."""
    digest = hashlib.sha256((plotly.__version__ + CACHING).encode())
    for body in files().values():
        digest.update(body)
    return digest.hexdigest()[:12]


async def stage_file(request: Request) -> Response:
    """Serve a file of the stage, cached for ever: its address changes when the file does."""
    name = request.path_params["name"]
    if name not in files():
        return Response(status_code=404)
    headers = {"Cache-Control": CACHING, "Vary": "Accept-Encoding"}
    gzipped = "gzip" in request.headers.get("accept-encoding", "")
    if gzipped:
        headers["Content-Encoding"] = "gzip"
    return Response(
        compress(name) if gzipped else files()[name], headers=headers, media_type=KINDS[Path(name).suffix][0]
    )


class Immutable(StaticFiles):
    """Static files whose addresses change when they do."""

    def file_response(
        self, full_path: str | os.PathLike[str], stat_result: os.stat_result, scope: Scope, status_code: int = 200
    ) -> Response:
        """The response for a file, cached for ever."""
        response = super().file_response(full_path, stat_result, scope, status_code)
        response.headers["Cache-Control"] = FOREVER
        return response


class PreloadLinks:
    """Adds `Link` headers to pages, so that the browser loads the stage's files in parallel with Streamlit's."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on and add the header, also to "not modified", because the files may have changed."""

        async def send_with_link(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message)["link"] = preload_header(_language(scope), _page(scope))
            await send(message)

        page = scope["type"] == "http" and "text/html" in Headers(scope=scope).get("accept", "")
        await self.app(scope, receive, send_with_link if page else send)


@cache
def preload_header(language: str, page: str) -> str:
    """The files that the stage needs in this language on this page, as a `Link` header (RFC 8288)."""
    folders = ("stage/", f"{page}/")
    names = [name for name in files() if name.startswith(folders) or name == f"words/{language}.json"]
    return ", ".join(f"</slalom/{version()}/{name}>; rel={KINDS[Path(name).suffix][1]}" for name in names)


def _page(scope: Scope) -> str:
    """The requested page, if it has a panel; otherwise "stage", which needs no other files."""
    name = str(scope["path"]).rstrip("/").rpartition("/")[2]
    return name if has_panel(name) else "stage"


def _language(scope: Scope) -> str:
    """The language that the page will have: that of the link, else that of the browser."""
    language = QueryParams(scope["query_string"]).get("lang")
    accepted = Headers(scope=scope).get("accept-language", "").split(",")[0]
    return language if language in LANGUAGES else preferred_language(accepted)
