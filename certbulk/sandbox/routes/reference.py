"""The documentation page: plain HTML without scripts; the browser loads nothing else for it."""

import json
from collections.abc import Iterator
from html import escape
from typing import Any, Final

__all__ = ["POLICY", "page"]

POLICY: Final = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
"""The page's content security policy: a browser may load nothing for it."""

_STYLE: Final = (
    "body{font:16px/1.5 system-ui,sans-serif;max-width:52rem;margin:2rem auto;padding:0 1rem}"
    "pre,code{font:14px/1.4 ui-monospace,monospace;background:#f4f5f7}"
    "pre{padding:.75rem;overflow:auto}p{white-space:pre-line}h2 code{background:none;font-size:1em}"
    "@media(prefers-color-scheme:dark){body{background:#16181c;color:#e6e6e6}"
    "pre,code{background:#24272d}a{color:#8ab4f8}}"
)


def page(description: dict[str, Any]) -> str:
    """Return the page for an OpenAPI description: the input and the answers of each route."""
    title = escape(description["info"]["title"])
    parts = [f"<h1>{title}</h1>", f"<p>{escape(description['info']['description'].strip())}</p>"]
    for path, operations in description["paths"].items():
        for method, operation in operations.items():
            parts += _route(method.upper(), path, operation)
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title}</title>'
        f'<meta name="viewport" content="width=device-width"><style>{_STYLE}</style></head>'
        f"<body>{''.join(parts)}</body></html>"
    )


def _route(method: str, path: str, operation: dict[str, Any]) -> Iterator[str]:
    yield f"<h2><code>{method} {escape(path)}</code></h2>"
    yield f"<p><strong>{escape(operation['summary'])}.</strong> {escape(operation['description'])}"
    yield "</p>"
    known = operation.get("parameters", ())
    if known:
        yield f"<ul>{''.join(map(_parameter, known))}</ul>"
    yield from _examples("Body", operation.get("requestBody", {}))
    for status, answer in operation.get("responses", {}).items():
        yield from _examples(f"{status} {answer.get('description', '')}", answer)


def _parameter(parameter: dict[str, Any]) -> str:
    words = parameter.get("description", "")
    return (
        f"<li><code>{escape(parameter['name'])}</code> in the {escape(parameter['in'])}"
        f"{escape(f': {words}') if words else ''}</li>"
    )


def _examples(heading: str, holder: dict[str, Any]) -> Iterator[str]:
    for content in holder.get("content", {}).values():
        if "example" in content:
            shown = json.dumps(content["example"], ensure_ascii=False, indent=2)
            yield f"<h3>{escape(heading.strip())}</h3><pre>{escape(shown)}</pre>"
