"""The pages of the Python API, from the signatures and docstrings of the public names."""

import enum
import inspect
from collections.abc import Iterator

import certbulk as cb
from tests.references.docstrings import as_markdown

__all__ = ["errors", "index", "nouns", "verbs"]

_WAY = ("read", "validate", "plan", "apply", "resume", "undo", "settle", "stop", "attach", "runs")
_NOUNS = ("Sheet", "Report", "Finding", "Fixed", "Plan", "RowDecision", "Run", "Outcome", "Status")
_WIDTH = 88
_STARS: dict[object, str] = {
    inspect.Parameter.VAR_POSITIONAL: "*",
    inspect.Parameter.VAR_KEYWORD: "**",
}


def _names() -> tuple[list[str], list[str], list[str]]:
    """Return the public verbs, nouns and errors, the most used ones first."""
    verbs, nouns, errors = [], [], []
    for name in cb.__all__:
        value = getattr(cb, name)
        if not inspect.isclass(value):
            verbs.append(name)
        elif issubclass(value, Exception):
            errors.append(name)
        else:
            nouns.append(name)
    return _sorted(verbs, _WAY), _sorted(nouns, _NOUNS), _sorted(errors, ("CertbulkError",))


def _sorted(names: list[str], first: tuple[str, ...]) -> list[str]:
    return sorted(names, key=lambda name: (first.index(name) if name in first else 99, name))


def index() -> str:
    """Return the page that names everything, in a line each."""
    parts = [
        "# Python\n",
        "`import certbulk as cb` is all you need. The verbs lead from one noun to the next:\n",
        "```text",
        "file or frame ─read─▶ Sheet ─validate─▶ Report ─plan─▶ Plan ─apply─▶ Run",
        "```\n",
        "These pages are made from the docstrings: `help(cb.plan)` says the same. Their examples",
        "run in the tests, against the sandbox (`cb.Sandbox`).\n",
    ]
    for title, page, names in zip(
        ("Verbs", "Nouns", "Errors"), ("verbs", "nouns", "errors"), _names(), strict=True
    ):
        parts += [f"## {title}\n", "| name | what it is |", "|---|---|"]
        for name in names:
            first = as_markdown(getattr(cb, name)).partition("\n\n")[0].replace("\n", " ")
            parts.append(f"| [`cb.{name}`]({page}.md#{name.lower()}) | {first} |")
        parts.append("")
    return "\n".join(parts)


def verbs() -> str:
    """Return the page of functions."""
    names, _, _ = _names()
    return "# Verbs\n\n" + "\n".join(_function(name, getattr(cb, name), "##") for name in names)


def nouns() -> str:
    """Return the page of classes, each with its methods and properties."""
    _, names, _ = _names()
    return "# Nouns\n\n" + "\n".join(map(_class, names))


def errors() -> str:
    """Return the page of exceptions."""
    _, _, names = _names()
    intro = (
        "Every error that certbulk raises on purpose is a `CertbulkError`, except for the\n"
        "`TypeError` of an argument of the wrong kind. Its text is a sentence for people.\n"
    )
    return f"# Errors\n\n{intro}\n" + "\n".join(map(_class, names))


def _class(name: str) -> str:
    kind = getattr(cb, name)
    parts = [f"## {name}\n"]
    if issubclass(kind, Exception):
        bases = ", ".join(base.__name__ for base in kind.__bases__)
        parts.append(f"Based on `{bases}`.\n")
    elif "\nArgs:" in (inspect.getdoc(kind) or ""):
        parts.append(_block(_signature(name, kind)))
    parts.append(as_markdown(kind) + "\n")
    if issubclass(kind, enum.Enum):
        parts.append("Values: " + ", ".join(f"`{one.value}`" for one in kind) + ".\n")
    for part, value in _members(kind):
        heading = f"{name}.{part}"
        if isinstance(value, property):
            returned = inspect.signature(value.fget).return_annotation if value.fget else ""
            parts += [f"### {heading}\n", _block(f"{heading}: {returned}")]
            parts.append(as_markdown(value) + "\n")
        else:
            parts.append(_function(heading, getattr(kind, part), "###"))
    return "\n".join(parts)


def _members(kind: type) -> Iterator[tuple[str, object]]:
    """Yield the public methods and properties that certbulk has written, in their order."""
    seen = set()
    for home in inspect.getmro(kind):
        if not home.__module__.startswith("certbulk."):
            continue
        for part, value in vars(home).items():
            plain = value.__func__ if isinstance(value, (classmethod, staticmethod)) else value
            if part.startswith("_") or part in seen or not inspect.getdoc(plain):
                continue
            if inspect.isroutine(plain) or isinstance(plain, property):
                seen.add(part)
                yield part, value


def _function(name: str, function: object, level: str) -> str:
    return "\n".join(
        [f"{level} {name}\n", _block(_signature(name, function)), as_markdown(function) + "\n"]
    )


def _signature(name: str, value: object) -> str:
    """Return a call with its types, on several lines if it is long."""
    signature = inspect.signature(value)  # type: ignore[arg-type]
    shown, keywords = [], False
    for parameter in signature.parameters.values():
        if parameter.name == "self":
            continue
        if parameter.kind is parameter.KEYWORD_ONLY and not keywords:
            keywords = True
            shown.append("*")
        keywords |= parameter.kind is parameter.VAR_POSITIONAL
        text = f"{_STARS.get(parameter.kind, '')}{parameter.name}"
        if parameter.annotation is not parameter.empty:
            text += f": {parameter.annotation}"
        if parameter.default is not parameter.empty:
            default = parameter.default
            shown_as = (
                f"{default.__module__}.{default.__name__}" if callable(default) else repr(default)
            )
            text += f" = {shown_as}"
        shown.append(text)
    returned = signature.return_annotation
    ends = "" if returned in (signature.empty, "None", None) else f" -> {returned}"
    line = f"{name}({', '.join(shown)}){ends}"
    if len(line) <= _WIDTH:
        return line
    return f"{name}(\n" + "".join(f"    {text},\n" for text in shown) + f"){ends}"


def _block(text: str) -> str:
    return f"```py\n{text}\n```\n"
