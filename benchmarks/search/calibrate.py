"""`python -m benchmarks.search.calibrate`: fits bot.search.decision.Calibration by cross-validation.

Every example sentence is weighed by a model that has not seen it or a near copy; then the numbers
are chosen that give the right readings the greatest chances. Prints them; some minutes.
"""

from dataclasses import replace
from pathlib import Path

import numpy as np

from bot.evaluation import held_out
from bot.library import files_below, read
from bot.search.corpus import CLEAR, DOUBTFUL, NONE, NOT_URGENT, TALK
from bot.search.decision import CALIBRATION, Calibration, Judge
from bot.search.model import Evidence

STEPS = 60


def numbers(calibration: Calibration) -> np.ndarray:
    """All numbers of a calibration in one row."""
    c = calibration
    return np.array([c.article, c.words, *c.none, *c.talk, *c.clear, *c.doubtful])


def calibration(row: np.ndarray) -> Calibration:
    """The calibration of these numbers."""
    n = [round(float(x), 2) for x in row]
    return Calibration(n[0], n[1], (n[2], n[3], n[4]), (n[5], n[6], n[7]), (n[8], n[9]), (n[10], n[11]))


def evidence() -> list[tuple[tuple[str, ...], list[tuple[str, Evidence]]]]:
    """For each fold the columns of its model and the evidence of its unseen sentences."""
    library, _ = read(files_below(Path("content")))
    return [
        (index.model.columns, [(s.label, index.model.weigh(s.text)) for s in unseen if s.label != NOT_URGENT])
        for index, unseen in held_out(library)
    ]


def surprise(tried: Calibration, folds: list[tuple[tuple[str, ...], list[tuple[str, Evidence]]]]) -> float:
    """The mean negative log chance of what each sentence is."""
    lost = []
    for columns, rows in folds:
        judge = Judge(columns, tried)
        for label, seen in rows:
            chances = judge.chances(seen)
            if label.startswith(NONE):
                right = chances.none
            elif label.startswith(TALK):
                right = chances.talk.sum()
            elif label in (CLEAR, DOUBTFUL):
                right = chances.clear if label == CLEAR else chances.doubtful
            else:
                right = chances.articles[columns.index(label)]
            lost.append(-np.log(float(right) + 1e-9))
    return float(np.mean(lost))


def fit(folds: list[tuple[tuple[str, ...], list[tuple[str, Evidence]]]]) -> Calibration:
    """Coordinate descent with steps that grow when they help and shrink when they do not."""
    best = numbers(replace(CALIBRATION))
    least = surprise(calibration(best), folds)
    steps = np.maximum(0.15 * np.abs(best), 0.2)
    for _ in range(STEPS):
        for place in range(len(best)):
            for way in (1, -1):
                tried = best.copy()
                tried[place] += way * steps[place]
                now = surprise(calibration(tried), folds)
                if now < least:
                    best, least = tried, now
                    steps[place] *= 1.3
                    break
            else:
                steps[place] /= 2
        if steps.max() < 0.05:
            break
    print(f"surprise {least:.4f}")
    return calibration(best)


if __name__ == "__main__":
    print(fit(evidence()))
