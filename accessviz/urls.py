from django.urls import path

from accessviz.views import home

urlpatterns = [path("", home, name="home")]
