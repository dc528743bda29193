"""Learning which features speak for which answer: one linear support vector machine per column.

Solved by dual coordinate descent (Hsieh et al. 2008, https://doi.org/10.1145/1390156.1390208), all
columns of one sample at a time, so that a training run is a few seconds of numpy.
"""

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from bot.search.features import Floats, Places

SLACK: Final = 0.3  # C of the machines: how much a sample on the wrong side may cost
ROUNDS: Final = 6
STILL: Final = 1e-4  # a smaller step is no step

Targets = NDArray[np.int8]


def train(vectors: Sequence[tuple[Places, Floats]], targets: Targets, size: int, rounds: int = ROUNDS) -> Floats:
    """The weights, one row per feature and a last row for the bias, one column per target column.

    `targets` says for each sample and column +1 (is), -1 (is not) or 0 (does not say).
    The same input always gives the same weights.
    """
    chance = np.random.default_rng(1)
    samples = [(np.append(places, size), np.append(values, 1).astype(np.float32)) for places, values in vectors]
    signs = targets.astype(np.float32)
    weights = np.zeros((size + 1, targets.shape[1]), np.float32)
    duals = np.zeros(targets.shape, np.float32)
    ridge = 1 / (2 * SLACK)
    for _ in range(rounds):
        for row in chance.permutation(len(samples)):
            places, values = samples[row]
            sign, dual = signs[row], duals[row]
            rows = weights[places]
            slope = sign * (values @ rows) - 1 + ridge * dual
            new = np.maximum(dual - slope / (float(values @ values) + ridge), 0) * (sign != 0)
            step = (new - dual) * sign
            if np.abs(step).max() > STILL:
                duals[row] = new
                rows += values[:, None] * step
                weights[places] = rows
    return weights
