"""How it feels in a browser: `python -m tests.benchmarks.feel`. Headless Chromium against the real app.

Prints a table and, as its last line, one JSON object. Times are medians in milliseconds unless the key says otherwise.

drag_ms      the start is dragged with 5 lanes x 500 steps: from the pointer's event to the frame after the repaint
knob_ms      the same for a hyperparameter's knob
seeds_ms     a knob of the averaging page, with 256 seeds x 1000 steps and two averages of each
tune_ms      a knob of the tune page, to the repaint of its first heat map and bands
basins_ms    a knob of the basins page, to the repaint of the first picture of both runners
commit_ms    from the release of the finger to link and words in step
fps          frames a second while 8 lanes x 1000 steps are playing
update_kb    the largest answer while dragging, the surface unchanged
open_ratio   first visit to the drawn race, against an empty Streamlit app's first paint in the same run
cold_s       the same visit with an empty kernel cache, from the moment the server answers
"""

import json
import statistics
import tempfile
import time
from pathlib import Path

import psutil
from playwright.sync_api import Browser, Page, sync_playwright

from tests.benchmarks.ready import compile_kernels, wait_for_worker
from tests.running import CHROMIUM, FLAGS, App

SIZE = {"width": 1280, "height": 720}
KNOB = 'input[type="range"][data-knob="lr"]'
DRAGS = 60
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

SEEDS = 256

# Notes the time of an input event and of the frame after the repaint it leads to.
PROBE = """
window.painted = []
window.watch = (kind) => {
  const stage = document.querySelector('.slalom')
  let asked = null
  window.addEventListener(kind, (event) => { asked = { at: event.timeStamp, drawn: stage.dataset.drawn } }, true)
  new MutationObserver(() => {
    if (!asked || stage.dataset.drawn === asked.drawn) return
    const { at } = asked
    asked = null
    const channel = new MessageChannel()
    channel.port1.onmessage = () => window.painted.push(performance.now() - at)
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


def opened(browser: Browser, url: str, until: str) -> tuple[Page, float]:
    """A first visit in a fresh profile: the page, and the seconds until something is true and painted."""
    page = browser.new_context(viewport=SIZE, locale="en-US").new_page()
    begin = time.perf_counter()
    page.goto(url, wait_until="commit")
    page.wait_for_function(until, polling="raf", timeout=120_000)
    return page, time.perf_counter() - begin


DRAWN = "document.querySelector('.slalom')?.dataset.drawn > 0"


def dragging(page: Page, x: float, y: float, dx: float, dy: float, kind: str) -> list[float]:
    """Milliseconds from event to repaint for one move after another, the finger down all the while."""
    page.evaluate(PROBE)
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + dx, y + dy)
    page.wait_for_timeout(300)
    page.evaluate(f"watch('{kind}')")
    for i in range(DRAGS):
        seen = page.evaluate("painted.length")
        page.mouse.move(x + dx * (i % 7 + 2), y + dy * (i % 5 + 2))
        page.wait_for_function(f"painted.length > {seen}", polling=1, timeout=5000)
    times = page.evaluate("painted")
    page.mouse.up()
    page.wait_for_timeout(700)
    return [float(one) for one in times]


def centre(page: Page, selector: str) -> tuple[float, float]:
    box = page.locator(selector).bounding_box()
    assert box
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def hands(browser: Browser, app: App) -> dict[str, float]:
    """Dragging, turning knobs, committing."""
    context = browser.new_context(viewport=SIZE, locale="en-US")
    page = context.new_page()
    sizes: list[int] = []
    page.on(
        "websocket", lambda ws: "slalom/race" in ws.url and ws.on("framereceived", lambda data: sizes.append(len(data)))
    )
    page.goto(app.url + FIVE)
    page.wait_for_function(DRAWN)
    page.wait_for_timeout(1500)
    sizes.clear()
    drag = dragging(page, *centre(page, ".slalom-start"), 5, 4, "pointerrawupdate")
    moving = max(sizes[:-1])
    x, y = centre(page, KNOB)
    knob = page.locator(KNOB)
    # A thumb is 15 pixels wide; its middle goes from 7.5 to the width less 7.5.
    way = knob.evaluate("(e) => (e.value / e.max - 0.5) * (e.clientWidth - 15)")

    turned = dragging(page, x + way, y, -1.5, 0, "input")
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
    context.close()
    return {
        "drag_ms": statistics.median(drag),
        "knob_ms": statistics.median(turned),
        "commit_ms": statistics.median(commits),
        "update_kb": moving / 1000,
    }


def turning(browser: Browser, app: App, path: str, name: str) -> float:
    """Milliseconds from a knob's event to the repaint."""
    page, _ = opened(browser, app.url + path, DRAWN)
    page.wait_for_timeout(4000)
    knob = page.locator(f'input[type="range"][data-knob="{name}"]').first
    knob.scroll_into_view_if_needed()
    box = knob.bounding_box()
    assert box
    way = knob.evaluate("(e) => (e.value / e.max) * (e.clientWidth - 15) + 7.5")
    turned = dragging(page, box["x"] + way, box["y"] + box["height"] / 2, -1.5, 0, "input")
    page.context.close()
    return statistics.median(turned)


def playing(browser: Browser, app: App) -> float:
    """Frames a second while eight lanes play."""
    page, _ = opened(browser, app.url + EIGHT, DRAWN)
    page.wait_for_timeout(1500)
    page.keyboard.press("Space")
    page.wait_for_timeout(300)
    fps = float(page.evaluate(FRAMES))
    assert page.locator(".slalom-play").get_attribute("aria-label") == "Pause", "the race was over too soon"
    page.context.close()
    return fps


def visits(browser: Browser, app: App, folder: Path) -> tuple[float, float]:
    """Median seconds of a first visit to the drawn race, and of one to an empty Streamlit app."""
    (folder / "empty.py").write_text("import streamlit as st\n\nst.write('ready')\n")
    empty = App(folder / "empty.log", str(folder / "empty.py"))
    ours, theirs = [], []
    try:
        for _ in range(VISITS):
            for times, url, until in (
                (theirs, empty.url, "document.querySelector('[data-testid=\"stMarkdown\"]')?.textContent === 'ready'"),
                (ours, app.url, DRAWN),
            ):
                page, seconds = opened(browser, url, until)
                times.append(seconds)
                page.context.close()
    finally:
        empty.stop()
    return statistics.median(ours), statistics.median(theirs)


def cold(browser: Browser, folder: Path) -> float:
    """Seconds of the very first visit, nothing compiled yet."""
    app = App(folder / "cold.log", XDG_CACHE_HOME=str(folder / "cache"), NUMBA_CACHE_DIR="")
    try:
        page, seconds = opened(browser, app.url, DRAWN)
        page.context.close()
    finally:
        app.stop()
    return seconds


def main() -> None:
    """Measures everything and prints it."""
    assert CHROMIUM, "the benchmark needs Chromium: install it, or name it in CHROMIUM"
    compile_kernels()
    with tempfile.TemporaryDirectory() as name, sync_playwright() as playwright:
        folder = Path(name)
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        app = App(folder / "app.log")
        try:
            opened(browser, app.url, DRAWN)[0].context.close()
            wait_for_worker(psutil.Process(app.process.pid))
            found = hands(browser, app)
            found["seeds_ms"] = turning(browser, app, f"/averaging?case=valley&seeds={SEEDS}", "lr")
            found["tune_ms"] = turning(browser, app, "/tune?case=bowl", "condition")
            found["basins_ms"] = turning(browser, app, "/basins?case=momentum", "lr")
            found["fps"] = playing(browser, app)
            ours, theirs = visits(browser, app, folder)
        finally:
            app.stop()
        found.update(open_s=ours, empty_s=theirs, open_ratio=ours / theirs, cold_s=cold(browser, folder))
        browser.close()
    goals = {
        "drag_ms": 25,
        "knob_ms": 25,
        "seeds_ms": 50,
        "tune_ms": 50,
        "basins_ms": 50,
        "commit_ms": 150,
        "fps": -55,
        "update_kb": 64,
        "open_ratio": 2.0,
        "cold_s": 10,
    }
    for key, value in found.items():
        goal = goals.get(key)
        told = "" if goal is None else f"at {'least' if goal < 0 else 'most'} {abs(goal):g}"
        print(f"{key:12} {value:10.3f}  {told}")
    print(json.dumps({key: round(value, 4) for key, value in found.items()}))


if __name__ == "__main__":
    main()
