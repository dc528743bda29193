"""Exports: every column explained, no cell a formula, and LibreOffice reads three scripts right."""

import csv
import io
import json
import shutil
import subprocess
import zipfile
from datetime import UTC, datetime
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from bot.documents.exports import Entry, columns, dictionary, export, harmless
from bot.documents.statistics import Tally, shown, tables
from bot.library import Library
from bot.texts import Texts

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
AT = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
NAMES = ("Ђорђе Љубичић", "Đorđe Ljubičić", "Arbër Çela", '=HYPERLINK("http://x")', "@SUM(A1)", "-1+2")
soffice = pytest.mark.skipif(
    shutil.which("soffice") is None,
    reason="LibreOffice is not installed here: apt-get install libreoffice-calc to see it open the exports itself",
)


@pytest.fixture
def entries() -> list[Entry]:
    return [
        Entry(
            f"K7M2Q4{number}", AT, AT, "received", family=False, language="sr-Cyrl", contact=True,
            answers={"origin": "gjakova", "household": ("18-59:care", "60"), "house": "damaged", "name": name, "phone": "+381641234567", "share": "yes"},
        )
        for number, name in enumerate(NAMES)
    ]  # fmt: skip


def test_every_column_of_every_form_is_explained_in_three_languages(library: Library, texts: Texts) -> None:
    for form in library.forms.values():
        told = {row[0] for row in dictionary(form, library, texts)[1:]}
        assert set(columns(form)) == told
        assert all(all(row[2:]) for row in dictionary(form, library, texts)[1:])


def test_the_categories_have_the_codes_other_databases_are_matched_by(library: Library, texts: Texts) -> None:
    codes = [row[1] for row in dictionary(library.forms["grant"], library, texts) if row[0] == "category" and row[1]]
    assert codes == ["displaced", "refugee", "returnee-voluntary", "returnee-involuntary", "repatriated", "non-majority", "other"]


def test_every_municipality_has_a_code_and_the_dictionary_names_it(library: Library, texts: Texts) -> None:
    told = {row[1]: row[2:] for row in dictionary(library.forms["grant"], library, texts) if row[0] == "origin" and row[1]}
    assert told.keys() == library.municipalities.keys()
    assert "Ђаковица" in str(told["gjakova"][0])
    assert "Đakovica" in str(told["gjakova"][1])
    assert "Gjakov" in str(told["gjakova"][2])


def test_no_cell_of_a_csv_is_a_formula(library: Library, texts: Texts, entries: list[Entry]) -> None:
    files = export(library.forms["house-help"], entries, library, texts, "csv")
    rows = list(csv.reader(io.StringIO(files["house-help.csv"].decode("utf-8-sig"))))
    assert len(rows) == len(NAMES) + 1
    assert not [cell for row in rows for cell in row if cell.startswith(("=", "+", "-", "@"))]
    assert harmless("=1") == "'=1"


def test_json_says_the_same_as_the_table(library: Library, texts: Texts, entries: list[Entry]) -> None:
    data = json.loads(export(library.forms["house-help"], entries, library, texts, "json")["house-help.json"])
    first = data["registrations"][0]
    assert (first["name"], first["household_size"], first["household_care"], first["origin"]) == (NAMES[0], 2, 1, "gjakova")


def test_a_workbook_holds_the_right_characters_in_three_scripts_and_no_formula(
    library: Library, texts: Texts, entries: list[Entry]
) -> None:
    form = library.forms["house-help"]
    content = export(form, entries, library, texts, "xlsx")["house-help.xlsx"]
    place = columns(form).index("name")
    sheet = cells(content, "xl/worksheets/sheet1.xml")
    assert [row[place] for row in sheet[1:]] == list(NAMES)
    dictionary_sheet = cells(content, "xl/worksheets/sheet2.xml")
    assert [[str(cell) for cell in row] for row in dictionary(form, library, texts)] == dictionary_sheet


def cells(workbook: bytes, sheet: str) -> list[list[str]]:
    """The rows of a sheet as ECMA-376 writes them; a formula fails."""
    with zipfile.ZipFile(io.BytesIO(workbook)) as book:
        shared = ["".join(part.itertext()) for part in ET.fromstring(book.read("xl/sharedStrings.xml"))]
        tree = ET.fromstring(book.read(sheet))
    assert tree.find(".//{*}f") is None
    return [
        [shared[int(c[0].text or "")] if c.get("t") == "s" else c[0].text or "" if len(c) else "" for c in row]
        for row in tree.iter(f"{MAIN}row")
    ]


@soffice
@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_libreoffice_opens_it_with_the_right_characters_in_three_scripts(
    kind: str, library: Library, texts: Texts, entries: list[Entry], tmp_path: Path
) -> None:
    for name, content in export(library.forms["house-help"], entries, library, texts, kind).items():  # type: ignore[arg-type]
        (tmp_path / name).write_bytes(content)
    out = tmp_path / "out"
    command = [
        "soffice",
        f"-env:UserInstallation=file://{tmp_path}/profile",
        "--headless",
        "--convert-to",
        "csv:Text - txt - csv (StarCalc):44,34,76",
        "--outdir",
        out,
        tmp_path / f"house-help.{kind}",
    ]
    if kind == "csv":  # what the import dialog proposes by the mark at the file's start; without the dialog it must be said
        command.insert(3, "--infilter=CSV:44,34,76,1")
    subprocess.run(command, check=True, capture_output=True, timeout=240)
    read = (out / "house-help.csv").read_text("utf-8")
    for name in NAMES[:3]:
        assert name in read
    assert "HYPERLINK" in read, "the formula is shown as the text it is"
    assert "381641234567" in read


def test_small_counts_are_hidden_and_others_rounded(library: Library, texts: Texts) -> None:
    words = texts["en"]
    assert [shown(count, words) for count in (0, 1, 4, 5, 7, 8, 12, 13)] == [
        "0",
        "fewer than 5",
        "fewer than 5",
        "5",
        "5",
        "10",
        "10",
        "15",
    ]
    told = tables([Tally("2026-11", "grant", "peja", "sq", "displaced", 3), Tally("2026-11", "training", "", "sq", "", 9)], library, words)
    assert dict(told["form"]) == {
        "Tools and equipment for business or farming": "fewer than 5",
        "A course, business training or a mentor": "10",
    }
    assert ("not given", "10") in told["municipality"]
