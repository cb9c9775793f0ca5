"""The pages of users and groups: Django's own, in our look, with tenant, profile and nesting."""

from typing import Any

from django.contrib import admin
from django.contrib.auth.admin import GroupAdmin as BaseGroupAdmin
from django.contrib.auth.admin import UserAdmin as BaseUserAdmin
from django.contrib.auth.models import Group, User
from django.db.models import Count
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin, StackedInline
from unfold.forms import AdminPasswordChangeForm, UserChangeForm, UserCreationForm

from purposeapp.admin.base import TenantMixin
from purposeapp.models import GroupNesting, TenantUser

# unfold and Django declare the same attributes with different types; the classes are meant to be mixed so.
# mypy: disable-error-code="misc, type-arg"

admin.site.unregister([User, Group])


class _LowerCaseUsername:
    """Usernames are kept in lower case: lowered before the form looks whether the name is taken."""

    cleaned_data: dict[str, Any]

    def clean_username(self) -> str:
        return str(self.cleaned_data["username"]).lower()


class NewUserForm(_LowerCaseUsername, UserCreationForm):
    pass


class UserForm(_LowerCaseUsername, UserChangeForm):
    pass


class TenantUserInline(TenantMixin, StackedInline):
    model = TenantUser
    tab = True


class GroupNestingInline(StackedInline):
    model = GroupNesting
    fk_name = "group"
    autocomplete_fields = ("parent",)


@admin.register(User)
class UserAdmin(BaseUserAdmin, ModelAdmin):
    """Users. Only superusers make superusers, hand out single permissions, or touch other superusers."""

    form = UserForm
    add_form = NewUserForm
    change_password_form = AdminPasswordChangeForm
    inlines = (TenantUserInline,)
    list_display = ("username", "email", "tenant", "is_active", "is_staff", "is_superuser")
    list_select_related = ("tenant_user",)
    list_filter = ("is_active", "is_staff", "is_superuser", "tenant_user__tenant", "groups")
    list_filter_submit = True

    @admin.display(description=_("tenant"), ordering="tenant_user__tenant")
    def tenant(self, user: User) -> str:
        profile: TenantUser | None = getattr(user, "tenant_user", None)
        return profile.tenant if profile else "default"

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        fixed = () if request.user.is_superuser else ("is_superuser", "user_permissions")
        return (*super().get_readonly_fields(request, obj), *fixed)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_change_permission(request, obj) and _may_touch(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_delete_permission(request, obj) and _may_touch(request, obj)


def _may_touch(request: HttpRequest, user: Any) -> bool:
    return user is None or not user.is_superuser or bool(request.user.is_superuser)


@admin.register(Group)
class GroupAdmin(BaseGroupAdmin, ModelAdmin):
    inlines = (GroupNestingInline,)
    list_display = ("name", "parent", "members")
    list_select_related = ("nesting__parent",)

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).annotate(member_count=Count("user"))

    @admin.display(description=_("inside"), ordering="nesting__parent__name")
    def parent(self, group: Group) -> str:
        nesting: GroupNesting | None = getattr(group, "nesting", None)
        return nesting.parent.name if nesting else ""

    @admin.display(description=_("members"), ordering="member_count")
    def members(self, group: Any) -> int:
        return int(group.member_count)
