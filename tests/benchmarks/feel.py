"""How it feels in a browser: `python -m tests.benchmarks.feel`. Headless Chromium against the real app.

Prints a table and, as its last line, one JSON object. Times are medians in milliseconds unless the key says otherwise.

A gesture is measured from the pointer's event to the frame after the repaint that it leads to, in rounds that alternate
with the same gesture on a bare page (`bare_page`): the same event, an echo of as many bytes, five thin lines on a
canvas. While a finger moves the stage paints every answer: map, curve, knobs, timeline, and the panel of a page. Only
the numbers of the scoreboard are painted at most ten times a second, and some pictures are coarser than at rest: the
relief, the heat map, the basins, and the seeds, of which there are 64. The frames that are measured include those with
the scoreboard; *_full_ms is the median of these alone, and *_full_share how many of the frames they are.

drag_ms      the start is dragged with 5 lanes x 500 steps; drag_ratio is that time against the bare page's
knob_ms      the same for a hyperparameter's knob, and knob_ratio
seeds_ms     a knob of the averaging page, with 256 seeds x 1000 steps and two averages of each, to the repaint of the
             first 64 seeds (the others follow when the finger is lifted), and seeds_ratio
tune_ms      a knob of the tune page, to the repaint of its first heat map and bands, and tune_ratio
basins_ms    a knob of the basins page, to the repaint of the first picture of both runners, and basins_ratio
commit_ms    from the release of the finger to link and words in step
fps          frames a second while 8 lanes x 1000 steps are playing
update_kb    the largest answer while dragging, the surface unchanged
open_ratio   first visit to the drawn race, against an empty Streamlit app's first paint in the same run
cold_s       the same visit with an empty kernel cache, from the moment the server answers

`python -m tests.benchmarks.feel drag knob` measures those gestures alone.
"""

import json
import statistics
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import psutil
from playwright.sync_api import Browser, Page, sync_playwright

from tests.benchmarks.ready import compile_kernels, wait_for_worker
from tests.running import CHROMIUM, FLAGS, App

SIZE = {"width": 1280, "height": 720}
ROUNDS = 3
MOVES = 60  # of a round
VISITS = 7
FIVE = "/?landscape=rosenbrock&steps=500&lane=sgd+lr+0.0009&lane=momentum+lr+0.0009&lane=nesterov+lr+0.0006"
FIVE += "&lane=adam+lr+0.02&lane=adam+lr+0.05"
EIGHT = "/?landscape=rosenbrock&steps=1000&at=0" + "".join(
    f"&lane={name}+lr+{rate}"
    for name, rate in [
        ("sgd", 0.0009),
        ("sgd", 0.0005),
        ("momentum", 0.0009),
        ("momentum", 0.0004),
        ("nesterov", 0.0006),
        ("nesterov", 0.0003),
        ("adam", 0.02),
        ("adam", 0.05),
    ]
)


# Notes the time of an input event and of the frame after the repaint it leads to, and whether the numbers of the
# scoreboard have changed with it.
PROBE = """
window.painted = []
window.watch = (kind) => {
  const stage = document.querySelector('.slalom')
  let move = null
  let last = ''
  window.addEventListener(kind, (event) => { move = { at: event.timeStamp, drawn: stage.dataset.drawn } }, true)
  new MutationObserver(() => {
    if (!move || stage.dataset.drawn === move.drawn) return
    const { at } = move
    move = null
    const channel = new MessageChannel()
    channel.port1.onmessage = () => {
      const milliseconds = performance.now() - at
      const board = stage.querySelector('.slalom-board')?.textContent ?? ''
      window.painted.push([milliseconds, board !== last])
      last = board
    }
    requestAnimationFrame(() => channel.port2.postMessage(0))
  }).observe(stage, { attributes: true, attributeFilter: ['data-drawn'] })
}
"""
IN_STEP = """
() => new Promise((resolve) => {
  addEventListener('pointerup', (event) => {
    const begin = event.timeStamp
    const address = location.href
    const words = () => [...document.querySelectorAll('[data-testid="stMarkdown"]')].map((e) => e.textContent).join()
    const said = words()
    const look = () => location.href !== address && words() !== said
      ? resolve(performance.now() - begin) : setTimeout(look, 1)
    look()
  }, { once: true, capture: true })
})
"""
FRAMES = """
() => new Promise((resolve) => {
  let frames = 0, begin
  const count = (now) => {
    begin ??= now
    if (now - begin > 4000) resolve((frames * 1000) / (now - begin))
    else { frames++; requestAnimationFrame(count) }
  }
  requestAnimationFrame(count)
})
"""
Move = tuple[float, bool]  # milliseconds from event to repaint, and whether the scoreboard was painted too
DRAWN = "document.querySelector('.slalom')?.dataset.drawn > 0"


@dataclass(frozen=True)
class Gesture:
    """What is done with a page: its path, and the knob that is turned; none where the start is dragged."""

    path: str
    knob: str | None
    goal: float  # most that it may take, in times of the bare page

    @property
    def event(self) -> str:
        return "input" if self.knob else "pointerrawupdate"


GESTURES = {
    "drag": Gesture(FIVE, None, 1.6),
    "knob": Gesture(FIVE, "lr", 1.6),
    "seeds": Gesture("/averaging?case=valley&seeds=256", "lr", 2.5),
    "tune": Gesture("/tune?case=bowl", "condition", 2.5),
    "basins": Gesture("/basins?case=momentum", "lr", 2.5),
}


def open_page(browser: Browser, url: str, until: str) -> tuple[Page, float]:
    """Visits in a fresh profile: the page, and the seconds until something is true and painted."""
    page = browser.new_context(viewport=SIZE, locale="en-US").new_page()
    begin = time.perf_counter()
    page.goto(url, wait_until="commit")
    page.wait_for_function(until, polling="raf", timeout=120_000)
    return page, time.perf_counter() - begin


def drag(page: Page, x: float, y: float, dx: float, dy: float, kind: str) -> list[Move]:
    """Moves one after the other, the finger down all the while."""
    page.evaluate(PROBE)
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + dx, y + dy)
    page.wait_for_timeout(300)
    page.evaluate(f"watch('{kind}')")
    for i in range(MOVES):
        seen = page.evaluate("painted.length")
        page.mouse.move(x + dx * (i % 7 + 2), y + dy * (i % 5 + 2))
        page.wait_for_function(f"painted.length > {seen}", polling=1, timeout=5000)
    moves = page.evaluate("painted")
    page.mouse.up()
    page.wait_for_timeout(700)
    return [(float(milliseconds), bool(full)) for milliseconds, full in moves]


def centre(page: Page, selector: str) -> tuple[float, float]:
    box = page.locator(selector).bounding_box()
    assert box
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def perform(page: Page, knob: str | None, event: str) -> list[Move]:
    """Drags the start, or turns a knob."""
    if knob is None:
        return drag(page, *centre(page, ".slalom-start"), 5, 4, event)
    thumb = page.locator(f'input[type="range"][data-knob="{knob}"]').first
    thumb.scroll_into_view_if_needed()
    box = thumb.bounding_box()
    assert box
    # A thumb is 15 pixels wide; its middle goes from 7.5 to the width less 7.5.
    way = thumb.evaluate("(e) => (e.value / e.max) * (e.clientWidth - 15) + 7.5")
    return drag(page, box["x"] + way, box["y"] + box["height"] / 2, -1.5, 0, event)


def measure_app(browser: Browser, app: App, gesture: Gesture) -> tuple[list[Move], list[int]]:
    """The moves of a gesture in the app, and the sizes of the answers while the finger was down."""
    sizes: list[int] = []
    page = browser.new_context(viewport=SIZE, locale="en-US").new_page()
    page.on(
        "websocket", lambda ws: "slalom/race" in ws.url and ws.on("framereceived", lambda data: sizes.append(len(data)))
    )
    page.goto(app.url + gesture.path)
    page.wait_for_function(DRAWN)
    page.wait_for_timeout(4000)
    sizes.clear()
    moves = perform(page, gesture.knob, gesture.event)
    page.context.close()
    return moves, sizes[:MOVES]


def measure_floor(browser: Browser, bare: App, gesture: Gesture, size: int) -> list[float]:
    """Times of the same gesture on the bare page, with answers of so many bytes."""
    page, _ = open_page(browser, f"{bare.url}/?bytes={size}", DRAWN)
    moves = perform(page, gesture.knob and "lr", gesture.event)
    page.context.close()
    return [milliseconds for milliseconds, _ in moves]


def measure_gesture(browser: Browser, app: App, bare: App, name: str) -> dict[str, float]:
    """A gesture in the app and on the bare page, in rounds that alternate."""
    gesture = GESTURES[name]
    moves: list[Move] = []
    floor: list[float] = []
    sizes: list[int] = []
    for _ in range(ROUNDS):
        some, answers = measure_app(browser, app, gesture)
        moves += some
        sizes += answers
        floor += measure_floor(browser, bare, gesture, int(statistics.median(sizes)))
    median, least = statistics.median(time for time, _ in moves), statistics.median(floor)
    full = [time for time, full in moves if full]
    result = {f"{name}_ms": median, f"{name}_floor_ms": least, f"{name}_ratio": median / least}
    if full:  # there is a scoreboard
        result[f"{name}_full_ms"] = statistics.median(full)
        result[f"{name}_full_share"] = len(full) / len(moves)
    if name == "drag":
        result["update_kb"] = max(sizes) / 1000
    return result


def measure_commits(browser: Browser, app: App) -> float:
    """Milliseconds from the release of the finger to link and words in step."""
    page, _ = open_page(browser, app.url + FIVE, DRAWN)
    page.wait_for_timeout(1500)
    commits = []
    for i in range(15):
        x, y = centre(page, ".slalom-start")
        page.mouse.move(x, y)
        page.mouse.down()
        page.mouse.move(x + (9 if i % 2 else -9), y + 5 * (i % 3 - 1), steps=3)
        page.wait_for_timeout(60)
        page.evaluate(f"() => {{ window.inStep = ({IN_STEP})() }}")
        page.mouse.up()
        commits.append(float(page.evaluate("window.inStep")))
        page.wait_for_timeout(300)
    page.context.close()
    return statistics.median(commits)


def measure_frames(browser: Browser, app: App) -> float:
    """Frames a second while eight lanes play."""
    page, _ = open_page(browser, app.url + EIGHT, DRAWN)
    page.wait_for_timeout(1500)
    page.keyboard.press("Space")
    page.wait_for_timeout(300)
    fps = float(page.evaluate(FRAMES))
    assert page.locator(".slalom-play").get_attribute("aria-label") == "Pause", "the race was over too soon"
    page.context.close()
    return fps


def measure_visits(browser: Browser, app: App, folder: Path) -> dict[str, float]:
    """Median seconds of a first visit to the drawn race, and of one to an empty Streamlit app."""
    (folder / "empty.py").write_text("import streamlit as st\n\nst.write('ready')\n")
    empty = App(folder / "empty.log", str(folder / "empty.py"))
    visits: dict[str, list[float]] = {empty.url: [], app.url: []}
    until = {
        empty.url: "document.querySelector('[data-testid=\"stMarkdown\"]')?.textContent === 'ready'",
        app.url: DRAWN,
    }
    try:
        for _ in range(VISITS):
            for url, times in visits.items():
                page, seconds = open_page(browser, url, until[url])
                times.append(seconds)
                page.context.close()
    finally:
        empty.stop()
    floor, opening = (statistics.median(times) for times in visits.values())
    return {"open_s": opening, "empty_s": floor, "open_ratio": opening / floor}


def measure_cold_visit(browser: Browser, folder: Path) -> float:
    """Seconds of the very first visit, nothing compiled yet."""
    app = App(folder / "cold.log", XDG_CACHE_HOME=str(folder / "cache"), NUMBA_CACHE_DIR="")
    try:
        page, seconds = open_page(browser, app.url, DRAWN)
        page.context.close()
    finally:
        app.stop()
    return seconds


def measure(browser: Browser, folder: Path, gestures: list[str]) -> dict[str, float]:
    """Measures gestures; and everything else too, if there is none."""
    app = App(folder / "app.log")
    bare = App(folder / "bare.log", command=[sys.executable, "-m", "tests.benchmarks.bare_page"])
    try:
        open_page(browser, app.url, DRAWN)[0].context.close()
        wait_for_worker(psutil.Process(app.process.pid))
        result: dict[str, float] = {}
        for name in gestures or GESTURES:
            result.update(measure_gesture(browser, app, bare, name))
        if not gestures:
            result["commit_ms"] = measure_commits(browser, app)
            result["fps"] = measure_frames(browser, app)
            result.update(measure_visits(browser, app, folder))
    finally:
        bare.stop()
        app.stop()
    if not gestures:
        result["cold_s"] = measure_cold_visit(browser, folder)
    return result


def main() -> None:
    """Measures and prints."""
    assert CHROMIUM, "the benchmark needs Chromium: install it, or name it in CHROMIUM"
    gestures = sys.argv[1:]
    if unknown := set(gestures) - set(GESTURES):
        raise SystemExit(f"no gestures: {', '.join(sorted(unknown))}; there are {', '.join(GESTURES)}")
    compile_kernels()
    with tempfile.TemporaryDirectory() as name, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        result = measure(browser, Path(name), gestures)
        browser.close()
    goals: dict[str, float] = {f"{name}_ratio": gesture.goal for name, gesture in GESTURES.items()}
    goals |= {"commit_ms": 150, "fps": -55, "update_kb": 64, "open_ratio": 2.0, "cold_s": 10}
    for key, value in result.items():
        goal = goals.get(key)
        remark = "" if goal is None else f"at {'least' if goal < 0 else 'most'} {abs(goal):g}"
        print(f"{key:16} {value:10.3f}  {remark}")
    print(json.dumps({key: round(value, 4) for key, value in result.items()}))


if __name__ == "__main__":
    main()
