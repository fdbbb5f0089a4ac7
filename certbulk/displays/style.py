"""Colours and style sheet: light and dark themes, phones, people who see colours differently.

The colours are those of Okabe and Ito, which people with any colour vision can tell apart. Where
they fill the ground behind a text they are thin, so that the text keeps the theme's own colour and
contrast. No colour stands alone: a sign or a word says the same.
"""

from __future__ import annotations

from types import MappingProxyType

__all__ = ["COLOURS", "GREY", "SIGNS", "STYLE", "TONES"]

BLUE, GREEN, ORANGE = "#0072B2", "#009E73", "#E69F00"
SKY, VERMILLION, PURPLE, GREY = "#56B4E9", "#D55E00", "#CC79A7", "#4D4D4D"

COLOURS: MappingProxyType[str, str] = MappingProxyType(
    {
        "good": GREEN,
        "change": BLUE,
        "same": SKY,
        "warning": ORANGE,
        "error": VERMILLION,
        "doubt": PURPLE,
        "none": GREY,
    }
)
"""A colour for each tone."""

TONES: MappingProxyType[str, str] = MappingProxyType(
    {
        "create": "good",
        "created": "good",
        "valid": "good",
        "bound": "good",
        "same name": "good",
        "same name and detail": "good",
        "chosen": "good",
        "same name, other detail": "warning",
        "several": "warning",
        "none": "error",
        "finished": "good",
        "verified": "good",
        "differs": "error",
        "doubled": "error",
        "update": "change",
        "changed": "change",
        "new": "good",
        "updated": "change",
        "running": "change",
        "unchanged": "same",
        "blocked": "warning",
        "warning": "warning",
        "warnings": "warning",
        "stopped": "warning",
        "refused": "warning",
        "delete": "doubt",
        "deleted": "doubt",
        "unknown": "doubt",
        "archived": "doubt",
        "not compared": "error",
        "gone": "error",
        "interrupted": "doubt",
        "invalid": "error",
        "error": "error",
        "errors": "error",
        "failed": "error",
    }
)
"""The tone of an action, a status, a severity or a state; whatever is not named has none."""

SIGNS: MappingProxyType[str, str] = MappingProxyType(
    {"good": "✓", "change": "→", "warning": "!", "error": "✗", "doubt": "?"}
)
"""What says the same as a tone's colour."""

_THIN = "38"  # of 255: seen on white and on black, and the text on it stays readable

STYLE = (
    ".certbulk{color:var(--jp-ui-font-color1,inherit);max-width:100%;line-height:1.4;"
    "container-type:inline-size;contain:layout}"
    ".certbulk p{margin:.3em 0}"
    ".certbulk .cb-chips{display:flex;flex-wrap:wrap;gap:.4em;margin:.4em 0;padding:0}"
    ".certbulk .cb-chip{border-radius:.3em;padding:.05em .5em;background:#7F7F7F26}"
    ".certbulk .cb-scroll{overflow-x:auto;max-width:100%}"
    ".certbulk table.cb{border-collapse:collapse;margin:.4em 0;font-size:.92em;border:0;"
    "table-layout:auto;width:max-content}"
    ".certbulk .cb th,.certbulk .cb td{text-align:left;vertical-align:top;padding:.2em .55em;"
    "border:0;border-bottom:1px solid #7F7F7F40;white-space:normal;overflow-wrap:break-word;"
    "max-width:20em}"
    ".certbulk .cb th{font-weight:600;white-space:nowrap;max-width:none}"
    ".certbulk .cb th small{display:block;font-weight:400;opacity:.7}"
    ".certbulk .cb .cb-wide{max-width:36em}"
    ".certbulk .cb .cb-number{text-align:right;font-variant-numeric:tabular-nums;}"
    ".certbulk .cb th:first-child,.certbulk .cb td:first-child{position:sticky;left:0;"
    "background:var(--jp-layout-color0,Canvas)}"
    ".certbulk .cb tbody tr,.certbulk .cb tbody tr:hover{background:transparent}"
    ".certbulk .cb [title],.certbulk .cb [tabindex]{cursor:help}"
    # Fixed within the display, and so not cut off by the table that scrolls in it; without a height
    # of its own, and so right below its row.
    ".certbulk .cb-tip{display:none;position:fixed;z-index:9;left:3em;width:fit-content;"
    "max-width:min(36em,80%);"
    "padding:.4em .6em;border:1px solid #7F7F7F;border-radius:.3em;font-weight:400;"
    "text-align:left;background:var(--jp-layout-color1,Canvas);box-shadow:0 .2em .6em #0006}"
    ".certbulk td:hover>.cb-tip,.certbulk td:focus>.cb-tip{display:block}"
    ".certbulk del{opacity:.75;margin-right:.2em}.certbulk ins{text-decoration:none;"
    "font-weight:600}"
    ".certbulk .cb-muted{opacity:.75}"
    ".certbulk .cb-bar{background:#7F7F7F33;border-radius:.3em;overflow:hidden;height:.7em;"
    "max-width:40em;display:flex}"
    ".certbulk .cb-bar span{display:block;height:100%}"
    ".certbulk ul{margin:.3em 0;padding-left:1.2em}"
    # On a phone a row becomes a paragraph, its long cell a line of its own.
    "@container (max-width:36em){.certbulk table.cb-stack{display:block;width:auto}"
    ".certbulk .cb-stack thead{display:none}.certbulk .cb-stack tbody{display:block}"
    ".certbulk .cb-stack tr{display:flex;flex-wrap:wrap;border-bottom:1px solid #7F7F7F40}"
    ".certbulk .cb.cb-stack td{border:0;max-width:none}"
    ".certbulk .cb.cb-stack td:first-child{min-width:2.2em}"
    ".certbulk .cb-stack td:empty{display:none}"
    ".certbulk .cb.cb-stack .cb-wide{flex:1 0 100%;max-width:100%;box-sizing:border-box}}"
    + "".join(
        f".certbulk .cb .cb-{tone},.certbulk .cb-chip.cb-{tone}{{background:{colour}{_THIN}}}"
        f".certbulk .cb-bar .cb-{tone}{{background:{colour}}}"
        for tone, colour in COLOURS.items()
    )
    # A sticky cell covers what scrolls below it, so its thin colour lies on the theme's ground.
    + "".join(
        f".certbulk .cb td.cb-{tone}:first-child{{background:linear-gradient({colour}{_THIN},"
        f"{colour}{_THIN}),var(--jp-layout-color0,Canvas)}}"
        for tone, colour in COLOURS.items()
    )
)
