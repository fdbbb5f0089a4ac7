"""What the service says when it refuses, in all the forms that it was seen to use."""

import pickle
from typing import Any

import pytest

import certbulk as cb
from certbulk.api.answers import complaint_in

from .service import Service, answer

Fields = dict[str, list[str]]


def envelope(meta: object) -> dict[str, Any]:
    return {"success": False, "data": None, "meta": meta}


def with_errors(errors: object) -> dict[str, Any]:
    return envelope({"message": "An error has occurred", "errors": errors})


BOTH: Fields = {"title": ["is needed"], "balance": ["is no number"]}

FORMS: list[Any] = [
    pytest.param({"title": "is needed", "balance": "is no number"}, BOTH, id="map"),
    pytest.param({"title": ["is needed"], "balance": ["is no number"]}, BOTH, id="map of lists"),
    pytest.param(
        {"title": ["is needed", "is short"]}, {"title": ["is needed", "is short"]}, id="several"
    ),
    pytest.param(
        {"expiration": {"date": ["is past"]}}, {"expiration.date": ["is past"]}, id="nested map"
    ),
    pytest.param({"expiration.date": "is past"}, {"expiration.date": ["is past"]}, id="dotted"),
    pytest.param(["is needed", "is short"], {"": ["is needed", "is short"]}, id="list of texts"),
    pytest.param(
        [
            {"field_name": "title", "field_value": "", "error_message": "is needed"},
            {"field_name": "balance", "field_value": "x", "error_message": "is no number"},
        ],
        BOTH,
        id="list of field_name",
    ),
    pytest.param(
        [{"field": "title", "message": "is needed"}, {"field": "balance", "error": "is no number"}],
        BOTH,
        id="list of field",
    ),
    pytest.param(
        {"salon_ids": [{"code": 7, "message": "is unknown"}]},
        {"salon_ids": ["is unknown"]},
        id="map of lists of objects",
    ),
    pytest.param({"title": None, "balance": ""}, {}, id="nothing said"),
    pytest.param("all wrong", {"": ["all wrong"]}, id="a text"),
    pytest.param({"balance": 17}, {"balance": ["17"]}, id="a number"),
    pytest.param({"balance": True}, {"balance": ["True"]}, id="a flag"),
    pytest.param([], {}, id="empty list"),
    pytest.param({}, {}, id="empty map"),
    pytest.param(None, {}, id="null"),
]


@pytest.mark.parametrize(("errors", "fields"), FORMS)
def test_errors_by_field(errors: object, fields: Fields) -> None:
    """Every form in which the service gives errors comes back as messages by field."""
    said = answer(400, with_errors(errors))
    with Service(said) as service, pytest.raises(cb.RejectedError) as caught:
        service.client().create({})
    assert caught.value.fields == fields
    assert "An error has occurred" in str(caught.value)
    for name, texts in fields.items():
        assert name in str(caught.value)
        assert all(text in str(caught.value) for text in texts)


MESSAGES: list[Any] = [
    pytest.param(envelope({"message": "No."}), "No.", id="in meta"),
    pytest.param({"success": False, "message": "No."}, "No.", id="beside meta"),
    pytest.param({"success": False, "meta": [], "message": "No."}, "No.", id="meta is a list"),
    pytest.param(envelope({}), "", id="meta is empty"),
    pytest.param(envelope([]), "", id="meta is an empty list"),
    pytest.param(envelope(None), "", id="meta is null"),
    pytest.param(envelope({"message": None}), "", id="null"),
    pytest.param(envelope({"message": ["No."]}), "", id="a list"),
    pytest.param(envelope("No."), "", id="meta is a text"),
    pytest.param([], "", id="a list altogether"),
    pytest.param("No.", "", id="a text altogether"),
    pytest.param(17, "", id="a number altogether"),
    pytest.param(None, "", id="null altogether"),
]


@pytest.mark.parametrize(("document", "message"), MESSAGES)
@pytest.mark.parametrize("status", [400, 403, 404, 422])
def test_messages(document: object, message: str, status: int) -> None:
    """The service's own words are in the error if there are any, and it is never a crash."""
    with Service(answer(status, document)) as service, pytest.raises(cb.ServiceError) as caught:
        service.client().create({})
    assert caught.value.status == status
    assert str(caught.value).startswith("The service ")
    assert message in str(caught.value)


def test_words_that_would_move_the_cursor() -> None:
    """Control characters from the service reach neither a terminal nor a cell."""
    hostile = "\x1b[2J\x07a\x00b\r\nc\x9b31m \u202egnp.exe\u2028d"
    document = with_errors({f"ti{hostile}tle": hostile})
    document["meta"]["message"] = hostile
    with Service(answer(400, document)) as service, pytest.raises(cb.RejectedError) as caught:
        service.client().create({})
    said = str(caught.value) + "".join(caught.value.fields)
    assert not {c for c in said if not c.isprintable()}


@pytest.mark.parametrize("text", ["\ud800", "a\udfffb", "\ufffe", "\uffff"])
def test_words_that_are_no_text(text: str) -> None:
    """Halves of characters, which JSON can carry, come back as something that can be written."""
    document = with_errors({"title": [text]})
    document["meta"]["message"] = text
    with Service(answer(400, document)) as service, pytest.raises(cb.RejectedError) as caught:
        service.client().create({})
    said = str(caught.value) + "".join(caught.value.fields["title"])
    said.encode()
    assert "\ufffe" not in said
    assert "\uffff" not in said


def test_endless_words_are_cut() -> None:
    """A message of a megabyte is not a message for a cell."""
    document = with_errors({f"field{n}": ["x" * 100_000] for n in range(3)})
    document["meta"]["message"] = "y" * 1_000_000
    with Service(answer(400, document)) as service, pytest.raises(cb.RejectedError) as caught:
        service.client().create({})
    assert len(str(caught.value)) < 4000


def test_endless_errors_are_cut() -> None:
    """Neither are ten thousand messages."""
    document = with_errors({f"field{n}": ["is wrong"] for n in range(10_000)})
    with Service(answer(400, document)) as service, pytest.raises(cb.RejectedError) as caught:
        service.client().create({})
    assert len(str(caught.value)) < 32_767  # what fits into a cell


@pytest.mark.parametrize("depth", [100, 900, 950, 980, 5000, 100_000])
def test_errors_of_any_depth(depth: int) -> None:
    """Nesting, however deep, is not a crash: the row was refused, and that is what counts."""
    deep = b'{"a":' * depth + b'"x"' + b"}" * depth
    raw = b'{"success": false, "meta": {"message": "No.", "errors": ' + deep + b"}}"
    with Service(answer(400, raw=raw)) as service, pytest.raises(cb.RejectedError) as caught:
        service.client().create({})
    assert caught.value.code == "rejected"


def test_errors_as_deep_as_a_parser_takes_them() -> None:
    """Python 3.13 parses thousands of levels: whatever was parsed can be read for messages."""
    errors: Any = "No."
    for _ in range(5000):
        errors = {"a": errors}
    assert complaint_in(with_errors(errors)).message == "An error has occurred"


def test_a_refusal_travels_between_processes() -> None:
    """An error of the service is the same after it was packed and unpacked."""
    fields = {"title": ["is needed"]}
    error = cb.RejectedError("No.", code="rejected", status=422, attempts=1, fields=fields)
    again = pickle.loads(pickle.dumps(error))  # noqa: S301 (packed right here)
    assert (type(again), again.args, vars(again)) == (type(error), error.args, vars(error))
