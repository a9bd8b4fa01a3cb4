"""Every setting, read once from the environment, typed, and refused loudly when wrong."""

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from urllib.parse import urlsplit

from parvis.recommender.worth import BadWorth, worth_of


class ConfigError(ValueError):
    """A setting has a value that cannot be used. The message names the setting and says what would do."""


def _setting(name: str, meaning: str, default: str = "") -> str:
    return field(default=default, metadata={"name": name, "meaning": meaning})


@dataclass(frozen=True)
class Raw:
    """The settings as text. Each has its environment variable and its meaning beside it: the reference is made of them.

    Any of them may be given as NAME_FILE instead: the path of a file that holds the value (for secrets).
    """

    data: str = _setting("PARVIS_DATA", "Folder for everything that Parvis keeps.", ".parvis")
    keys: str = _setting("PARVIS_KEYS", "Folder of the secret keys. Default: `keys` in PARVIS_DATA. Back it up apart.")
    database_url: str = _setting(
        "DATABASE_URL", "PostgreSQL 15 or newer, as postgresql://user:password@host/name. Default: embedded."
    )
    database_pool: str = _setting("PARVIS_DATABASE_POOL", "Connections kept open by each process; 0: none kept.", "8")
    origin: str = _setting(
        "PARVIS_ORIGIN", "Where people reach it, such as https://square.example.", "http://localhost:8000"
    )
    hosts: str = _setting("PARVIS_HOSTS", "Further host names that it answers to, separated by commas.")
    proxies: str = _setting("PARVIS_TRUSTED_PROXIES", "How many reverse proxies stand in front of it.", "0")
    debug: str = _setting("PARVIS_DEBUG", "`yes` shows errors in the browser. Never on an open server.", "no")
    email_url: str = _setting(
        "PARVIS_EMAIL_URL", "smtp://user:password@host:587, or smtps://. Default: letters go to the log folder."
    )
    email_from: str = _setting("PARVIS_EMAIL_FROM", "Sender of letters.", "parvis@localhost")
    s3_bucket: str = _setting("PARVIS_S3_BUCKET", "Bucket for media. Default: the folder `media` in PARVIS_DATA.")
    s3_endpoint: str = _setting("PARVIS_S3_ENDPOINT", "Address of an S3-compatible server. Default: AWS.")
    s3_region: str = _setting("PARVIS_S3_REGION", "Region of the bucket.", "us-east-1")
    s3_access_key: str = _setting("PARVIS_S3_ACCESS_KEY", "Access key of the bucket.")
    s3_secret_key: str = _setting("PARVIS_S3_SECRET_KEY", "Secret key of the bucket.")
    upload_bytes: str = _setting("PARVIS_UPLOAD_BYTES", "Largest upload, in bytes.", str(512 * 1024 * 1024))
    clip_seconds: str = _setting("PARVIS_CLIP_SECONDS", "Longest clip, in seconds.", "180")
    archive_bytes: str = _setting(
        "PARVIS_ARCHIVE_BYTES", "Largest archive that somebody may bring, unpacked, in bytes.", str(8 * 1024**3)
    )
    upload_hours: str = _setting("PARVIS_UPLOAD_HOURS", "Hours that an unfinished upload is kept.", "48")
    leaving_days: str = _setting("PARVIS_LEAVING_DAYS", "Days until a deleted account is erased for good.", "30")
    guardian_teens: str = _setting("PARVIS_GUARDIAN_TEENS", "With how many teens a guardian may be linked.", "6")
    languages: str = _setting("PARVIS_LANGUAGES", "Languages offered, separated by commas.", "en,fr")
    rate_limits: str = _setting("PARVIS_RATE_LIMITS", "`no` lifts the rate limits (for load tests).", "yes")
    feed_weights: str = _setting(
        "PARVIS_FEED_WEIGHTS",
        "What an act is worth to For You, such as `like=3, skip=-0.4`. Default: as on /about-feed.",
    )
    encoder_hour: str = _setting(
        "PARVIS_ENCODER_HOUR",
        "Hour (UTC, 0 to 23) at which `parvis learn` trains the encoder. Default: none, not used.",
    )
    encoder_likings: str = _setting("PARVIS_ENCODER_LIKINGS", "With fewer likings it is not trained.", "20000")
    encoder_minutes: str = _setting("PARVIS_ENCODER_MINUTES", "Processor time that a training may take.", "120")
    encoder_mebibytes: str = _setting("PARVIS_ENCODER_MEBIBYTES", "Memory that a training may take.", "4096")
    ray_address: str = _setting(
        "PARVIS_RAY_ADDRESS",
        "Ray cluster (host:port) of this cell that trains, with parvis[scale]. Default: this machine.",
    )
    metrics_token: str = _setting(
        "PARVIS_METRICS_TOKEN", "Who shows it may read /-/metrics. Default: only this machine may, past no proxy."
    )
    oidc_issuer: str = _setting(
        "PARVIS_OIDC_ISSUER",
        "Identity provider (OpenID Connect) whose accounts may sign in, such as https://id.example. Default: none.",
    )
    oidc_client_id: str = _setting("PARVIS_OIDC_CLIENT_ID", "Id of Parvis at that provider.")
    oidc_client_secret: str = _setting("PARVIS_OIDC_CLIENT_SECRET", "Secret of Parvis at that provider.")
    oidc_name: str = _setting("PARVIS_OIDC_NAME", "What people call that provider. Default: its host name.")
    log_format: str = _setting("PARVIS_LOG_FORMAT", "`line` for people or `json` for programs.", "line")
    secret_key: str = _setting("PARVIS_SECRET_KEY", "Signs cookies. Default: made and kept in PARVIS_KEYS.")


@dataclass(frozen=True)
class Provider:
    """An identity provider (OpenID Connect) whose accounts may sign in; all empty where there is none."""

    issuer: str
    client_id: str
    client_secret: str
    name: str


@dataclass(frozen=True)
class Config:
    """The settings as values."""

    data: Path
    keys: Path
    database_url: str
    database_pool: int
    origin: str
    hosts: tuple[str, ...]
    proxies: int
    debug: bool
    email_url: str
    email_from: str
    s3_bucket: str
    s3_endpoint: str
    s3_region: str
    s3_access_key: str
    s3_secret_key: str
    upload_bytes: int
    clip_seconds: int
    archive_bytes: int
    upload_hours: int
    leaving_days: int
    guardian_teens: int
    languages: tuple[str, ...]
    rate_limits: bool
    feed_weights: Mapping[str, float]
    encoder_hour: int | None
    encoder_likings: int
    encoder_minutes: int
    encoder_mebibytes: int
    ray_address: str
    metrics_token: str
    oidc: Provider
    log_format: str
    secret_key: str

    @property
    def secure(self) -> bool:
        """Whether people reach it by HTTPS."""
        return self.origin.startswith("https://")

    @classmethod
    def from_env(cls, env: Mapping[str, str] | None = None) -> "Config":
        """Read the environment. ConfigError for the first wrong value."""
        raw = _raw(os.environ if env is None else env)
        data = Path(raw.data).expanduser().absolute()
        keys = Path(raw.keys).expanduser().absolute() if raw.keys else data / "keys"
        origin = _origin(raw.origin)
        return cls(
            data=data,
            keys=keys,
            database_url=_database(raw.database_url),
            database_pool=_number("PARVIS_DATABASE_POOL", raw.database_pool, 0, 200),
            origin=origin,
            hosts=tuple({*_list(raw.hosts), urlsplit(origin).hostname or "", "localhost", "127.0.0.1", "[::1]"}),
            proxies=_number("PARVIS_TRUSTED_PROXIES", raw.proxies, 0, 10),
            debug=_switch("PARVIS_DEBUG", raw.debug),
            email_url=_scheme("PARVIS_EMAIL_URL", raw.email_url, ("smtp", "smtps")),
            email_from=raw.email_from,
            s3_bucket=raw.s3_bucket,
            s3_endpoint=_scheme("PARVIS_S3_ENDPOINT", raw.s3_endpoint, ("http", "https")),
            s3_region=raw.s3_region,
            s3_access_key=raw.s3_access_key,
            s3_secret_key=raw.s3_secret_key,
            upload_bytes=_number("PARVIS_UPLOAD_BYTES", raw.upload_bytes, 1_000_000, 10**12),
            clip_seconds=_number("PARVIS_CLIP_SECONDS", raw.clip_seconds, 3, 3600),
            archive_bytes=_number("PARVIS_ARCHIVE_BYTES", raw.archive_bytes, 1_000_000, 10**13),
            upload_hours=_number("PARVIS_UPLOAD_HOURS", raw.upload_hours, 1, 24 * 30),
            leaving_days=_number("PARVIS_LEAVING_DAYS", raw.leaving_days, 0, 365),
            guardian_teens=_number("PARVIS_GUARDIAN_TEENS", raw.guardian_teens, 1, 1000),
            languages=_list(raw.languages) or ("en",),
            rate_limits=_switch("PARVIS_RATE_LIMITS", raw.rate_limits),
            feed_weights=_weights("PARVIS_FEED_WEIGHTS", raw.feed_weights),
            encoder_hour=_number("PARVIS_ENCODER_HOUR", raw.encoder_hour, 0, 23) if raw.encoder_hour else None,
            encoder_likings=_number("PARVIS_ENCODER_LIKINGS", raw.encoder_likings, 100, 10**9),
            encoder_minutes=_number("PARVIS_ENCODER_MINUTES", raw.encoder_minutes, 1, 24 * 60),
            encoder_mebibytes=_number("PARVIS_ENCODER_MEBIBYTES", raw.encoder_mebibytes, 256, 10**6),
            ray_address=raw.ray_address,
            metrics_token=raw.metrics_token,
            oidc=_provider(raw),
            log_format=_one_of("PARVIS_LOG_FORMAT", raw.log_format, ("line", "json")),
            secret_key=raw.secret_key or _kept_secret(keys),
        )


def _raw(env: Mapping[str, str]) -> Raw:
    return Raw(**{one.name: _text(env, one.metadata["name"], str(one.default)) for one in fields(Raw)})


def _provider(raw: Raw) -> Provider:
    """Return the provider, which comes with an id and a secret, and by https but on this machine."""
    issuer = _scheme("PARVIS_OIDC_ISSUER", raw.oidc_issuer, ("https", "http"))
    if not issuer:
        return Provider("", "", "", "")
    parts = urlsplit(issuer)
    if parts.scheme == "http" and parts.hostname not in {"localhost", "127.0.0.1"}:
        raise ConfigError(f"PARVIS_OIDC_ISSUER: {issuer} is not https")
    if not raw.oidc_client_id or not raw.oidc_client_secret:
        raise ConfigError("PARVIS_OIDC_ISSUER needs PARVIS_OIDC_CLIENT_ID and PARVIS_OIDC_CLIENT_SECRET")
    return Provider(issuer, raw.oidc_client_id, raw.oidc_client_secret, raw.oidc_name or str(parts.hostname))


def _text(env: Mapping[str, str], name: str, default: str) -> str:
    if path := env.get(f"{name}_FILE"):
        try:
            return Path(path).read_text().strip()
        except OSError as error:
            raise ConfigError(f"{name}_FILE: cannot read {path}: {error.strerror}") from error
    return env.get(name, "").strip() or default


def _list(value: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in value.split(",") if part.strip())


def _number(name: str, value: str, least: int, most: int) -> int:
    try:
        number = int(value)
    except ValueError:
        raise ConfigError(f"{name}: {value!r} is not a whole number") from None
    if not least <= number <= most:
        raise ConfigError(f"{name}: {number} is not between {least} and {most}")
    return number


def _switch(name: str, value: str) -> bool:
    words = {"yes": True, "true": True, "1": True, "on": True, "no": False, "false": False, "0": False, "off": False}
    if value.lower() not in words:
        raise ConfigError(f"{name}: {value!r} is neither `yes` nor `no`")
    return words[value.lower()]


def _one_of(name: str, value: str, words: tuple[str, ...]) -> str:
    if value not in words:
        raise ConfigError(f"{name}: {value!r} is neither {' nor '.join(f'`{word}`' for word in words)}")
    return value


def _weights(name: str, value: str) -> Mapping[str, float]:
    try:
        return worth_of(value)
    except BadWorth as error:
        raise ConfigError(f"{name}: {error}") from None


def _scheme(name: str, value: str, schemes: tuple[str, ...]) -> str:
    if value and (urlsplit(value).scheme not in schemes or not urlsplit(value).hostname):
        raise ConfigError(f"{name}: {value!r} is not an address beginning with {' or '.join(schemes)}")
    return value


def _database(value: str) -> str:
    if value and urlsplit(value).scheme not in {"postgresql", "postgres"}:
        raise ConfigError("DATABASE_URL: only postgresql:// is possible: Parvis speaks one dialect")
    return value


def _origin(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.path.strip("/") or parts.query:
        raise ConfigError(f"PARVIS_ORIGIN: {value!r} is not like https://square.example")
    return value.rstrip("/")


def _kept_secret(keys: Path) -> str:
    """Return the secret of this installation; made once. Two that race agree: link keeps the first."""
    path = keys / "secret.key"
    if not path.exists():
        keys.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft = keys / f".secret.{secrets.token_hex(8)}"
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(48))
        try:
            os.link(draft, path)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return path.read_text().strip()
