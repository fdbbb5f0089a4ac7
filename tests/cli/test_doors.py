"""What lies in the folder does not decide where tokens go, and the host is named."""

from pathlib import Path

import pytest

import certbulk as cb
from tests.cli.conftest import Kept, Run, csv, one_line
from tests.planning.sheets import NEW

EVIL = "http://localhost:9/api/v1"


@pytest.fixture
def planted(service: cb.Sandbox, monkeypatch: pytest.MonkeyPatch) -> cb.Sandbox:
    """A folder with a `.env` file that names another host, and tokens in the environment."""
    monkeypatch.delenv("CERTBULK_BASE_URL")
    Path(".env").write_text(f"CERTBULK_BASE_URL={service.url}\n")
    csv("types.csv", NEW)
    return service


@pytest.mark.parametrize(
    "words",
    [
        ["plan", "types.csv"],
        ["apply", "types.csv", "--yes"],
        ["export", "live.xlsx"],
        ["drift", "types.csv"],
        ["validate", "types.csv", "--live"],
    ],
)
def test_no_command_sends_tokens_to_a_planted_host(
    planted: cb.Sandbox, certbulk: Run, words: list[str]
) -> None:
    """Each ends before its first request, in a line with both places."""
    result = certbulk(*words)
    assert result.exit_code == 2
    one_line(result, "CERTBULK_BASE_URL comes from", ".env", "CERTBULK_PARTNER_TOKEN", "--base-url")
    assert planted.requests == []


@pytest.mark.usefixtures("kept")
def test_no_password_goes_to_a_planted_host(
    planted: cb.Sandbox, certbulk: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where the file has a partner token of its own: nobody is asked for a password."""
    for name in ("PARTNER_TOKEN", "USER_TOKEN"):
        monkeypatch.delenv(f"CERTBULK_{name}")
    Path(".env").write_text(f"CERTBULK_BASE_URL={planted.url}\nCERTBULK_PARTNER_TOKEN=theirs\n")
    result = certbulk("login", "--user", "me", answer="my password\n")
    assert result.exit_code == 2
    one_line(result, "the password", ".env")
    assert planted.requests == []


@pytest.mark.usefixtures("kept")
def test_a_token_of_the_keyring_stays_with_its_host(
    planted: cb.Sandbox, certbulk: Run, kept: Kept, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was kept for the usual host is not looked up for another one."""
    monkeypatch.delenv("CERTBULK_USER_TOKEN")
    monkeypatch.setenv("CERTBULK_BASE_URL", planted.url)
    kept.set_password("certbulk", "https://api.alteg.io/api/v1", "mine")
    result = certbulk("export", "live.xlsx")
    one_line(result, "CERTBULK_USER_TOKEN is not set")
    assert planted.requests == []


@pytest.mark.parametrize("name", ["CERTBULK_STATE_DIR", "HTTPS_PROXY", "CERTBULK_PER_SECOND"])
def test_what_reaches_further_is_no_matter_for_the_folder(
    certbulk: Run, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Commands that need no service refuse it as well, rather than pass over it."""
    for proxy in ("HTTPS_PROXY", "https_proxy", "CERTBULK_STATE_DIR"):
        monkeypatch.delenv(proxy, raising=False)
    Path(".env").write_text(f"{name}=99\n")
    for words in (["runs"], ["stop", "x"], ["validate", csv("types.csv", NEW)]):
        result = certbulk(*words)
        assert result.exit_code == 2
        one_line(result, name, "in the environment")


@pytest.mark.parametrize("json", [[], ["--json"]])
def test_commands_that_send_name_the_host(
    service: cb.Sandbox, certbulk: Run, json: list[str]
) -> None:
    """Also where nobody is asked; and where it came from, since it is not the usual one."""
    csv("types.csv", NEW)
    done = certbulk("apply", "types.csv", "--yes", *json)
    host = service.url.split("/")[2]
    assert done.exit_code == 0
    assert f"Sending 1 create to chain {service.chain_id} at {host}" in done.stderr
    assert "(CERTBULK_BASE_URL in the environment)" in done.stderr
    run = cb.runs()["run"].iloc[0]
    undone = certbulk("undo", run, "--yes", "--base-url", service.url, *json)
    assert f"Sending 1 deletion to chain {service.chain_id} at {host} (an option)" in undone.stderr


def test_the_question_names_deletions(
    service: cb.Sandbox, certbulk: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever is about to be deleted is in the question."""
    csv("types.csv", NEW)
    asked: list[str] = []
    certbulk("apply", "types.csv", "--yes")
    monkeypatch.setattr("certbulk.cli.sending.ask", asked.append)
    run = cb.runs()["run"].iloc[0]
    certbulk("undo", run)
    assert asked[0].startswith(f"Undo run {run}: send 1 deletion to chain {service.chain_id} at ")
