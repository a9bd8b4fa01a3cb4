"""Where a clip stands, in words, for its creator."""

from dataclasses import asdict, dataclass
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from parvis.clips import states
from parvis.clips.models import Clip, Upload
from parvis.clips.problems import in_words

DONE: Final = "done"
RUNNING: Final = "running"
WAITING: Final = "waiting"
FAILED: Final = "failed"

# Name, and the words while it waits or runs, and once it is done.
STEPS: Final = (
    ("upload", gettext_lazy("Uploading"), gettext_lazy("Uploaded")),
    ("check", gettext_lazy("Looking at the file"), gettext_lazy("The file is fine")),
    ("first", gettext_lazy("Making the first version"), gettext_lazy("It plays")),
    ("rest", gettext_lazy("Making finer versions"), gettext_lazy("All versions are made")),
)
# How many steps are done in a state.
REACHED: Final = {
    states.UPLOADING: 0,
    states.RECEIVED: 1,
    states.PROBED: 2,
    states.PLAYABLE: 3,
    states.READY: 4,
}


BEING_MADE: Final = {
    states.DRAFT: gettext_lazy("It is being made. You can leave this page."),
    states.PUBLISHED: gettext_lazy("It is being made and appears by itself. You can leave this page."),
}
SEEN: Final = {
    states.DRAFT: gettext_lazy("A draft: nobody but you can see it."),
    states.SCHEDULED: gettext_lazy("It is scheduled and appears by itself."),
    states.PUBLISHED: gettext_lazy("Your clip is in the square."),
    states.HIDDEN: gettext_lazy("Hidden: nobody but you can see it."),
}

HIDDEN: Final = gettext_lazy("Hidden by the people who run this square.")
HELD: Final = gettext_lazy("A moderator looks at it before others can see it.")


@dataclass(frozen=True)
class Step:
    """One step: `state` is done, running, waiting or failed; `percent` of a running one, or None if not known."""

    name: str
    label: str
    state: str
    percent: int | None = None


def _reached(clip: Clip) -> int:
    if clip.processing in REACHED:
        return REACHED[clip.processing]
    if clip.playable_at:
        return 3
    return 2 if clip.probe else 1


def steps_of(clip: Clip, upload: Upload | None) -> list[Step]:
    """Return the steps of a clip; `upload` is its newest upload."""
    reached, steps = _reached(clip), []
    stopped = clip.processing in {states.REFUSED, states.FAILED}
    for number, (name, waiting, done) in enumerate(STEPS):
        if number < reached:
            steps.append(Step(name, str(done), DONE))
        elif number > reached:
            steps.append(Step(name, str(waiting), WAITING))
        elif stopped:
            steps.append(Step(name, str(waiting), FAILED))
        else:
            steps.append(Step(name, str(waiting), RUNNING if _moves(clip) else WAITING, _percent(clip, upload)))
    return steps


def _moves(clip: Clip) -> bool:
    return clip.processing == states.UPLOADING or clip.claimed_by is not None


def _percent(clip: Clip, upload: Upload | None) -> int | None:
    if clip.processing == states.UPLOADING:
        return upload.offset * 100 // upload.length if upload and upload.length else 0
    return clip.progress if clip.claimed_by and clip.processing != states.RECEIVED else None


def message_of(clip: Clip) -> str:
    """Return one sentence that says how it stands with a clip."""
    if clip.problem:
        return in_words(clip.problem, clip.problem_params)
    if clip.processing == states.UPLOADING:
        return _("The upload is not finished.")
    if clip.is_held or (clip.publication == states.HIDDEN and clip.hidden_by == "operator"):
        return str(HIDDEN if clip.publication == states.HIDDEN else HELD)
    if clip.playable_at is None and clip.publication in BEING_MADE:
        return str(BEING_MADE[clip.publication])
    if clip.publication == states.PUBLISHED and clip.audience == states.ME:
        return _("Only you can see it.")
    return str(SEEN.get(clip.publication, ""))


def may_retry(clip: Clip) -> bool:
    """Whether trying again makes sense now."""
    working = clip.processing in {states.RECEIVED, states.PROBED, states.PLAYABLE}
    return clip.processing == states.FAILED or (working and clip.retry_at is not None)


def is_moving(clip: Clip) -> bool:
    """Whether it will change by itself soon."""
    return clip.processing in {states.UPLOADING, states.RECEIVED, states.PROBED, states.PLAYABLE}


def progress_of(clip: Clip, upload: Upload | None) -> dict[str, Any]:
    """Return the JSON of GET /mine/<clip>/progress."""
    return {
        "state": clip.processing,
        "publication": clip.publication,
        "steps": [asdict(step) for step in steps_of(clip, upload)],
        "message": message_of(clip),
        "playable": clip.playable_at is not None,
        "moving": is_moving(clip),
        "retry": may_retry(clip),
        "url": clip.get_absolute_url(),
    }
