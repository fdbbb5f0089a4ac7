"""The page of settings, from the table that `.env.example` is made from, too."""

import re

from certbulk.settings.described import SETTINGS

__all__ = ["env_example", "page"]

_PAGE = re.compile(r"[:.] [Ss]ee \[[^\]]+\]\([^)]+\)\.")  # a link, which leads nowhere in a file

_SPELLING = """\
## Spelling of the service's paths

The service takes two spellings and routes them to the same handler. Only the first is documented;
the second is that of the vendor's newer client (seen by clients). If the service refuses the
first one day, switch:

```ini
CERTBULK_API_SPELLING=newer
```

| what | `documented` | `newer` |
|---|---|---|
| a chain | `/chain/{id}/…` | `/chains/{id}/…` |
| the list of locations | `/companies` | `/locations` |
| a location | `/company/{id}/…` | `/locations/{id}/…` |
| the locations of a type, in bodies and records | `salon_ids` | `location_ids` |

Columns, plans and results keep their names: the column is `salon_ids` in either spelling. In
Python it is `cb.Client(…, api_spelling="newer")`. The sandbox takes both; a test can make
it insist on one: `cb.Sandbox(quirks=Quirks(spelling="newer"))`. """


def page() -> str:
    """Return the page."""
    rows = "\n".join(
        f"| `{one.variable}` | {one.meaning} | {_default(one.default)} |" for one in SETTINGS
    )
    return f"""# Settings

This page is made from the table of settings (`certbulk/settings/described.py`). A setting is taken
from an option, then from the profile that was named, then from the environment, then from a file
`.env` in the folder that you are in, then from the profile `default`.

| variable | meaning | default |
|---|---|---|
{rows}

The file `sample_data/.env.example` has those of a `.env` file, to fill in. A profile may set
`base_url`, `chain_id`, `time_zone`, `per_second` and `per_minute`.

A `.env` file is trusted least, because somebody else may have put it there. It cannot name the host
for tokens that come from the environment or the keyring, and it cannot set the state folder, the
settings folder, the policy, a profile, a proxy, or a pace above the default. A profile cannot
name the host for tokens that come from the environment.
[Security](../explanation/security.md#which-setting-is-trusted-how-far) explains why.

The pace is explained under [Why certbulk keeps a pace](../explanation/pace.md).

{_SPELLING}"""


def _default(text: str) -> str:
    """Return a default, as code if it is a value."""
    return f"`{text}`" if text and (" " not in text or "{" in text) else text


def env_example() -> str:
    """Return the content of `.env.example`: what is needed, then the rest as comments."""
    lines = [
        "# Settings of certbulk: copy this file to .env, fill it in, and never share it.",
        "# Only you should be able to read it: chmod 600 .env",
    ]
    for setting in SETTINGS:
        if setting.example:
            off = "" if setting.is_needed else "# "
            value = "" if setting.example == "…" else setting.example
            meaning = _PAGE.sub(".", setting.meaning).replace("`", "")
            lines += ["", f"# {meaning}", f"{off}{setting.variable}={value}"]
    return "\n".join([*lines, ""])
