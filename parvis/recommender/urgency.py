"""The clips on trial as those who draw from them want them: by language, and by whether they are owed showings."""

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from parvis.recommender.catalogue import Catalogue
from parvis.recommender.signals import Ints

Doubles = npt.NDArray[np.float64]
# Clips, and the sums of their urgency from the first one on, with 0 before it: [n] and [n + 1].
Side = tuple[Ints, Doubles]


@dataclass(frozen=True)
class Pool:
    """Clips on trial, the showings owed to each per second left, and whether any are, as of one moment: all [clips]."""

    clips: Ints
    urgency: Doubles
    owed: npt.NDArray[np.bool_]
    # What was made of it for those who asked, by language: a draw then costs the same from ten clips as from 100,000.
    _sides: dict[int, tuple[Side, Side]] = field(default_factory=dict)

    def sides(self, catalogue: Catalogue, language: int) -> tuple[Side, Side]:
        """Return the clips that are owed showings and the others, of the language as far as there are any."""
        known = self._sides.get(language)
        if known is None:
            near = catalogue.language[self.clips] == language
            if not near.any():
                near[:] = True
            known = self._sides[language] = self._side(near & self.owed), self._side(near & ~self.owed)
        return known

    def _side(self, which: npt.NDArray[np.bool_]) -> Side:
        return self.clips[which], np.concatenate([[0.0], np.cumsum(self.urgency[which])])
