"""What the named people post, say and like: the small living world of the demo."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class PlannedClip:
    """One generated clip: who posts it, in which words, and what it looks and sounds like.

    `seconds` is its length; `width` and `height` its picture; `seed` makes it differ from the others, the same on
    every machine. `likes` are handles; `comments` are (handle, words).
    """

    creator: str
    title: str
    caption: str
    alt: str
    language: str
    seconds: float
    seed: int
    width: int = 720
    height: int = 1280
    likes: tuple[str, ...] = ()
    comments: tuple[tuple[str, str], ...] = field(default=())


# The first ones are short: the page has something to show while the others are still being made.
CLIPS = (
    PlannedClip(
        "alice", "Premier pas", "On commence par un petit tour #danse #lyon",
        "Formes rondes qui tournent", "fr", 5, 11,
        likes=("bob", "carol", "olga"), comments=(("carol", "Schön! More of this."), ("bob", "Day one, first like."))),
    PlannedClip(
        "carol", "Loop No. 1", "Four bars, one mistake, left in. #synth #loops",
        "Bars that move with the beat", "en", 6, 22,
        likes=("alice", "dan"), comments=(("dan", "The mistake is the best part."),)),
    PlannedClip(
        "dan", "終電", "大阪、23時58分。 #夜 #電車", "暗い背景を流れる光の帯", "ja", 6, 33,
        likes=("alice", "carol", "bob", "frank")),
    PlannedClip(
        "bob", "Test, test", "Mostly here to watch, but fair is fair. #hello",
        "Slow waves in two colours", "en", 5, 44,
        likes=("frank",), comments=(("olga", "Welcome to the square!"),)),
    PlannedClip(
        "alice", "Pavés", "Les pavés de la place, vus d'en bas #danse #pierre",
        "Carrés clairs qui avancent", "fr", 7, 55,
        likes=("bob", "dan")),
    PlannedClip(
        "carol", "Regen", "Regen auf dem Dach, dazu drei Töne. @dan, hörst du das? #synth #regen",
        "Fallende Punkte", "de", 8, 66,
        likes=("dan", "alice"), comments=(("dan", "聞こえるよ。"), ("alice", "Très doux."))),
    PlannedClip(
        "dan", "Neon", "Signs I pass every night #neon #night", "Rings of light, one after another", "en", 7, 77,
        likes=("carol", "bob", "olga")),
    PlannedClip(
        "frank", "House rules", "Be kind, be brief, be back tomorrow. #square",
        "A calm field of one colour", "en", 6, 88,
        likes=("olga",)),
    PlannedClip(
        "carol", "Breitbild", "Wide on purpose. #synth #wide",
        "A horizon that breathes", "en", 7, 99, width=1280, height=720,
        likes=("alice",)),
    PlannedClip(
        "alice", "Deux", "À deux c'est mieux, @bob ? #danse #duo", "Deux formes qui se répondent", "fr", 8, 110,
        likes=("bob", "carol", "dan"), comments=(("bob", "I have two left feet."),)),
    PlannedClip(
        "dan", "Platform 3", "Waiting, but make it music #trains #loops", "Squares that blink in turn", "en", 9, 121,
        width=720, height=720, likes=("carol",)),
    PlannedClip(
        "olga", "Good evening", "The square is open. Look around, swipe, say something. #square #hello",
        "Dusk, with one warm light", "en", 6, 132, likes=("alice", "bob", "carol", "dan", "frank")),
)  # fmt: skip

FOLLOWS = (
    ("bob", "alice"), ("bob", "carol"), ("carol", "dan"), ("dan", "carol"), ("alice", "carol"), ("alice", "dan"),
    ("erin", "alice"), ("frank", "olga"), ("olga", "alice"), ("olga", "bob"), ("olga", "carol"), ("olga", "dan"),
)  # fmt: skip
