"""What the named people post, say and like: the small living world of the demo."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class PlannedClip:
    """One generated clip: who posts it, its words, and its `scene` and `tune` (names of `parvis.media.synth`).

    `seconds` is its length; `width` and `height` its picture. `likes` are handles; `comments` are (handle, words).
    """

    creator: str
    title: str
    caption: str
    alt: str
    language: str
    scene: str
    tune: str
    seconds: float = 7
    width: int = 540
    height: int = 960
    likes: tuple[str, ...] = ()
    comments: tuple[tuple[str, str], ...] = field(default=())


# The first ones are short: the page has something to show while the others are still being made.
CLIPS = (
    PlannedClip(
        "olga", "Good evening", "The square is open. Look around, swipe, say something. #square #hello",
        "A town square at dusk: lamps, lit windows, people dancing", "en", "dusk-square", "square-waltz", 6,
        likes=("alice", "bob", "carol", "dan", "frank"), comments=(("alice", "Bonsoir !"),)),
    PlannedClip(
        "alice", "Feu d'artifice", "Un petit bouquet pour commencer #fete #lyon",
        "Des feux d'artifice au-dessus d'une ville", "fr", "fireworks", "fairground", 6,
        likes=("bob", "carol", "olga"), comments=(("carol", "Schön! More of this."), ("bob", "Day one, first like."))),
    PlannedClip(
        "dan", "雨のネオン", "大阪、23時58分。 #夜 #雨", "ネオンの街に降る雨", "ja", "neon-rain", "machine-hall", 6,
        likes=("alice", "carol", "bob", "frank"), comments=(("bob", "I can hear the puddles."),)),
    PlannedClip(
        "carol", "Seide", "Vier Takte, ein Fehler, dringelassen. #synth #loops",
        "Falten aus farbigem Stoff, die sich im Takt bewegen", "de", "silk", "dub", 7,
        likes=("alice", "dan"), comments=(("dan", "The mistake is the best part."),)),
    PlannedClip(
        "bob", "Test, test", "Mostly here to watch, but fair is fair. #hello",
        "Shapes that bounce off the edges", "en", "bouncing", "arcade", 6,
        likes=("frank",), comments=(("olga", "Welcome to the square!"),)),
    PlannedClip(
        "dan", "Last train", "The long way home, @carol made me play it slower #night #trains",
        "A road at night under a low sun, driven fast", "en", "night-drive", "night-drive", 8,
        likes=("carol", "bob", "olga"), comments=(("carol", "Slower!"), ("dan", "This is slower."))),
    PlannedClip(
        "alice", "La mer, de mémoire", "On l'entend presque #mer #doux", "La mer au soir, des vagues et une lune",
        "fr", "sea", "still-water", 8, likes=("bob", "dan")),
    PlannedClip(
        "carol", "Nordlicht", "Drei Töne und viel Geduld. @dan, hörst du das? #synth #nacht",
        "Nordlicht über einer dunklen Landschaft", "de", "aurora", "slow-song", 8,
        likes=("dan", "alice"), comments=(("dan", "聞こえるよ。"), ("alice", "Très doux."))),
    PlannedClip(
        "frank", "House rules", "Be kind, be brief, be back tomorrow. #square",
        "Paper lanterns rising into the evening", "en", "lanterns", "rooftop", 7, likes=("olga", "alice")),
    PlannedClip(
        "carol", "Breitbild", "Wide on purpose. #synth #wide", "Planets on their rounds, seen from the side",
        "en", "planets", "late-night", 7, 960, 540, likes=("alice",)),
    PlannedClip(
        "alice", "Vitrail", "Un vitrail qui danse, @bob ? #danse #lumiere",
        "Un vitrail dont les couleurs changent au rythme",
        "fr", "stained-glass", "bossa", 8, 720, 1280, likes=("bob", "carol", "dan"),
        comments=(("bob", "I have two left feet."),)),
    PlannedClip(
        "dan", "Square for the square", "One to one #loops #tiles", "Tiles that turn in patterns", "en",
        "kaleidoscope", "house", 8, 720, 720, likes=("carol", "frank")),
)  # fmt: skip

FOLLOWS = (
    ("bob", "alice"), ("bob", "carol"), ("carol", "dan"), ("dan", "carol"), ("alice", "carol"), ("alice", "dan"),
    ("erin", "alice"), ("frank", "olga"), ("olga", "alice"), ("olga", "bob"), ("olga", "carol"), ("olga", "dan"),
)  # fmt: skip
