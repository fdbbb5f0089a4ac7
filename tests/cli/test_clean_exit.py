"""Nothing that is printed moves a cursor, whatever is in file names, hosts, TOML and answers."""

import io
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tqdm import tqdm

import certbulk as cb
from certbulk.cli.terminal import clean_exit
from tests.api.service import Service, answer
from tests.cli.conftest import Run, csv, plain
from tests.planning.sheets import NEW, new

EVIL = "a\x1b[2J\x1b]0;owned\x07\x9b31m\u202etxt\x7f\rb"
MOVES = set("\x1b\x07\x9b\u202e\x7f\r\x00\x08")


def assert_still(text: str) -> None:
    """Fail if a text would do anything but be there; a progress bar begins its line anew."""
    text = text.replace("\rSending: ", "Sending: ").replace("\rVerifying: ", "Verifying: ")
    assert not MOVES & set(text), repr(text)
    assert plain([text.replace("\t", " ")]), repr(text)


@pytest.mark.parametrize(
    "words",
    [
        ["validate", EVIL],
        ["validate", f"{EVIL}.csv"],
        ["validate", f"{EVIL}\nResults: all well.csv"],
        ["plan", f"{EVIL}.json"],
        ["apply", f"{EVIL}.json", "--yes"],
        ["apply", "types.csv", "--results", f"{EVIL}.xlsx"],
        ["apply", "types.csv", "--results", f"{EVIL}/x.xlsx", "--yes"],
        ["validate", "types.csv", "--sheet", EVIL],
        ["validate", "types.csv", "--set", EVIL],
        ["validate", "types.csv", "--encoding", EVIL],
        ["validate", "types.csv", "--time-zone", EVIL],
        ["validate", "types.csv", "--map", f"{EVIL}.toml"],
        ["plan", "types.csv", "--base-url", f"https://{EVIL}"],
        ["plan", "types.csv", "--base-url", EVIL],
        ["export", f"{EVIL}.pdf"],
        ["template", f"{EVIL}.pdf"],
        ["show", EVIL],
        ["resume", EVIL],
        ["stop", EVIL],
        ["results", EVIL, "-o", f"{EVIL}.xlsx"],
        ["rules", EVIL],
        [EVIL],
        ["validate", f"--{EVIL}"],
        ["sandbox", "--fault", EVIL],
        ["sandbox", "--port", EVIL],
    ],
)
@pytest.mark.usefixtures("service")
def test_words_of_the_command_line(certbulk: Run, words: list[str]) -> None:
    """Also those that the library below quotes in a usage error of its own."""
    csv("types.csv", NEW)
    result = certbulk(*(word.replace("\0", "") for word in words))
    assert result.exit_code != 0
    assert result.output
    assert_still(result.output)


@pytest.mark.parametrize("json_", [[], ["--json"]])
def test_a_whole_way_with_such_a_file(service: cb.Sandbox, certbulk: Run, json_: list[str]) -> None:
    """From the check to the results; JSON has the true name, escaped."""
    name = EVIL.replace("/", "") + ".csv"
    csv(name, new(title=f"{EVIL} 10"), new(balance=EVIL))
    for words in (["validate"], ["plan"], ["plan", "-o", f"{EVIL}.json"], ["apply", "--yes"]):
        result = certbulk(words[0], name, *words[1:], *json_)
        assert result.exit_code == 1
        assert_still(result.output)
    if json_:
        assert EVIL in json.loads(result.stdout)["results"]
    assert_still(certbulk("runs", *json_).output)
    assert service.requests


@pytest.mark.parametrize(
    "line",
    [f"[{EVIL}]", f"{EVIL} = 1", f"title = {EVIL}", f'title = "{EVIL}"', f"[headers]\n{EVIL}"],
)
@pytest.mark.parametrize("option", ["--vocabulary", "--map"])
def test_lines_of_toml(certbulk: Run, option: str, line: str) -> None:
    """What is wrong with a line is reported with the line, made harmless."""
    csv("types.csv", NEW)
    Path("words.toml").write_text(line, encoding="utf-8")
    result = certbulk("validate", "types.csv", option, "words.toml")
    assert result.exit_code == 2
    assert_still(result.output)


def test_answers_of_a_service(certbulk: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """Messages, fields and titles that a service sends are printed without it."""
    refusal = {"success": False, "data": None, "meta": {"message": EVIL, "errors": {EVIL: [EVIL]}}}
    live: dict[str, Any] = {"success": True, "data": [], "meta": {"total_count": 0}}
    csv("types.csv", NEW)
    for answers in ([answer(403, refusal)], [answer(200, {**live, "data": [{"id": EVIL}]})]):
        with Service(*answers * 5) as service:
            for name in ("PARTNER_TOKEN", "USER_TOKEN"):
                monkeypatch.setenv(f"CERTBULK_{name}", "token")
            monkeypatch.setenv("CERTBULK_BASE_URL", service.url)
            result = certbulk("plan", "types.csv", "--chain-id", "5")
        assert result.exit_code == 2
        assert_still(result.output)


def test_what_python_itself_says(tmp_path: Path) -> None:
    """A traceback that nobody foresaw leaves by the same exit."""
    program = (
        "import certbulk.cli as cli\n"
        "def broken(*a, **k): raise RuntimeError('a\\x1b[2J\\x9bb')\n"
        "cli.get_command = broken\ncli.main()"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], check=False, capture_output=True, cwd=tmp_path, timeout=60
    )
    assert b"RuntimeError: a [2J b" in done.stderr
    assert b"\x1b" not in done.stderr


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=30))
def test_any_text(text: str) -> None:
    """Whatever is printed, no character that moves anything comes out, and all else does."""
    out = io.StringIO()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "stdout", out)
        with clean_exit():
            print(f"x{text}y {text}")  # noqa: T201 (a carriage return alone is a bar's)
            sys.stdout.writelines([f"<{text}>"])
            assert not hasattr(sys.stdout, "buffer")
        assert sys.stdout is out
    said = out.getvalue()
    assert not MOVES & set(said)
    assert len(said) == 3 * len(text) + 6
    for sign in text:
        assert sign in said or not sign.isprintable()


def test_a_progress_bar_still_moves(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its own returns go through, so that it stays on its line; its words are clean."""
    out = io.StringIO()
    monkeypatch.setattr(sys, "stderr", out)
    with clean_exit():
        for _ in tqdm(range(3), desc="Reading \x1b[2J\x9b", mininterval=0, file=sys.stderr):
            pass
    said = out.getvalue()
    assert said.count("\r") >= 3
    assert not {"\x1b", "\x9b"} & set(said)
