"""The real server, with well-behaved and hostile clients."""

import asyncio
import gzip
import http.client
import json
import queue
import re
import socket
import struct
import subprocess
import sys
from collections.abc import Coroutine, Iterator
from pathlib import Path
from typing import Any, cast

import pytest
import websockets
from starlette.websockets import WebSocket, WebSocketDisconnect

from pages.contents import PAGES
from pages.server import race_socket
from pages.server.files import FOREVER, PAGES_FOLDER, PLOTLY, files, has_panel, version
from pages.server.race_socket import is_allowed
from pages.server.request import parse_request
from pages.words import LANGUAGES
from tests.running import ROOT, App, free_port

RACE = json.dumps({"id": 3, "race": {"landscape": "saddle", "steps": 20}})
HOST = "127.0.0.1"


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    """The app; its log must contain no traceback at the end."""
    one = App(tmp_path_factory.mktemp("server") / "log")
    yield one
    one.stop()
    log = one.log.read_text()
    assert "Traceback" not in log, log
    assert "rror" not in log, log


def sync(work: Coroutine[Any, Any, Any]) -> Any:
    return asyncio.run(asyncio.wait_for(work, 60))


def connect(app: App, **options: Any) -> websockets.connect:
    return websockets.connect(f"ws://{HOST}:{app.port}/slalom/race", max_size=None, **options)


def header(data: bytes) -> dict[str, Any]:
    (length,) = struct.unpack("<I", data[:4])
    result: dict[str, Any] = json.loads(data[4 : 4 + length])
    return result


def fetch(app: App, path: str, method: str = "GET", **headers_sent: str) -> tuple[int, dict[str, str], bytes]:
    """A response to a path that is not normalized on the way."""
    connection = http.client.HTTPConnection(HOST, app.port, timeout=20)
    connection.putrequest(method, path, skip_host=False, skip_accept_encoding=True)
    for name, value in headers_sent.items():
        connection.putheader(name.replace("_", "-"), value)
    connection.endheaders()
    response = connection.getresponse()
    body = response.read()
    connection.close()
    return response.status, {name.lower(): value for name, value in response.getheaders()}, body


async def say(app: App, *messages: str | bytes, **options: Any) -> list[dict[str, Any]]:
    async with connect(app, **options) as one:
        answers = []
        for message in messages:
            await one.send(message)
            answers.append(header(await one.recv()))
        return answers


def test_a_race_is_answered_as_text_and_as_bytes(app: App) -> None:
    text, data = sync(say(app, RACE, RACE.encode()))
    assert text == data
    assert (text["id"], text["problems"], len(text["lanes"])) == (3, [], 5)


def test_slow_races_are_answered_in_order(app: App) -> None:
    slow = json.dumps({"id": 1, "race": {"steps": 20_000}, "surface": {}})
    assert [one["id"] for one in sync(say(app, slow, RACE, slow, RACE))] == [1, 3, 1, 3]


def long(columns: int, **more: Any) -> str:
    """Runs that take a microsecond per step."""
    race = {"landscape": "recurrent_cliff", "lanes": ["sgd"], "steps": 300}
    return json.dumps({"race": race, "heat": {"columns": columns, "rows": columns}, **more})


@pytest.mark.slow
def test_a_replacing_request_cancels_a_slow_one(app: App) -> None:
    async def ask() -> list[Any]:
        async with connect(app) as one:
            await one.send(long(2))
            await one.recv()  # everything is compiled after this
            for i in range(10):
                await one.send(long(128, id=i, instead=True))
            await one.send(json.dumps({**json.loads(RACE), "id": 10, "instead": True}))
            ids: list[Any] = []
            while 10 not in ids:
                ids.append(header(await one.recv())["id"])
            return ids

    ids = sync(ask())
    assert ids == sorted(ids)
    assert len(ids) < 11


def test_a_following_request_cancels_nothing(app: App) -> None:
    async def ask() -> list[Any]:
        async with connect(app) as one:
            await one.send(long(16, id=1))
            await one.send(RACE)
            return [header(await one.recv())["id"] for _ in range(2)]

    assert sync(ask()) == [1, 3]


def test_a_disconnected_client_does_not_block_others(app: App) -> None:
    async def ask() -> list[Any]:
        for _ in range(10):
            async with connect(app) as one:
                await one.send(long(48))
        return await say(app, RACE, long(2))

    assert len(sync(ask())) == 2


def test_the_work_for_a_disconnected_client_is_cancelled(monkeypatch: pytest.MonkeyPatch) -> None:
    """The work is cancelled as soon as its socket is closed; otherwise it would wait here for a minute."""
    answers = queue.SimpleQueue[bool]()
    monkeypatch.setattr(race_socket, "_answer", lambda request, dropped: answers.put(dropped.wait(60)))

    class ClosedSocket:
        async def receive(self) -> dict[str, Any]:
            return {"type": "websocket.disconnect", "code": 1001}

    with pytest.raises(WebSocketDisconnect):
        sync(race_socket._compute(parse_request(RACE), race_socket.Inbox(cast(WebSocket, ClosedSocket()))))
    assert answers.get(timeout=60) is True


@pytest.mark.parametrize(
    "origin", ["http://evil.example", "https://localhost.evil.example", "null", "http://localhost:1"]
)
def test_a_foreign_page_is_refused(app: App, origin: str) -> None:
    with pytest.raises(websockets.InvalidStatus) as refused:
        sync(say(app, RACE, origin=origin))
    assert refused.value.response.status_code == 403


def test_the_apps_own_page_is_accepted(app: App) -> None:
    (answer,) = sync(say(app, RACE, origin=f"http://{HOST}:{app.port}"))
    assert answer["id"] == 3


@pytest.mark.parametrize(
    ("origin", "host", "expected"),
    [
        (None, "a.example", True),
        ("http://a.example", "a.example", True),
        ("https://a.example:8501", "a.example:8501", True),
        ("http://a.example:8501", "a.example", False),
        ("http://a.example", "b.example", False),
        ("http://a.example@b.example", "a.example", False),
        ("a.example", "a.example", False),
        ("http://[", "a.example", False),
        ("", "a.example", False),
        ("null", "null", False),
    ],
)
def test_origins(origin: str | None, host: str, expected: bool) -> None:
    assert is_allowed(origin, host) is expected


HOSTILE: list[str | bytes] = [
    *("", "x", "{", "null", "[" * 9000, '{"race":' * 3000, "{}" * 9000, '{"race": {"steps": 1' + "0" * 5000 + "}}"),
    *(b"", b"\xff\x00\x81", b"\x00" * 5000, "\x00", "é" * 9000, "x" * 20_001, "x" * 3_000_000, b"\x00" * 5_000_000),
]


def test_invalid_messages_are_reported_and_the_next_is_answered(app: App) -> None:
    answers = sync(say(app, *(message for strange in HOSTILE for message in (strange, RACE))))
    for strange, usual in zip(answers[::2], answers[1::2], strict=True):
        assert strange["problems"]
        assert (usual["id"], usual["problems"]) == (3, [])


def test_a_flood_is_answered_one_by_one(app: App) -> None:
    async def flood() -> list[int]:
        async with connect(app) as one:
            for i in range(500):
                await one.send(json.dumps({"id": i, "race": {"steps": 300}}))
            return [header(await one.recv())["id"] for _ in range(500)]

    assert sync(flood()) == list(range(500))


def test_sockets_that_never_listen_do_not_stop_others(app: App) -> None:
    async def ask() -> dict[str, Any]:
        deaf = [await connect(app) for _ in range(5)]
        for one in deaf:
            for _ in range(100):
                await one.send('{"race": {"steps": 3000}}')
        (answer,) = await say(app, RACE)
        for one in deaf:
            one.transport.abort()
        return answer

    assert sync(ask())["id"] == 3


def raw(app: App) -> socket.socket:
    """A race socket without a WebSocket library."""
    one = socket.create_connection((HOST, app.port), timeout=10)
    upgrade = f"GET /slalom/race HTTP/1.1\r\nHost: {HOST}:{app.port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    one.sendall((upgrade + f"Sec-WebSocket-Key: {'A' * 22}==\r\nSec-WebSocket-Version: 13\r\n\r\n").encode())
    while not one.recv(4096).endswith(b"\r\n\r\n"):
        pass
    return one


def frame(kind: int, data: bytes) -> bytes:
    return bytes([0x80 | kind, 0x80 | 126]) + struct.pack(">H", len(data)) + bytes(4) + data


def test_sockets_that_end_in_strange_ways(app: App) -> None:
    message = frame(1, RACE.encode())
    for ending in (
        b"",
        message[:3],
        message[:40],
        message * 30,
        frame(8, b"\x03\xe8"),
        b"\x99\x99\x99",
        b"\xf1\x80\0\0\0\0",
    ):
        for close in (socket.SHUT_WR, None):
            one = raw(app)
            one.sendall(message + ending)
            if close is None:
                reset = struct.pack("ii", 1, 0)
                one.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, reset)
            else:
                one.shutdown(close)
            one.close()
    half = raw(app)
    half.sendall(message)
    half.shutdown(socket.SHUT_WR)
    while half.recv(1 << 16):
        pass
    half.close()
    assert sync(say(app, RACE))[0]["id"] == 3


def test_a_message_in_pieces(app: App) -> None:
    one = raw(app)
    text = RACE.encode()
    for byte in (
        bytes([0x01, 0x80 | 5]) + b"\0\0\0\0" + text[:5] + bytes([0x80, 0x80 | len(text[5:])]) + b"\0\0\0\0" + text[5:]
    ):
        one.sendall(bytes([byte]))
    assert one.recv(2) == b"\x82\x7e"
    one.close()


@pytest.mark.parametrize("language", LANGUAGES)
def test_words(app: App, language: str) -> None:
    status, headers, body = fetch(app, f"/slalom/{version()}/words/{language}.json")
    assert (status, headers["cache-control"]) == (200, FOREVER)
    catalogue = json.loads(body)
    assert catalogue["language"] == language
    assert {"landscapes", "optimizers", "words", "palette"} <= catalogue.keys()


def scripts_and_styles() -> list[Path]:
    return sorted(file for file in PAGES_FOLDER.rglob("*") if file.suffix in (".js", ".css"))


def test_the_files_of_the_stage_and_of_every_panel_are_found() -> None:
    names = {name for name in files() if not name.startswith("words/")}
    assert names == {file.relative_to(PAGES_FOLDER).as_posix() for file in scripts_and_styles()}
    with_panels = [about.name for about in PAGES if has_panel(about.name)]
    assert with_panels == [about.name for about in PAGES if about.cases]
    assert {name for page in with_panels for name in (f"{page}/panel.js", f"{page}/panel.css")} < names


def test_every_file_of_the_stage_may_be_kept_for_ever(app: App) -> None:
    for file in scripts_and_styles():
        name = file.relative_to(PAGES_FOLDER).as_posix()
        status, headers, body = fetch(app, f"/slalom/{version()}/{name}")
        assert (status, headers["cache-control"], body) == (200, FOREVER, file.read_bytes())
        assert "content-encoding" not in headers
        status, headers, body = fetch(app, f"/slalom/{version()}/{name}", accept_encoding="br, gzip")
        assert (status, headers["content-encoding"], gzip.decompress(body)) == (200, "gzip", file.read_bytes())
        assert headers["content-type"].partition(";")[0] in ("text/javascript", "text/css")


def test_the_plotly_bundle(app: App) -> None:
    status, headers, body = fetch(app, f"/slalom/{version()}/plotly/plotly.min.js")
    assert (status, headers["cache-control"]) == (200, FOREVER)
    assert body == (PLOTLY / "plotly.min.js").read_bytes()


MISSING = [
    "words/de.json",
    "words/EN.json",
    "words/.json",
    "words/zh_TW.json",
    "words/..%2Fen.json",
    "nothing.js",
    "plotly/nothing.js",
    "../server.py",
    "../../__init__.py",
    "%2e%2e/server.py",
    "..%2fserver.py",
    "%2e%2e%2f%2e%2e%2f__init__.py",
    "..%5cserver.py",
    "plotly/../../__init__.py",
    "plotly/..%2f__init__.py",
    "/etc/passwd",
    "%2fetc%2fpasswd",
    "stage/stage.js%00.css",
    "stage.js",
    "stage/stage.py",
    "stage/server.py",
    "step/page.py",
    "stage/types.d.ts",
    "",
]


@pytest.mark.parametrize("path", MISSING)
def test_nothing_else_is_served(app: App, path: str) -> None:
    status, headers, body = fetch(app, f"/slalom/{version()}/{path}")
    assert status in (400, 403, 404)
    assert FOREVER not in headers.get("cache-control", "")
    assert b"import " not in body
    assert b"root:" not in body


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
def test_nothing_can_be_sent_to_files(app: App, method: str) -> None:
    assert fetch(app, f"/slalom/{version()}/stage/stage.js", method)[0] == 405


def test_the_page_itself(app: App) -> None:
    status, _headers, body = fetch(app, "/")
    assert status == 200
    assert b"<title>" in body


@pytest.mark.parametrize(
    ("path", "accept_language", "language", "folders"),
    [
        ("/", "zh-TW,zh;q=0.9", "zh-TW", ["stage"]),
        ("/step?case=adam", "de", "en", ["stage", "step"]),
        ("/?lang=zh-CN", "zh-TW", "zh-CN", ["stage"]),
        ("/?lang=tlh", "", "en", ["stage"]),
    ],
)
def test_a_page_has_a_header_with_the_files_of_its_stage(
    app: App, path: str, accept_language: str, language: str, folders: list[str]
) -> None:
    navigates = {"accept": "text/html,application/xml;q=0.9,*/*;q=0.8", "accept_language": accept_language}
    status, headers, _body = fetch(app, path, **navigates)
    assert status == 200
    addresses = re.findall("<([^>]+)>", headers["link"])
    names = [file.relative_to(PAGES_FOLDER).as_posix() for file in scripts_and_styles()]
    needed = [name for name in names if name.partition("/")[0] in folders]
    root = f"/slalom/{version()}"
    assert sorted(addresses) == sorted(f"{root}/{name}" for name in (*needed, f"words/{language}.json"))
    assert {fetch(app, address)[0] for address in addresses} == {200}
    assert "link" not in fetch(app, "/_stcore/health", accept="*/*")[1]


def test_a_page_that_has_not_changed_has_the_header_too(app: App) -> None:
    _status, first, _body = fetch(app, "/", accept="text/html")
    status, again, _body = fetch(app, "/", accept="text/html", if_none_match=first["etag"])
    assert (status, again["link"]) == (304, first["link"])


@pytest.mark.slow
def test_it_runs_under_uvicorn_too(tmp_path: Path) -> None:
    port, log = free_port(), tmp_path / "log"
    command = [sys.executable, "-m", "uvicorn", "app:app", "--port", str(port), "--host", HOST]
    with log.open("wb") as out:
        process = subprocess.Popen(command, cwd=ROOT, stdout=out, stderr=out)

    class Other:
        pass

    other: Any = Other()
    other.port = port

    async def ask() -> list[dict[str, Any]]:
        while True:
            try:
                return await say(other, RACE)
            except OSError:
                assert process.poll() is None, log.read_text()
                await asyncio.sleep(0.1)

    try:
        (answer,) = sync(ask())
        assert answer["id"] == 3
        assert fetch(other, f"/slalom/{version()}/words/en.json")[0] == 200
        assert fetch(other, "/_stcore/health")[0] == 200
    finally:
        process.terminate()
        process.wait(20)
    assert not re.search("Traceback|ERROR", log.read_text()), log.read_text()
