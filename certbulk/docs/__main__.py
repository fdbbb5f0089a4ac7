"""Build the documentation site: `python -m certbulk.docs [FOLDER]`."""

import sys
from pathlib import Path

from certbulk.docs.site import Problems, build

__all__ = ["main"]


def main() -> int:
    """Build the site into the folder that was given, else into `build/site`.

    Returns:
        The exit code: 1 if a page has a broken link, 2 if the site cannot be built here.
    """
    out = Path(sys.argv[1] if len(sys.argv) > 1 else "build/site")
    try:
        pages = build(out)
    except Problems as problems:
        print(problems, file=sys.stderr)  # noqa: T201 (a program of its own)
        return problems.exit_code
    print(f"{pages} pages. Open {out / 'index.html'} in a browser.")  # noqa: T201
    return 0


if __name__ == "__main__":
    sys.exit(main())
