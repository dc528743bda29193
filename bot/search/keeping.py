"""A model on the disk, so that the next start need not learn it again."""

import tempfile
import zipfile
from pathlib import Path

import numpy as np

from bot.library import Library, digest
from bot.search.features import Vocabulary
from bot.search.model import FORMAT, Model
from bot.search.places import Gazetteer


def place_of(folder: Path, library: Library) -> Path:
    """The file the model of `library` is kept in."""
    return folder / f"search-{digest([str(FORMAT), library.hash])}.npz"


def keep(model: Model, file: Path) -> None:
    """`file` holds the model, whole or not at all; models of older content are gone. Nothing if it cannot be written."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=file.parent, prefix=".search-", delete=False) as draft:
            np.savez(
                draft,
                columns=_letters(model.columns),
                features=_letters(model.vocabulary.names),
                rarity=model.vocabulary.weights,
                weights=model.weights.astype(np.float16),
                stems=_letters(model.stems),
                grid=model.grid.astype(np.float16),
            )
        Path(draft.name).replace(file)
        for old in file.parent.glob("search-*.npz"):
            if old != file:
                old.unlink(missing_ok=True)
    except OSError:
        return


def kept(file: Path, gazetteer: Gazetteer) -> Model | None:
    """The model kept in `file`, or None where there is none or it is not whole."""
    try:
        with np.load(file, allow_pickle=False) as table:
            vocabulary = Vocabulary(_names(table["features"]), table["rarity"].astype(np.float32))
            weights = table["weights"].astype(np.float32)
            columns, stems = _names(table["columns"]), _names(table["stems"])
            grid = table["grid"].astype(np.float32)
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
        return None
    whole = weights.shape == (len(vocabulary) + 1, len(columns)) and len(grid) == len(stems)
    return Model(columns, vocabulary, weights, stems, grid, gazetteer) if whole else None


def _letters(names: tuple[str, ...]) -> np.ndarray[tuple[int], np.dtype[np.uint8]]:
    return np.frombuffer("\n".join(names).encode("utf-8"), np.uint8)


def _names(letters: np.ndarray[tuple[int], np.dtype[np.uint8]]) -> list[str]:
    text = letters.tobytes().decode("utf-8")
    return text.split("\n") if text else []
