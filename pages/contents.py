"""The pages: every folder here that declares a `PAGE`, in their order. The first page is at /."""

from importlib import import_module
from pathlib import Path

from pages.protocol.cases import Page


def find_pages() -> tuple[Page, ...]:
    """The pages of all folders with a `page.py`.

    Raises:
        ValueError: The name of a page is not that of its folder.
    """
    pages = []
    for file in sorted(Path(__file__).parent.glob("*/page.py")):
        page: Page = import_module(f"pages.{file.parent.name}").PAGE
        if page.name != file.parent.name:
            raise ValueError(f"the page in {file.parent} must be named {file.parent.name!r}, not {page.name!r}")
        pages.append(page)
    return tuple(sorted(pages, key=lambda page: page.order))


PAGES = find_pages()
