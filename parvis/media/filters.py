"""The filter graph of a transcode: upright square pixels in BT.709 8 bit at one rate, then one scale after another."""

from collections.abc import Sequence

from parvis.media.ladder import RenditionSpec
from parvis.media.probe import Probe

TARGET_LUFS = -14.0
MOST_GAIN = 24.0  # dB: what is quieter is a quiet place, and more would turn its noise into the sound
CEILING = 0.84  # -1.5 dBFS before the encoder, about -1 dBTP after it
SAMPLE_RATE = 48_000

TRANSFERS = {"hlg": "arib-std-b67", "pq": "smpte2084"}
TAGS = "setparams=range=tv:color_primaries=bt709:color_trc=bt709:colorspace=bt709"


def picture_graph(probe: Probe, specs: Sequence[RenditionSpec], seconds: float) -> tuple[str, list[str]]:
    """A filter graph from the source's video stream to one output per spec, and the outputs' labels.

    `specs` descend in size: each picture is scaled from the one above it, so the large source is read once.
    ffmpeg itself has turned the picture upright before.
    """
    top = specs[0]
    chain = [*_timed(probe, top, seconds), *_coloured(probe, top), TAGS, "setsar=1"]
    parts = [f"[0:{probe.video_index}]{','.join(chain)}[s0]"]
    labels = []
    for number, below in enumerate(specs[1:]):
        parts.append(f"[s{number}]split=2[o{number}][t{number}]")
        parts.append(f"[t{number}]scale={below.width}:{below.height}[s{number + 1}]")
        labels.append(f"[o{number}]")
    return ";".join(parts), [*labels, f"[s{len(specs) - 1}]"]


def _timed(probe: Probe, spec: RenditionSpec, seconds: float) -> list[str]:
    """Constant rate from zero; the last picture is held when the sound goes on."""
    steps = ["bwdif=mode=send_frame:deint=interlaced"] if probe.interlaced else []
    steps.append(f"fps={spec.rate}:start_time=0")
    held = seconds - probe.video_ms / 1000
    if held > 0.001:
        steps.append(f"tpad=stop_mode=clone:stop_duration={held + 0.1:.3f}")
    return steps


def _coloured(probe: Probe, spec: RenditionSpec) -> list[str]:
    size = f"{spec.width}:{spec.height}"
    if probe.transfer:
        # Light is added up linearly, so scale and tone-map there; 203 nits is HDR's reference white (BT.2408).
        return [
            f"zscale={size}:tin={TRANSFERS[probe.transfer]}:pin=2020:min=2020_ncl:t=linear:npl=203",
            "format=gbrpf32le",
            "zscale=p=709",
            "tonemap=mobius:desat=0:param=0.3",
            "zscale=t=709:m=709:r=limited:d=error_diffusion",
            "format=yuv420p",
        ]
    matrix = "bt2020" if probe.matrix.startswith("bt2020") else probe.matrix
    source = f"in_color_matrix={matrix}:in_range={'full' if probe.full_range else 'limited'}"
    return [f"scale={size}:{source}:out_color_matrix=bt709:out_range=limited", "format=yuv420p"]


def sound_chain(probe: Probe, seconds: float) -> str:
    """Stereo at -14 LUFS from zero to `seconds`: gain from the measured loudness, peaks held by a limiter."""
    gain = min(TARGET_LUFS - probe.loudness, MOST_GAIN) if probe.loudness is not None else 0.0
    steps = [
        f"aresample={SAMPLE_RATE}:async=1000:first_pts=0",
        "aformat=channel_layouts=stereo",
        f"volume={gain:.2f}dB",
        f"alimiter=limit={CEILING}:level=disabled:latency=1:attack=5:release=60",
        f"apad=whole_dur={seconds:.3f}",
        f"atrim=0:{seconds:.3f}",
    ]
    return ",".join(steps)
