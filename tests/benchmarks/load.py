"""Two hundred people dragging while fifty open the page; then a hundred thousand races, valid and hostile.

    python -m tests.benchmarks.load [--quick]

It starts the real server on a free port of the loopback interface, with its kernels in the cache, and acts as browsers:

- *drag*: race sockets with one message in flight each; the next is sent when the answer has arrived, at most 60 per
  second. A message is five runners of 500 steps; its time is measured from before sending to the last byte of the
  answer, so it includes delays of the generator. First alone, then while people use pages; p95_s is the second.
- *pages*: people who use Streamlit's own protocol. All open the page at the same time, commit a change every two
  seconds (a number in the sidebar, a link), and reopen the page after a few. An update ends with the script run.
- *memory*: the resident memory that a session adds to the server; and that of the server after many random races, valid
  and hostile, relative to that after the first hundredth of them.

The generator is two processes, one for drags and one for pages; the table contains the share of a core that each uses,
because it reduces that of the server on small machines. The last line is one JSON object.
"""

import argparse
import asyncio
import contextlib
import copy
import json
import math
import multiprocessing
import os
import random
import re
import selectors
import socket
import struct
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil

from tests.benchmarks.ready import compile_kernels, wait_for_worker
from tests.running import ROOT

HOST = "127.0.0.1"
FRAME = 1 / 60
ROWS = 720
CHANGES = 4  # committed by each person before reopening the page
RUNNERS = {"sgd": 1e-3, "momentum": 1e-3, "nesterov": 1e-3, "adam": 0.05, "newton": 1e-3}


@dataclass
class Plan:
    """The extent of the measurement."""

    sockets: int = 200
    people: int = 50
    seconds: float = 10.0
    sessions: int = 100
    races: int = 100_000


@dataclass
class Measurement:
    """Results of a generator: seconds by kind, messages without answer, the share of a core that it used."""

    seconds: dict[str, list[float]] = field(default_factory=dict)
    lost: int = 0
    core: float = 0.0


# The server


@contextlib.contextmanager
def served(log: Path) -> Iterator[tuple[int, psutil.Process]]:
    """The real app on a free port."""
    with socket.create_server((HOST, 0)) as free:
        port = free.getsockname()[1]
    address = ["--server.port", str(port), "--server.address", HOST, "--server.fileWatcherType", "none"]
    with log.open("w") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "streamlit", "run", "app.py", *address], cwd=ROOT, stdout=out, stderr=out
        )
    try:
        wait_for(port, process)
        yield port, psutil.Process(process.pid)
    finally:
        process.terminate()
        process.wait(10)


def wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    """Wait until the health check of the server succeeds."""
    for _ in range(600):
        if process.poll() is not None:
            raise SystemExit("the server has ended")
        with contextlib.suppress(OSError), urllib.request.urlopen(f"http://{HOST}:{port}/_stcore/health", timeout=1):
            return
        time.sleep(0.1)
    raise SystemExit("the server does not answer")


def megabytes(server: psutil.Process) -> float:
    """The resident memory of the server and its child processes."""
    return sum(one.memory_info().rss for one in (server, *server.children(recursive=True))) / 1e6


def core_seconds(server: psutil.Process) -> float:
    """The CPU time of the server and its child processes."""
    return sum(sum(one.cpu_times()[:2]) for one in (server, *server.children(recursive=True)))


# A minimal race socket, because the CPU time of the generator is missing for the server


class Bare:
    """A WebSocket that sends short texts and detects complete answers."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection((HOST, port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        upgrade = (
            f"GET /slalom/race HTTP/1.1\r\nHost: {HOST}:{port}\r\nOrigin: http://{HOST}:{port}\r\n"
            "Upgrade: websocket\r\nConnection: Upgrade\r\n"
            "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n\r\n"
        )
        self.socket.sendall(upgrade.encode())
        response = b""
        while b"\r\n\r\n" not in response:
            response += self.socket.recv(4096)
        if b" 101 " not in response:
            raise SystemExit(f"no race socket: {response[:80]!r}")
        self.socket.settimeout(30)
        self.rest = b""  # received bytes of an incomplete frame header
        self.missing = 0  # missing bytes of an answer

    def send(self, text: str) -> None:
        """Send a text frame, masked with zeros."""
        data = text.encode()
        size = bytes([128 | len(data)]) if len(data) < 126 else struct.pack(">BH", 254, len(data))
        if len(data) > 65535:
            size = struct.pack(">BQ", 255, len(data))
        self.socket.sendall(b"\x81" + size + b"\0\0\0\0" + data)

    def hears(self, into: bytearray) -> bool:
        """Receive available bytes; return whether an answer is complete."""
        count = self.socket.recv_into(into)
        if not count:
            raise ConnectionError("the server has closed a race socket")
        if self.missing >= count:
            self.missing -= count
            return self.missing == 0
        is_complete, self.rest, self.missing = self.missing > 0, self.rest + into[self.missing : count], 0
        while len(self.rest) >= 2:
            kind, size = self.rest[0], self.rest[1]
            begin = {126: 4, 127: 10}.get(size, 2)
            if kind == 0x88:
                raise ConnectionError("the server closes a race socket")
            if len(self.rest) < begin or (kind == 0x89 and len(self.rest) < begin + size):
                break
            size = int.from_bytes(self.rest[2:begin], "big") if begin > 2 else size
            if kind == 0x89:  # a ping
                self.socket.sendall(bytes([0x8A, 0x80 | size, 0, 0, 0, 0]) + self.rest[begin : begin + size])
            elif begin + size > len(self.rest):
                self.missing, self.rest = begin + size - len(self.rest), b""
            else:
                is_complete = True
            self.rest = self.rest[begin + size :]
        return is_complete

    def ask(self, text: str, into: bytearray) -> None:
        """Send a text and wait for the answer."""
        self.send(text)
        while not self.hears(into):
            pass


def dragged(number: int, count: int) -> str:
    """A message of somebody who drags the start in circles."""
    turn = count / 40 + number
    lanes = [{"optimizer": name, "values": {"lr": lr}, "shown": True} for name, lr in RUNNERS.items()]
    start = [-1.2 + 0.4 * math.cos(turn), 1.5 + 0.4 * math.sin(turn)]
    race = {
        "landscape": "rosenbrock",
        "values": {"a": 1, "b": 100},
        "lanes": lanes,
        "start": start,
        "steps": 500,
        "noise": 0,
        "seed": 0,
    }
    return json.dumps({"id": count, "language": "zh-TW", "race": race, "rows": ROWS, "origin": [1, 1]})


def drag(port: int, sockets: int, seconds: float, begin: float) -> Measurement:
    """Drag on all sockets, starting at the time `begin`."""
    open_ones = [Bare(port) for _ in range(sockets)]
    texts = [dragged(i, i) for i in range(200)]
    measurement, into = Measurement({"update": []}), bytearray(1 << 18)
    ready = selectors.DefaultSelector()
    sent = [0.0] * sockets  # time of sending, while an answer is pending
    due = [begin + FRAME * random.random() for _ in range(sockets)]
    for i, one in enumerate(open_ones):
        ready.register(one.socket, selectors.EVENT_READ, i)
    time.sleep(max(0.0, begin - time.time()))
    used, end, count = time.process_time(), begin + seconds, 0
    while (now := time.time()) < end + 10:
        for i in range(sockets):
            if not sent[i] and due[i] <= now < end:
                count += 1
                sent[i] = time.time()
                open_ones[i].send(texts[(count + i) % 200])
        waiting = [due[i] for i in range(sockets) if not sent[i]]
        if now >= end and len(waiting) == sockets:
            break
        pause = max(0.0, min(waiting, default=end) - time.time()) if now < end else 0.1
        for key, _ in ready.select(min(pause, 0.1)):
            i = key.data
            if open_ones[i].hears(into):
                arrived = time.time()
                measurement.seconds["update"].append(arrived - sent[i])
                due[i], sent[i] = max(arrived, sent[i] + FRAME), 0.0
    measurement.core = (time.process_time() - used) / seconds
    measurement.lost = sum(moment > 0 for moment in sent)
    return measurement


# People, with Streamlit's own protocol


class Person:
    """Somebody with the page open."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.query = ""
        self.numbers: dict[str, str] = {}  # ids of number inputs by their labels
        self.failed = False

    async def open(self) -> None:
        """Open the page and wait until it is complete."""
        import websockets

        self.socket = await websockets.connect(
            f"ws://{HOST}:{self.port}/_stcore/stream",
            subprotocols=[websockets.Subprotocol("streamlit")],
            compression=None,
            max_size=None,
            open_timeout=30,
        )
        self.query = ""
        await self.rerun()

    async def rerun(self, steps: int | None = None) -> None:
        """Run the script, optionally with another number of steps, and wait until it has finished."""
        from streamlit.proto.BackMsg_pb2 import BackMsg
        from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

        request = BackMsg()
        request.rerun_script.query_string = self.query
        request.rerun_script.context_info.locale = "en-GB"
        request.rerun_script.context_info.color_scheme = "light"
        if steps is not None:
            state = request.rerun_script.widget_states.widgets.add()
            state.id, state.int_value = self.numbers["Steps"], steps
        await self.socket.send(request.SerializeToString())
        finished = False
        while not finished:
            response = ForwardMsg()
            response.ParseFromString(await asyncio.wait_for(self.socket.recv(), 30))
            kind = response.WhichOneof("type")
            if kind == "page_info_changed":
                self.query = response.page_info_changed.query_string
            elif kind == "delta" and response.delta.new_element.WhichOneof("type") == "number_input":
                self.numbers[response.delta.new_element.number_input.label] = response.delta.new_element.number_input.id
            elif kind == "delta" and response.delta.new_element.WhichOneof("type") == "exception":
                self.failed = True
            finished = kind == "script_finished" and response.script_finished == ForwardMsg.FINISHED_SUCCESSFULLY

    async def commit(self, count: int) -> None:
        """Commit a change: the number of steps in the sidebar, or a link with another start."""
        if count % 2:
            await self.rerun(steps=100 + random.randrange(400))
            return
        start = f"start={random.uniform(-2, 2)!r}+{random.uniform(-1, 3)!r}"
        self.query = re.sub("start=[^&]*", start, self.query)
        await self.rerun()


def people(port: int, count: int, seconds: float, begin: float) -> Measurement:
    """People who open the page at the time `begin` and use it."""
    measurement = Measurement({"open": [], "commit": []})

    async def one() -> None:
        while time.time() < begin + seconds:
            person = Person(port)
            before = time.time()
            try:
                await person.open()
                measurement.seconds["open"].append(time.time() - before)
                for i in range(CHANGES):
                    await asyncio.sleep(random.uniform(1, 3))
                    if time.time() > begin + seconds:
                        break
                    before = time.time()
                    await person.commit(i)
                    measurement.seconds["commit"].append(time.time() - before)
                await person.socket.close()
            except (TimeoutError, OSError):
                measurement.lost += 1
            measurement.lost += person.failed

    async def everyone() -> None:
        await asyncio.sleep(max(0.0, begin - time.time()))
        await asyncio.gather(*(one() for _ in range(count)))

    from streamlit.proto.BackMsg_pb2 import BackMsg  # noqa: F401  # import before timing

    used = time.process_time()
    asyncio.run(everyone())
    measurement.core = (time.process_time() - used) / seconds
    return measurement


async def open_pages(port: int, count: int) -> list[Person]:
    """People with the page open, one after the other."""
    crowd = [Person(port) for _ in range(count)]
    for person in crowd:
        await person.open()
    return crowd


async def warm(port: int) -> None:
    """Open the page on every landscape, so that nothing is compiled or tuned later."""
    import landscapes

    person = Person(port)
    await person.open()
    for name in landscapes.names():
        person.query = f"landscape={name}"
        await person.rerun()
    await person.socket.close()


async def session_megabytes(port: int, server: psutil.Process, count: int) -> float:
    """The memory that an open page adds to the server."""
    first = await open_pages(port, 20)
    before = megabytes(server)
    others = await open_pages(port, count)
    after = megabytes(server)
    for person in first + others:
        await person.socket.close()
    return (after - before) / count


# Random races

ODD: list[Any] = [
    None,
    True,
    -1,
    0,
    1e308,
    -1e308,
    5e-324,
    float("nan"),
    float("inf"),
    10**400,
    "",
    "x" * 300,
    "1e5",
    [],
    {},
]
ODD += [[1], [[[[]]]], {"a": {"a": 1}}, "\ud800", "٣", "<script>", "{name}", "%s"]
NOT_JSON = [
    "",
    "{",
    "[" * 5000,
    '{"race":' * 900,
    "null",
    "NaN",
    "\x00",
    "{}" * 9000,
    "[" + "1," * 15000 + "1]",
    "é" * 9000,
]


def randomly(chance: random.Random) -> str:
    """A message: valid, with something invalid in it, or not a message at all."""
    import landscapes
    import optimizers
    from pages.protocol.fields import OPTIONS

    kind = chance.random()
    if kind < 0.05:
        return chance.choice(NOT_JSON)
    surface, _ = landscapes.surfaces()[chance.choice(landscapes.names())]
    lanes = []
    for _ in range(chance.randrange(10)):
        method, _family = optimizers.methods()[chance.choice(optimizers.names())]
        values = {one.name: chance.uniform(one.low, one.high) for one in method.hyperparameters}
        options = {name: chance.choice([None, *kinds]) for name, (kinds, _make) in OPTIONS.items()}
        lanes.append({"optimizer": method.name, "values": values, **options})
    (x0, x1), (y0, y1) = surface.domain
    race: dict[str, Any] = {
        "landscape": surface.name,
        "values": {one.name: chance.uniform(one.low, one.high) for one in surface.parameters if not one.integer},
        "lanes": lanes,
        "start": [chance.uniform(x0, x1), chance.uniform(y0, y1)],
        "steps": chance.choice([0, 1, 50, 300, 300, 300, 500, 2000]),
        "noise": chance.choice([0, 0, 0.1, {"kind": "student", "values": {"scale": 0.1}}, {"kind": "minibatch"}]),
        "seed": chance.randrange(2**53),
    }
    message: dict[str, Any] = {"id": chance.randrange(2**53), "language": chance.choice(["en", "zh-TW", "zh-CN"])}
    message |= {"race": race, "rows": chance.choice([ROWS, 200, 2]), "origin": race["start"]}
    if chance.random() < 0.02:
        message["surface"] = {"window": [x0, x1, y0, y1], "columns": 160, "rows": 140}
    if chance.random() < 0.002:
        race["steps"] = 20_000
    while kind > 0.6 and chance.random() < 0.8:
        place: dict[str, Any] = chance.choice([message, race, race, race["values"] or race, *lanes])
        place[chance.choice([*place, "odd"])] = copy.deepcopy(chance.choice(ODD))
        kind = kind if isinstance(race.get("values"), dict) else 0
    return json.dumps(message)


def race_after_race(port: int, server: psutil.Process, count: int) -> tuple[float, int, float]:
    """The memory after `count` random races relative to that after a hundredth of them; lost ones; races per second."""
    chance, into = random.Random(8), bytearray(1 << 20)
    crowd = [Bare(port) for _ in range(8)]
    early, lost, begin = math.nan, 0, time.time()
    for done in range(0, count, len(crowd)):
        for one in crowd:
            one.send(randomly(chance))
        for i, one in enumerate(crowd):
            try:
                while not one.hears(into):
                    pass
            except OSError:
                lost += 1
                crowd[i] = Bare(port)
        if done <= count // 100 < done + len(crowd):
            early = megabytes(server)
    return megabytes(server) / early, lost, count / (time.time() - begin)


# The whole measurement


def percentile(seconds: Sequence[float], share: float) -> float:
    """The time that this share of all did not exceed; infinite if there are none."""
    ordered = sorted(seconds)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)] if ordered else math.inf


def row(name: str, seconds: Sequence[float], wall: float) -> str:
    """A row of the table."""
    p50, p95, p99 = (f"{percentile(seconds, share) * 1e3:8.0f}" for share in (0.5, 0.95, 0.99))
    return (
        f"{name:34}{len(seconds):8}{len(seconds) / wall:8.0f}{p50}{p95}{p99}{max(seconds, default=math.inf) * 1e3:8.0f}"
    )


def measured(plan: Plan) -> dict[str, float | int]:
    """Measure and print a table."""
    compile_kernels()
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "server.log"
        spawn = multiprocessing.get_context("spawn")
        with served(log) as (port, server), spawn.Pool(2) as pool:
            asyncio.run(warm(port))
            wait_for_worker(server)
            each = asyncio.run(session_megabytes(port, server, plan.sessions))
            print(f"{'ms':34}{'count':>8}{'a second':>8}{'p50':>8}{'p95':>8}{'p99':>8}{'most':>8}")
            begin = time.time() + 3
            alone = pool.apply(drag, (port, plan.sockets, plan.seconds, begin))
            print(row(f"{plan.sockets} drag, nothing else", alone.seconds["update"], plan.seconds), flush=True)
            begin, used = time.time() + 3, core_seconds(server)
            dragging = pool.apply_async(drag, (port, plan.sockets, plan.seconds, begin))
            using = pool.apply_async(people, (port, plan.people, plan.seconds, begin))
            drags, pages = dragging.get(), using.get()
            core = (core_seconds(server) - used) / plan.seconds
            print(row(f"{plan.sockets} drag, {plan.people} use pages", drags.seconds["update"], plan.seconds))
            for kind in ("open", "commit"):
                print(row(f"  meanwhile, {kind}", pages.seconds[kind], plan.seconds), flush=True)
            shares = {"server": core, "drags": drags.core, "pages": pages.core}
            print("cores taken: " + ", ".join(f"{name} {share:.2f}" for name, share in shares.items()), flush=True)
            ratio, lost, pace = race_after_race(port, server, plan.races)
            print(f"{plan.races} random races, {pace:.0f} a second; memory {megabytes(server):.0f} MB", flush=True)
        log_text = log.read_text()
    if "Traceback" in log_text:
        print(log_text[log_text.index("Traceback") :][:4000])
    return {
        "p95_s": round(percentile(drags.seconds["update"], 0.95), 4),
        "p95_alone_s": round(percentile(alone.seconds["update"], 0.95), 4),
        "lost": alone.lost + drags.lost + pages.lost + lost,
        "page_p95_s": round(max(percentile(some, 0.95) for some in pages.seconds.values()), 3),
        "open_p95_s": round(percentile(pages.seconds["open"], 0.95), 3),
        "commit_p95_s": round(percentile(pages.seconds["commit"], 0.95), 3),
        "mb_per_session": round(each, 3),
        "memory_ratio": round(ratio, 4),
        "thrown": log_text.count("Traceback"),
        "races": plan.races,
        "generator_cores": round(drags.core + pages.core, 2),
        "cores": os.cpu_count() or 1,
    }


def main() -> None:
    """Measure and print."""
    arguments = argparse.ArgumentParser(description="load on the real server")
    arguments.add_argument("--quick", action="store_true", help="a short trial")
    quick = arguments.parse_args().quick
    summary = measured(Plan(seconds=4, sessions=20, races=4000) if quick else Plan())
    print()
    print(json.dumps(summary))


if __name__ == "__main__":
    main()
