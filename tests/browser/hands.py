"""What people do on a stage and what they see there."""

import base64
import io
from urllib.parse import parse_qs, urlparse

import numpy as np
from PIL import Image

from pages.server.sentences import sentences


def painted(page, milliseconds: int) -> None:
    """Waits so long, and until what was asked by then is answered and on the screen, however busy the machine is."""
    page.wait_for_timeout(milliseconds)
    page.wait_for_function("document.querySelector('.slalom')?.dataset.idle !== 'false'", timeout=60_000)
    page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")


def choose(page, name: str, option: str) -> None:
    """Chooses from one of Streamlit's lists by the keys: under a pointer its options move while it opens."""
    box = page.get_by_role("combobox", name=name)
    box.click()
    box.fill(option)
    box.press("Enter")


def query(page) -> dict[str, list[str]]:
    return parse_qs(urlparse(page.url).query)


def start(page) -> tuple[float, float]:
    x, y = query(page)["start"][0].split()
    return float(x), float(y)


def names(page) -> list[str]:
    return page.locator(".slalom-row .slalom-name").all_inner_texts()


def drag_start(page, dx: float, dy: float, release: bool = True) -> None:
    box = page.locator(".slalom-start").bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    for i in range(1, 11):
        page.mouse.move(x + dx * i / 10, y + dy * i / 10)
        page.wait_for_timeout(16)
    if release:
        page.mouse.up()


TRAILS = "document.querySelector('.slalom-runners').toDataURL()"


def trails(page) -> str:
    return page.evaluate(TRAILS)


def redrawn(page, before: str) -> None:
    """Waits until the trails are not what they were; a finger that is down stays so."""
    page.wait_for_function(f"(before) => {TRAILS} !== before", arg=before, timeout=20_000)


def pixels(page) -> np.ndarray:
    """Where the trails are painted."""
    picture = Image.open(io.BytesIO(base64.b64decode(trails(page).partition(",")[2])))
    return np.asarray(picture.getchannel("A")) > 127


def spoken(say) -> dict[str, str]:
    """Every sentence of the stage by its name."""
    found = {}
    for name, one in sentences(say).items():
        inner = one.items() if isinstance(one, dict) else [("", one)]
        found.update({f"{name} {key}": text for key, text in inner if isinstance(text, str)})
    return found
