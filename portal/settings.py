"""Every setting, and the only place that reads the environment. What is not said is answered for production.

PORTAL_ENV is `production` (the default), `demo` (one desk, loopback only) or `test`. `make setup` writes `.env` with
`PORTAL_ENV=demo` where nothing else is configured, so that `manage.py` works on a fresh desk; a server sets its own.
"""

import os
import secrets
from pathlib import Path
from typing import Any

import environ
from django.core.exceptions import ImproperlyConfigured

VERSION = "0.9.0"  # the one place: the page footer and CHANGELOG.md follow it
BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = BASE_DIR / "var"

env = environ.FileAwareEnv()  # a secret may also be given as a file: SECRET_KEY_FILE=/run/secrets/portal
if env.str("PORTAL_ENV", default="") != "test":  # a desk's own configuration must not change what the tests see
    env.read_env(BASE_DIR / ".env")

PORTAL_ENV = env.str("PORTAL_ENV", default="production")
if PORTAL_ENV not in {"production", "demo", "test"}:
    message = f"PORTAL_ENV 只能是 production、demo 或 test，不能是「{PORTAL_ENV}」。"
    raise ImproperlyConfigured(message)
PRODUCTION = PORTAL_ENV == "production"
TESTING = PORTAL_ENV == "test"
DEBUG = env.bool("DEBUG", default=False)
DEMO_PASSWORD = env.str("DEMO_PASSWORD", default="")

# --- Who may ask, and the key that signs ---

WEAK_KEY_LENGTH = 50  # the length and variety below which Django itself calls a key weak (security.W009)
WEAK_KEY_VARIETY = 5


def production_key(key: str) -> str:
    """Stop the start where the key is missing or can be guessed: it signs sessions and keys the hashes of documents."""
    if not key:
        message = "缺少 SECRET_KEY：正式环境必须设置一个随机密钥（50 个字符以上）。演示环境请设 PORTAL_ENV=demo。"
        raise ImproperlyConfigured(message)
    if len(key) < WEAK_KEY_LENGTH or len(set(key)) < WEAK_KEY_VARIETY or key.startswith("django-insecure-"):
        message = "SECRET_KEY 太弱：至少 50 个随机字符，不得以 django-insecure- 开头。"
        raise ImproperlyConfigured(message)
    return key


def production_hosts(hosts: list[str]) -> list[str]:
    """Stop the start where any name would be answered to."""
    if not hosts:
        message = "缺少 ALLOWED_HOSTS：正式环境必须写明对外的主机名，多个用逗号分隔。"
        raise ImproperlyConfigured(message)
    if "*" in hosts:
        message = "ALLOWED_HOSTS 不得为 *：正式环境必须逐个写明主机名。"
        raise ImproperlyConfigured(message)
    return hosts


def desk_key(path: Path) -> str:
    """Make the key of this desk once; sessions outlive a restart, and the key is nobody else's."""
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as file:
            file.write(secrets.token_urlsafe(64))
    except FileExistsError:
        pass
    return path.read_text(encoding="ascii")


SECRET_KEY = env.str("SECRET_KEY", default="")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=[])
if PRODUCTION:
    SECRET_KEY = production_key(SECRET_KEY)
    ALLOWED_HOSTS = production_hosts(ALLOWED_HOSTS)
    if DEBUG:
        message = "正式环境不得打开 DEBUG。调试请设 PORTAL_ENV=demo。"
        raise ImproperlyConfigured(message)
elif ALLOWED_HOSTS:
    # Hosts are only ever named for a server: it must not slip into the demo's open doors by a forgotten file.
    message = f"PORTAL_ENV={PORTAL_ENV} 只在本机使用，不能设置 ALLOWED_HOSTS。正式环境请设 PORTAL_ENV=production。"
    raise ImproperlyConfigured(message)
else:
    SECRET_KEY = SECRET_KEY or (secrets.token_urlsafe(64) if TESTING else desk_key(VAR_DIR / "secret_key"))
    ALLOWED_HOSTS = ["localhost", "127.0.0.1", "[::1]"]

# --- What it is made of ---

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "crispy_forms",
    "crispy_bootstrap5",
    "django_filters",
    "django_htmx",
    "csp",
    "portal.core",
    "associations",
    "partyorgs",
    "reviews",
    "portal.dashboard",
    "portal.demo",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",  # above all that may answer early, so that refusals carry the header too
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "portal.core.views.session.PasswordMustChange",
    "django.contrib.messages.middleware.MessageMiddleware",
    "portal.core.views.middleware.WithoutNul",
    "portal.core.views.middleware.InWords",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]
ROOT_URLCONF = "portal.urls"
WSGI_APPLICATION = "portal.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "portal.core.views.shell",
            ],
        },
    },
]
CRISPY_ALLOWED_TEMPLATE_PACKS = "bootstrap5"
CRISPY_TEMPLATE_PACK = "bootstrap5"
CRISPY_FAIL_SILENTLY = PRODUCTION

# --- Charts in documents: matplotlib keeps its list of fonts; a service's account may have no home ---

os.environ.setdefault("MPLCONFIGDIR", str(VAR_DIR / "matplotlib"))

# --- Language and time: written in Chinese, one time zone, no translations of our own ---

LANGUAGE_CODE = "zh-hans"
TIME_ZONE = "Asia/Shanghai"
USE_I18N = True
USE_TZ = True
FORMAT_MODULE_PATH = ["portal.formats"]

# --- Where data lies ---


def database(config: dict[str, Any]) -> dict[str, Any]:
    """Add what each database needs to keep what it has acknowledged, and not to fail under many writers."""
    if config["ENGINE"] == "django.db.backends.sqlite3":
        Path(config["NAME"]).parent.mkdir(parents=True, exist_ok=True)
        synchronous = "OFF" if TESTING else "FULL"
        config["OPTIONS"] = {
            "transaction_mode": "IMMEDIATE",  # Django's default answers "database is locked" to most of 16 writers
            "timeout": 20,
            "init_command": f"PRAGMA journal_mode=WAL; PRAGMA synchronous={synchronous};",
        }
        # A file, not memory: threads and the live server must meet the locks that production meets.
        config["TEST"] = {"NAME": str(Path(config["NAME"]).with_name("test.sqlite3"))}
    else:
        config["CONN_MAX_AGE"] = 600
        config["CONN_HEALTH_CHECKS"] = True  # a restarted database costs no request
        config["OPTIONS"] = {"connect_timeout": 5, "application_name": "portal", **config.get("OPTIONS", {})}
    return config


DATABASES = {"default": database(env.db("DATABASE_URL", default=f"sqlite:///{VAR_DIR / 'portal.sqlite3'}"))}

REDIS_URL = env.str("REDIS_URL", default="")
if REDIS_URL:
    CACHES: dict[str, dict[str, Any]] = {
        "default": {
            "BACKEND": "portal.core.caches.VanishingRedisCache",
            "LOCATION": REDIS_URL,
            "KEY_PREFIX": "portal",
            "OPTIONS": {"socket_connect_timeout": 1, "socket_timeout": 1},
        },
    }
else:
    CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}

MEDIA_ROOT = env.path("MEDIA_ROOT", default=str(VAR_DIR / "media")).root
MEDIA_URL = "media/"  # no address serves it: every download goes through a view that asks who is reading
FILE_UPLOAD_PERMISSIONS = 0o640
FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o750
UPLOAD_MAX_BYTES = 20 * 1024 * 1024  # one file: a province's ledger is below 3 MB
STORAGE_LEAST_FREE_BYTES = 500 * 1024 * 1024  # below it the health page warns: a day of uploads
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024  # a form without its files
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000
DATA_UPLOAD_MAX_NUMBER_FILES = 20

NODE_MODULES = BASE_DIR / "node_modules"
STATIC_URL = "static/"
STATIC_ROOT = BASE_DIR / "staticfiles" if PRODUCTION else None
STATICFILES_DIRS = [BASE_DIR / "static"]
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    "portal.staticfiles.VendorFinder",
]
STORAGES = {
    "default": {"BACKEND": "portal.core.files.WholeFileStorage"},
    "staticfiles": {
        "BACKEND": "portal.staticfiles.HashedStorage"
        if PRODUCTION
        else "django.contrib.staticfiles.storage.StaticFilesStorage",
    },
}
WHITENOISE_USE_FINDERS = not PRODUCTION  # a desk serves the files where they lie; a server collects them first
WHITENOISE_AUTOREFRESH = DEBUG or TESTING
WHITENOISE_ALLOW_ALL_ORIGINS = False

# --- Signing in ---

AUTH_USER_MODEL = "core.User"
LOGIN_URL = "core:sign-in"
LOGIN_REDIRECT_URL = "dashboard:home"
LOGOUT_REDIRECT_URL = "core:sign-in"
PASSWORD_HASHERS = ["portal.core.privacy.PasswordHasher"]
if TESTING:
    PASSWORD_HASHERS.insert(0, "django.contrib.auth.hashers.MD5PasswordHasher")  # hundreds of users a minute
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
SESSION_ENGINE = "django.contrib.sessions.backends.db"  # Redis may vanish without anybody being signed out
SESSION_COOKIE_AGE = 12 * 60 * 60
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "portal.core.views.system.csrf_failure"
CSRF_COOKIE_HTTPONLY = True  # scripts take the token from the page

# --- What a browser is told ---

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "object-src": ["'none'"],
        "worker-src": ["'self'"],
        "manifest-src": ["'self'"],
        "base-uri": ["'none'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
    },
}
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
if PRODUCTION:
    SECURE_SSL_REDIRECT = True
    SECURE_REDIRECT_EXEMPT = [r"^healthz/"]  # the load balancer asks without TLS
    SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
    SESSION_COOKIE_SECURE = True
    SESSION_COOKIE_NAME = "__Host-session"
    CSRF_COOKIE_SECURE = True
    CSRF_COOKIE_NAME = "__Host-csrf"
    if env.bool("BEHIND_TLS_PROXY", default=False):  # only where the proxy overwrites this header itself
        SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

# --- Background work: the job table is the truth, the broker may forget ---

# A killed worker's job is taken over when its lease has run out and the sweeper has come by: within 75 seconds. The tests
# of lost workers wait for it many times, so they alone may shorten it.
TEST_PACE = env.float("TEST_PACE", default=1.0) if TESTING else 1.0
JOB_LEASE_SECONDS = 45 * TEST_PACE
JOB_HEARTBEAT_SECONDS = 10 * TEST_PACE
JOB_SWEEP_SECONDS = 30 * TEST_PACE
JOB_CATCH_UP_SECONDS = 60 * TEST_PACE
JOB_UNPUBLISHED_SECONDS = 20 * TEST_PACE  # a message may take this long from the commit to a worker

CELERY_BROKER_URL = REDIS_URL or "memory://localhost/"
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None  # a worker waits for its broker for ever
CELERY_BROKER_TRANSPORT_OPTIONS = (
    {
        "global_keyprefix": "portal:",
        "visibility_timeout": 1800,  # longer than any task may run, or it would be delivered twice
        "unacked_restore_throttle": 1,  # look for the work of a killed worker every 10 s, not every 100 s
        "socket_connect_timeout": 1,  # a page must not wait for a broker that is gone, nor for one that is frozen
        "socket_timeout": 1,
        "max_retries": 1,
        "interval_start": 0,
        "interval_step": 0,
    }
    if REDIS_URL
    else {}
)
CELERY_TIMEZONE = TIME_ZONE
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_SERIALIZER = "json"
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True  # both are needed: with the first alone, the task of a killed child is gone
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_PUBLISH_RETRY = False  # the sweeper publishes again; the page goes on
CELERY_TASK_TIME_LIMIT = env.float("TEST_TIME_LIMIT", default=900) if TESTING else 900
CELERY_TASK_SOFT_TIME_LIMIT = CELERY_TASK_TIME_LIMIT * 14 / 15  # a minute to end decently
CELERY_TASK_ALWAYS_EAGER = TESTING and not REDIS_URL
CELERY_TASK_EAGER_PROPAGATES = TESTING
CELERY_IMPORTS = env.list("TEST_JOBS", default=[]) if TESTING else []  # jobs that only a test has
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = False  # the lease, not the broker, says whose a job is
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BEAT_SCHEDULE_FILENAME = str(VAR_DIR / "celerybeat-schedule")

# --- What is written down while it runs ---

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"},
    },
    "handlers": {
        # Standard error escapes what the terminal cannot show, so a Chinese line never stops the program.
        "console": {"class": "logging.StreamHandler", "formatter": "line"},
    },
    "root": {"handlers": ["console"], "level": "INFO" if PRODUCTION else "WARNING"},
    "loggers": {
        "django": {"handlers": [], "level": "INFO" if PRODUCTION else "WARNING", "propagate": True},
        "django.server": {"handlers": ["console"], "level": "INFO", "propagate": False},
    },
}
