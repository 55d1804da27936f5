"""Actions on a stage, and what it shows."""

import base64
import io
from urllib.parse import parse_qs, urlparse

import numpy as np
from PIL import Image

from pages.server.sentences import sentences


def painted(page, milliseconds: int) -> None:
    """Wait this long, and until everything requested by then is painted, however busy the machine is."""
    page.wait_for_timeout(milliseconds)
    page.wait_for_function("document.querySelector('.slalom')?.dataset.idle !== 'false'", timeout=60_000)
    page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")


def choose(page, name: str, option: str) -> None:
    """Choose from one of Streamlit's lists with the keyboard: its options move under the pointer while it opens."""
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


def there_and_back(page) -> None:
    """Drag the start and put it back."""
    box = page.locator(".slalom-start").bounding_box()
    drag_start(page, 20, 0, release=False)
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.up()


TRAILS = "document.querySelector('.slalom-runners').toDataURL()"


def trails(page) -> str:
    return page.evaluate(TRAILS)


def redrawn(page, before: str) -> None:
    """Wait until the trails have changed."""
    page.wait_for_function(f"(before) => {TRAILS} !== before", arg=before, timeout=20_000)


def pixels(page) -> np.ndarray:
    """The pixels where trails are painted."""
    picture = Image.open(io.BytesIO(base64.b64decode(trails(page).partition(",")[2])))
    return np.asarray(picture.getchannel("A")) > 127


def sentences_by_name(say) -> dict[str, str]:
    """Every sentence of the stage by its name."""
    result = {}
    for name, one in sentences(say).items():
        inner = one.items() if isinstance(one, dict) else [("", one)]
        result.update({f"{name} {key}": text for key, text in inner if isinstance(text, str)})
    return result
