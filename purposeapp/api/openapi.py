"""How the OpenAPI schema is made of the views."""

from typing import Any

from drf_spectacular.openapi import AutoSchema


class WholeAnswers(AutoSchema):
    """Every answer is described as a whole: none is a bare array, also where the view's method is called `list`."""

    def _is_list_view(self, serializer: Any = None) -> bool:
        return False
