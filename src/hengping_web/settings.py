"""Settings of the site. What differs between places comes from the environment; nothing secret is written here.

HENGPING_DATA             where the database and the site's own secret are kept (var in the working folder)
HENGPING_SECRET_KEY       the signing secret; without one a random secret is made once and kept in HENGPING_DATA
HENGPING_DEBUG            yes shows errors in the browser (no)
HENGPING_HOSTS            names the site answers to (127.0.0.1,localhost)
HENGPING_HTTPS            yes where a proxy speaks HTTPS before the site (no)
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from django.core.management.utils import get_random_secret_key

from hengping_web.environment import flag, text, words
from hengping_web.vault.keys import from_file

HERE = Path(__file__).resolve().parent
DATA = Path(text("HENGPING_DATA", "var")).resolve()


def kept_secret(path: Path) -> str:
    """Return the secret kept in a file only its owner can read; make it on first use."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(get_random_secret_key())
    return path.read_text(encoding="ascii")


DEBUG = flag("HENGPING_DEBUG", default=False)
SECRET_KEY = text("HENGPING_SECRET_KEY", "") or kept_secret(DATA / "secret-key")
ALLOWED_HOSTS = list(words("HENGPING_HOSTS", ("127.0.0.1", "localhost", "[::1]")))

ROOT_URLCONF = "hengping_web.urls"
WSGI_APPLICATION = "hengping_web.wsgi.application"

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "hengping_web.base",
    "hengping_web.accounts",
    "hengping_web.trail",
]
AUTH_USER_MODEL = "accounts.User"

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [HERE / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

# Readers never wait for a writer (WAL), and a transaction that will write takes its lock at once (IMMEDIATE) instead
# of failing half-way when two begin together.
DATABASES: dict[str, dict[str, Any]] = {
    "default": {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": DATA / "hengping.sqlite3",
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
        },
    },
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True

STATIC_URL = "static/"
STATICFILES_DIRS = [HERE / "static"]
STATIC_ROOT = DATA / "static"

SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = flag("HENGPING_HTTPS", default=False)
if SECURE_SSL_REDIRECT:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_HSTS_SECONDS = 31_536_000

KEYS = from_file(Path(text("HENGPING_KEYS", str(DATA / "keys"))), make=True)
CIPHER = text("HENGPING_CIPHER", "aes-256-gcm")
LOG_ALGORITHM = text("HENGPING_LOG_HASH", "sha256")
