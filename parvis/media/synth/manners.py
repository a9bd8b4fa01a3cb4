"""The manners of the tunes: tempo, scale, chords, voices and rhythms of each."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from parvis.media.synth import instruments as play
from parvis.media.synth.instruments import Sound

Voice = Callable[[float, float], Sound]

MAJOR, MINOR = (0, 2, 4, 5, 7, 9, 11), (0, 2, 3, 5, 7, 8, 10)
DORIAN, LYDIAN = (0, 2, 3, 5, 7, 9, 10), (0, 2, 4, 6, 7, 9, 11)


@dataclass(frozen=True)
class Manner:
    """How a tune goes. Patterns: "x" strikes, "." rests; digits of `melody` are steps until the next note."""

    tempo: float  # beats a minute
    scale: tuple[int, ...]
    chords: tuple[int, ...]  # degrees of the scale, one a bar
    voice: Voice
    lead: Voice
    low: Voice
    bass: str
    kick: str
    snare: str
    hat: str
    melody: str
    arpeggio: bool = False
    swing: float = 0.0  # how late the off-beat steps come, in steps
    key: int = 57  # MIDI note of the first degree


TUNES: Mapping[str, Manner] = {
    "square-waltz": Manner(
        104,
        MAJOR,
        (0, 5, 3, 4),
        play.organ,
        play.flute,
        play.bass,
        "x...........",
        "x...........",
        "....x...x...",
        "....x...x...",
        "4224",
        key=60,
    ),
    "house": Manner(
        122,
        MINOR,
        (0, 5, 3, 6),
        play.organ,
        play.bell,
        play.saw_bass,
        "..x...x...x...x.",
        "x...x...x...x...",
        "....x.......x...",
        "..x...x...x...x.",
        "332332",
    ),
    "late-night": Manner(
        82,
        DORIAN,
        (1, 4, 0, 5),
        play.pad,
        play.bell,
        play.bass,
        "x.....x...x.....",
        "x......x..x.....",
        "....x.......x...",
        "x.x.x.x.x.x.x.x.",
        "6244",
        swing=0.33,
    ),
    "night-drive": Manner(
        106,
        MINOR,
        (0, 5, 2, 6),
        play.pad,
        play.square,
        play.saw_bass,
        "x.x.x.x.x.x.x.x.",
        "x...x...x...x...",
        "....x.......x...",
        "..x...x...x...x.",
        "4444",
        arpeggio=True,
    ),
    "still-water": Manner(
        66,
        LYDIAN,
        (0, 1, 4, 0),
        play.pad,
        play.bell,
        play.bass,
        "x...............",
        "................",
        "................",
        "....x.......x...",
        "6442",
    ),
    "arcade": Manner(
        144,
        MAJOR,
        (0, 4, 5, 3),
        play.square,
        play.square,
        play.bass,
        "x.x.x.x.x.x.x.x.",
        "x...x...x...x...",
        "....x.......x...",
        "x.x.x.x.x.x.x.x.",
        "22222222",
        arpeggio=True,
    ),
    "bossa": Manner(
        126,
        MAJOR,
        (0, 5, 1, 4),
        play.pluck,
        play.flute,
        play.bass,
        "x..x....x..x....",
        "x.......x.......",
        "x..x..x...x..x..",
        "x.xxx.xxx.xxx.xx",
        "3434 2".replace(" ", ""),
    ),
    "dub": Manner(
        74,
        MINOR,
        (0, 0, 3, 0),
        play.organ,
        play.flute,
        play.bass,
        "x..x..x...x.x...",
        "........x.......",
        "........x.......",
        "..x...x...x...x.",
        "6628",
        swing=0.2,
    ),
    "jig": Manner(
        118,
        DORIAN,
        (0, 6, 0, 4),
        play.pluck,
        play.flute,
        play.bass,
        "x.....x.....",
        "x.....x.....",
        "............",
        "x...x.x...x.",
        "222222",
    ),
    "machine-hall": Manner(
        132,
        MINOR,
        (0, 0, 5, 6),
        play.pad,
        play.square,
        play.saw_bass,
        ".xxx.xxx.xxx.xxx",
        "x...x...x...x...",
        "............x...",
        "..x...x...x...x.",
        "32323 3".replace(" ", ""),
    ),
    "slow-song": Manner(
        72,
        MAJOR,
        (0, 4, 5, 3),
        play.bell,
        play.bell,
        play.bass,
        "x.......x.......",
        "x.........x.....",
        "........x.......",
        "x...x...x...x...",
        "44422",
    ),
    "high-noon": Manner(
        110,
        DORIAN,
        (0, 3, 0, 4),
        play.pluck,
        play.bell,
        play.bass,
        "x..x..x.x..x..x.",
        "x...x...x...x...",
        "...x..x....x..x.",
        "xxxxxxxxxxxxxxxx",
        "3333 4".replace(" ", ""),
    ),
    "rooftop": Manner(
        140,
        MINOR,
        (0, 5, 3, 4),
        play.bell,
        play.flute,
        play.saw_bass,
        "x.....x.....x...",
        "x.....x...x.....",
        "........x.......",
        "x.x.x.xxx.x.x.xx",
        "8422",
    ),
    "fairground": Manner(
        116,
        MAJOR,
        (0, 3, 4, 0),
        play.organ,
        play.square,
        play.bass,
        "x...x...x...x...",
        "x.......x.......",
        "....x.......x...",
        "..x...x...x...x.",
        "2242222",
    ),
}
