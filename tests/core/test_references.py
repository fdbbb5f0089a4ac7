"""Names instead of ids: what is understood, and what is not guessed."""

from datetime import UTC

import pytest
from hypothesis import given
from hypothesis import strategies as st

from certbulk.core.columns.fields import BY_NAME
from certbulk.core.kinds import Problem
from certbulk.core.references.directory import Directory, Entry, Listing, plain_name
from certbulk.core.references.reference_parts import has_words
from certbulk.core.references.reference_problems import shown_references
from certbulk.core.references.references import References, written_references
from certbulk.words.vocabulary_files import shipped

from .chain import CHAIN

ALL = shipped().everything("salon_ids")
EVERY = (720441, 720442, 720443, 720444, 720445, 720446)


def read(text: str, listing: Listing = CHAIN.locations, field: str = "salon_ids") -> object:
    everything = shipped().everything(field)
    return References(BY_NAME[field], listing, everything, UTC).read(text)


UNDERSTOOD = {
    "Downtown": (720441,),
    " downtown  ": (720441,),
    "Downtown; Airport": (720441, 720442),
    "Downtown, Airport": (720441, 720442),
    "Airport\nDowntown": (720442, 720441),
    "Downtown (720441)": (720441,),
    "DOWNTOWN (720441), 720442": (720441, 720442),
    "Downtown; Downtown; 720441": (720441,),
    "Downtown;": (720441,),
    "Old Town (720444)": (720444,),
    "Center, 2nd floor": (720446,),
    "Center, 2nd floor, Center": (720446, 720445),
    "Center; Center, 2nd floor": (720445, 720446),
    "720441": (720441,),
    "720441 720442": (720441, 720442),
    "[720441, 720442]": (720441, 720442),
    "all locations": EVERY,
    "All": EVERY,
    "Все филиалы": EVERY,
    "Downtown; 720440": (720441, 720440),
}


@pytest.mark.parametrize("text", UNDERSTOOD)
def test_names_and_ids_are_understood(text: str) -> None:
    """Names, ids, both together, in lists with any mark between them, in any case."""
    assert read(text) == UNDERSTOOD[text]


REFUSED = {
    "Dwntown": ("unknown_location", '"Dwntown"', "Did you mean Downtown or", "Downtown"),
    "Airport; Dwntown": ("unknown_location", '"Dwntown"', "Downtown", "Airport; Downtown"),
    "Downtown Airport": ("unknown_location", '"Downtown Airport"', "", None),
    "Atlantis": ("unknown_location", '"Atlantis"', "no location", None),
    "Tallinn": ("unknown_location", '"Tallinn"', "Did you mean Old Town?", None),
    "Center, 3rd floor": ("unknown_location", '"3rd floor"', "", None),
    "999": ("unknown_location", "999", "", None),
    "Downtown; 999": ("unknown_location", "999", "", None),
    "Atlantis (999)": ("unknown_location", "Atlantis (999)", "", None),
    "Old Town": ("ambiguous_reference", "720443 (Tallinn)", "720444 (Riga)", None),
    "Downtown (720442)": ("ambiguous_reference", '720442 is "Airport"', '"Downtown" is', None),
    "Downtown (999)": ("ambiguous_reference", '"Downtown" is 720441', "", None),
    "Atlantis (720441)": ("ambiguous_reference", '720441 is "Downtown"', "", None),
    "720,441": ("ambiguous_value", "720441", "720, 441", None),
    "720 441; Downtown": ("ambiguous_value", 'contains "720 441"', "720, 441", None),
    "720,441; Downtown": ("ambiguous_value", "Downtown (720441)", "720; 441", None),
    "12.5": ("not_an_id_list", "", "", None),
    ";": ("not_an_id_list", "", "", None),
}


@pytest.mark.parametrize("text", REFUSED)
def test_what_is_open_is_not_guessed(text: str) -> None:
    """The message says what it may mean; only what is sure is suggested."""
    code, one, other, suggestion = REFUSED[text]
    problem = read(text)
    assert isinstance(problem, Problem)
    assert (problem.code, problem.suggestion) == (code, suggestion)
    said = problem.about(f'"{text}"')
    assert one in said
    assert other in said


def test_a_list_that_can_be_parted_in_two_ways() -> None:
    """Both ways are shown with their ids."""
    listing = Listing(tuple(Entry(i, name) for i, name in enumerate(("A", "B", "A, B"), start=1)))
    problem = read("A, B", listing)
    assert isinstance(problem, Problem)
    assert problem.code == "ambiguous_reference"
    assert "A, B (3)" in problem.message
    assert "A (1); B (2)" in problem.message
    assert read("A; B", listing) == (1, 2)
    assert read("A, B (3)", listing) == (3,)


def test_a_name_that_looks_like_a_name_with_an_id() -> None:
    """What is somebody's whole name is that name."""
    assert read("Salon (2)", Listing((Entry(6, "Salon (2)"), Entry(2, "Other")))) == (6,)


@pytest.mark.parametrize("field", ["salon_ids", "service_ids", "category_id"])
@pytest.mark.parametrize("name", ["", "  ", "\u200b"])
def test_what_has_no_name_is_written_and_shown_by_its_id(field: str, name: str) -> None:
    """The service may list what nobody has named."""
    listing = Listing((Entry(51, name), Entry(52, "Massage")), complete=True)
    value = 51 if field == "category_id" else (51,)
    assert written_references(value, BY_NAME[field], listing, ALL) == "51"
    assert shown_references(value, listing) == "51"
    assert read("51", listing, field) == value


NUMBERED = Listing((Entry(720442, "1905", "Porto"), Entry(5, "5"), Entry(720441, "12, 13")))


@pytest.mark.parametrize("text", ["1905", " 1905 ", "1905; 720441", "5; 1905", "12, 13; 1905"])
@pytest.mark.parametrize("others", [(), (Entry(1905, "Bar"),)])
def test_a_number_that_is_a_name_too_is_not_guessed(text: str, others: tuple[Entry, ...]) -> None:
    """Whether the list has that id or not: both readings are shown, with a way to write each."""
    problem = read(text, Listing((*NUMBERED.entries, *others)))
    assert isinstance(problem, Problem)
    assert problem.code == "ambiguous_reference"
    assert "the id 1905 or as the name of 720442 (Porto)" in problem.message


def test_a_number_that_is_a_name_too_can_be_written() -> None:
    """As the name with its id, as that id, and as an id that is not a name."""
    assert read("1905 (720442)", NUMBERED) == (720442,)
    assert read("1905 (1905); 5", NUMBERED) == (1905, 5)
    assert read("5", NUMBERED) == (5,)
    assert read("1905 (1905)", NUMBERED, "category_id") == 1905
    assert written_references((720442,), BY_NAME["salon_ids"], NUMBERED, ALL) == "1905 (720442)"
    assert written_references((1905,), BY_NAME["salon_ids"], NUMBERED, ALL) == "1905 (1905)"
    doubtful = read("12, 13", NUMBERED)
    assert isinstance(doubtful, Problem)
    assert doubtful.code == "ambiguous_reference"
    assert written_references((12, 13), BY_NAME["salon_ids"], NUMBERED, ALL) == "12; 13"


def test_one_category() -> None:
    """A single id by its name, which may have a comma in it."""
    listing = Listing((Entry(51, "Face, neck"), Entry(52, "Massage")), complete=True)
    assert read("face, neck", listing, "category_id") == 51
    assert read("Massage (52)", listing, "category_id") == 52
    assert read("52", listing, "category_id") == 52
    several = read("Massage; Face, neck", listing, "category_id")
    assert isinstance(several, Problem)
    assert several.code == "unknown_category"


@pytest.mark.parametrize("text", ["Downtown", "720441, Downtown", "Downtown (720441)"])
def test_without_a_list_a_name_is_a_finding(text: str) -> None:
    """It says how names can be looked up; ids need no list."""
    problem = read(text, Listing())
    assert isinstance(problem, Problem)
    assert problem.code == "not_an_id_list"
    assert "looked up in the service" in problem.message
    assert read("720441, 5", Listing()) == (720441, 5)


def test_an_exponent_is_no_name() -> None:
    """A number that a spreadsheet shows short is asked for as an id, not looked up."""
    assert not has_words("720441, 7.20442E+05")
    assert all(map(has_words, ("E5", "5E", "Downtown")))
    for field, text in (("salon_ids", "720441, 7.20442E+05"), ("category_id", "7.20441E+05")):
        problem = read(text, Listing(), field)
        assert isinstance(problem, Problem)
        assert "is not an id. " in problem.message


def test_a_list_that_is_not_whole_judges_no_id() -> None:
    """A workbook's own sheet may lack what the chain has."""
    listing = Listing(written=(Entry(1, "Downtown"),))
    assert read("Downtown; 2", listing) == (1, 2)


def test_the_workbooks_own_names_come_first() -> None:
    """What the sheet calls Downtown is meant, also where the chain has two of that name."""
    two = (Entry(1, "Downtown"), Entry(2, "Downtown"), Entry(3, "Center"))
    listing = Listing(two, (Entry(2, "Downtown"), Entry(3, "Our place")))
    assert read("Downtown", listing) == (2,)
    assert read("Downtown (1)", listing) == (1,)
    assert read("Center; our place", listing) == (3,)


@pytest.mark.parametrize("text", ["Downtown", "downtown (2)", "Center (1); 2", "1; Downtown"])
def test_a_list_that_contradicts_the_service_is_not_trusted(text: str) -> None:
    """Somebody sorted the names and not the ids: a type would be valid at the wrong place."""
    live = (Entry(1, "Downtown", "Lisbon"), Entry(2, "Center"))
    sorted_wrongly = Listing(live, (Entry(1, "Center"), Entry(2, "Downtown")), complete=True)
    problem = read(text, sorted_wrongly)
    assert isinstance(problem, Problem)
    assert problem.code == "ambiguous_reference"
    assert "in the workbook's own list of locations, but " in problem.message
    assert read("1; 2", sorted_wrongly) == (1, 2)


STALE = {
    "Center": '"Center" has the id 9 in the workbook\'s own list',
    "Downtown; Center": '"Center" has the id 9 in the workbook\'s own list',
    "Downtown; 9": "There is no location with the id 9 in this chain",
}


@pytest.mark.parametrize(("text", "says"), STALE.items())
def test_a_list_with_an_id_that_the_service_lacks(text: str, says: str) -> None:
    """The message is about what the cell has: a name, whose id the list has, or the id itself."""
    listing = Listing((Entry(1, "Downtown"),), (Entry(9, "Center"),), complete=True)
    problem = read(text, listing)
    assert isinstance(problem, Problem)
    assert problem.code == "unknown_location"
    assert problem.message.startswith(says)


OLD_TOWNS = (Entry(1, "Old Town", "Tallinn"), Entry(2, "Old Town", "Tbilisi"), Entry(3, "Vera"))
CUTS = (Entry(4, "Cut", "Hair, nails"), Entry(5, "Cut", "Spa; sauna (long)"))


@pytest.mark.parametrize("own", [(), (Entry(1, "Old Town"),), (Entry(2, "Old Town", "Tbilisi"),)])
def test_a_name_with_what_tells_it_apart(own: tuple[Entry, ...]) -> None:
    """As certbulk shows the two of one name, whatever the detail is and the own list lacks."""
    listing = Listing((*OLD_TOWNS, *CUTS), own, complete=True)
    assert read("old town (tbilisi); Vera", listing) == (2, 3)
    assert read("Cut (Hair, nails), Cut (Spa; sauna (long)); Old Town (Tallinn)", listing) == (
        4,
        5,
        1,
    )
    problem = read("Old Town (Porto)", listing)
    assert isinstance(problem, Problem)
    assert problem.code == "unknown_location"
    assert problem.suggestion is None


def test_a_list_of_the_service_that_is_not_whole_contradicts_nothing() -> None:
    """Another of that name may be in what the service would not list."""
    live = (Entry(501, "Cut"),)
    assert read("Cut", Listing(live, (Entry(601, "Cut"),))) == (601,)
    assert isinstance(read("Cut", Listing(live, (Entry(601, "Cut"),), complete=True)), Problem)
    other = (*live, Entry(601, "Colour"))
    assert isinstance(read("Cut", Listing(other, (Entry(601, "Cut"),))), Problem)


SALONS = Listing(
    tuple(
        Entry(number, name)
        for number, name in enumerate(
            ["Salon 1", "Salon 2", "Downtown", "Hill Baixa", "Hill Ribeira", "Hall A", "Harbour St"]
        )
    ),
    complete=True,
)
UNSURE = ["Salon 3", "Salon 11", "Salon 12; Salon 22", "Downtown 2", "Baixa", "Hall B", "Hill"]


@pytest.mark.parametrize("text", UNSURE)
def test_another_place_is_no_repair(text: str) -> None:
    """A number, an initial or a word more makes it another: it is asked, and not repaired."""
    problem = read(text, SALONS)
    assert isinstance(problem, Problem)
    assert problem.suggestion is None
    assert "Did you mean" in problem.message


def test_a_slip_is_repaired() -> None:
    """Where all else of the name is there, and no other name is as near."""
    problem = read("Dwntown; Harbor St", SALONS)
    assert isinstance(problem, Problem)
    assert problem.suggestion == "Downtown; Harbour St"


def test_a_stranger_gets_some_names() -> None:
    """What is like none of many says how many there are, and a few."""
    problem = read("Xyzzyx", SALONS)
    assert isinstance(problem, Problem)
    assert "There are 7, such as Salon 1, Salon 2, " in problem.message


names = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), min_size=1, max_size=12
) | st.sampled_from(["A", "A, B", "B", "A; B", "720441", "All", "A (2)", "<clear>", "é", "ё", "E"])


@given(st.lists(names, min_size=1, max_size=6), st.data())
def test_what_is_written_is_read_back(several: list[str], data: st.DataObject) -> None:
    """Whatever things are called: the text that an export writes for ids means those ids."""
    listing = Listing(tuple(Entry(i, name) for i, name in enumerate(several, start=1)))
    ids = st.integers(min_value=1, max_value=len(several) + 1)
    value = tuple(data.draw(st.lists(ids, min_size=1, max_size=6, unique=True)))
    text = written_references(value, BY_NAME["salon_ids"], listing, ALL)
    assert set(read(text, listing)) == set(value)  # type: ignore[call-overload]


def test_a_directory_is_what_it_is_written_as() -> None:
    """As a document and back, so that plans can keep it."""
    assert Directory.of(CHAIN.as_dict()) == CHAIN


def test_names_are_compared_without_what_is_not_seen() -> None:
    """Case, spaces, quotes, dots, accents' encoding, ё and е make no other name."""
    assert plain_name(" Сало́н  «Ёлка» ул. Мира ") == plain_name('сало́н "елка" ул Мира')
    assert plain_name("Caf\u00e9\u200b") == plain_name("cafe\u0301")


def test_a_choice_takes_the_place_of_its_part_alone() -> None:
    """What it stands for may be inside another name of the list, before it or behind it."""
    both = Listing((Entry(1, "Port East"), Entry(2, "Port West"), Entry(3, "Old")), complete=True)
    for text, begin, end in (
        ("Port East; Port ", "Port East; ", ""),
        ("Old,Port\nOld", "Old,", "\nOld"),
    ):
        problem = read(text, both)
        assert isinstance(problem, Problem)
        assert {f"{begin}Port East{end}", f"{begin}Port West{end}"} <= {
            choice.replace(" \n", "\n").rstrip() for choice in problem.choices
        }
    slip = read("Port East; Port Eats", both)
    assert isinstance(slip, Problem)
    assert slip.suggestion in (None, "Port East; Port East")
