"""Script that takes the README's picture from the running app: `python -m tests.picture`."""

import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

from tests.running import CHROMIUM, FLAGS, ROOT, App

RACE = "/?landscape=rosenbrock&at=60"


def main() -> None:
    """Write docs/race.png."""
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        app = App(Path(folder) / "log.txt")
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        page = browser.new_context(viewport={"width": 1280, "height": 720}, locale="en-US").new_page()
        page.goto(app.url + RACE)
        page.wait_for_function("document.querySelector('.slalom')?.dataset.drawn > 1", timeout=120_000)
        page.wait_for_timeout(1500)
        page.screenshot(path=ROOT / "docs" / "race.png")
        browser.close()
        app.stop()


if __name__ == "__main__":
    main()
