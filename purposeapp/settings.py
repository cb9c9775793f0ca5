"""All settings, read from the environment; docs/operations.md lists every variable.

Three ways to run, told apart by DEBUG:
    unset   embedded: loopback only, generated keys kept in the work folder, SQLite unless told otherwise
    false   production: every secret must be given, a missing one stops the start
    true    development: as embedded, with Django's debug pages
"""

import secrets
import sys
from pathlib import Path

import dj_database_url
from django.core.exceptions import ImproperlyConfigured
from django.templatetags.static import static
from django.utils.translation import gettext_lazy
from redis.backoff import NoBackoff
from redis.retry import Retry

from purposeapp import redis
from purposeapp.env import Environment, kept

env = Environment()

BASE_DIR = Path(__file__).resolve().parent.parent
WORK_DIR = Path(env.text("WORK_DIR", str(BASE_DIR / "var")))

# --- how we run ----------------------------------------------------------------------------------

LOOPBACK = ["localhost", "127.0.0.1", "[::1]"]
DEBUG = env.flag("DEBUG", default=False)
ALLOWED_HOSTS = env.names("ALLOWED_HOSTS", ",".join(LOOPBACK))
PRODUCTION = (env.given("DEBUG") and not DEBUG) or not set(ALLOWED_HOSTS) <= {*LOOPBACK, "testserver"}
HOST_PORT = f"{env.text('HOST', '127.0.0.1')}:{env.integer('PORT', 8000, least=1, most=65_535)}"
WEB_THREADS = env.integer("WEB_THREADS", 10, least=1, most=500)
PUBLIC_URL = env.url("PUBLIC_URL", "http", "https", default=f"http://{HOST_PORT}").rstrip("/")


def _kept_secret(name: str) -> str:
    """A secret from the environment or, outside production, one made once and kept in the work folder."""
    if env.given(name):
        return env.text(name)
    if PRODUCTION:
        raise ImproperlyConfigured(
            f"{name} is not set. Give one, for example the output of"
            " `python -c 'import secrets; print(secrets.token_urlsafe(50))'`, or its path in"
            f" {name}_FILE. Only the embedded mode (DEBUG unset, loopback ALLOWED_HOSTS) makes its own."
        )
    return kept(WORK_DIR / name.lower().replace("_", "-"), lambda: secrets.token_urlsafe(50))


SECRET_KEY = _kept_secret("SECRET_KEY")

# --- tokens --------------------------------------------------------------------------------------

OIDC_ISSUER = env.url("OIDC_ISSUER", "http", "https")
OIDC_AUDIENCE = env.names("OIDC_AUDIENCE")
OIDC_AUTHORIZED_PARTIES = env.names("OIDC_AUTHORIZED_PARTIES")
OIDC_JWKS_URL = env.url("OIDC_JWKS_URL", "http", "https")
if OIDC_ISSUER and not (OIDC_AUDIENCE or OIDC_AUTHORIZED_PARTIES):
    raise ImproperlyConfigured(
        "OIDC_ISSUER is set without OIDC_AUDIENCE: every token of that issuer would be accepted, whomever it was"
        " made for. Set OIDC_AUDIENCE to what your tokens carry in `aud` (Keycloak: add an audience mapper),"
        " or OIDC_AUTHORIZED_PARTIES to the client ids in `azp`."
    )
if OIDC_AUDIENCE and not OIDC_ISSUER:
    raise ImproperlyConfigured("OIDC_AUDIENCE is set without OIDC_ISSUER: say whose tokens carry it.")

# Tokens signed by this service itself (`manage.py token`). Off beside a real identity provider unless asked for.
LOCAL_TOKENS = env.flag("LOCAL_TOKENS", default=not OIDC_ISSUER)
LOCAL_ISSUER = env.url("LOCAL_ISSUER", "http", "https", default=PUBLIC_URL)
LOCAL_AUDIENCE = "purposeapp"
SIGNING_KEY = env.text("SIGNING_KEY")
SIGNING_KEY_PATH = WORK_DIR / "signing-key.pem"
if LOCAL_TOKENS and PRODUCTION and not SIGNING_KEY:
    raise ImproperlyConfigured(
        "SIGNING_KEY is not set, but this service is to sign tokens itself. Give a PEM private key"
        " (`openssl genrsa 2048`) in SIGNING_KEY_FILE, or set OIDC_ISSUER and OIDC_AUDIENCE and leave LOCAL_TOKENS off."
    )
if LOCAL_TOKENS and LOCAL_ISSUER == OIDC_ISSUER:
    raise ImproperlyConfigured("LOCAL_ISSUER and OIDC_ISSUER must differ: a token's issuer selects its keys.")

AUDITOR_ROLE = env.text("AUDITOR_ROLE", "access-auditor")

# --- sources -------------------------------------------------------------------------------------

ELASTICSEARCH_URL = env.url("ELASTICSEARCH_URL", "http", "https")
ELASTICSEARCH_INDEX = env.text("ELASTICSEARCH_INDEX", "janusgraph_vertex_index" if ELASTICSEARCH_URL else "")
if ELASTICSEARCH_INDEX and not ELASTICSEARCH_URL:
    raise ImproperlyConfigured(
        "ELASTICSEARCH_INDEX is set without ELASTICSEARCH_URL: say where that index is."
    )
ELASTICSEARCH_API_KEY = env.text("ELASTICSEARCH_API_KEY")
ELASTICSEARCH_USERNAME = env.text("ELASTICSEARCH_USERNAME")
ELASTICSEARCH_PASSWORD = env.text("ELASTICSEARCH_PASSWORD")
ELASTICSEARCH_CA_CERTS = env.certificates("ELASTICSEARCH_CA_CERTS")
ELASTICSEARCH_DEADLINE = env.seconds("ELASTICSEARCH_DEADLINE", 2.5)
ELASTICSEARCH_POOL_SIZE = env.integer("ELASTICSEARCH_POOL_SIZE", 16, least=1, most=500)

KEYCLOAK_DATABASE_URL = env.url("KEYCLOAK_DATABASE_URL", "postgresql", "postgres")
KEYCLOAK_REALM = env.text("KEYCLOAK_REALM")
KEYCLOAK_DEADLINE = env.seconds("KEYCLOAK_DEADLINE", 1.0)
KEYCLOAK_POOL_SIZE = env.integer("KEYCLOAK_POOL_SIZE", 8, least=1, most=500)
if KEYCLOAK_DATABASE_URL and not KEYCLOAK_REALM:
    raise ImproperlyConfigured(
        "KEYCLOAK_DATABASE_URL is set without KEYCLOAK_REALM: name the realm of the users."
    )

# Off: every question is put to the sources themselves.
READ_MODEL = env.flag("READ_MODEL", default=True)

REDIS_URL = env.url("REDIS_URL", *redis.SINGLE_SCHEMES, *redis.CLUSTER_SCHEMES)
REDIS_IS_CLUSTER = redis.is_cluster(REDIS_URL)
if REDIS_IS_CLUSTER and not env.given("CELERY_BROKER_URL"):
    raise ImproperlyConfigured(
        "REDIS_URL names a cluster, which Celery cannot use as its broker. Set CELERY_BROKER_URL to a single Redis server"
        " or to RabbitMQ (amqp://...)."
    )
CELERY_BROKER_URL = env.url("CELERY_BROKER_URL", "redis", "rediss", "amqp", "amqps", default=REDIS_URL)

# --- Django --------------------------------------------------------------------------------------

INSTALLED_APPS = [
    "unfold",
    "unfold.contrib.filters",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "purposeapp.apps.PurposeappConfig",
    "accessviz.apps.AccessvizConfig",
]

MIDDLEWARE = [
    "purposeapp.middleware.RequestIdMiddleware",
    "accessviz.middleware.TimingMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "purposeapp.middleware.ContentPolicyMiddleware",
    "purposeapp.middleware.PageSessionMiddleware",
    "accessviz.middleware.PageLanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "purposeapp.middleware.PageCsrfMiddleware",
    "purposeapp.middleware.PageAuthenticationMiddleware",
    "purposeapp.middleware.PageMessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

ROOT_URLCONF = "purposeapp.urls"
WSGI_APPLICATION = None
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
LOGIN_URL, LOGIN_REDIRECT_URL = "sign-in", "home"
CSRF_FAILURE_VIEW = "accessviz.errors.csrf_failure"
APPEND_SLASH = False  # an API that redirects a POST loses its body

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
                "accessviz.context.page",
            ]
        },
    }
]

DATABASE_URL = env.text("DATABASE_URL", f"sqlite:///{WORK_DIR / 'db.sqlite3'}")
DATABASE_POOL_SIZE = env.integer("DATABASE_POOL_SIZE", 8, least=1, most=500)
_WRONG_DATABASE = "DATABASE_URL must look like postgresql://user:password@host:5432/name"
try:
    DATABASES = {"default": dj_database_url.parse(DATABASE_URL)}
except (ValueError, KeyError):
    raise ImproperlyConfigured(_WRONG_DATABASE) from None
if DATABASES["default"]["ENGINE"].endswith("postgresql"):
    # The defaults of psycopg wait for ever: every wait is bounded, and the pool is the only place that keeps connections.
    DATABASES["default"]["CONN_MAX_AGE"] = 0
    DATABASES["default"]["DISABLE_SERVER_SIDE_CURSORS"] = True  # PgBouncer in transaction mode
    DATABASES["default"]["OPTIONS"] = {
        **DATABASES["default"].get("OPTIONS", {}),
        "connect_timeout": 2,
        "tcp_user_timeout": 5000,
        "pool": {"min_size": 1, "max_size": DATABASE_POOL_SIZE, "timeout": 2},
    }
elif DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    WORK_DIR.mkdir(parents=True, exist_ok=True)
    DATABASES["default"]["OPTIONS"] = {
        "timeout": 5,
        "transaction_mode": "IMMEDIATE",
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
    }
else:
    raise ImproperlyConfigured(_WRONG_DATABASE)

# For applications installed beside ours; what we keep ourselves goes through redis.py.
if REDIS_URL and not REDIS_IS_CLUSTER:
    CACHES = {
        "default": {
            "BACKEND": "django_redis.cache.RedisCache",
            "LOCATION": REDIS_URL,
            "KEY_PREFIX": "purposeapp",
            "OPTIONS": {
                # JSON, not pickle: a poisoned cache entry must never be code.
                "SERIALIZER": "django_redis.serializers.json.JSONSerializer",
                "SOCKET_TIMEOUT": 0.1,
                "SOCKET_CONNECT_TIMEOUT": 0.1,
                # redis-py's ten retries with back-off make a dead server cost 4.6 s a call.
                "CONNECTION_POOL_KWARGS": {"retry": Retry(NoBackoff(), 0)},
            },
        }
    }
else:
    CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}

CELERY_TASK_ALWAYS_EAGER = not CELERY_BROKER_URL
if CELERY_BROKER_URL.startswith("redis"):
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        # A killed worker's message is given to another within a minute. Kombu looks for such messages every
        # interval x throttle seconds: its defaults, 10 x 10, would undo a short time-out.
        "visibility_timeout": 45,
        "unacked_restore_interval": 5,
        "unacked_restore_throttle": 1,
        "unacked_mutex_expire": 10,
        "socket_connect_timeout": 2,
        "socket_timeout": 5,  # above the second that a worker's BRPOP waits
    }

# The warm-up of the directory cache: which tenants have one by themselves, how often, and how fast any may go.
WARM_AT_USERS = env.integer("WARM_AT_USERS", 20_000, most=1_000_000_000)
WARM_EVERY_MINUTES = env.integer("WARM_EVERY_MINUTES", 30, least=1, most=7 * 24 * 60)
WARM_USERS_PER_SECOND = env.integer("WARM_USERS_PER_SECOND", 10_000, most=1_000_000)

LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("de", "Deutsch")]
LOCALE_PATHS = [BASE_DIR / "locale"]
LANGUAGE_COOKIE_HTTPONLY, LANGUAGE_COOKIE_SAMESITE = True, "Lax"
TIME_ZONE = "UTC"
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = WORK_DIR / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
# Without a manifest (tests, a start before collectstatic) files are served from where they are.
WHITENOISE_USE_FINDERS = not (STATIC_ROOT / "staticfiles.json").is_file()
if WHITENOISE_USE_FINDERS and "collectstatic" not in sys.argv:
    STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"

AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in ("UserAttributeSimilarityValidator", "MinimumLengthValidator", "CommonPasswordValidator")
]

# --- security ------------------------------------------------------------------------------------

HTTPS = PUBLIC_URL.startswith("https://")
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = HTTPS
SESSION_COOKIE_HTTPONLY = True
SECURE_HSTS_SECONDS = env.integer("SECURE_HSTS_SECONDS", 31_536_000 if HTTPS else 0, most=10 * 31_536_000)
SECURE_SSL_REDIRECT = env.flag("SECURE_SSL_REDIRECT", default=False)
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL]
if env.flag("TRUST_PROXY", default=False):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "object-src": ["'none'"],
        "base-uri": ["'none'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
    }
}

# --- API -----------------------------------------------------------------------------------------

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["purposeapp.api.authentication.BearerAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["drf_orjson_renderer.renderers.ORJSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["purposeapp.api.parsing.StrictJSONParser"],
    "DEFAULT_CONTENT_NEGOTIATION_CLASS": "purposeapp.api.parsing.AlwaysJSON",
    "DEFAULT_SCHEMA_CLASS": "purposeapp.api.openapi.WholeAnswers",
    "EXCEPTION_HANDLER": "purposeapp.api.errors.exception_handler",
    "UNAUTHENTICATED_USER": None,
}

SPECTACULAR_SETTINGS = {
    "TITLE": "Access discovery",
    "DESCRIPTION": "Which purposes and personas a user can see, at once, and why.",
    "VERSION": "1.0.0",
    "OAS_VERSION": "3.1.1",
    "SERVE_INCLUDE_SCHEMA": False,
    "COMPONENT_SPLIT_REQUEST": True,
    "SERVE_PUBLIC": True,
    "SERVE_AUTHENTICATION": [],
    "SERVE_PERMISSIONS": ["rest_framework.permissions.AllowAny"],
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "SCHEMA_PATH_PREFIX": r"/",
    "ENUM_GENERATE_CHOICE_DESCRIPTION": False,
}

UNFOLD = {
    "SITE_TITLE": gettext_lazy("Access discovery"),
    "SITE_HEADER": gettext_lazy("Access discovery"),
    "SITE_URL": "/",
    "SITE_FAVICONS": [
        {"rel": "icon", "type": "image/svg+xml", "href": lambda _: static("accessviz/icon.svg")}
    ],
    "STYLES": [lambda _: static("purposeapp/admin.css")],
    "SCRIPTS": [lambda _: static("purposeapp/admin.js")],
}

# --- logs ----------------------------------------------------------------------------------------

LOG_LEVELS = "DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"request_id": {"()": "purposeapp.logs.RequestIdFilter"}},
    "formatters": {"json": {"()": "purposeapp.logs.JsonFormatter"}},
    "handlers": {
        "stderr": {"class": "logging.StreamHandler", "formatter": "json", "filters": ["request_id"]},
    },
    "root": {"handlers": ["stderr"], "level": env.choice("LOG_LEVEL", LOG_LEVELS, "INFO")},
    "loggers": {
        # Anybody can send a wrong Host header; it is refused, and no reason for a stack trace each time.
        "django.security.DisallowedHost": {"level": "CRITICAL"},
        "django.server": {"handlers": ["stderr"], "propagate": False},
        # Their INFO lines print whole request URLs and bodies.
        "elastic_transport": {"level": "ERROR"},
        "elasticsearch": {"level": "ERROR"},
        "psycopg.pool": {"level": "ERROR"},
    },
}
