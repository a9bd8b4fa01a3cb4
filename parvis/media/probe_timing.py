"""Part of the probe's child: when pictures and sound begin and end, and how regularly pictures follow."""

import itertools
import statistics
from array import array
from collections.abc import Sequence

from av.audio.stream import AudioStream
from av.container import InputContainer
from av.packet import Packet
from av.stream import Stream
from av.video.stream import VideoStream

from parvis.media.errors import MediaError
from parvis.media.limits import Limits

COMMON_RATES = (24000 / 1001, 24, 25, 30000 / 1001, 30, 48, 50, 60000 / 1001, 60)
# A file that breaks off before this share of what it announced is damaged.
COMPLETE = 0.9
# Containers whose announced duration is written by the recorder, not guessed from the bit rate by the reader
DECLARING = ("mov", "matroska", "webm")


class Timing:
    """Collects packet times. Seconds inside; milliseconds in `fields`."""

    def __init__(
        self, container: InputContainer, video: VideoStream, audio: AudioStream | None, limits: Limits
    ) -> None:
        """Nothing is read here."""
        self.container = container
        self.video = video
        self.audio = audio
        self.limits = limits
        self._times = array("d")
        self._last_duration = 0.0
        self._video_end = float("-inf")
        self._audio_start = float("inf")
        self._audio_end = float("-inf")
        self._opens_with_key: bool | None = None

    def add(self, packet: "Packet[Stream]") -> None:
        """Note one packet's time; raises MediaError as soon as the file is longer than allowed."""
        stamp = packet.pts if packet.pts is not None else packet.dts
        if stamp is None or packet.is_discard:
            return
        time = float(stamp * packet.time_base)
        length = float((packet.duration or 0) * packet.time_base)
        if packet.stream is self.video:
            if self._opens_with_key is None:
                self._opens_with_key = packet.is_keyframe
            self._times.append(time)
            self._video_end = max(self._video_end, time + length)
            self._last_duration = length or self._last_duration
        else:
            self._audio_start = min(self._audio_start, time)
            self._audio_end = max(self._audio_end, time + length)
        if self._length() * 1000 > self.limits.max_duration_ms + self.limits.duration_slack_ms:
            raise MediaError("too-long", max_ms=self.limits.max_duration_ms)

    def _start(self) -> float:
        """The file's own start; sound before zero is an encoder's run-in that players skip."""
        first = min(self._times[0] if self._times else 0.0, self._audio_start)
        return first if first > 0 or not self._times else max(first, min(self._times[0], 0.0))

    def _length(self) -> float:
        return max(self._video_end, self._audio_end) - self._start()

    def check_complete(self) -> None:
        """Raise MediaError when the file is too short or ends before what it announced."""
        if not self._times:
            raise MediaError("damaged")
        if self._is_cut_off():
            raise MediaError("damaged")
        if self._length() * 1000 < self.limits.min_duration_ms:
            raise MediaError("too-short", min_ms=self.limits.min_duration_ms)

    def _is_cut_off(self) -> bool:
        if not self.container.format.name.startswith(DECLARING):
            return False
        for stream, end in ((self.video, self._video_end), (self.audio, self._audio_end)):
            if stream is not None and stream.duration and stream.time_base:
                declared = float(stream.duration * stream.time_base)
                if end - self._start() < COMPLETE * declared - 0.3:
                    return True
        declared = (self.container.duration or 0) / 1e6
        # Other tracks (subtitles, time code) may last longer than what people see: half is too far.
        return self._length() < 0.5 * declared - 0.3

    def clean_start(self) -> bool:
        """Whether the first picture is a key picture and sound begins with it."""
        begin = min(self._times)
        late = abs(self._audio_start - begin) if self._audio_end > float("-inf") else 0.0
        return bool(self._opens_with_key) and late < 0.05 and abs(begin) < 0.05

    def fields(self) -> dict[str, object]:
        """The fields of `Probe` that time gives."""
        times = sorted(set(self._times))
        fps, peak, variable = rates(times, self._last_duration)
        # Packets without a duration (WebM): the last picture lasts as long as the others.
        video_end = max(self._video_end, times[-1] + 1 / fps)
        length = max(video_end, self._audio_end) - self._start()
        return {
            "duration_ms": round(length * 1000),
            "video_ms": round((video_end - self._start()) * 1000),
            "fps": round(fps, 4),
            "peak_fps": round(peak, 4),
            "variable_frame_rate": variable,
            "frames": len(self._times),
        }


def rates(times: Sequence[float], last_duration: float) -> tuple[float, float, bool]:
    """Mean and peak pictures per second of sorted `times` (seconds), and whether the rate varies.

    Rates are snapped to a common one within 0.5 %: containers round times to their own clock. A constant rate
    with a gap or two stays that rate.
    """
    if len(times) < 3:
        rate = 1 / last_duration if last_duration > 0 else 1.0
        return rate, rate, False
    steps = sorted(later - earlier for earlier, later in itertools.pairwise(times))
    low, middle, high = (steps[int(share * (len(steps) - 1))] for share in (0.1, 0.5, 0.95))
    variable = high - low > 0.3 * middle + 0.002
    if variable:
        return (len(times) - 1) / (times[-1] - times[0]), snapped(1 / low), True
    regular = statistics.fmean(step for step in steps if 0.75 * middle < step < 1.25 * middle)
    return snapped(1 / regular), snapped(1 / regular), False


def snapped(rate: float) -> float:
    """The nearest common rate if it is within 0.5 %, else `rate`."""
    nearest = min(COMMON_RATES, key=lambda common: abs(common - rate))
    return nearest if abs(nearest - rate) < 0.005 * nearest else rate
