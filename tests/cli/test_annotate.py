import json
import zipfile
from pathlib import Path

from .conftest import Run, csv

BAD = {"title": "Rosemary Card", "balance": "1,000", "is_multi": "yes"}


def test_validate_writes_an_annotated_copy(certbulk: Run) -> None:
    """It says where the copy is, and ends as validate does without it."""
    result = certbulk("validate", csv("types.csv", BAD), "--annotate", "copy.xlsx")
    assert result.exit_code == 1
    assert "Annotated copy: copy.xlsx." in result.stdout
    assert Path("copy.xlsx").exists()


def test_the_copy_in_json(certbulk: Run) -> None:
    """Its path is beside the findings; without a copy there is no such key."""
    source = csv("types.csv", BAD)
    told = json.loads(certbulk("validate", source, "--annotate", "copy.xlsx", "--json").stdout)
    assert told["annotated"] == "copy.xlsx"
    assert "annotated" not in json.loads(certbulk("validate", source, "--json").stdout)


def test_a_copy_is_not_written_over_another_file(certbulk: Run) -> None:
    """Unless that is asked for. The findings are printed all the same."""
    source = csv("types.csv", BAD)
    Path("copy.xlsx").write_text("mine", encoding="utf-8")
    refused = certbulk("validate", source, "--annotate", "copy.xlsx")
    assert refused.exit_code == 2
    assert refused.stderr.startswith("certbulk: copy.xlsx exists already")
    assert "1,000" in refused.stdout
    assert certbulk("validate", source, "--annotate", "copy.xlsx", "--overwrite").exit_code == 1


def test_a_signature_that_a_copy_breaks_is_reported(certbulk: Run) -> None:
    """By both commands that write a copy of a signed workbook."""
    made = certbulk("fix", csv("types.csv", BAD), "-o", "types.xlsx")
    assert "signature" not in made.stdout
    with zipfile.ZipFile("types.xlsx", "a") as archive:
        archive.writestr("_xmlsignatures/sig1.xml", "<Signature/>")
    for line in (["validate", "types.xlsx", "--annotate", "copy.xlsx"], ["fix", "types.xlsx"]):
        assert "The signature is not valid for this copy" in certbulk(*line).stdout
