import pytest

from certbulk.core.columns.fields import FIELDS
from certbulk.core.columns.headers import How, field_of
from certbulk.core.kinds.kind import normal_header
from certbulk.words.vocabulary_files import shipped

VOCABULARY = shipped()
NAMES = [
    (header, field.name)
    for field in FIELDS
    for header in (field.name, field.label, ".".join(field.path), *field.aliases)
    if header
]
WORDS = [
    (word, field)
    for words in VOCABULARY.lists
    for field, several in words.headers.items()
    for word in several
]


def meaning(header: str) -> str | None:
    """Return the column that the shipped vocabulary takes `header` for."""
    match = VOCABULARY.match(header)
    return match.field if match else None


def nearest(header: str) -> str | None:
    """Return the column that the shipped vocabulary finds nearest to `header`."""
    match = VOCABULARY.nearest(header)
    return match.field if match else None


def _spellings(header: str) -> list[str]:
    return [
        header,
        header.upper(),
        header.title(),
        f"  {header}\u00a0",
        header.replace("_", " "),
        header.replace("_", "."),
        header.replace(" ", "_"),
        header.replace(" ", ""),
        header.replace(".", " "),
        header.replace(".", "_"),
        header.replace(" ", "\n"),
        f"{header} *",
        f"\ufeff{header}",
    ]


@pytest.mark.parametrize("field", [field.name for field in FIELDS])
def test_every_name_of_a_column_is_a_header(field: str) -> None:
    """Name, label, path, aliases and words, in any case, with any spaces, dots and underscores."""
    headers = [header for header, name in [*NAMES, *WORDS] if name == field]
    spellings = [spelling for header in headers for spelling in _spellings(header)]
    assert len(spellings) > len(headers) > 1
    assert {s: meaning(s) for s in spellings} == dict.fromkeys(spellings, field)


@pytest.mark.parametrize(("header", "field"), NAMES)
def test_the_tables_own_names_need_no_vocabulary(header: str, field: str) -> None:
    """What the service calls its fields is known if there are no people's words."""
    assert field_of(header) == field


@pytest.mark.parametrize(
    ("header", "how"),
    [
        ("balance", How.NAME),
        ("Face value", How.LABEL),
        ("location_ids", How.ALIAS),
        ("expiration.date", How.NAME),
        ("amount", How.WORD),
        ("Номинал", How.WORD),
    ],
)
def test_how_a_header_is_known(header: str, how: How) -> None:
    """By the service's name, by the label, by another name of the service, or by a word."""
    match = VOCABULARY.match(header)
    assert match
    assert match.how == how


def test_no_header_is_claimed_by_two_columns() -> None:
    """What one column is called, no other is."""
    claims: dict[str, set[str]] = {}
    for header, field in [*NAMES, *WORDS]:
        claims.setdefault(normal_header(header), set()).add(field)
    assert {header: fields for header, fields in claims.items() if len(fields) > 1} == {}


VENDOR: list[tuple[str, str]] = [
    ("location_ids", "salon_ids"),
    ("expiration.type_id", "expiration_type_id"),
    ("expiration.date", "expiration_date"),
    ("expiration.timeout", "expiration_timeout"),
    ("expiration.timeout_unit_id", "expiration_timeout_unit_id"),
    ("online_sale.is_enabled", "online_sale_is_enabled"),
    ("online_sale.price", "online_sale_price"),
    ("Face value", "balance"),
    ("ID", "id"),
    ("Action", "action"),
]


@pytest.mark.parametrize(("header", "field"), VENDOR)
def test_the_vendors_names_are_headers(header: str, field: str) -> None:
    """Paths of the request body and the vendor's own word for locations are understood."""
    assert field_of(header) == field


@pytest.mark.parametrize(
    "header", ["", " ", "colour", "comment", "result", "result_id", "heft", "titles of", "№"]
)
def test_other_headers_mean_nothing(header: str) -> None:
    """A header that is not a name of a column is not among them."""
    assert meaning(header) is None


@pytest.mark.parametrize(
    ("header", "field"),
    [
        ("titel", "title"),
        ("balanse", "balance"),
        ("expiration_dat", "expiration_date"),
        ("face vlaue", "balance"),
        ("expiration-date", "expiration_date"),
        ("xyzzy", None),
        ("", None),
    ],
)
def test_the_nearest_column_is_found(header: str, field: str | None) -> None:
    """A slip leads to the column that was meant; nonsense to none."""
    assert nearest(header) == field
