"""Settings of the site. What differs between places comes from the environment; nothing secret is written here.

HENGPING_DATA             where the database, the files and the site's own secrets are kept (var in the working folder)
HENGPING_DATABASE         postgresql://user:password@host:port/name; without it, SQLite in HENGPING_DATA
HENGPING_POOL             connections a process keeps to PostgreSQL at most (8)
HENGPING_PRODUCTION       yes refuses to start until secrets, HTTPS, host names and second factor are in order (no)
HENGPING_SECRET_KEY       the signing secret; without one a random secret is made once and kept in HENGPING_DATA
HENGPING_KEYS             the file of the keys that seal identities; without it, one is made in HENGPING_DATA
HENGPING_MASTER_KEYS      the same keys as text, for places that keep secrets in the environment
HENGPING_CIPHER           aes-256-gcm or sm4-gcm for what is sealed from now on (aes-256-gcm)
HENGPING_LOG_HASH         sha256 or sm3 for the rows of the log from now on (sha256)
HENGPING_DEBUG            yes shows errors in the browser (no)
HENGPING_HOSTS            names the site answers to (127.0.0.1,localhost)
HENGPING_HTTPS            yes where a proxy speaks HTTPS before the site (no)
HENGPING_PROXIES          how many proxies of ours stand before the site and name the visitor (0)
HENGPING_SECOND_FACTOR    required or optional for staff (required)
HENGPING_PASSWORD_DAYS    days after which a password is changed, 0 for never (180)
HENGPING_SESSION_IDLE     seconds after which a session that rests ends (1800)
HENGPING_ADDRESS          the address of the site as people type it, for links in mail (none)
HENGPING_MAIL             console, or smtp://user:password@host:port, smtps:// for TLS from the start (console)
HENGPING_MAIL_FROM        the address mail comes from (hengping@localhost)
HENGPING_SMS              the address of the office's text-message gateway; without it they go to the terminal
HENGPING_SMS_TOKEN        what the gateway asks to be shown
HENGPING_REVEAL_HOURS     hours for which the view of an identity is granted (24)
HENGPING_RESULTS          where results of audits and years are served, linked from the front page (none)
HENGPING_RECEIVED_DAYS    days after which received files and their audits are removed (180)
HENGPING_AUDIT_WORKERS    processes that audit received files (2)
HENGPING_REVEAL_PERSONS   custodians who must agree before an identity is shown (1)
HENGPING_DUE_SOON_DAYS    working days before its last day from which a matter's holder is told (3)
HENGPING_RETENTION_YEARS  years after closing when an identity is shredded, 0 for never (10)
"""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.core.management.utils import get_random_secret_key

from hengping_web import places, production
from hengping_web.base import catalogue
from hengping_web.environment import flag, number, one_of, text, words
from hengping_web.vault import cipher, keys

HERE = Path(__file__).resolve().parent
DATA = Path(text("HENGPING_DATA", "var")).resolve()


def kept_secret(path: Path) -> str:
    """Return the secret kept in a file only its owner can read; make it on first use."""
    if not path.exists():
        keys.write_private(path, get_random_secret_key())
    return path.read_text(encoding="ascii")


DEBUG = flag("HENGPING_DEBUG", default=False)
HTTPS = flag("HENGPING_HTTPS", default=False)
PRODUCTION = flag("HENGPING_PRODUCTION", default=False)
ALLOWED_HOSTS = list(words("HENGPING_HOSTS", ("127.0.0.1", "localhost", "[::1]")))
SECOND_FACTOR_REQUIRED = one_of("HENGPING_SECOND_FACTOR", "required", ("required", "optional")) == "required"
if PRODUCTION:
    production.insist(
        production.Place(
            debug=DEBUG,
            https=HTTPS,
            second_factor=SECOND_FACTOR_REQUIRED,
            hosts=tuple(ALLOWED_HOSTS),
            data=DATA,
            environment=os.environ,
        )
    )
SECRET_KEY = text("HENGPING_SECRET_KEY", "") or kept_secret(DATA / "secret-key")
_MASTER_KEYS = text("HENGPING_MASTER_KEYS", "")
KEYS = (
    keys.parse(_MASTER_KEYS, "HENGPING_MASTER_KEYS")
    if _MASTER_KEYS
    else keys.from_file(Path(text("HENGPING_KEYS", str(DATA / "keys"))), make=not PRODUCTION)
)
CIPHER = one_of("HENGPING_CIPHER", "aes-256-gcm", cipher.CIPHERS)
REVEAL_HOURS = number("HENGPING_REVEAL_HOURS", 24)
DUE_SOON_DAYS = number("HENGPING_DUE_SOON_DAYS", 3)
REVEAL_PERSONS = max(1, number("HENGPING_REVEAL_PERSONS", 1))
RETENTION_YEARS = number("HENGPING_RETENTION_YEARS", 10)
MATTER_GATE = "hengping_web.petitions.gate.may_see"
"""Who works on a matter, as a function of account and number; the room of matters names its own."""
SITE_ADDRESS = text("HENGPING_ADDRESS", "")
RESULTS_ADDRESS = text("HENGPING_RESULTS", "")
SMS_ADDRESS = text("HENGPING_SMS", "")
SMS_TOKEN = text("HENGPING_SMS_TOKEN", "") if SMS_ADDRESS else ""
DEFAULT_FROM_EMAIL = text("HENGPING_MAIL_FROM", "hengping@localhost")
EMAIL_TIMEOUT = 20
MAIL = places.mail(text("HENGPING_MAIL", "console"))
EMAIL_BACKEND, EMAIL_HOST, EMAIL_PORT = MAIL.backend, MAIL.host, MAIL.port
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = MAIL.user, MAIL.password
EMAIL_USE_SSL, EMAIL_USE_TLS = MAIL.tls_at_once, MAIL.tls_later
DAILY_JOBS = [
    "hengping_web.outbox.jobs.fix_the_log",
    "hengping_web.outbox.jobs.forget",
    "hengping_web.outbox.jobs.forget_messages",
    "hengping_web.outbox.jobs.shred_expired",
    "hengping_web.petitions.services.shred_words",
    "hengping_web.attachments.services.shred_with_identities",
    "hengping_web.attachments.services.sweep",
    "hengping_web.ledger.services.sweep",
    "hengping_web.petitions.services.refresh_open",
    "hengping_web.petitions.services.tell_due",
    "hengping_web.selfevaluation.services.remind",
    "hengping_web.monitoring.services.remind",
    "hengping_web.followup.services.remind",
    "hengping_web.finance.services.new_day",
    "hengping_web.finance.services.remove_expired",
]
"""Functions of today and now that the worker calls once a day."""
YEAR_TABLES = [
    "hengping_web.petitions.year_tables",
    "hengping_web.selfevaluation.year_tables",
    "hengping_web.ledger.year_tables",
    "hengping_web.objectives.year_tables",
    "hengping_web.followup.year_tables",
]
"""Modules that write tables of the year folder and take them in; tables that none of them names stay with the year."""
YEAR_ROOMS = [
    "hengping_web.cycle.views.facts_room",
    "hengping_web.ledger.views.room",
    "hengping_web.objectives.views.room",
    "hengping_web.monitoring.views.room",
    "hengping_web.selfevaluation.views.room",
    "hengping_web.publication.views.gate_room",
    "hengping_web.publication.views.publication_room",
    "hengping_web.followup.views.room",
    "hengping_web.followup.views.request_room",
]
"""Functions of a year and a reader that say what one room has to say of the year, in the order of the work."""
YEAR_CARRY_OVER = ["hengping_web.objectives.services.carry_over"]
"""Functions of last year, the new year and the actor that bring what is carried over into a year just opened."""
YEAR_BEGINNINGS: list[str] = []
"""Functions of a year and the actor that prepare a room when self-evaluation begins."""
WORKER_JOBS = [
    "hengping_web.finance.services.catch_up",
    "hengping_web.finance.services.advance",
]
"""Functions of now that do a little waiting work and say how much; the worker calls them round after round."""
RECEIVED_DAYS = number("HENGPING_RECEIVED_DAYS", 180)
AUDIT_WORKERS = number("HENGPING_AUDIT_WORKERS", 2)
AFTER_RESTORE = ["hengping_web.backup.derived.search_index"]
"""Functions that rebuild, after a backup was restored, what is derived and not kept in it."""
LOG_ALGORITHM = one_of("HENGPING_LOG_HASH", "sha256", ("sha256", "sm3"))
if LOG_ALGORITHM not in hashlib.algorithms_available:
    raise ImproperlyConfigured("本机的 OpenSSL 不提供 SM3。请取消 HENGPING_LOG_HASH，或换用提供 SM3 的系统。")

ROOT_URLCONF = "hengping_web.urls"
WSGI_APPLICATION = "hengping_web.wsgi.application"

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.forms",
    "hengping_web.base",
    "hengping_web.accounts",
    "hengping_web.trail",
    "hengping_web.identity",
    "hengping_web.outbox",
    "hengping_web.attachments",
    "hengping_web.backup",
    "hengping_web.petitions",
    "hengping_web.portal",
    "hengping_web.cycle",
    "hengping_web.selfevaluation",
    "hengping_web.objectives",
    "hengping_web.monitoring",
    "hengping_web.followup",
    "hengping_web.publication",
    "hengping_web.ledger",
    "hengping_web.finance",
]

MIDDLEWARE = [
    "hengping_web.base.middleware.headers",
    "django.middleware.security.SecurityMiddleware",
    "hengping_web.publication.memory.first",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "hengping_web.base.middleware.language",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "hengping_web.base.middleware.readable",
    "hengping_web.accounts.middleware.Gate",
    "hengping_web.base.middleware.Submit",  # the last: it calls the view itself
]

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [HERE / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "hengping_web.base.menu.context",
            ],
        },
    },
]
FORM_RENDERER = "hengping_web.base.forms.Renderer"

DATABASES: dict[str, dict[str, Any]] = {
    "default": places.database(text("HENGPING_DATABASE", ""), DATA, number("HENGPING_POOL", 8)),
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["django.contrib.auth.backends.ModelBackend"]
LOGIN_URL = "accounts:sign-in"
LOGIN_REDIRECT_URL = "accounts:mine"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
PASSWORD_DAYS = number("HENGPING_PASSWORD_DAYS", 180)
_VALIDATION = "django.contrib.auth.password_validation"
AUTH_PASSWORD_VALIDATORS: list[dict[str, Any]] = [
    {"NAME": f"{_VALIDATION}.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": f"{_VALIDATION}.UserAttributeSimilarityValidator", "OPTIONS": {"user_attributes": ("username", "email")}},
    {"NAME": f"{_VALIDATION}.CommonPasswordValidator"},
    {"NAME": f"{_VALIDATION}.NumericPasswordValidator"},
    {"NAME": "hengping_web.accounts.passwords.NotUsedBefore"},
]

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
LOCALE_PATHS = [catalogue.prepare(HERE, DATA / "locale")]
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True

STATIC_URL = "static/"
STATIC_ROOT = DATA / "static"
WHITENOISE_USE_FINDERS = True
WHITENOISE_MAX_AGE = 600
WHITENOISE_ALLOW_ALL_ORIGINS = False
if PRODUCTION:
    STORAGES = {
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
        "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
    }

DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 500
DATA_UPLOAD_MAX_NUMBER_FILES = 10
FILE_UPLOAD_TEMP_DIR = DATA / "uploads"
for _folder in (FILE_UPLOAD_TEMP_DIR, STATIC_ROOT):
    _folder.mkdir(parents=True, exist_ok=True)
FILE_UPLOAD_PERMISSIONS = 0o600
PROXIES = number("HENGPING_PROXIES", 0)

SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_AGE = 8 * 3600
SESSION_IDLE = number("HENGPING_SESSION_IDLE", 1800)
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = HTTPS
CSRF_FAILURE_VIEW = "hengping_web.base.views.forged"
if HTTPS:
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "__Host-session", "__Host-csrf"
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_HSTS_SECONDS = 31_536_000
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
