"""The settings of the host application; enough to try it out, not to put it on the internet."""

import os
from pathlib import Path

BASE_DIR = Path(os.environ.get("HOST_FOLDER", Path(__file__).resolve().parents[1]))
SECRET_KEY = os.environ.get("HOST_SECRET", "only-for-this-example")
DEBUG = False
ALLOWED_HOSTS = ["127.0.0.1", "localhost", "testserver"]
INSTALLED_APPS = ["invoicing"]
MIDDLEWARE = ["django.middleware.common.CommonMiddleware"]
ROOT_URLCONF = "host.urls"
DATABASES = {
    "default": {"ENGINE": "django.db.backends.sqlite3", "NAME": BASE_DIR / "host.sqlite"},
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_TZ = True
