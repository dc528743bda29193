"""A model on the disk, so that the next start need not learn it again."""

import tempfile
import zipfile
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bot import languages
from bot.library import Library, digest
from bot.search.model import Learnt, Model
from bot.search.places import Gazetteer

Letters = NDArray[np.uint8]


def place_of(folder: Path, library: Library) -> Path:
    """The file the model of `library` is kept in: another one for other content, and for other code."""
    code = [Path(languages.__file__), *sorted(Path(__file__).parent.glob("*.py"))]
    return folder / f"search-{digest([library.hash, *(file.read_text('utf-8') for file in code)])}.npz"


def keep(model: Model, file: Path) -> None:
    """`file` holds the model, whole or not at all; models of older content are gone. Nothing if it cannot be written."""
    learnt = model.learnt
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=file.parent, prefix=".search-", delete=False) as draft:
            np.savez(
                draft,
                columns=_letters(learnt.columns),
                features=_letters(learnt.features),
                rarity=learnt.rarity,
                weights=learnt.weights.astype(np.float16),
                stems=_letters(learnt.stems),
                grid=learnt.grid.astype(np.float16),
                words=_letters(learnt.words),
                times=learnt.times,
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
            learnt = Learnt(
                columns=_names(table["columns"]),
                features=_names(table["features"]),
                rarity=table["rarity"],
                weights=table["weights"].astype(np.float32),
                stems=_names(table["stems"]),
                grid=table["grid"].astype(np.float32),
                words=_names(table["words"]),
                times=table["times"],
            )
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
        return None
    return Model(learnt, gazetteer) if learnt.whole() else None


def _letters(names: tuple[str, ...]) -> Letters:
    return np.frombuffer("\n".join(names).encode("utf-8"), np.uint8)


def _names(letters: Letters) -> tuple[str, ...]:
    text = letters.tobytes().decode("utf-8")
    return tuple(text.split("\n")) if text else ()
