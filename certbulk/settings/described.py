"""The table of settings: what each is for, from which the reference and `.env.example` are made."""

from __future__ import annotations

from typing import NamedTuple

__all__ = ["SETTINGS", "Setting", "what_it_takes"]

PREFIX = "CERTBULK_"


class Setting(NamedTuple):
    """One setting.

    Attributes:
        name: Its name in `Settings`; the variable is that in capitals, after `CERTBULK_`.
        meaning: What it is, in a sentence or two.
        default: What it is if it is not set; blank if it has no default.
        example: A value for `.env.example`; blank if it cannot be set in a `.env` file.
        is_needed: Whether nothing works without it.
        takes: What its value must be, for the message about one that is not.
    """

    name: str
    meaning: str
    default: str = ""
    example: str = ""
    is_needed: bool = False
    takes: str = "a text"

    @property
    def variable(self) -> str:
        """The environment variable."""
        return PREFIX + self.name.upper()


SETTINGS: tuple[Setting, ...] = (
    Setting(
        "chain_id",
        "The id of the chain.",
        example="706028",
        is_needed=True,
        takes="a whole number above 0, such as 706028",
    ),
    Setting(
        "partner_token",
        "The partner token, from the Account settings of the service's Marketplace.",
        example="…",
        is_needed=True,
    ),
    Setting(
        "user_token",
        "The user token. Signing in can keep it in the system's keyring instead.",
        example="…",
        is_needed=True,
    ),
    Setting(
        "base_url",
        "The service; `https://api.yclients.com/api/v1` for YCLIENTS.",
        "https://api.alteg.io/api/v1",
        "https://api.alteg.io/api/v1",
    ),
    Setting(
        "per_second",
        "Requests a second at most. The service allows 5.",
        "4",
        "4",
        takes="a number above 0, at most 1000, such as 4",
    ),
    Setting(
        "per_minute",
        "Requests a minute at most. The service allows 200.",
        "180",
        "180",
        takes="a whole number above 0, at most 60,000, such as 180",
    ),
    Setting(
        "time_zone",
        "The zone of dates that have none, such as `Europe/Berlin`.",
        "UTC",
        "Europe/Berlin",
    ),
    Setting(
        "profile",
        "The profile whose settings and tokens are used: see "
        "[profiles](../how-to/connect.md#several-chains-profiles). In the environment only.",
        "the profile default, if there is one",
    ),
    Setting(
        "price_jump",
        "The change of a price, in percent, above which it is a warning: see "
        "[Change prices](../how-to/change_prices.md).",
        "50",
        "50",
        takes="a percentage, such as 50",
    ),
    Setting(
        "successor_title",
        "The title of a successor of a sold type: see "
        "[Campaigns](../how-to/campaigns.md#change-types-that-have-been-sold).",
        "{title} ({year})",
        "{title} ({year})",
    ),
    Setting(
        "api_spelling",
        "How the service's paths are spelled: `documented` or `newer`. See "
        "[below](#spelling-of-the-services-paths).",
        "documented",
        "documented",
        takes="documented or newer",
    ),
    Setting(
        "state_dir",
        "The folder of the journal. In the environment only.",
        "the system's place for program state",
    ),
    Setting(
        "settings_dir",
        "The settings folder, an absolute path. In the environment only.",
        "the system's place for program configuration",
    ),
    Setting(
        "policy",
        "The file with the [rules of the house](../how-to/policy.md), an absolute path. In the "
        "environment only.",
        "`policy.toml` in the settings folder, if there is one",
    ),
    Setting(
        "journal_url",
        "The [journal that several people or machines share](../how-to/share.md): "
        "`postgresql+psycopg://host/database`. A secret if it has a password. In the environment "
        "only.",
        "none: the journal is in the state folder",
    ),
    Setting(
        "lane",
        "The lane of a shared journal: all who name the same one share one pace. In the "
        "environment only.",
        "default",
        takes="a name of at most 100 characters",
    ),
    Setting(
        "source_address",
        "The address of this machine from which requests leave, if it has several. In the "
        "environment only.",
        "the system's choice",
    ),
    Setting(
        "notify_url",
        "The address that gets [the drift of a "
        "fleet](../how-to/many_chains.md#drift-of-all-chains-every-night). A secret, as it may "
        "have a key. In the environment only.",
        "none: no messages",
    ),
)
"""All settings, in the order of the reference."""


def what_it_takes(name: str) -> str:
    """Return what the value of a setting must be, in words, by its name in `Settings`."""
    return next((setting.takes for setting in SETTINGS if setting.name == name), Setting.takes)
