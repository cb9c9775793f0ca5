"""The Celery application. Without a broker, tasks run in the calling process (CELERY_TASK_ALWAYS_EAGER)."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "purposeapp.settings")

app = Celery("purposeapp")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
