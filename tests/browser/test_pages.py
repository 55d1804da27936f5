"""The pages besides the race in the browser: cases, seeds, parts of a step, links, list of pages, languages."""

import re

import numpy as np
import pytest

from pages import averaging, clipping, race, step
from pages.contents import PAGES
from pages.words import LANGUAGES, translator
from tests.browser.hands import (
    choose,
    drag_start,
    names,
    painted,
    pixels,
    query,
    redrawn,
    sentences_by_name,
    start,
    trails,
)

pytestmark = pytest.mark.slow

WITH_CASES = [averaging.PAGE, clipping.PAGE, step.PAGE]
KNOBS = {"averaging": "burn_in", "clipping": "threshold", "step": "lr"}
SAY = translator("en")

each_page = pytest.mark.parametrize("about", WITH_CASES, ids=lambda page: page.name)


def picture(page, name: str) -> str:
    return page.evaluate(f"document.querySelector('.slalom-{name}').toDataURL()")


def turn(page, knob: str, release: bool = True) -> None:
    """Drag a knob."""
    field = page.locator(f'input[type="range"][data-knob="{knob}"]')
    field.scroll_into_view_if_needed()
    box = field.bounding_box()
    y = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + box["width"] * 0.3, y)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.55, y, steps=5)
    painted(page, 150)
    if release:
        page.mouse.up()


def choose_case(visitor, title: str) -> None:
    visitor.page.get_by_test_id("stRadio").get_by_text(title, exact=True).click()
    visitor.settled()


def go_to(visitor, title: str) -> None:
    visitor.page.get_by_test_id("stPageLink").get_by_text(title, exact=True).click(delay=60)  # as long as a tap
    painted(visitor.page, 300)
    visitor.drawn()


def lit(page) -> str | None:
    """The term of the formula that is highlighted."""
    return page.evaluate("document.querySelector('.slalom-terms-formula [data-lit]')?.getAttribute('class') ?? null")


@each_page
def test_a_page_opens_on_its_first_case_and_plays_to_the_end(visit, about):
    visitor = visit()
    page = visitor.open(f"/{about.name}")
    first = about.cases[0]
    assert page.locator(".slalom h1").inner_text() == about.title.translate(SAY)
    assert page.locator(".slalom-watch").inner_text() == first.why.translate(SAY)
    assert query(page)["case"] == [first.name]
    filled = page.evaluate(
        """[...document.querySelectorAll('.slalom-map canvas, .slalom-plot canvas')].map((c) =>
          new Set(new Uint32Array(c.getContext('2d').getImageData(0, 0, c.width, c.height).data.buffer)).size > 20)"""
    )
    assert filled == [True] * 3
    page.locator(".slalom-speed").select_option("4")
    whole = trails(page)
    page.keyboard.press("Home")
    redrawn(page, whole)
    first_trails = trails(page)
    page.keyboard.press("Space")
    page.wait_for_function(
        """() => { const [now, end] = document.querySelector('.slalom-count').textContent.split(' / ')
          return now === end }""",
        timeout=9000,
    )
    redrawn(page, first_trails)
    assert page.locator(".slalom-play").get_attribute("aria-label") == "Play"
    visitor.settled()
    assert "at" not in query(page)


@each_page
def test_a_knob_and_the_start_redraw_while_they_move(visit, about):
    visitor = visit()
    page = visitor.open(f"/{about.name}")
    before, address = trails(page), page.url
    turn(page, KNOBS[about.name], release=False)
    redrawn(page, before)
    assert page.url == address
    page.mouse.up()
    visitor.settled()
    assert page.url != address
    before, address, (x, y) = trails(page), page.url, start(page)
    drag_start(page, 60, 30, release=False)
    painted(page, 100)
    redrawn(page, before)
    assert page.url == address
    page.mouse.up()
    visitor.settled()
    nx, ny = start(page)
    assert nx > x
    assert ny < y
    assert f"From ({nx:.4g}, {ny:.4g})" in page.locator("body").inner_text()
    assert query(page)["case"] == [about.cases[0].name]


def test_a_knob_of_the_subject_turns_for_all_that_have_it(visit):
    visitor = visit()
    page = visitor.open("/clipping")
    turn(page, "threshold")
    visitor.settled()
    unclipped, *clipped = query(page)["lane"]
    assert "clip" not in unclipped
    assert len({re.search(r"threshold (\S+)", lane).group(1) for lane in clipped} - {"0.3"}) == 1
    turn(page, "lr")
    visitor.settled()
    assert len({lane.split()[2] for lane in query(page)["lane"]} - {"3.0"}) == 1


@pytest.mark.parametrize("about", [page for page in PAGES if page.cases], ids=lambda page: page.name)
def test_every_case_is_opened_by_its_button(visit, about):
    visitor = visit()
    page = visitor.open(f"/{about.name}")
    before = trails(page)
    for case in about.cases[1:]:
        choose_case(visitor, case.title.translate(SAY))
        painted(page, 100)
        assert query(page)["case"] == [case.name]
        assert page.locator(".slalom-watch").inner_text() == case.why.translate(SAY)
        redrawn(page, before)
        before = trails(page)


@each_page
def test_a_link_shows_exactly_the_same_elsewhere(visit, about):
    first = visit()
    page = first.open(f"/{about.name}?case={about.cases[1].name}")
    turn(page, KNOBS[about.name])
    first.settled()
    if about is averaging.PAGE:
        page.get_by_role("button", name="256 seeds").click()
    if about is clipping.PAGE:
        page.mouse.move(500, 300)
        page.mouse.wheel(0, -200)
        painted(page, 500)
    page.keyboard.press("Home")
    page.keyboard.press("Shift+ArrowRight")
    if about is step.PAGE:
        page.locator(".slalom-term").first.click()
    first.settled()
    assert about is not step.PAGE or query(page)["part"] == ["0"]
    page.mouse.move(5, 5)
    painted(page, 300)
    second = visit()
    other = second.open(page.url.removeprefix(first.app.url))
    painted(other, 500)
    assert other.url == page.url
    for text in (".slalom-count", ".slalom-watch", ".slalom-side"):
        assert other.locator(text).inner_text() == page.locator(text).inner_text()
    assert np.mean(pixels(page) != pixels(other)) < 3e-3
    if about is step.PAGE:
        assert picture(other, "runners") == picture(page, "runners")


def test_averages_are_there_in_three_dimensions_too(visit):
    visitor = visit()
    page = visitor.open("/averaging?view=3d")
    before = at_rest(page)
    page.locator('input[type="text"][data-knob="decay"]').fill("0.9")  # the iterates do not change
    page.keyboard.press("Enter")
    visitor.settled()
    assert at_rest(page) != before


def at_rest(page) -> str:
    """The runners in three dimensions above the line with the unit, once they no longer change."""
    return page.wait_for_function(
        """(() => { const flight = document.querySelector('.slalom-flight'), copy = document.createElement('canvas')
          copy.width = flight.width
          copy.height = Math.max(flight.height - 60, 0)
          const context = copy.getContext('2d')
          context.drawImage(flight, 0, 0)
          if (!copy.width || !context.getImageData(0, 0, copy.width, copy.height).data.some((v) => v > 0)) return null
          const [before, now] = [window.before, copy.toDataURL()]
          window.before = now
          return before === now ? now : null })()""",
        polling=700,
        timeout=30_000,
    ).json_value()


def test_one_run_and_many_seeds(visit):
    visitor = visit()
    page = visitor.open("/averaging")
    one, many = page.get_by_role("button", name="one run"), page.get_by_role("button", name="256 seeds")
    row = page.locator("li.slalom-spread", has_text="uniform average").locator(".slalom-number")
    assert (one.get_attribute("aria-pressed"), many.get_attribute("aria-pressed")) == ("true", "false")
    assert row.nth(1).inner_text() == "–"
    heads, curve = picture(page, "runners"), picture(page, "plot canvas")
    many.click()
    visitor.settled()
    painted(page, 300)
    assert query(page)["seeds"] == ["256"]
    assert many.get_attribute("aria-pressed") == "true"
    assert picture(page, "runners") != heads
    assert picture(page, "plot canvas") != curve
    spread, theory = ([float(side) for side in row.nth(i).inner_text().split(" × ")] for i in (1, 2))
    assert spread == pytest.approx(theory, rel=0.3)
    before = picture(page, "runners")
    turn(page, "decay", release=False)
    assert picture(page, "runners") != before, "the fan follows the finger"
    page.mouse.up()
    one.click()
    visitor.settled()
    assert "seeds" not in query(page)
    assert row.nth(1).inner_text() == "–"


def test_arrow_keys_go_through_the_parts_of_a_step_and_on(visit):
    visitor = visit()
    page = visitor.open("/step?part=0&at=2")
    chips, caption, count = page.locator(".slalom-term"), page.locator(".slalom-caption"), page.locator(".slalom-count")
    parts = chips.count()
    pressed = ".slalom-term[aria-pressed='true']"
    seen = []
    for i in range(parts):
        assert chips.nth(i).get_attribute("aria-pressed") == "true"
        assert page.locator(pressed).count() == 1
        assert page.locator(".slalom-term[data-later]").count() == parts - 1 - i
        assert caption.inner_text() == chips.nth(i).get_attribute("aria-label")
        seen.append((caption.inner_text(), picture(page, "runners")))
        page.keyboard.press("ArrowRight")
        painted(page, 80)
    assert len(set(seen)) == parts
    painted(page, 150)
    assert count.inner_text() == "3 / 60"
    assert chips.nth(0).get_attribute("aria-pressed") == "true"
    visitor.settled()
    assert (query(page)["at"], query(page)["part"]) == (["3"], ["0"])
    page.keyboard.press("ArrowLeft")
    painted(page, 200)
    assert count.inner_text() == "2 / 60"
    assert chips.last.get_attribute("aria-pressed") == "true"
    assert (caption.inner_text(), picture(page, "runners")) == seen[-1]
    page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("Shift+ArrowRight")
    painted(page, 100)
    assert count.inner_text() == "4 / 60"
    page.keyboard.press("Shift+ArrowLeft")
    painted(page, 100)
    assert count.inner_text() == "3 / 60"
    visitor.settled()
    assert query(page)["at"] == ["3"]
    chips.nth(1).click()
    painted(page, 100)
    assert caption.inner_text() == chips.nth(1).get_attribute("aria-label")


def test_a_term_lights_its_arrow_and_an_arrow_its_term(visit):
    page = visit().open("/step")
    page.mouse.move(5, 5)
    assert lit(page) == "velocity" or lit(page) is None
    for term in ("gradient", "push"):
        before = picture(page, "runners")
        page.locator(f".slalom-terms-formula .{term}").first.hover()
        painted(page, 80)
        assert lit(page) == term
        assert picture(page, "runners") != before
    page.mouse.move(5, 5)
    painted(page, 80)
    before, unlit = picture(page, "runners"), lit(page)
    x, y = along_an_arrow(page)
    page.mouse.move(x, y)
    painted(page, 80)
    assert lit(page) not in (None, unlit)
    assert picture(page, "runners") != before
    page.mouse.move(5, 5)
    painted(page, 80)
    assert (lit(page), picture(page, "runners")) == (unlit, before)


def test_a_click_on_a_term_counts_whatever_changes_meanwhile(visit):
    visitor = visit()
    page = visitor.open("/step?at=2")
    box = page.locator(".slalom-term").first.bounding_box()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.down()
    page.keyboard.press("Shift+ArrowRight")  # another step, with other captions
    painted(page, 200)
    page.mouse.up()
    visitor.settled()
    assert (query(page)["at"], query(page)["part"]) == (["3"], ["0"])


def along_an_arrow(page) -> tuple[float, float]:
    """The middle of the first arrow, the gradient's: below the position of the runner."""
    box = page.locator(".slalom-map").bounding_box()
    middle = page.evaluate(
        """(() => { const c = document.querySelector('.slalom-runners'), scale = c.width / c.clientWidth
          const chip = getComputedStyle(document.querySelector('.slalom-terms-formula .gradient')).color
          const [r, g, b] = chip.match(/\\d+/g).map(Number)
          const { data } = c.getContext('2d').getImageData(0, 0, c.width, c.height)
          const at = []
          for (let i = 0; i < data.length; i += 4) {
            if (data[i] === r && data[i + 1] === g && data[i + 2] === b && data[i + 3] === 255) at.push(i / 4)
          }
          const one = at[Math.floor(at.length / 3)]
          return [(one % c.width) / scale, Math.floor(one / c.width) / scale] })()"""
    )
    return box["x"] + middle[0], box["y"] + middle[1]


def test_the_map_goes_to_the_step(visit):
    visitor = visit()
    page = visitor.open("/step?case=newton")
    page.get_by_role("button", name="Zoom to the step").click()
    visitor.settled()
    x0, x1, y0, y1 = map(float, query(page)["window"][0].split())
    assert x1 - x0 == pytest.approx(y1 - y0)
    assert "window" in query(page)


def test_another_runner_is_taken_apart(visit):
    visitor = visit()
    page = visitor.open("/step")
    formula = page.locator(".slalom-terms-formula").inner_html()
    choose(page, "Runner", "Lion")
    visitor.settled()
    (lane,) = query(page)["lane"]
    assert lane.startswith("lion ")
    assert page.locator(".slalom-terms-formula").inner_html() != formula
    assert page.locator(".slalom-caption").inner_text()


@each_page
def test_a_case_is_opened_in_the_race(visit, about):
    visitor = visit()
    page = visitor.open(f"/{about.name}")
    drag_start(page, 30, 20)
    visitor.settled()
    race_query = query(page)
    go_to(visitor, "Open in the race")
    assert page.url.startswith(visitor.app.url + "/?") or "/race?" in page.url
    now = query(page)
    assert {name: now[name] for name in ("landscape", "lane", "start", "steps", "noise", "seed")} == {
        name: race_query[name] for name in ("landscape", "lane", "start", "steps", "noise", "seed")
    }
    assert not {"case", "seeds", "part"} & set(now)
    assert page.locator(".slalom-row .slalom-name").count() == len(race_query["lane"])


def test_pages_follow_one_another_and_keep_what_was_set(visit):
    visitor = visit()
    page = visitor.open()
    drag_start(page, 50, 20)
    visitor.settled()
    addresses = {"race": page.url}
    for about in WITH_CASES:
        go_to(visitor, about.title.translate(SAY))
        assert page.locator(".slalom h1").inner_text() == about.title.translate(SAY)
        choose_case(visitor, about.cases[-1].title.translate(SAY))
        drag_start(page, 20, 10)
        visitor.settled()
        addresses[about.name] = page.url
    staged = [about for about in PAGES if about.name in addresses]
    for about in staged:
        go_to(visitor, about.title.translate(SAY))
        assert page.url == addresses[about.name]
    for about in reversed(staged[:-1]):
        here = page.url
        while page.url == here:  # there may be a history entry that shows the same page
            page.go_back()
            painted(page, 400)
            visitor.drawn()
        assert page.url == addresses[about.name]
        title = about.title.translate(SAY) if about.cases else "Rosenbrock's valley"
        assert page.locator(".slalom h1").inner_text() == title


@pytest.mark.parametrize("language", [language for language in LANGUAGES if language != "en"])
def test_every_page_speaks_the_language(visit, language):
    sentences, english = sentences_by_name(translator(language)), sentences_by_name(SAY)
    visitor = visit()
    for about, extra in ((averaging.PAGE, "&seeds=256"), (clipping.PAGE, ""), (step.PAGE, "&part=1&at=3")):
        page = visitor.open(f"/{about.name}?lang={language}&case={about.cases[0].name}{extra}")
        say = translator(language)
        assert page.locator(".slalom h1").inner_text() == about.title.translate(say)
        assert page.locator(".slalom-watch").inner_text() == about.cases[0].why.translate(say)
        assert page.evaluate("document.documentElement.lang") == language
        text = page.evaluate(
            """document.body.innerText + [...document.querySelectorAll('[aria-label], [title]')]
              .map((e) => `\\n${e.getAttribute('aria-label')}\\n${e.title}`).join('')"""
        )
        assert not re.search(r"\{\w+\}", text)
        for name, sentence in english.items():
            for words in re.split(r"\{\w+\}", sentence):
                whole = re.escape(words.strip())
                assert sentences[name] == sentence or len(whole) < 4 or not re.search(rf"\b{whole}\b", text), words
        for paragraph in about.words:
            assert paragraph.translate(say).replace("*", "")[:20] in text


def test_the_language_is_kept_from_page_to_page(visit):
    visitor = visit()
    page = visitor.open("/?lang=zh-TW")
    say = translator("zh-TW")
    for about in (step.PAGE, race.PAGE, clipping.PAGE):
        go_to(visitor, about.title.translate(say))
        assert query(page)["lang"] == ["zh-TW"]
        assert page.locator(".slalom-play").get_attribute("aria-label") == say("Play")


@each_page
def test_a_phone_shows_a_page_within_its_width(visit, about):
    visitor = visit(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True, color_scheme="dark")
    page = visitor.open(f"/{about.name}?case={about.cases[-1].name}")
    assert page.evaluate("document.scrollingElement.scrollWidth") <= 390
    assert page.locator(".slalom").get_attribute("data-theme") == "dark"
    for card in (".slalom-map", ".slalom-play", ".slalom-curve", ".slalom-knobs", ".slalom-side > :nth-child(1)"):
        box = page.locator(card).bounding_box()
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 390
        assert box["height"] > 30
    before = trails(page)
    page.locator(".slalom-button").nth(1).tap()
    painted(page, 400)
    redrawn(page, before)


HOSTILE = [
    ("averaging?case=nope&lane=none", ("There is no case “nope”", "This page needs a runner")),
    ("averaging?lane=newton&seeds=1e9", ("from 1 to 512, not 1e9",)),
    ("clipping?lane=none", ("This page needs a runner",)),
    ("step?part=999&lane=none", ("from 0 to 100, not 999", "This page needs a runner")),
]


def test_a_damaged_link_is_told_and_the_page_works(visit):
    visitor = visit()
    for path, parts in HOSTILE:
        alert = visitor.open(f"/{path}").get_by_test_id("stAlert").inner_text()
        for part in parts:
            assert part in alert
        check_it_works(visitor)


EXTREME = [
    "averaging?landscape=beale&seeds=3",
    "clipping?landscape=ackley",
    "step?lane=sgd+lr+1.7e308&start=1e8+1e8",
    "step?lane=newton&landscape=monkey_saddle&start=0+0&part=3",
    "step?lane=momentum+lr+1+momentum+1e300+clip+norm+threshold+1e-300+applied+step",
    "step?steps=0",
]


def test_a_link_to_the_limits_opens_and_the_page_works(visit):
    visitor = visit()
    for path in EXTREME:
        visitor.open(f"/{path}")
        check_it_works(visitor)


def check_it_works(visitor) -> None:
    page = visitor.page
    assert page.locator('[data-testid="stException"]').count() == 0
    address = page.url
    page.locator(".slalom-start").focus()
    page.keyboard.press("ArrowLeft")
    page.wait_for_url(lambda url: url != address)
    page.get_by_test_id("stAlert").wait_for(state="detached")
    assert not page.locator(".slalom-notice").is_visible()


def test_more_seeds_than_there_is_room_for_are_told(visit):
    page = visit().open("/averaging?steps=20000&seeds=512")
    page.get_by_text("With this many steps, at most 100 seeds fit.").wait_for(timeout=20_000)
    assert page.get_by_role("button", name="512 seeds").get_attribute("aria-pressed") == "true"


def test_what_was_moved_by_a_key_is_told_before_the_page_is_left(visit):
    visitor = visit()
    page = visitor.open("/step")
    page.keyboard.press("ArrowLeft")
    go_to(visitor, averaging.PAGE.title.translate(SAY))
    page.wait_for_url(re.compile(r"[?&]case="))
    painted(page, 400)
    assert query(page)["case"] == [averaging.PAGE.cases[0].name]
    assert page.locator(".slalom").get_attribute("data-page") == "averaging"
    go_to(visitor, step.PAGE.title.translate(SAY))
    assert page.locator(".slalom").get_attribute("data-page") == "step"
    assert query(page)["part"] == ["3"]


def test_averages_of_several_methods_are_told_apart(visit):
    page = visit().open("/averaging?lane=sgd+lr+0.1&lane=adam+lr+0.1&lane=adam+lr+0.1+average+ema+decay+0.9")
    lane_names = page.locator(".slalom-named").all_inner_texts()
    assert lane_names == ["SGD · last iterate", "Adam · last iterate", "Adam · exponential average"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_words_name_the_runners_as_the_stage_does(visit, language):
    visitor = visit()
    page, say = visitor.open(f"/clipping?lang={language}"), translator(language)
    in_words = page.locator("[data-testid=stMarkdown] li strong")
    assert in_words.all_inner_texts() == [say("unclipped"), say("by norm"), say("by value")]
    assert set(names(page)) == set(in_words.all_inner_texts())
    choose_case(visitor, clipping.PAGE.cases[-1].title.translate(say))
    painted(page, 100)
    assert in_words.all_inner_texts() == [say("unclipped"), say("the gradient"), say("the whole step")]
    assert set(names(page)) == set(in_words.all_inner_texts())


def test_names_stay_while_a_case_a_knob_and_the_language_change(visit):
    visitor = visit()
    page = visitor.open("/clipping")
    page.evaluate(
        """() => { window.seen = new Set()
          const rows = document.querySelector('.slalom-rows')
          const note = () => rows.querySelectorAll('.slalom-name').forEach((one) => window.seen.add(one.innerText))
          new MutationObserver(note).observe(rows, { childList: true, subtree: true, characterData: true }) }"""
    )
    choose_case(visitor, clipping.PAGE.cases[1].title.translate(SAY))
    turn(page, "threshold")
    choose(page, "Language", "繁體中文")
    page.wait_for_url("**lang=zh-TW**")
    visitor.settled()
    painted(page, 100)
    expected = {say(name) for say in (SAY, translator("zh-TW")) for name in ("unclipped", "by norm", "by value")}
    assert set(page.evaluate("[...window.seen]")) <= expected
    assert set(names(page)) < expected
