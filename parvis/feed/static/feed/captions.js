// Captions: the tracks of a clip, on or off for all clips, remembered on this device.

const KEY = "parvis.captions";
const HEIGHT = 64; // per cent from the top: above the words of the clip

export const captionsOn = () => localStorage.getItem(KEY) === "on";

export function addTracks(video, captions) {
  for (const { language, label, url } of captions ?? []) {
    const track = Object.assign(document.createElement("track"), { kind: "captions", srclang: language, label, src: url });
    track.addEventListener("load", () => {
      for (const cue of track.track.cues ?? []) Object.assign(cue, { snapToLines: false, line: HEIGHT });
    });
    video.append(track);
  }
  showTracks(video);
}

/** Show the track in the page's language, else the first, or none. */
export function showTracks(video) {
  const tracks = [...video.textTracks];
  const wanted = tracks.find((track) => track.language === document.documentElement.lang) ?? tracks[0];
  for (const track of tracks) track.mode = captionsOn() && track === wanted ? "showing" : "disabled";
}

export function toggleCaptions(videos) {
  localStorage.setItem(KEY, captionsOn() ? "off" : "on");
  videos.forEach(showTracks);
  return captionsOn();
}
