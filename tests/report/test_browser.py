"""The report in a real browser: Chromium, headless, from a file, with nothing else to ask."""

import shutil
import sys

import pytest

from report.conftest import HOSTILE
from sim.analysis.report.page import Report, page

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
SIZES = {"phone": 390, "desk": 1280}


@pytest.fixture(scope="module")
def browser(request):
    """Chromium; where there is none the tests are skipped, and under soak they fail."""
    if CHROMIUM is None:
        if request.config.getoption("markexpr") == "soak":
            pytest.fail("no chromium on this machine: apt-get install chromium")
        pytest.skip("no chromium on this machine")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield running
        running.close()


@pytest.fixture(scope="module")
def files(three, hostile, desk):
    made = {}
    for name, study in (("three", three), ("hostile", hostile)):
        made[name] = desk / f"{name}.html"
        made[name].write_text(page(Report(study)), encoding="utf-8")
    return made


@pytest.fixture
def opened(browser, files):
    """Open a report: `opened("three", width, dark)` returns the page and what it said and asked for."""
    contexts = []

    def go(name, width=1280, dark=False):
        context = browser.new_context(
            viewport={"width": width, "height": 900}, color_scheme="dark" if dark else "light"
        )
        contexts.append(context)
        tab, heard = context.new_page(), []
        tab.on("console", lambda message: heard.append(f"{message.type}: {message.text}"))
        tab.on("pageerror", lambda error: heard.append(str(error)))
        tab.on("dialog", lambda dialog: heard.append(dialog.message))
        tab.on("request", lambda sent: heard.append(sent.url) if not sent.url.startswith(("file:", "data:")) else None)
        tab.goto(files[name].as_uri())
        return tab, heard

    yield go
    for context in contexts:
        context.close()


pytestmark = pytest.mark.slow


@pytest.mark.parametrize("name", ["three", "hostile"])
def test_it_runs_without_a_word_and_asks_for_nothing(opened, name):
    tab, heard = opened(name)
    for plot in tab.query_selector_all(".plot svg")[:6]:
        if plot.is_visible():
            plot.hover()
    tab.wait_for_timeout(200)
    assert heard == []
    assert tab.title().endswith(": three" if name == "three" else ": hostile")


@pytest.mark.parametrize("size", SIZES)
def test_it_fits(opened, size):
    tab, _ = opened("three", SIZES[size])
    assert tab.evaluate("document.documentElement.scrollWidth") <= SIZES[size]
    cut = tab.evaluate(
        "[...document.querySelectorAll('svg text')].filter(t => { const b = t.getBoundingClientRect();"
        " return b.width && (b.left < 0 || b.right > innerWidth + 1); }).map(t => t.textContent)"
    )
    assert cut == []
    small = tab.evaluate(
        "[...document.querySelectorAll('svg text')].map(t => t.getBoundingClientRect()).filter(b => b.width && b.height < 9).length"
    )
    assert small == 0


def test_values_show_on_hover_and_by_keyboard(opened):
    tab, _ = opened("three")
    bar = tab.query_selector("#outcomes .wide [data-tip]")
    bar.hover()
    assert tab.inner_text("#tip").startswith("league") and "%" in tab.inner_text("#tip")
    tab.keyboard.press("Escape")
    tab.focus("#outcomes .wide.plot")
    tab.keyboard.press("ArrowRight")
    first = tab.inner_text("#tip")
    tab.keyboard.press("ArrowRight")
    assert first and tab.inner_text("#tip") != first


def test_the_keyboard_goes_in_the_order_of_the_page(opened):
    tab, _ = opened("three")
    tab.keyboard.press("Tab")
    assert tab.evaluate("document.activeElement.textContent") == "To the findings"
    places = []
    for _ in range(40):
        tab.keyboard.press("Tab")
        places.append(tab.evaluate("document.activeElement.getBoundingClientRect().top + scrollY"))
    assert places == sorted(places)


def test_names_from_files_do_nothing(opened):
    tab, heard = opened("hostile")
    assert "taken" not in tab.title().split(">")[0] and heard == []
    assert HOSTILE in tab.inner_text("body")
    assert tab.evaluate("document.images.length") == 0


def test_on_paper_it_is_light_and_without_a_menu(opened):
    tab, _ = opened("three", dark=True)
    tab.emulate_media(media="print")
    assert not tab.is_visible("nav") and tab.is_visible("#outcomes .wide svg")
    assert tab.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert tab.evaluate("getComputedStyle(document.querySelector('.swatch')).printColorAdjust") == "exact"


def test_on_paper_nothing_is_cut(opened):
    tab, _ = opened("three", 690)
    tab.emulate_media(media="print")
    cut = tab.evaluate(
        "[...document.querySelectorAll('svg text')].filter(t => t.getBoundingClientRect().right > 691).map(t => t.textContent)"
    )
    assert cut == []
    assert tab.evaluate("document.documentElement.scrollWidth") <= 690


def violations(tab, **context):
    from axe_playwright_python.sync_playwright import Axe

    tab.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
    rules = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
    found = Axe().run(tab, options={"runOnly": rules, "resultTypes": ["violations"]}, **context)
    return [f"{v['id']}: {node['html'][:200]}" for v in found.response["violations"] for node in v["nodes"][:3]]


@pytest.mark.parametrize("dark", [False, pytest.param(True, marks=pytest.mark.soak)], ids=["light", "dark"])
def test_an_accessibility_checker_finds_nothing(opened, dark):
    tab, _ = opened("three", SIZES["phone"], dark)
    assert violations(tab, context={"exclude": [["svg > *"]]}) == []


@pytest.mark.soak
@pytest.mark.parametrize("size", SIZES)
def test_nor_does_it_within_the_charts(opened, size):
    tab, _ = opened("three", SIZES[size])
    assert violations(tab) == []


@pytest.mark.soak
def test_there_is_a_browser_to_test_with(browser):
    assert browser.version and sys.version_info >= (3, 11)
