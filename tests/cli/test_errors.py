"""Whatever cannot start ends with one line, exit code 2, and nothing sent."""

import zipfile
from pathlib import Path

import pytest

import certbulk as cb
from certbulk.sandbox import Faults
from tests.applying.truth import writes
from tests.planning.sheets import new

from .conftest import Run, csv, one_line, plain

COMMANDS = [("validate",), ("plan",), ("apply", "--yes")]


def broken_zip(path: Path) -> None:
    path.write_bytes(b"PK\x03\x04" + b"\0" * 200)


def other_zip(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("hello.txt", "hello")


def half_a_workbook(path: Path) -> None:
    cb.template(path)
    path.write_bytes(path.read_bytes()[:-2000])


FILES = {
    "missing.xlsx": None,
    "folder.xlsx": Path.mkdir,
    "empty.xlsx": Path.touch,
    "page.xlsx": lambda path: path.write_text("<html><table><tr><td>title</td></tr></table>"),
    "text.xlsx": lambda path: path.write_text("title,balance\nA,1\n"),
    "broken.xlsx": broken_zip,
    "other.xlsx": other_zip,
    "half.xlsx": half_a_workbook,
    "bytes.csv": lambda path: path.write_bytes(b"\x00\x01\x02\xff" * 100),
    "quotes.csv": lambda path: path.write_text('title,balance\n"A,1\n'),
    "none.parquet": lambda path: path.write_bytes(b"PAR1"),
    "paper.pdf": lambda path: path.write_bytes(b"%PDF-1.7"),
    "noending": lambda path: path.write_text("x"),
    "plan.json": lambda path: path.write_text("{}"),
}


@pytest.mark.parametrize(
    ("words", "must"),
    [
        (("--chain-id", "abc"), "a whole number above 0"),
        (("--chain-id", "0"), "a whole number above 0"),
        (("--per-second", "0"), "a number above 0"),
        (("--per-minute", "many"), "a whole number above 0"),
    ],
)
def test_an_option_that_is_a_setting(certbulk: Run, words: tuple[str, str], must: str) -> None:
    """What was typed is named, not the variable, and what it must be is in certbulk's words."""
    for command in ("plan", "undo"):
        result = certbulk(command, "types.csv", *words)
        assert result.exit_code == 2
        assert f"'{words[0]}': It must be {must}" in result.stderr
        assert "CERTBULK_" not in result.stderr
    assert "'--chain': It must be a whole" in certbulk("runs", "--chain", "0").stderr


def test_a_variable_that_is_a_setting(certbulk: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """The variable is named if it is the variable that is wrong."""
    monkeypatch.setenv("CERTBULK_CHAIN_ID", "0")
    one_line(certbulk("check"), "CERTBULK_CHAIN_ID must be")
    with pytest.raises(cb.SettingsError, match=r"^chain_id must be"):
        cb.Client.from_env(chain_id=0)


@pytest.mark.parametrize("name", FILES)
def test_a_file_that_cannot_be_read(service: cb.Sandbox, certbulk: Run, name: str) -> None:
    """One line that names the file and says why."""
    make = FILES[name]
    if make is not None:
        make(Path(name))
    for command in COMMANDS:
        result = certbulk(command[0], name, *command[1:])
        assert result.exit_code == 2
        one_line(result, name)
    assert writes(service.requests) == []


SETTINGS = ["CERTBULK_CHAIN_ID", "CERTBULK_PARTNER_TOKEN", "CERTBULK_USER_TOKEN"]


@pytest.mark.parametrize("variable", SETTINGS)
def test_a_missing_setting(
    service: cb.Sandbox, certbulk: Run, monkeypatch: pytest.MonkeyPatch, variable: str
) -> None:
    """One line that names the variable and says how to give it."""
    monkeypatch.delenv(variable)
    file = csv("types.csv", new())
    for command in (("plan", file), ("apply", file, "--yes"), ("export", "out.xlsx")):
        result = certbulk(*command)
        assert result.exit_code == 2
        one_line(result, variable, ".env")
    assert service.requests == []


WRONG = [
    ("CERTBULK_CHAIN_ID", "7f3a"),
    ("CERTBULK_PER_SECOND", "0"),
    ("CERTBULK_PER_MINUTE", "x"),
    ("CERTBULK_TIME_ZONE", "Mars/Olympus"),
    ("CERTBULK_BASE_URL", "http://api.alteg.io/api/v1"),
    ("CERTBULK_BASE_URL", "https://[::1"),
    ("CERTBULK_BASE_URL", "https://host:port/"),
    ("CERTBULK_PARTNER_TOKEN", "two words"),
    ("CERTBULK_USER_TOKEN", "na\u00efve"),
]


@pytest.mark.parametrize(("variable", "text"), WRONG)
def test_a_wrong_setting(
    service: cb.Sandbox,
    certbulk: Run,
    monkeypatch: pytest.MonkeyPatch,
    variable: str,
    text: str,
) -> None:
    """One line, without the value where that may be a secret."""
    monkeypatch.setenv(variable, text)
    result = certbulk("apply", csv("types.csv", new()), "--yes")
    assert result.exit_code == 2
    one_line(result)
    assert "TOKEN" not in variable or text not in result.stderr
    assert service.requests == []


def test_an_env_file_that_is_no_text(certbulk: Run) -> None:
    """A `.env` file in another encoding is one line as well."""
    Path(".env").write_bytes(
        "CERTBULK_USER_TOKEN=x\nNAME=\u041f\u0435\u0442\u0440".encode("cp1251")
    )
    result = certbulk("plan", csv("types.csv", new()))
    assert result.exit_code == 2
    one_line(result, ".env")


@pytest.mark.parametrize("words", [("--sandbox",), ()])
def test_a_state_folder_that_is_none(
    service: cb.Sandbox,
    certbulk: Run,
    monkeypatch: pytest.MonkeyPatch,
    words: tuple[str, ...],
) -> None:
    """A file where the state folder should be is one line, and nothing is sent."""
    Path("file").write_text("x")
    for path in ("file", "file/below"):
        monkeypatch.setenv("CERTBULK_STATE_DIR", str(Path(path).absolute()))
        result = certbulk("apply", csv("types.csv", new()), "--yes", "--json", *words)
        assert result.exit_code == 2
        one_line(result, "file")
    assert writes(service.requests) == []


def test_a_service_that_is_not_there(service: cb.Sandbox, certbulk: Run) -> None:
    """One line that says that it could not be reached."""
    service.server.stop()
    for command in (("plan",), ("apply", "--yes")):
        result = certbulk(command[0], csv("types.csv", new()), *command[1:])
        assert result.exit_code == 2
        one_line(result, "could not be reached")
    result = certbulk("export", "out.xlsx")
    assert result.exit_code == 2
    assert not Path("out.xlsx").exists()


FAULTS = ["server_error", "html_forbidden", "closed", "garbled", "rate_limited", "truncated"]


@pytest.mark.parametrize("kind", FAULTS)
def test_a_service_that_fails(service: cb.Sandbox, certbulk: Run, kind: str) -> None:
    """While the plan is made, every failure of the service is one line."""
    service.faults = Faults(**{kind: 1.0})  # type: ignore[arg-type]
    result = certbulk("plan", csv("types.csv", new()))
    assert result.exit_code == 2
    one_line(result, "service")


def test_tokens_that_are_refused(
    service: cb.Sandbox, certbulk: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A token that the service does not know is named, never shown."""
    monkeypatch.setenv("CERTBULK_USER_TOKEN", "secret-7f3a")
    result = certbulk("apply", csv("types.csv", new()), "--yes")
    assert result.exit_code == 2
    one_line(result, "401", "token")
    assert "7f3a" not in result.output
    assert service.requests


USAGE = [
    (),
    ("apply",),
    ("apply", "types.csv", "--nonsense"),
    ("apply", "types.csv", "--match", "luck"),
    ("apply", "types.csv", "--batch-size", "0"),
    ("apply", "types.csv", "--per-second", "many"),
    ("sandbox", "--port", "70000"),
    ("nonsense",),
]


@pytest.mark.parametrize("words", USAGE, ids=" ".join)
def test_usage(certbulk: Run, words: tuple[str, ...]) -> None:
    """A command line that makes no sense is exit code 2."""
    csv("types.csv", new())
    result = certbulk(*words)
    assert result.exit_code == 2
    assert "sage" in result.output


@pytest.mark.parametrize(
    "fault", ["lost_answer", "lost_answer=often", "nonsense=0.1", "closed=2", "script=1"]
)
def test_faults_that_are_none(certbulk: Run, fault: str) -> None:
    """The sandbox does not start with a fault that it does not know."""
    result = certbulk("sandbox", "--port", "0", "--fault", fault)
    assert result.exit_code == 2
    one_line(result, "--fault")


ESCAPES = ["\x1b[2J\x1b]0;title\x07", "\x9b31m a\x08\x08b", "a\rb\x00", "\u202egnp.exe\u2028line"]


@pytest.mark.parametrize("hostile", ESCAPES, ids=ascii)
def test_nothing_moves_the_cursor(service: cb.Sandbox, certbulk: Run, hostile: str) -> None:
    """Titles, headers, names of columns and words of the service reach a terminal as plain text."""
    service.server.add({"id": 700001, "title": f"Live {hostile} 10", "salon_ids": [720441]})
    rows = (
        new(title=f"New {hostile} 10"),
        new(title=f"New {hostile} 10", balance=f"x{hostile}"),
        change_of(title=f"Renamed {hostile}"),
        {**new(title=f"Bad {hostile}", salon_ids="731001"), f"Note {hostile}": hostile},
    )
    frame_path = csv("types.csv", *rows)
    for command in (("validate",), ("plan",), ("apply", "--yes")):
        result = certbulk(command[0], frame_path, *command[1:])
        progress = [line for line in result.stderr.splitlines() if "row/s" not in line]
        assert plain([*result.stdout.splitlines(), *progress]), command


def change_of(**cells: str) -> dict[str, str]:
    return {"id": "700001", **cells}


def test_names_of_files_do_not_move_the_cursor(certbulk: Run) -> None:
    """Neither does the name of a file."""
    result = certbulk("validate", "\x1b[31mtypes.csv")
    assert result.exit_code == 2
    assert "\x1b" not in result.output
