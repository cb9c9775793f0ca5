from django.apps import AppConfig


class AccessvizConfig(AppConfig):
    name = "accessviz"
    verbose_name = "Access pages"
