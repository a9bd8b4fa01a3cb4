"""Part of the probe's child: whether there is sound that can be heard, and how loud it is."""

import math

from av.audio.frame import AudioFrame
from av.audio.stream import AudioStream
from av.error import FFmpegError
from av.filter import Graph
from av.packet import Packet
from av.stream import Stream

# Digital silence after an AAC encoder is about -91 dB; a quiet room recorded by a phone is above -65 dB.
SILENCE = 10 ** (-72 / 20)
PEAKS = ("lavfi.r128.sample_peaks_ch0", "lavfi.r128.sample_peaks_ch1")
GATED = -69.0  # ebur128 says -70 when everything was below its gate


class SoundCheck:
    """Decodes all packets of a sound track through EBU R 128 (BS.1770-4) as the stereo mix-down people will hear."""

    def __init__(self, stream: AudioStream | None) -> None:
        """`stream` None: a file without sound."""
        usable = stream is not None and getattr(stream, "codec_context", None) is not None
        self.stream = stream if usable else None
        self.peak = 0.0
        self.loudness: float | None = None
        self._graph: Graph | None = None
        self._format: tuple[int, str, str] | None = None
        self._last = -math.inf

    def add(self, packet: "Packet[Stream]") -> None:
        """Hear one packet; one that does not decode is passed over."""
        assert self.stream is not None
        try:
            for frame in self.stream.codec_context.decode(packet):
                self._hear(frame)
        except FFmpegError:
            return

    def finish(self) -> None:
        """Take what the meter still holds."""
        if self._graph is not None:
            self._graph.push(None)
            self._pull(self._graph)
        if self._last > GATED:
            self.loudness = round(self._last, 2)

    def _hear(self, frame: AudioFrame) -> None:
        shape = (frame.sample_rate, frame.layout.name, frame.format.name)
        if self._graph is None or shape != self._format:
            self._graph, self._format = self._meter(frame), shape
        frame.pts = None
        self._graph.push(frame)
        self._pull(self._graph)

    def _meter(self, frame: AudioFrame) -> Graph:
        graph = Graph()
        source = graph.add_abuffer(
            template=self.stream, sample_rate=frame.sample_rate, format=frame.format.name, layout=frame.layout.name
        )
        mix = graph.add("aformat", "sample_fmts=flt:channel_layouts=stereo:sample_rates=48000")
        meter = graph.add("ebur128", "metadata=1:peak=sample")
        sink = graph.add("abuffersink")
        source.link_to(mix)
        mix.link_to(meter)
        meter.link_to(sink)
        graph.configure()
        return graph

    def _pull(self, graph: Graph) -> None:
        while True:
            try:
                frame = graph.pull()
            except (FFmpegError, BlockingIOError, EOFError):
                return
            values = frame.metadata
            # the largest sample since the beginning, per channel; full scale is 1
            self.peak = max(self.peak, *(float(values.get(key, 0)) for key in PEAKS))
            if "lavfi.r128.I" in values:
                self._last = float(values["lavfi.r128.I"])

    def fields(self) -> dict[str, object]:
        """The fields of `Probe` that the sound gives."""
        heard = self.stream is not None and self.peak > SILENCE
        context = self.stream.codec_context if self.stream is not None else None
        return {
            "has_audio": heard,
            "audio_index": self.stream.index if self.stream is not None else None,
            "audio_codec": context.codec.canonical_name if context else None,
            "audio_channels": context.channels if context else 0,
            "sample_rate": (context.sample_rate or 0) if context else 0,
            "loudness": self.loudness if heard else None,
        }
