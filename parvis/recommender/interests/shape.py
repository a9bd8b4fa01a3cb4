"""What stands where in the vector of a clip, which is also what stands where in that of a viewer."""

import numpy as np

from parvis.recommender.interests.subjects import SUBJECTS
from parvis.recommender.signals import Floats

LANGUAGES, FOUND = 8, 8
# Worth to all; a viewer's own level; length; what it is about; its language; and what is found out from watches.
WORTH, OWN, LENGTH = 0, 1, 2
ABOUT = slice(3, 3 + SUBJECTS)
LANGUAGE = slice(ABOUT.stop, ABOUT.stop + LANGUAGES)
FREE = slice(LANGUAGE.stop, LANGUAGE.stop + FOUND)
WIDTH = FREE.stop
# The sums that are told apart to viewers, as columns [WIDTH, groups]. A viewer's own level is the same for all clips.
GROUPS = ("quality", "length", "subject", "language", "interest")
SUMS: Floats = np.zeros((WIDTH, len(GROUPS)), np.float32)
SUMS[WORTH, 0] = SUMS[LENGTH, 1] = SUMS[OWN, 4] = 1.0
SUMS[ABOUT, 2] = SUMS[LANGUAGE, 3] = SUMS[FREE, 4] = 1.0
# How far viewers differ in each, as standard deviations of the logarithm of seconds. FREE has its size in the clips.
DIFFER: Floats = np.ones(WIDTH, np.float32)
DIFFER[OWN], DIFFER[LENGTH], DIFFER[ABOUT] = 0.5, 0.4, 1.3
KEEP = 0.997  # what is left of a watch after one further watch
RECALLED = 128  # watches of a viewer that count for them
FOREIGN = -0.8  # what a viewer is taken to make of clips in other languages than their own, until they show it
