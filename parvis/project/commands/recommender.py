"""What the recommender is made of and what it is worth."""

import argparse
import json
import signal
from pathlib import Path

from parvis.project.config import Config
from parvis.project.console import Progress, say
from parvis.project.database import database, set_up_django
from parvis.project.parent import follow_parent
from parvis.project.supervise import StartError
from parvis.recommender.offline import page
from parvis.recommender.offline.logs import Log, LogError, log_of, read
from parvis.recommender.offline.protocols import foretell, leave_one_out


def arguments(parser: argparse.ArgumentParser) -> None:
    """One word for each thing to do."""
    words = parser.add_subparsers(dest="what", required=True, metavar="WHAT")
    card = words.add_parser("card", help="say what the feed is made of: stages, weights, words, what is read")
    card.add_argument("--json", action="store_true", help="for programs, as at /about-feed/card.json")
    train = words.add_parser("train", help="train the nightly encoder now, within the limits of the settings")
    train.add_argument("--check", action="store_true", help="train the one in use again, and say if it is the same")
    train.add_argument("--here", action="store_true", help=argparse.SUPPRESS)  # in this process: what the others start
    one = words.add_parser("evaluate", help="write a page of tables and plots of how the recommenders do on a log")
    one.add_argument(
        "log",
        type=Path,
        nargs="?",
        help="a file of who took what, or its folder: ratings.dat, ratings.csv, viewer,clip,at[,value]",
    )
    one.add_argument("--own", action="store_true", help="evaluate on what was watched here instead, without names")
    one.add_argument("--least", type=float, help="count only rows with at least this value (all)")
    one.add_argument("--out", type=Path, default=Path(), help="folder for evaluation.html (here)")


def run(options: argparse.Namespace) -> int:
    """Do it."""
    return {"card": _card, "train": _train, "evaluate": _evaluate}[options.what](options)


def _train(options: argparse.Namespace) -> int:
    """Train in a process with limits of its own, which is this one if it was started for it."""
    if not options.here:
        with database(Config.from_env()):
            set_up_django()
            from parvis.feed.nightly import begun

            return begun(check=options.check).wait()
    follow_parent(signal.SIGKILL)
    with database(Config.from_env()):
        set_up_django()
        from parvis.feed import encoding
        from parvis.recommender.cluster import ClusterError
        from parvis.recommender.disk import Damaged
        from parvis.recommender.encoder.files import Busy
        from parvis.recommender.manifest import NotReproduced

        try:
            encoding.limit()
            say(encoding.check(encoding.folder()) if options.check else encoding.trained())
        except (encoding.NotEnough, ClusterError, Busy, NotReproduced, Damaged, MemoryError, OSError) as error:
            raise StartError(str(error) or "there is not enough memory: see PARVIS_ENCODER_MEBIBYTES") from error
    return 0


def _card(options: argparse.Namespace) -> int:
    with database(Config.from_env()):
        set_up_django()
        from parvis.feed.modelcard import card, idle_feeds, lines

        made = card(idle_feeds())
    say(json.dumps(made, indent=1, ensure_ascii=False) if options.json else "\n".join(lines(made)))
    return 0


def _evaluate(options: argparse.Namespace) -> int:
    """Write the page; a log that is none is said in one line."""
    if bool(options.log) == options.own:
        raise StartError("Name a log, or say --own.")
    progress = Progress()
    try:
        log = _own() if options.own else read(options.log, options.least)
        progress(f"{len(log.clip):,} events of {log.viewers:,} viewers and {log.clips:,} clips in {log.name}")
        for reason, count in sorted(log.counts.items()):
            if reason != "read" and count:
                say(f"         left out: {reason}: {count:,}")
        left_out, foretold = leave_one_out(log, progress), foretell(log, progress)
        path = page.write(options.out, log, left_out, foretold)
    except (LogError, OSError) as error:
        raise StartError(str(error)) from error
    for title, found in (("leave one out", left_out), ("in order of time", foretold)):
        for row in found.rows if found else ():
            say(f"{title:17} {row.name:19} HR@10 {row.hit.mean:.4f}  NDCG@10 {row.gain.mean:.4f}")
    progress(f"written to {path}")
    return 0


def _own() -> Log:
    with database(Config.from_env()):
        set_up_django()
        from parvis.feed.queries import enjoyed

        return log_of("what was watched here", enjoyed())
