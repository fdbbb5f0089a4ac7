"""The rules of the house: what `policy.toml` can say, and that no plan gets round it."""

import json
import time
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import certbulk as cb
from certbulk.applying.journal.writing import Journal
from certbulk.core.results.result_codes import RESULT_CODES
from certbulk.planning import Action
from certbulk.planning.policy.judging import judged, policy_of
from certbulk.planning.policy.rules import RULES
from certbulk.planning.saving.files import load_plan, save_plan
from certbulk.sandbox import Faults
from certbulk.settings import Settings

SettingTo = Callable[..., Path]

NEW = {
    "title": "Gift 700",
    "balance": 700,
    "is_multi": "yes",
    "item_type_id": 0,
    "is_allow_empty_code": "no",
    "balance_edit_type_id": 1,
    "salon_ids": "720441",
    "expiration_type_id": 0,
}


@pytest.fixture
def policy(tmp_path: Path) -> SettingTo:
    """Write the policy of the settings folder, and return its path."""

    def write(*lines: str) -> Path:
        path = tmp_path / "settings" / "policy.toml"
        path.parent.mkdir(exist_ok=True)
        path.write_text("\n".join(lines), encoding="utf-8")
        return path

    return write


def planned(client: cb.Client, *rows: dict[str, Any]) -> cb.Plan:
    return cb.plan(cb.validate(cb.read(pd.DataFrame(rows))), client)


def codes(plan: cb.Plan) -> list[str]:
    return [decision.code for decision in plan.decisions]


@pytest.mark.parametrize(
    ("rule", "row", "code"),
    [
        ("largest_change_percent = 20", {"id": 288902, "balance": 120}, ""),
        ("largest_change_percent = 20", {"id": 288902, "balance": 80}, ""),
        ("largest_change_percent = 20", {"id": 288902, "balance": 120.01}, "policy_change"),
        ("largest_change_percent = 20", {"id": 288902, "balance": 79}, "policy_change"),
        ("largest_change_percent = 0", {"id": 288902, "balance": 100}, ""),
        ("largest_change_percent = 0", {"id": 288902, "title": "Another"}, ""),
        ("largest_change_percent = 5", {"id": 288904, "online_sale_price": 200}, "policy_change"),
        # Put on sale online: there was no price before that anybody paid.
        (
            "largest_change_percent = 5",
            {"id": 288902, "online_sale_is_enabled": "yes", "online_sale_price": 95},
            "",
        ),
        ("largest_change_percent = 5", NEW, ""),
        ("highest_face_value = 700", NEW, ""),
        ("highest_face_value = 699.99", NEW, "policy_face_value"),
        ("highest_face_value = 100", {"id": 288902, "balance": 101}, "policy_face_value"),
        ("highest_face_value = 10", {"id": 288902, "title": "Another"}, ""),
        ("most_creates = 1", NEW, ""),
        ("most_creates = 0", NEW, "policy_creates"),
        ("most_creates = 0", {"id": 288902, "balance": 101}, ""),
        ('titles = "Gift *"', NEW, ""),
        ('titles = ["Spa *", "Gift ???"]', NEW, ""),
        ('titles = ["Gift ??"]', NEW, "policy_title"),
        ('titles = ["gift *"]', NEW, "policy_title"),
        ('titles = ["Card *"]', {"id": 288902, "title": "Another"}, "policy_title"),
        ('titles = ["Card *"]', {"id": 288902, "balance": 101}, ""),
        ("locations_not_to_lose = [720442]", {"id": 288902, "salon_ids": "720442"}, ""),
        (
            "locations_not_to_lose = [720442]",
            {"id": 288902, "salon_ids": "720441"},
            "policy_location",
        ),
        ('locations_not_to_lose = "all"', {"id": 288906, "salon_ids": "720441; 720442"},
         "policy_location"),
        ('locations_not_to_lose = "all"',
         {"id": 288906, "salon_ids": "720441; 720442; 720443; 720450"}, ""),
        ("locations_not_to_lose = [720442]", NEW, ""),
    ],
)  # fmt: skip
def test_what_each_rule_blocks(
    rule: str, row: dict[str, Any], code: str, client: cb.Client, policy: SettingTo
) -> None:
    """A row at the limit is sent, one beyond it is blocked with the code of the rule."""
    policy(rule)
    assert codes(planned(client, row)) == [code]


def test_the_message_names_the_rule_its_value_and_its_file(
    client: cb.Client, policy: SettingTo
) -> None:
    """Whoever reads it knows what was broken, by how much, and whom to ask."""
    path = policy("largest_change_percent = 20", "highest_face_value = 150")
    (decision,) = planned(client, {"id": 288902, "balance": 200}).decisions
    assert decision.action == "blocked"
    assert decision.body is None
    assert decision.message == (
        '"balance" would go from 100 to 200, a change of 100% (policy: largest_change_percent = '
        '20); "balance" would be 200 (policy: highest_face_value = 150). To change a rule, ask '
        f"whoever may edit {path}."
    )


def test_a_column_is_called_as_in_the_sheet(client: cb.Client, policy: SettingTo) -> None:
    """The person's own header is in the message."""
    policy("highest_face_value = 150")
    report = cb.validate(cb.read(pd.DataFrame([{"id": 288902, "Price of the card": 200}]),
                                 mapping={"rename": {"balance": "Price of the card"}}))  # fmt: skip
    assert cb.plan(report, client).decisions[0].message.startswith('"Price of the card" would be')


def test_a_price_that_was_0_has_no_percentage(client: cb.Client, policy: SettingTo,
                                              sandbox: cb.Sandbox) -> None:  # fmt: skip
    """Any change of it is blocked, since no percentage could allow it."""
    policy("largest_change_percent = 1000")
    sandbox.edit(288902, balance=0)
    assert codes(planned(client, {"id": 288902, "balance": 1})) == ["policy_change"]


def test_too_many_creates_are_all_blocked(client: cb.Client, policy: SettingTo) -> None:
    """Which of them were meant is not known, so none is sent; updates are."""
    policy("most_creates = 1")
    rows: list[dict[str, Any]] = [NEW, {**NEW, "title": "Gift 701"}, {"id": 288902, "balance": 101}]
    assert codes(planned(client, *rows)) == ["policy_creates", "policy_creates", ""]


def test_without_a_policy_nothing_is_blocked(client: cb.Client, policy: SettingTo) -> None:
    """No file, or an empty one, has no rules; a plan records only a file."""
    row = {"id": 288902, "balance": 100_000}
    plan = planned(client, row)
    assert (codes(plan), plan.policy) == ([""], "")
    policy("# nothing yet")
    plan = planned(client, row)
    assert codes(plan) == [""]
    assert len(plan.as_dict()["policy"]) == 64


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("most_create = 3", "There is no rule most_create. Did you mean most_creates?"),
        ("[approval]\nwho = 'x'", 'approval must be "all" or "all but undo".'),
        ("approval = true", 'approval must be "all" or "all but undo".'),
        ("most_creates = -1", "most_creates must be a whole number from 0, such as 50."),
        ("most_creates = 1.5", "most_creates must be a whole number"),
        ("most_creates = true", "most_creates must be a whole number"),
        ("largest_change_percent = '20'", "largest_change_percent must be a number from 0"),
        ("largest_change_percent = nan", "largest_change_percent must be a number from 0"),
        ("highest_face_value = inf", "highest_face_value must be a number from 0"),
        ("titles = []", "titles must be a list of 1 to 50 patterns"),
        ("titles = [7]", "titles must be a list of 1 to 50 patterns"),
        (f"titles = ['{'x' * 201}']", "titles must be a list of 1 to 50 patterns"),
        ("locations_not_to_lose = []", 'must be a list of ids, such as [720441], or "all"'),
        ("locations_not_to_lose = ['Airport']", "locations_not_to_lose must be a list of ids"),
        ("most_creates: 3", "line 1, is not TOML: most_creates: 3. Write = between a name"),
    ],
)
def test_a_broken_policy_lets_nothing_through(
    text: str, says: str, client: cb.Client, policy: SettingTo
) -> None:
    """It is never ignored: the sentence names the file and what is wrong, before anything else."""
    plan = planned(client, {"id": 288902, "balance": 101})
    save_plan(plan, Path("plan.json"))
    path = policy(text)
    calls: tuple[Callable[[], object], ...] = (
        lambda: planned(client, {"id": 288902, "balance": 101}),
        lambda: cb.apply(plan, client, progress=False),
        lambda: load_plan(Path("plan.json")),
    )
    for call in calls:
        with pytest.raises(cb.SettingsError) as caught:
            call()
        assert says in str(caught.value)
        assert str(caught.value).startswith(f"Nothing was planned or sent: the policy {path}")


def test_a_policy_that_cannot_be_read_lets_nothing_through(
    client: cb.Client, policy: SettingTo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file in another encoding, a folder, a link to nothing, and a named file that is gone."""
    path = policy("")
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(cb.SettingsError, match="is not text in UTF-8"):
        planned(client, NEW)
    path.unlink()
    path.mkdir()
    with pytest.raises(cb.SettingsError, match="cannot be read"):
        planned(client, NEW)
    path.rmdir()
    path.symlink_to(tmp_path / "gone.toml")
    with pytest.raises(cb.SettingsError, match="there is no policy"):
        planned(client, NEW)
    path.unlink()
    monkeypatch.setenv("CERTBULK_POLICY", str(tmp_path / "other.toml"))
    with pytest.raises(cb.SettingsError, match=r"there is no policy .*other\.toml"):
        planned(client, NEW)
    (tmp_path / "other.toml").write_text("most_creates = 0")
    assert codes(planned(client, NEW)) == ["policy_creates"]


def test_no_policy_is_taken_from_the_current_folder(
    client: cb.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file there has no effect, a relative path is refused, and `.env` cannot name one."""
    Path("policy.toml").write_text("most_creates = 0")
    assert codes(planned(client, NEW)) == [""]
    for name, value in (("CERTBULK_POLICY", "policy.toml"), ("CERTBULK_SETTINGS_DIR", ".")):
        with monkeypatch.context() as patch:
            patch.setenv(name, value)
            with pytest.raises(cb.SettingsError, match=f"{name} must be an absolute path"):
                planned(client, NEW)
    Path(".env").write_text(f"CERTBULK_POLICY={Path('policy.toml').absolute()}\n")
    with pytest.raises(cb.SettingsError, match="CERTBULK_POLICY, which certbulk does not take"):
        planned(client, NEW)
    monkeypatch.delenv("CERTBULK_SETTINGS_DIR")
    Path(".env").write_text(f"CERTBULK_SETTINGS_DIR={Path().absolute()}\n")
    with pytest.raises(cb.SettingsError, match="CERTBULK_SETTINGS_DIR, which certbulk does not"):
        planned(client, NEW)


def test_a_plan_that_was_made_before_or_elsewhere_is_judged_again(
    client: cb.Client, sandbox: cb.Sandbox, policy: SettingTo
) -> None:
    """When it is loaded, and when it is applied; what was recorded is the policy of here."""
    plan = planned(client, {"id": 288902, "balance": 500}, {"id": 288901, "balance": 51})
    save_plan(plan, Path("plan.json"))
    document = json.loads(Path("plan.json").read_text())
    assert document["policy"] == ""
    policy("largest_change_percent = 20")
    loaded = load_plan(Path("plan.json"))
    assert codes(loaded) == ["policy_change", ""]
    assert len(loaded.policy) == 64
    run = cb.apply(plan, client, progress=False)
    assert [o.status for o in run.outcomes] == ["blocked", "updated"]
    assert run.outcomes[0].code == "policy_change"
    assert [seen.path[-6:] for seen in sandbox.requests if seen.method == "PUT"] == ["288901"]
    assert cb.attach(run.id).outcomes == run.outcomes
    assert cb.attach(run.id).plan.policy == loaded.policy


def test_a_plan_whose_record_was_forged_is_not_sent(
    client: cb.Client, sandbox: cb.Sandbox, policy: SettingTo
) -> None:
    """A `before` that makes the change look small is not what is live, so the row is held back."""
    policy("largest_change_percent = 20")
    sandbox.edit(288902, balance=450)
    plan = planned(client, {"id": 288902, "balance": 500})
    sandbox.edit(288902, balance=100)
    run = cb.apply(plan, client, progress=False)
    assert [(o.status, o.code) for o in run.outcomes] == [("blocked", "changed_since_plan")]


def test_a_resumed_run_is_judged_by_the_policy_of_now(
    client: cb.Client, sandbox: cb.Sandbox, policy: SettingTo, tmp_path: Path
) -> None:
    """Rows that were not sent are blocked, and stay so; one that may have left is settled."""
    rows = [{"id": 288901, "balance": 90}, {"id": 288902, "balance": 190}]
    plan = planned(client, *rows)
    sandbox.faults = Faults(lost_answer=1, methods=("PUT",))
    run = cb.apply(plan, client, progress=False, settle=False, verify=False, batch_size=1,
                   most_failures=1)  # fmt: skip
    assert [o.status for o in run.outcomes] == ["unknown", "not_sent"]
    sandbox.faults = Faults()
    policy("largest_change_percent = 20")
    done = cb.resume(run.id, client, progress=False)
    assert [(o.status, o.code) for o in done.outcomes] == [
        ("updated", ""),
        ("blocked", "policy_change"),
    ]
    assert cb.attach(run.id).outcomes == done.outcomes
    journal = Journal(tmp_path / "state")
    assert journal.to_resume(plan.base_url, plan.chain_id) is None
    journal.close()


def test_an_undo_is_not_judged(client: cb.Client, policy: SettingTo) -> None:
    """It brings back what was live."""
    run = cb.apply(planned(client, {"id": 288902, "balance": 500}), client, progress=False)
    policy("largest_change_percent = 1")
    undone = cb.apply(cb.undo(run.id, client), client, progress=False)
    assert [o.status for o in undone.outcomes] == ["updated"]


def test_all_or_nothing_counts_what_the_policy_blocks(client: cb.Client, policy: SettingTo) -> None:
    """A plan with one such row sends nothing."""
    plan = planned(client, {"id": 288902, "balance": 500}, {"id": 288901, "balance": 51})
    policy("largest_change_percent = 20")
    run = cb.apply(plan, client, progress=False, all_or_nothing=True)
    assert run.state == "refused"


@pytest.mark.campaign
@pytest.mark.parametrize(
    "pattern", ["*a" * 99 + "*b", "?" * 200, "*?" * 100, "a*" * 100, "(a+)+$", "[a", "\\"]
)
def test_a_hostile_pattern_takes_no_time(pattern: str) -> None:
    """Patterns are not expressions of Python, and no search goes back over what it has found."""
    policy = policy_of({"titles": [pattern]})
    rows = [
        cb.RowDecision(n, Action.CREATE, title="", body={"title": "a" * 255}) for n in range(200)
    ]
    began = time.process_time()
    judged(rows, policy)
    assert time.process_time() - began < 5


@pytest.mark.parametrize(
    ("pattern", "title", "fits"),
    [
        ("*", "", True),
        ("Gift", "Gift", True),
        ("Gift", "Gift 1", False),
        ("*(2027)", "Gift (2027)", True),
        ("Gift*(2027)*", "Gift 100 (2027)", True),
        ("a*b*a", "aba", True),
        ("a*b*a", "ab", False),
        ("a*a", "a", False),
        ("a.c", "abc", False),
        ("A & B*", "A &amp; B 10", True),
        ("Café*", "Cafe\u0301 10", True),
        ("**x**", "axb", True),
    ],
)
def test_patterns(pattern: str, title: str, fits: bool) -> None:  # noqa: FBT001
    """A title fits if the whole of it does; spellings that are one title are one here."""
    row = cb.RowDecision(1, Action.CREATE, title=title, body={"title": title})
    (decision,) = judged([row], policy_of({"titles": pattern}))
    assert (decision.code == "") == fits


def test_a_new_type_that_takes_the_place_of_another_is_compared_with_it() -> None:
    """If a create has the record that it replaces, its price and its locations are judged too."""
    old = {"id": 1, "title": "Gift", "balance": 100, "salon_ids": [7, 8]}
    body = {"title": "Gift (2027)", "balance": 130, "salon_ids": [7]}
    row = cb.RowDecision(2, Action.CREATE, title="", body=body, before=old)
    rules = {"largest_change_percent": 20, "locations_not_to_lose": "all", "most_creates": 0}
    for key, value in rules.items():
        (decision,) = judged([row], policy_of({key: value}))
        assert decision.action == "blocked", key
    (decision,) = judged([row], policy_of({"largest_change_percent": 30}))
    assert decision == row


def test_judging_twice_changes_nothing(client: cb.Client, policy: SettingTo) -> None:
    """Blocked rows stay as they are, so a plan may be judged at each stage."""
    path = policy("largest_change_percent = 1", "most_creates = 0")
    plan = planned(client, NEW, {"id": 288902, "balance": 500})
    rules = policy_of({"largest_change_percent": 1, "most_creates": 0}, str(path))
    assert judged(plan.decisions, rules) == plan.decisions


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.key)
def test_every_rule_is_in_the_tables(rule: Any) -> None:
    """Its code has a meaning, and its example can be read."""
    assert RESULT_CODES[rule.code].means
    assert [*policy_of(tomllib.loads(rule.example)).limits] == [rule.key]


def test_the_settings_folder_is_that_of_the_system(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a setting, it is where programs keep their configuration."""
    monkeypatch.delenv("CERTBULK_SETTINGS_DIR")
    monkeypatch.setenv("XDG_CONFIG_HOME", "/etc/xdg-of-somebody")
    assert Settings.load().settings_dir.name == "certbulk"
    assert Settings.load().settings_dir.is_absolute()
