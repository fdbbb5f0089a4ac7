"""The policy in force: `policy.toml` of the settings folder, and plans judged by it."""

from __future__ import annotations

import hashlib
import os
import tomllib
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from certbulk.errors import SettingsError
from certbulk.planning.policy.judging import Policy, judged, policy_of
from certbulk.planning.policy.rules import asks_for_approval
from certbulk.reading.sheet import column_name
from certbulk.settings import Settings
from certbulk.words.toml_files import mistake_in

if TYPE_CHECKING:
    from pathlib import Path

    from certbulk.planning.plan import Plan

__all__ = ["policy_in_force", "under_policy"]


def policy_in_force() -> Policy:
    """Return the policy that plans are judged by.

    It is the file that CERTBULK_POLICY names, which must exist, or policy.toml of the settings
    folder; if that is missing, the policy has no rules.

    Raises:
        SettingsError: It cannot be read, is not TOML, or has an unknown rule or value. Then nothing
            can be planned or sent: a policy is never ignored.
    """
    settings = Settings.load()
    file = settings.policy or settings.settings_dir / "policy.toml"
    if settings.policy is None and not _is_there(file):
        return Policy({}, str(file))
    try:
        content = file.read_bytes()
        text = content.decode("utf-8-sig")
    except FileNotFoundError:
        raise SettingsError(f"{_STOPS}there is no policy {file}.") from None
    except OSError as error:
        raise SettingsError(
            f"{_STOPS}the policy {file} cannot be read: {error.strerror}."
        ) from None
    except UnicodeDecodeError:
        raise SettingsError(f"{_STOPS}the policy {file} is not text in UTF-8.") from None
    try:
        document = tomllib.loads(text)
    except ValueError as error:
        raise SettingsError(f"{_STOPS}the policy {file}{mistake_in(text, error)}") from None
    try:
        return policy_of(document, str(file), hashlib.sha256(content).hexdigest())
    except ValueError as error:
        raise SettingsError(f"{_STOPS}the policy {file} cannot be used. {error}") from None


_STOPS = "Nothing was planned or sent: "


def _is_there(file: Path) -> bool:
    """Whether there is such a file or link; one that cannot be seen counts as there."""
    try:
        os.lstat(file)
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError:
        return True
    return True


def under_policy(plan: Plan) -> Plan:
    """Return a plan judged by the policy in force, wherever and whenever it was made.

    The rows of an undo are not judged: it brings back what was live.

    Raises:
        SettingsError: The policy cannot be used.
    """
    policy = policy_in_force()
    asks = asks_for_approval(policy.limits, is_undo=plan.undoes is not None)
    plan = replace(plan, needs_approval=asks)
    if plan.undoes:
        return plan
    decisions = judged(plan.decisions, policy, partial(column_name, plan.report.sheet))
    return replace(plan, decisions=decisions, policy=policy.sha256)
