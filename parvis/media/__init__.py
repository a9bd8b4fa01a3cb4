"""Pictures and sound: probe, transcode, posters, captions, avatars, and the generated demo clips.

Knows nothing of Django. Every file of a stranger is opened in a limited child process (`sandbox`); refusals are
`MediaError`s with a stable code, which the caller translates. Import from the modules:

- `probe`: what a file really holds, or why it is refused
- `ladder`: which renditions to make of it; `transcode`: making them
- `poster`: a good still and its placeholder; `captions`: clean WebVTT; `images`: avatars
- `synth`: animated pictures with tunes, made from a seed
"""
