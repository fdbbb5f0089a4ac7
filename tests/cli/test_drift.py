"""certbulk drift: what is live and not as it was applied."""

import json

import pytest

import certbulk as cb
from tests.planning.sheets import LIVE, new

from .conftest import Run, csv, one_line


def test_of_the_newest_run(certbulk: Run, service: cb.Sandbox) -> None:
    """Nothing differs after it: code 0. A type that is gone: code 1, with its row."""
    certbulk("apply", csv("types.csv", new(), LIVE), "--yes")
    result = certbulk("drift")
    assert (result.exit_code, result.stderr) == (0, "")
    assert "none" in result.stdout
    (created,) = (t["id"] for t in service.types() if t["title"] == new()["title"])
    with service.client(per_second=1000, per_minute=60_000) as client:
        client.delete(created)
    result = certbulk("drift")
    assert result.exit_code == 1
    assert f"- row 2  {new()['title']} (id {created})  gone" in result.stdout


@pytest.mark.usefixtures("service")
def test_an_undo_is_not_what_was_meant(certbulk: Run) -> None:
    """The newest run that sent a sheet is taken, not the undo after it."""
    certbulk("apply", csv("types.csv", new()), "--yes")
    run = cb.runs()["run"][0]
    certbulk("undo", run, "--yes")
    found = json.loads(certbulk("drift", "--json").stdout)
    assert (found["of"], found["gone"]) == (f"run {run}", 1)


@pytest.mark.usefixtures("service")
def test_of_a_file(certbulk: Run) -> None:
    """What the file has is compared with what is live; the rest of the chain is new."""
    result = certbulk("drift", csv("types.csv", LIVE), "--json")
    found = json.loads(result.stdout)
    assert result.exit_code == 1
    assert (found["gone"], found["changed"]) == (0, 0)
    assert found["new"] == 7


def test_without_a_run_it_says_what_to_do(certbulk: Run) -> None:
    """And a wrong number is reported as well."""
    one_line(certbulk("drift"), "no runs yet")
    one_line(certbulk("drift", "20270131-101500-a1b2c3"), "no such run")


@pytest.mark.usefixtures("service")
def test_a_run_knows_its_chain(certbulk: Run) -> None:
    """Neither the newest run nor a named one needs the chain said again."""
    file = csv("there.csv", new(salon_ids="731001"))
    certbulk("apply", file, "--chain-id", "706555", "--yes")
    certbulk("apply", csv("here.csv", new()), "--yes")
    here, there = cb.runs()["run"][:2]
    assert there in certbulk("drift", there).stdout
    assert there in certbulk("drift", "--chain-id", "706555").stdout
    assert here in certbulk("drift").stdout


@pytest.mark.usefixtures("service")
def test_rows_that_could_not_be_compared(certbulk: Run) -> None:
    """Code 1, the rows and why, and no word of their ids as new."""
    with cb.Client.from_env() as client:
        rows = [{"id": str(one["id"])} for one in client.list() if not one["is_archived"]]
    assert certbulk("drift", csv("all.csv", *rows)).exit_code == 0
    rows[0]["balance"] = "x"
    result = certbulk("drift", csv("all.csv", *rows))
    assert result.exit_code == 1
    assert "none; 1 row could not be compared" in result.stdout
    assert f"! row 2  id {rows[0]['id']}  B2 balance: " in result.stdout
    found = json.loads(certbulk("drift", "all.csv", "--json").stdout)
    assert (found["new"], found["ok"]) == (0, False)
    assert [one["code"] for one in found["not_compared"]] == ["not_a_number"]


@pytest.mark.usefixtures("service")
def test_the_newest_run_is_that_of_the_configured_chain(
    certbulk: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A later run of the practice chain is another matter, with --sandbox; and the other way."""
    certbulk("apply", csv("types.csv", new()), "--yes")
    one_line(certbulk("drift", "--sandbox"), "no runs yet of chain 706028 at practice")
    certbulk("apply", csv("more.csv", new(title="Practice 10")), "--sandbox", "--yes")
    sandbox, real = cb.runs()["run"][:2]
    assert (real in certbulk("drift").stdout, sandbox in certbulk("drift").stdout) == (True, False)
    assert sandbox in certbulk("drift", "--sandbox").stdout
    assert "at practice" in certbulk("drift", "--sandbox").stdout
    one_line(certbulk("drift", real, "--sandbox"), "not for the practice chain")
    one_line(certbulk("drift", "--chain-id", "706555"), "no runs yet of chain 706555")
    monkeypatch.delenv("CERTBULK_CHAIN_ID")
    one_line(certbulk("drift"), "CERTBULK_CHAIN_ID", "--sandbox")
    assert sandbox in certbulk("drift", "--sandbox").stdout
    assert real in certbulk("drift", real).stdout


@pytest.mark.usefixtures("service", "fifty")
def test_many_ids_of_another_chain_are_one_line(certbulk: Run) -> None:
    """What nobody has looked up is told once, with its rows and how long it would take."""
    file = csv("there.csv", *({"id": str(number), "balance": "5"} for number in range(1, 302)))
    for command in ("drift", "plan"):
        shown = certbulk(command, file)
        assert shown.exit_code == 1
        assert "! rows 52-302" in shown.stdout
        assert shown.stdout.count("not_looked_up") == 1
        assert "There are 301 such ids" in shown.stdout
