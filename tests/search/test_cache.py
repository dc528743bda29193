"""The model on the disk: read back whole, or learnt anew."""

import numpy as np
import pytest

from bot.library import files_below, read
from bot.search import Index, keeping
from bot.settings import PACKAGE as ROOT


@pytest.fixture(scope="module")
def small():
    """A library of five articles: quick to learn."""
    files = files_below(ROOT / "content")
    kept = ("topics/schools/", "topics/grants/", "topics/property/", "topics/help/", "topics/jobs/")
    found, _ = read({path: text for path, text in files.items() if not path.startswith("topics/") or path.startswith(kept)})
    return found


def test_a_kept_model_answers_as_the_learnt_one(small, tmp_path):
    learnt, kept = Index.build(small, tmp_path), Index.build(small, tmp_path)
    for text in ("škola za dete", "grant", "zdravo", "shtëpia ime është zënë"):
        one, other = learnt.find(text), kept.find(text)
        assert (one.kind, one.ranking[0].article, one.language) == (other.kind, other.ranking[0].article, other.language)


def test_the_cache_is_read_and_not_learnt_again(small, tmp_path, monkeypatch):
    Index.build(small, tmp_path)
    monkeypatch.setattr("bot.search.index.Model.learn", lambda *_: pytest.fail("learnt again"))
    Index.build(small, tmp_path)


@pytest.mark.parametrize("junk", [b"", b"PK\x03\x04 not a zip", b"\x00" * 100_000])
def test_a_spoilt_cache_is_replaced(small, tmp_path, junk):
    file = keeping.place_of(tmp_path, small)
    file.write_bytes(junk)
    assert Index.build(small, tmp_path).find("škola").ranking
    assert keeping.kept(file, Index.build(small, tmp_path).model.gazetteer) is not None


def test_a_cut_cache_is_replaced(small, tmp_path):
    Index.build(small, tmp_path)
    file = keeping.place_of(tmp_path, small)
    file.write_bytes(file.read_bytes()[:-5000])
    assert Index.build(small, tmp_path).find("škola").ranking[0].article == "schools"


def test_pickles_in_a_cache_are_not_run(small, tmp_path):
    file = keeping.place_of(tmp_path, small)
    np.savez(file, columns=np.array([{"a": 1}], dtype=object))
    assert Index.build(small, tmp_path).find("škola").ranking[0].article == "schools"


def test_arrays_that_do_not_fit_are_not_used(small, tmp_path):
    Index.build(small, tmp_path)
    file = keeping.place_of(tmp_path, small)
    with np.load(file) as table:
        arrays = {**table, "weights": table["weights"][:-3]}
    np.savez(file, **arrays)
    assert keeping.kept(file, None) is None


def test_models_of_older_content_are_removed(small, tmp_path):
    (tmp_path / "search-0000.npz").write_bytes(b"old")
    Index.build(small, tmp_path)
    assert [file.name for file in tmp_path.iterdir()] == [keeping.place_of(tmp_path, small).name]


def test_a_folder_that_cannot_be_written_does_no_harm(small, tmp_path):
    (tmp_path / "file").write_text("in the way")
    assert Index.build(small, tmp_path / "file" / "cache").find("škola").ranking


def test_an_empty_library_is_searched_without_harm():
    empty, _ = read({})
    found = Index.build(empty).find("škola u Prizrenu")
    assert (found.kind, found.ranking) == ("unknown", ())
