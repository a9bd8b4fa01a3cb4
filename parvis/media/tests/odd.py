"""Odd and hostile files, made on the spot: each shows four coloured quarters, so that a turned picture is noticed."""

import subprocess
from collections.abc import Callable
from pathlib import Path

import numpy as np
from PIL import Image

from parvis.media.sandbox import ffmpeg

RED, GREEN, BLUE, WHITE = (220, 30, 30), (30, 200, 30), (30, 30, 220), (235, 235, 235)
X264 = ("-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p")


def run(*args: str) -> None:
    command = [ffmpeg(), "-nostdin", "-y", "-loglevel", "error", *args]
    subprocess.run(command, check=True, timeout=120, env={"SVT_LOG": "0"})


def quarters(width: int, height: int) -> np.ndarray:
    """Top left red, top right green, bottom left blue, bottom right white; grain so that files have some weight."""
    picture = np.zeros((height, width, 3), np.uint8)
    middle, centre = max(1, height // 2), max(1, width // 2)
    picture[:middle, :centre], picture[:middle, centre:] = RED, GREEN
    picture[middle:, :centre], picture[middle:, centre:] = BLUE, WHITE
    return picture


def encode(
    path: Path, *out: str, size: tuple[int, int] = (160, 240), seconds: float = 1.5, fps: int = 20, sound: str = ""
) -> Path:
    """Encode the quarters with a bar that moves down; `sound` is a lavfi source."""
    width, height = size
    centre = width // 2
    raw = path.with_suffix(".raw")
    base, noise = quarters(width, height), np.random.default_rng(1)
    with raw.open("wb") as file:
        for number in range(round(seconds * fps)):
            frame = base.copy()
            grain = noise.integers(-12, 12, (height, width, 1))
            frame = np.clip(frame + grain, 0, 255).astype(np.uint8)
            row = number * 3 % height
            frame[row : row + 2, centre - width // 20 : centre + width // 20] = 0
            file.write(frame.tobytes())
    inputs = ["-f", "rawvideo", "-pix_fmt", "rgb24", "-s", f"{width}x{height}", "-r", str(fps), "-i", str(raw)]
    if sound:
        inputs += ["-f", "lavfi", "-i", sound]
    run(*inputs, "-t", str(seconds), *out, str(path))
    raw.unlink()
    return path


def tone(layout: str = "stereo", volume: float = 0.3, seconds: float = 1.5) -> str:
    wave = "|".join([f"{volume}*sin(880*PI*t)"] * {"mono": 1, "stereo": 2, "5.1": 6}[layout])
    return f"aevalsrc={wave}:c={layout}:d={seconds}"


def plain(path: Path) -> None:
    encode(path, *X264, "-c:a", "aac", "-movflags", "+faststart", sound=tone())


def no_audio(path: Path) -> None:
    encode(path, *X264)


def silent_track(path: Path) -> None:
    encode(path, *X264, "-c:a", "aac", sound=tone(volume=0.0))


def mono_8khz(path: Path) -> None:
    encode(path, *X264, "-c:a", "aac", "-ar", "8000", sound=tone("mono"))


def surround(path: Path) -> None:
    encode(path, *X264, "-c:a", "aac", sound=tone("5.1", 0.1))


def turned(degrees: int) -> Callable[[Path], None]:
    def make(path: Path) -> None:
        upright = path.with_name("upright.mp4")
        plain(upright)
        run("-display_rotation", str(degrees), "-i", str(upright), "-c", "copy", str(path))
        upright.unlink()

    return make


def variable_rate(path: Path) -> None:
    keep = "select='lt(n,20)+gt(n,40)*not(mod(n,5))',setpts='if(lt(N,10),N/20,0.5+(N-10)/8)/TB'"
    encode(path, "-vf", keep, "-fps_mode", "vfr", *X264, "-video_track_timescale", "90000", seconds=4)


def anamorphic(path: Path) -> None:
    encode(path, "-vf", "setsar=2", *X264, size=(160, 120))


def odd_sides(path: Path) -> None:
    encode(
        path,
        "-c:v",
        "libvpx-vp9",
        "-deadline",
        "realtime",
        "-cpu-used",
        "8",
        "-c:a",
        "libopus",
        size=(161, 241),
        sound=tone(),
    )


def av1_opus(path: Path) -> None:
    encode(path, "-c:v", "libsvtav1", "-preset", "12", "-pix_fmt", "yuv420p", "-c:a", "libopus", sound=tone())


def ten_bit(path: Path) -> None:
    encode(path, "-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv422p10le")


def hdr(transfer: str) -> Callable[[Path], None]:
    """The quarters at reference white (203 nits) in BT.2020."""

    def make(path: Path) -> None:
        light = "scale=out_color_matrix=bt709:out_range=tv,format=yuv444p,"
        light += "setparams=colorspace=bt709:color_primaries=bt709:color_trc=bt709:range=tv"
        light += ",zscale=t=linear:npl=203,format=gbrpf32le"
        wide = f"zscale=p=2020,zscale=t={transfer}:m=2020_ncl:r=limited:npl=203,format=yuv420p10le"
        chain = f"{light},{wide}"
        tags = ("-color_primaries", "bt2020", "-colorspace", "bt2020nc", "-color_trc", transfer, "-tag:v", "hvc1")
        encode(path, "-vf", chain, "-c:v", "libx265", "-preset", "ultrafast", "-x265-params", "log-level=none", *tags)

    return make


def late_start(path: Path) -> None:
    encode(path, *X264, "-c:a", "aac", "-output_ts_offset", "12.5", "-f", "mpegts", sound=tone())


def fragmented(path: Path) -> None:
    encode(path, *X264, "-c:a", "aac", "-movflags", "frag_keyframe+empty_moov", sound=tone())


def full_range(path: Path) -> None:
    encode(
        path,
        "-vf",
        "scale=out_range=full:out_color_matrix=bt601,format=yuvj420p",
        "-c:v",
        "libx264",
        "-preset",
        "ultrafast",
    )


def gif(path: Path) -> None:
    encode(path, "-f", "gif", fps=10)


def thousand_fps(path: Path) -> None:
    encode(path, *X264, fps=1000, seconds=0.5, size=(64, 64))


def tiny(path: Path) -> None:
    encode(path, "-c:v", "libx264", "-pix_fmt", "yuv420p", size=(2, 2))


def screen_recording(path: Path) -> None:
    encode(path, *X264, size=(3026, 1386), seconds=0.6, fps=10)


def still_with_song(path: Path) -> None:
    encode(path, *X264, "-c:a", "aac", seconds=0.2, fps=10)
    short = path.rename(path.with_name("short.mp4"))
    run("-i", str(short), "-f", "lavfi", "-i", tone(seconds=2.0), "-c:v", "copy", "-c:a", "aac", str(path))
    short.unlink()


def half_second(path: Path) -> None:
    encode(path, *X264, "-c:a", "aac", seconds=0.5, sound=tone(seconds=0.5))


def one_picture(path: Path) -> None:
    encode(path, *X264, seconds=0.05)


def ten_hours(path: Path) -> None:
    short = encode(path.with_name("short.mp4"), *X264, seconds=0.5, size=(64, 64))
    run("-itsscale", "72000", "-i", str(short), "-c", "copy", str(path))
    short.unlink()


def huge_picture(path: Path) -> None:
    encode(path, *X264, size=(8192, 8192), seconds=0.1)


def cut(share: float, *, moov_first: bool) -> Callable[[Path], None]:
    def make(path: Path) -> None:
        flags = ("-movflags", "+faststart") if moov_first else ()
        encode(path, *X264, "-c:a", "aac", *flags, seconds=4, sound=tone(seconds=4))
        data = path.read_bytes()
        path.write_bytes(data[: int(len(data) * share)])

    return make


def bit_flips(path: Path) -> None:
    """400 bits of the pictures and sound, none of the index."""
    encode(path, *X264, "-c:a", "aac", seconds=3, sound=tone(seconds=3))
    data = bytearray(path.read_bytes())
    start, end = data.index(b"mdat") + 60, data.rindex(b"moov") - 8
    for place in np.random.default_rng(4).integers(start, end, 400):
        data[place] ^= 1 << int(place % 8)
    path.write_bytes(bytes(data))


def audio_only(path: Path) -> None:
    run("-f", "lavfi", "-i", tone(), "-c:a", "aac", str(path))


def song_with_cover(path: Path) -> None:
    cover = path.with_name("cover.png")
    Image.fromarray(quarters(64, 64)).save(cover)
    run(
        "-f",
        "lavfi",
        "-i",
        tone(),
        "-i",
        str(cover),
        "-c:a",
        "aac",
        "-c:v",
        "png",
        "-disposition:v",
        "attached_pic",
        str(path),
    )
    cover.unlink()


def text(path: Path) -> None:
    path.write_text("this is not a video\n")


def nothing(path: Path) -> None:
    path.write_bytes(b"")


def picture(path: Path) -> None:
    Image.fromarray(quarters(64, 64)).save(path, "PNG")


def hls(path: Path) -> None:
    path.write_text("#EXTM3U\n#EXT-X-TARGETDURATION:5\n#EXTINF:5,\nfile:///etc/passwd\n#EXT-X-ENDLIST\n")


def concat(path: Path) -> None:
    path.write_text("ffconcat version 1.0\nfile /etc/passwd\n")


# name -> (file name, maker). What comes of each is in OUTCOMES of the tests.
ODD: dict[str, tuple[str, Callable[[Path], None]]] = {
    "plain": ("plain.mp4", plain),
    "no-audio": ("no_audio.mp4", no_audio),
    "silent-track": ("silent_track.mp4", silent_track),
    "mono-8khz": ("mono_8khz.mp4", mono_8khz),
    "surround": ("surround.mp4", surround),
    "turned-90": ("turned_90.mp4", turned(90)),
    "turned-180": ("turned_180.mp4", turned(180)),
    "turned-270": ("turned_270.mp4", turned(270)),
    "variable-rate": ("variable_rate.mp4", variable_rate),
    "anamorphic": ("anamorphic.mp4", anamorphic),
    "odd-sides": ("odd_sides.webm", odd_sides),
    "av1-opus": ("av1_opus.webm", av1_opus),
    "ten-bit": ("ten_bit_422.mp4", ten_bit),
    "hdr-hlg": ("hdr_hlg.mp4", hdr("arib-std-b67")),
    "hdr-pq": ("hdr_pq.mp4", hdr("smpte2084")),
    "late-start": ("late_start.ts", late_start),
    "fragmented": ("fragmented.mp4", fragmented),
    "full-range": ("full_range.mkv", full_range),
    "gif": ("anim.gif", gif),
    "thousand-fps": ("fps1000.mp4", thousand_fps),
    "screen-recording": ("screen_3026x1386.mp4", screen_recording),
    "still-with-song": ("still_with_song.mp4", still_with_song),
    "half-second": ("half_second.mp4", half_second),
    "bit-flips": ("bit_flips.mp4", bit_flips),
    "tiny": ("tiny_2x2.mp4", tiny),
    "one-picture": ("one_picture.mp4", one_picture),
    "ten-hours": ("ten_hours.mp4", ten_hours),
    "huge-picture": ("huge_8192.mp4", huge_picture),
    "cut-moov-first": ("cut_moov_first.mp4", cut(0.4, moov_first=True)),
    "cut-no-moov": ("cut_no_moov.mp4", cut(0.4, moov_first=False)),
    "audio-only": ("audio_only.mp4", audio_only),
    "song-with-cover": ("song_with_cover.m4a", song_with_cover),
    "text": ("text_renamed.mp4", text),
    "empty": ("empty.mp4", nothing),
    "picture": ("png_renamed.mp4", picture),
    "hls": ("hls_renamed.mp4", hls),
    "concat": ("concat_renamed.mp4", concat),
}


def make(name: str, folder: Path) -> Path:
    """Make one odd file in `folder`."""
    file_name, maker = ODD[name]
    path = folder / file_name
    maker(path)
    return path
