"""Serving the page: links, limits, and what stands in the wheel."""

from importlib import import_module
from types import ModuleType, SimpleNamespace

import pytest
from tornado.web import HTTPError

from certbulk.upload.panel import UploadPanel


@pytest.fixture
def server() -> ModuleType:
    """The module. It takes seconds to import, and every worker collects these tests."""
    return import_module("certbulk.upload.server")


def test_a_link_opens_the_page_once(server: ModuleType) -> None:
    """Each has a key of its own; a key that was used, or made up, opens nothing."""
    links = server._Links()  # noqa: SLF001
    first, second = links.new(), links.new()
    assert first != second
    assert not links.use("")
    assert [links.use(first), links.use(first), links.use(second)] == [True, False, True]


def test_so_many_pages_and_no_more(server: ModuleType) -> None:
    """Each open page has a process; what is too much is refused in words."""
    pages = SimpleNamespace(kernel_manager=SimpleNamespace(list_kernel_ids=lambda: ["k"] * 7))
    server._refuse_too_many(pages)  # noqa: SLF001
    pages.kernel_manager.list_kernel_ids = lambda: ["k"] * 8
    with pytest.raises(HTTPError, match=r"8 pages are open\. .* wait 3 minutes"):
        server._refuse_too_many(pages)  # noqa: SLF001


def test_the_widget_asks_and_is_answered() -> None:
    """Without a browser: it begins with nothing, and closing it leaves nothing behind."""
    page = UploadPanel()
    assert page.view["step"] == "chain"
    page.close()


def test_the_same_answer_twice_reaches_the_page_twice() -> None:
    """Else a file that is refused again would leave its progress bar on the page."""
    page = UploadPanel()
    seen: list[object] = []
    page.observe(lambda change: seen.append(change["new"]["trouble"]), "view")
    for _ in range(2):
        page._show({"step": "file", "trouble": "Not a kind of file."})  # noqa: SLF001
    assert seen == ["Not a kind of file."] * 2
    page.close()
