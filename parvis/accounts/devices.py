"""A short name for a browser: enough for a person to recognise a session, too little to recognise a person."""

import re

_BROWSERS = (
    ("Edge", re.compile(r"\bEdg")),
    ("Opera", re.compile(r"\bOPR/")),
    ("Samsung Internet", re.compile(r"SamsungBrowser")),
    ("Firefox", re.compile(r"Firefox/|FxiOS")),
    ("Chrome", re.compile(r"Chrome/|CriOS|Chromium")),
    ("Safari", re.compile(r"Safari/")),
)
_SYSTEMS = (
    ("Android", re.compile(r"Android")),
    ("iPhone", re.compile(r"iPhone|iPod")),
    ("iPad", re.compile(r"iPad")),
    ("ChromeOS", re.compile(r"CrOS")),
    ("Windows", re.compile(r"Windows")),
    ("macOS", re.compile(r"Mac OS X|Macintosh")),
    ("Linux", re.compile(r"Linux|X11")),
)


def _first(names: tuple[tuple[str, re.Pattern[str]], ...], text: str) -> str:
    return next((name for name, pattern in names if pattern.search(text)), "")


def device_of(user_agent: str) -> str:
    """Return "Browser|System" for a User-Agent header, either part empty where it is not a known one."""
    head = user_agent[:500]
    return f"{_first(_BROWSERS, head)}|{_first(_SYSTEMS, head)}"


def parts(device: str) -> tuple[str, str]:
    """Return browser and system of what `device_of` made."""
    browser, _, system = device.partition("|")
    return browser, system


def short_name(user_agent: str) -> str:
    """Return "Browser · System", as a first name for a passkey; empty where neither is known."""
    return " · ".join(part for part in parts(device_of(user_agent)) if part)
