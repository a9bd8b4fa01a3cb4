"""What a stranger's file may ask of us."""

from dataclasses import dataclass

# Demuxers by ffmpeg's names. Everything that opens other files or the network (hls, concat, dash, image2, sdp ...)
# is kept out by not being here; png_pipe and the like too, so a renamed picture is refused.
FORMATS = "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,mpegts,avi,gif"
PROTOCOLS = "file"

VIDEO_CODECS = frozenset(
    {
        *("h264", "hevc", "av1", "vp8", "vp9", "mpeg4", "mpeg2video", "mpeg1video", "h263"),
        *("msmpeg4v2", "msmpeg4v3", "mjpeg", "gif", "prores", "dnxhd"),
    }
)


@dataclass(frozen=True)
class Limits:
    """Bounds for one source file. The defaults are what the upload page tells people before they begin."""

    max_bytes: int = 500_000_000
    min_duration_ms: int = 300
    max_duration_ms: int = 180_000
    max_pixels: int = 4096 * 2304
    min_edge: int = 16
    max_streams: int = 16
    max_packets: int = 500_000
    memory_bytes: int = 3 * 1024**3
    probe_seconds: int = 30

    # Clocks of phones run on for a few frames after the limit: those are trimmed, not refused.
    duration_slack_ms: int = 500
