"""The settings, one file, read from the environment.

MODE says what the installation is: `demonstration` (the default: invented people, keys that are no secret),
`test`, or `production`, which refuses to start with a default key, a demonstration account's adapter or DEBUG.
"""

import os
from pathlib import Path
from typing import Any

import dj_database_url
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from config.logs import configured

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = Path(os.environ.get("VAR_DIR", BASE_DIR / "var"))

MODE = os.environ.get("MODE", "demonstration")
DEMONSTRATION = MODE != "production"
DEBUG = os.environ.get("DEBUG", "") == "1"

DEMONSTRATION_KEY = "demonstration-only-no-secret-" + "0" * 35


def _secret(name: str, otherwise: str = DEMONSTRATION_KEY) -> str:
    """A secret from the variable NAME or the file that NAME_FILE names; the demonstration has one that is no secret."""
    if path := os.environ.get(f"{name}_FILE"):
        return Path(path).read_text(encoding="utf-8").strip()
    return os.environ.get(name, otherwise)


def _keys(name: str) -> str:
    """A secret that can hold several keys, a line each, the newest last (docs/operations.md, "New keys"); never none."""
    if not (said := _secret(name).strip()):
        raise ImproperlyConfigured(f"{name} is empty: set the secret.")
    return said


*SECRET_KEY_FALLBACKS, SECRET_KEY = _keys("SECRET_KEY").splitlines()
MASTER_KEY = _keys("MASTER_KEY")  # wraps the subjects' keys (casework/sealing.py)
INDEX_KEY = _keys("INDEX_KEY")  # blind indexes of personal numbers

IDENTITY_ADAPTER = os.environ.get("IDENTITY_ADAPTER", "accounts.identity.DemonstrationIdentity")

# Registers of other offices (casework/registers): a base address each; empty: not connected. While `make run` serves the
# demonstration, a file says where its simulator is, for commands in another terminal.
_simulator = VAR_DIR / "registers.url"
_simulated = _simulator.read_text(encoding="utf-8") if MODE == "demonstration" and _simulator.is_file() else ""
REGISTERS = {
    code: os.environ.get(f"REGISTER_{code.upper()}_URL", _simulated)
    for code in ("identity", "disability_certificate", "social_insurance", "bank_account")
}
REGISTER_TOKEN = _secret("REGISTER_TOKEN")

# Messages beside the account (docs/operations.md): without a mail server the demonstration writes letters to a folder.
EMAIL_HOST = os.environ.get("EMAIL_HOST", "")
EMAIL_PORT = int(os.environ.get("EMAIL_PORT", "587"))
EMAIL_HOST_USER = os.environ.get("EMAIL_HOST_USER", "")
EMAIL_HOST_PASSWORD = _secret("EMAIL_HOST_PASSWORD", "")
EMAIL_USE_SSL = os.environ.get("EMAIL_USE_SSL", "") == "1"
EMAIL_USE_TLS = os.environ.get("EMAIL_USE_TLS", "0" if EMAIL_USE_SSL else "1") == "1"
EMAIL_TIMEOUT = 10
EMAIL_BACKEND = f"django.core.mail.backends.{'smtp' if EMAIL_HOST else 'filebased'}.EmailBackend"
EMAIL_FILE_PATH = VAR_DIR / "mail"
DEFAULT_FROM_EMAIL = os.environ.get("DEFAULT_FROM_EMAIL", "noreply@example.invalid")
MAIL_IS_ON = bool(EMAIL_HOST) or DEMONSTRATION

CLAMD = os.environ.get("CLAMD", "")  # a virus scanner for uploads: host:port, or the path of its socket

SMS_IS_ON = os.environ.get("SMS", "on" if DEMONSTRATION else "off") == "on"
SMS_ADAPTER = os.environ.get("SMS_ADAPTER", "casework.channels.FileSms")
SMS_FILE = VAR_DIR / "sms.log"
SMS_URL = os.environ.get("SMS_URL", "")
SMS_TOKEN = _secret("SMS_TOKEN")
# Visitors of the demonstration have no phone of its invented officers: the sign-in page shows them the code.
SECOND_FACTOR_SHOWN = os.environ.get("SECOND_FACTOR_SHOWN", "1" if MODE == "demonstration" else "") == "1"

if MODE == "production":
    if DEBUG or DEMONSTRATION_KEY in f"{SECRET_KEY}\n{MASTER_KEY}\n{INDEX_KEY}".splitlines():
        raise ImproperlyConfigured("Production does not start with DEBUG or a demonstration key: set the secrets.")
    if "Demonstration" in IDENTITY_ADAPTER:
        raise ImproperlyConfigured("Production does not start with the demonstration identity adapter.")
    if EMAIL_HOST and DEFAULT_FROM_EMAIL.endswith(".invalid"):
        raise ImproperlyConfigured("E-mail needs an address to come from: set DEFAULT_FROM_EMAIL.")
    if SMS_IS_ON and "FileSms" in SMS_ADAPTER:
        raise ImproperlyConfigured(
            "Production does not start with the demonstration SMS adapter: name one, or SMS=off."
        )
    if SMS_IS_ON and "HttpSms" in SMS_ADAPTER and (SMS_TOKEN == DEMONSTRATION_KEY or SMS_URL[:8] != "https://"):
        raise ImproperlyConfigured("The SMS gateway needs SMS_TOKEN and an SMS_URL that begins with https://.")
    asked = [url for url in REGISTERS.values() if url]
    if asked and (REGISTER_TOKEN == DEMONSTRATION_KEY or any(url[:8] != "https://" for url in asked)):
        raise ImproperlyConfigured("Registers need REGISTER_TOKEN and addresses that begin with https://.")
    if SECOND_FACTOR_SHOWN:
        raise ImproperlyConfigured("Production does not show anybody the codes of the second factor.")

ALLOWED_HOSTS = os.environ.get("ALLOWED_HOSTS", "localhost,127.0.0.1,[::1],testserver").split(",")
# Behind a proxy that connects by a Unix socket: the header in which it says who the visitor is (web/middleware.py).
VISITOR_HEADER = os.environ.get("VISITOR_HEADER", "")
CSRF_TRUSTED_ORIGINS = [origin for origin in os.environ.get("CSRF_TRUSTED_ORIGINS", "").split(",") if origin]

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.forms",
    "viewflow.workflow",
    "guardian",
    "simple_history",
    "csp",
    "accounts",
    "casework",
    "funds",
    "flows",
    "services",
    "recruitment",
    "oversight",
    "demo",
    "web",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "web.middleware.RequestId",
    "web.middleware.Visitor",
    "web.metrics.Counted",
    "web.api.surroundings.Surroundings",
    "web.replica.ReadYourWrites",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "web.middleware.Display",
    "web.middleware.LargestRequest",
    "web.middleware.InDistrict",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "web.middleware.ActingAs",
    "web.middleware.DomainErrors",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.messages.context_processors.messages",
                "web.context.page",
            ],
            "builtins": ["web.templatetags.look"],
            "loaders": [
                (
                    "django.template.loaders.cached.Loader",
                    ["django.template.loaders.filesystem.Loader", "django.template.loaders.app_directories.Loader"],
                )
            ],
        },
    }
]
FORM_RENDERER = "web.forms.Renderer"


def _database(url: str) -> dict[str, Any]:
    found = dict(dj_database_url.parse(url, conn_max_age=60))
    given: Any = found.get("OPTIONS", {})
    options = {"application_name": "minhang", "connect_timeout": 10, **given}
    # Somebody who waits longer for a case is told that it is being worked on. Behind a pooler that takes no options, set
    # it empty and give the database role a lock_timeout.
    if milliseconds := os.environ.get("LOCK_TIMEOUT_MS", "5000"):
        options["options"] = f"-c lock_timeout={int(milliseconds)}"
    return {**found, "OPTIONS": options, "DISABLE_SERVER_SIDE_CURSORS": True}  # a pooler takes no cursors


DATABASES = {"default": {**_database(_secret("DATABASE_URL", "postgres:///minhang")), "CONN_HEALTH_CHECKS": True}}
# A streaming replica for pages that are only read (config/replica.py). It is asked whether it is fit before each of them.
if _replica := _secret("DATABASE_REPLICA_URL", ""):
    DATABASES["replica"] = {**_database(_replica), "TEST": {"MIRROR": "default"}}
    DATABASE_ROUTERS = ["config.replica.Router"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "casework.access.Backend",
    "web.accounts.Accounts",
    "django.contrib.auth.backends.ModelBackend",  # of sessions that began before there was the one above
    "guardian.backends.ObjectPermissionBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
ANONYMOUS_USER_NAME = None  # guardian: there is no anonymous account
GUARDIAN_MONKEY_PATCH_USER = False
PROOF_LASTS_MINUTES = 15  # signing asks for the password, or a code, again after this
LOGIN_URL = "signin"

SILENCED_SYSTEM_CHECKS: list[str] = []

SESSION_ENGINE = "web.sessions"
SESSION_COOKIE_AGE = 60 * 60 * 8
WORKBENCH_IDLE_MINUTES = 30  # an officer's session ends when nothing was asked for this long
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "web.errors.csrf_failure"
if MODE == "production":
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = True
    SECURE_HSTS_SECONDS = 31536000
    SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = True
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "style-src": [SELF],
        "script-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "media-src": [SELF],
        "connect-src": [SELF],
        "object-src": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    }
}

# Counted tries (sign-in, objections) are shared by all workers of a machine.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.filebased.FileBasedCache",
        "LOCATION": str(VAR_DIR / "cache"),
        # Full, it forgets entries at random: nobody shall make it forget their failures by filling it.
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    }
}

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "中文"), ("en", "English")]
LANGUAGE_COOKIE_NAME = "language"
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True

STATIC_URL = "static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
WHITENOISE_USE_FINDERS = True
EVIDENCE_DIR = Path(os.environ.get("EVIDENCE_DIR", VAR_DIR / "evidence"))
LETTERS_DIR = Path(os.environ.get("LETTERS_DIR", VAR_DIR / "letters"))
# Where people reach this installation, as letters print it beside their QR code; empty: letters carry none.
SITE_URL = os.environ.get("SITE_URL", "").rstrip("/")
# The ledger (docs/proof.md): a folder to be mirrored, and the key that signs its checkpoints, which only the sequencer reads.
LEDGER_DIR = Path(os.environ.get("LEDGER_DIR", VAR_DIR / "ledger"))
LEDGER_KEY_FILE = Path(os.environ.get("LEDGER_KEY_FILE", VAR_DIR / "ledger.key"))
LEDGER_ORIGIN = os.environ.get("LEDGER_ORIGIN", "minhang-casework")
# Where backups lie, so that the doctor can look how old the newest is.
BACKUP_DIR = Path(os.environ["BACKUP_DIR"]) if os.environ.get("BACKUP_DIR") else None
# Events are sent to public addresses alone, over https; 1 lets them go into one's own network too, and over http.
WEBHOOKS_INSIDE = os.environ.get("WEBHOOKS_INSIDE", "") == "1"
# Requests a minute to the API: with one token, and from one address without any.
API_PER_MINUTE = int(os.environ.get("API_PER_MINUTE", "600"))
API_PER_MINUTE_PUBLIC = int(os.environ.get("API_PER_MINUTE_PUBLIC", "120"))
METRICS_TOKEN = _secret("METRICS_TOKEN", "")  # who may ask for /metrics; empty: nobody
GUIDE_FILMS_DIR = Path(os.environ.get("GUIDE_FILMS_DIR", VAR_DIR / "films"))
FILE_UPLOAD_MAX_MEMORY_SIZE = 2_621_440
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_621_440
DATA_UPLOAD_MAX_NUMBER_FILES = 5
LARGEST_REQUEST = (
    64 * 1024 * 1024
)  # bytes: five files of ten, and what goes with them; more is refused before it is read

LOGGING = configured(os.environ.get("LOG_FORMAT", "json" if MODE == "production" else "plain"))
