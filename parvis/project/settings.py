"""Django's settings, made of `Config`."""

from email.utils import parseaddr
from typing import Any
from urllib.parse import unquote, urlsplit

from csp.constants import NONCE, NONE, SELF
from django.conf.locale import LANG_INFO
from django.utils.translation import get_language_info
from psycopg.conninfo import conninfo_to_dict

from parvis.project import bucket, messages
from parvis.project.config import Config

CONFIG = Config.from_env()

DEBUG = CONFIG.debug
SECRET_KEY = CONFIG.secret_key
ALLOWED_HOSTS = list(CONFIG.hosts)
CSRF_TRUSTED_ORIGINS = [CONFIG.origin]
ROOT_URLCONF = "parvis.project.urls"
WSGI_APPLICATION = "parvis.project.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
APPEND_SLASH = False

PARVIS_ORIGIN = CONFIG.origin
PARVIS_DATA = CONFIG.data
PARVIS_KEYS = CONFIG.keys
PARVIS_PROXIES = CONFIG.proxies
PARVIS_RATE_LIMITS = CONFIG.rate_limits
PARVIS_FEED_WEIGHTS = CONFIG.feed_weights
PARVIS_ENCODER_HOUR = CONFIG.encoder_hour
PARVIS_ENCODER_LIKINGS = CONFIG.encoder_likings
PARVIS_ENCODER_MINUTES = CONFIG.encoder_minutes
PARVIS_ENCODER_MEBIBYTES = CONFIG.encoder_mebibytes
PARVIS_RAY_ADDRESS = CONFIG.ray_address
PARVIS_UPLOAD_BYTES = CONFIG.upload_bytes
PARVIS_CLIP_SECONDS = CONFIG.clip_seconds
PARVIS_ARCHIVE_BYTES = CONFIG.archive_bytes
PARVIS_UPLOAD_HOURS = CONFIG.upload_hours
PARVIS_LEAVING_DAYS = CONFIG.leaving_days
PARVIS_GUARDIAN_TEENS = CONFIG.guardian_teens
PARVIS_METRICS_TOKEN = CONFIG.metrics_token
PARVIS_OIDC_ISSUER = CONFIG.oidc.issuer
PARVIS_OIDC_CLIENT_ID = CONFIG.oidc.client_id
PARVIS_OIDC_CLIENT_SECRET = CONFIG.oidc.client_secret
PARVIS_OIDC_NAME = CONFIG.oidc.name

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "csp",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "parvis.ui",
    "parvis.events",
    "parvis.cells",
    "parvis.accounts",
    "parvis.connect",
    "parvis.clips",
    "parvis.social",
    "parvis.safety",
    "parvis.inbox",
    "parvis.webhooks",
    "parvis.search",
    "parvis.feed",
    "parvis.insights",
    "parvis.guardians",
    "parvis.owndata",
    "parvis.api",
    "parvis.ops",
]

MIDDLEWARE = [
    "parvis.ops.middleware.MeasuringMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "parvis.project.middleware.ErrorsMiddleware",
    "parvis.accounts.middleware.ViewerMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "parvis.project.middleware.FirstRunMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    }
]


def _database(url: str, pool: int) -> dict[str, Any]:
    parts = conninfo_to_dict(url or "postgresql:///parvis")
    named = {"dbname": "NAME", "user": "USER", "password": "PASSWORD", "host": "HOST", "port": "PORT"}
    database: dict[str, Any] = {"ENGINE": "django.db.backends.postgresql"}
    database.update({named[key]: str(value) for key, value in parts.items() if key in named})
    options: dict[str, Any] = {key: value for key, value in parts.items() if key not in named}
    if pool:
        options["pool"] = {"min_size": 1, "max_size": pool, "timeout": 10}
    return {**database, "OPTIONS": options}


DATABASES = {"default": _database(CONFIG.database_url, CONFIG.database_pool)}

CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "accounts_cache"},
}

AUTH_USER_MODEL = "accounts.Person"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("handle", "display_name")},
    },
]
LOGIN_URL = "/sign-in"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "/"
# The sign-in library never sees an e-mail address: it would store it in the clear (docs/adr/0004).
ACCOUNT_ADAPTER = "parvis.accounts.adapters.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = "handle"
ACCOUNT_USER_MODEL_EMAIL_FIELD = None
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_USERNAME_VALIDATORS = None
ACCOUNT_RATE_LIMITS = False  # parvis.accounts.limits counts instead, and keeps no addresses
MFA_ADAPTER = "parvis.accounts.adapters.MFAAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "Parvis"
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not CONFIG.secure
USERSESSIONS_ADAPTER = "allauth.usersessions.adapter.DefaultUserSessionsAdapter"
USERSESSIONS_TRACK_ACTIVITY = False  # it would write at every request; ViewerMiddleware notes it now and then

# Browsers take a cookie of this name over HTTPS only, from this very host, for all of it.
PARVIS_COOKIE_PREFIX = "__Host-" if CONFIG.secure else ""
SESSION_COOKIE_NAME = f"{PARVIS_COOKIE_PREFIX}parvis_session"
CSRF_COOKIE_NAME = f"{PARVIS_COOKIE_PREFIX}csrftoken"
SESSION_COOKIE_AGE = 60 * 60 * 24 * 60
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = CONFIG.secure
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = LANGUAGE_COOKIE_SAMESITE = "Lax"
CSRF_USE_SESSIONS = False
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "parvis.project.middleware.csrf_failure"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "strict-origin-when-cross-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_HSTS_SECONDS = 60 * 60 * 24 * 365 if CONFIG.secure else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if CONFIG.proxies else None
X_FRAME_OPTIONS = "DENY"
MEDIA_ORIGINS = bucket.origins(CONFIG)
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, NONCE],
        "style-src": [SELF],
        "img-src": [SELF, "data:", "blob:", *MEDIA_ORIGINS],
        "media-src": [SELF, "blob:", *MEDIA_ORIGINS],
        "connect-src": [SELF, *MEDIA_ORIGINS],
        "font-src": [SELF],
        "manifest-src": [SELF],
        "worker-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "object-src": [NONE],
    }
}

USE_TZ = True
TIME_ZONE = "UTC"
USE_I18N = True
LANGUAGE_CODE = "en"
LANGUAGE_COOKIE_NAME = f"{PARVIS_COOKIE_PREFIX}parvis_language"
LOCALE_PATHS = [messages.LOCALE]
LANG_INFO[messages.PSEUDO_LANGUAGE] = messages.PSEUDO_INFO
messages.refresh(CONFIG.languages)


def _language_name(code: str) -> str:
    try:
        return str(get_language_info(code)["name_local"])
    except KeyError:
        return code


LANGUAGES = [(code, _language_name(code)) for code in CONFIG.languages]

STATIC_URL = "/static/"
STATIC_ROOT = CONFIG.data / "static"
WHITENOISE_MAX_AGE = 60
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 200
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024


STORAGES = {
    "default": bucket.storage(CONFIG),
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}


def _email(url: str) -> dict[str, Any]:
    parts = urlsplit(url)
    if not url:
        return {"EMAIL_BACKEND": "django.core.mail.backends.filebased.EmailBackend"}
    return {
        "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "EMAIL_HOST": parts.hostname,
        "EMAIL_PORT": parts.port or (465 if parts.scheme == "smtps" else 587),
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_SSL": parts.scheme == "smtps",
        "EMAIL_USE_TLS": parts.scheme == "smtp",
        "EMAIL_TIMEOUT": 20,
    }


globals().update(_email(CONFIG.email_url))
EMAIL_FILE_PATH = CONFIG.data / "letters"
DEFAULT_FROM_EMAIL = CONFIG.email_from if parseaddr(CONFIG.email_from)[1] else "parvis@localhost"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"()": "parvis.project.logs.Line"}, "json": {"()": "parvis.project.logs.Json"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": CONFIG.log_format}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {"parvis": {"level": "INFO"}, "django.request": {"level": "ERROR"}},
}
