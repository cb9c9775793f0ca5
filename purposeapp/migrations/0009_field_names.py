"""What fields are called in the admin."""

import django.db.models.deletion
import django.utils.timezone
import purposeapp.domain.model
import purposeapp.models.validators
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
        ("purposeapp", "0008_model_names"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    # Names for people only: the database is not asked.
    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.AlterField(
                    model_name="accessaudit",
                    name="action",
                    field=models.CharField(
                        help_text="What was asked or done, for example purposes or roles.",
                        max_length=100,
                        verbose_name="action",
                    ),
                ),
                migrations.AlterField(
                    model_name="accessaudit",
                    name="actor_id",
                    field=models.CharField(
                        help_text="The directory's id of who asked.", max_length=255, verbose_name="actor id"
                    ),
                ),
                migrations.AlterField(
                    model_name="accessaudit",
                    name="actor_username",
                    field=models.CharField(
                        help_text="Who asked.", max_length=255, verbose_name="actor username"
                    ),
                ),
                migrations.AlterField(
                    model_name="accessaudit",
                    name="address",
                    field=models.CharField(
                        blank=True,
                        help_text="Network address of the caller.",
                        max_length=64,
                        verbose_name="address",
                    ),
                ),
                migrations.AlterField(
                    model_name="accessaudit",
                    name="at",
                    field=models.DateTimeField(
                        default=django.utils.timezone.now, editable=False, verbose_name="at"
                    ),
                ),
                migrations.AlterField(
                    model_name="accessaudit",
                    name="detail",
                    field=models.JSONField(blank=True, default=dict, verbose_name="detail"),
                ),
                migrations.AlterField(
                    model_name="accessaudit",
                    name="request_id",
                    field=models.CharField(blank=True, max_length=128, verbose_name="request id"),
                ),
                migrations.AlterField(
                    model_name="accessaudit",
                    name="subject_username",
                    field=models.CharField(
                        blank=True,
                        help_text="Whom the question was about.",
                        max_length=255,
                        verbose_name="subject username",
                    ),
                ),
                migrations.AlterField(
                    model_name="accessaudit",
                    name="tenant",
                    field=models.SlugField(
                        default="default", help_text="The tenant this belongs to.", verbose_name="tenant"
                    ),
                ),
                migrations.AlterField(
                    model_name="authpolicy",
                    name="actions",
                    field=models.JSONField(
                        blank=True,
                        default=list,
                        help_text="What is allowed, refused or shaped.",
                        validators=[purposeapp.models.validators.validate_texts],
                        verbose_name="actions",
                    ),
                ),
                migrations.AlterField(
                    model_name="authpolicy",
                    name="attributes",
                    field=models.JSONField(
                        blank=True,
                        default=dict,
                        help_text="Further Atlas attributes by their Atlas names, as a JSON object.",
                        validators=[purposeapp.models.validators.validate_attributes],
                        verbose_name="attributes",
                    ),
                ),
                migrations.AlterField(
                    model_name="authpolicy",
                    name="category",
                    field=models.CharField(
                        blank=True,
                        default="purpose",
                        help_text="Only “purpose” concerns purposes.",
                        max_length=40,
                        verbose_name="category",
                    ),
                ),
                migrations.AlterField(
                    model_name="authpolicy",
                    name="created_by",
                    field=models.CharField(blank=True, max_length=255, verbose_name="created by"),
                ),
                migrations.AlterField(
                    model_name="authpolicy",
                    name="description",
                    field=models.TextField(blank=True, verbose_name="description"),
                ),
                migrations.AlterField(
                    model_name="authpolicy",
                    name="display_name",
                    field=models.CharField(
                        blank=True,
                        help_text="Shown instead of the name, if given.",
                        max_length=500,
                        verbose_name="display name",
                    ),
                ),
                migrations.AlterField(
                    model_name="authpolicy",
                    name="groups",
                    field=models.JSONField(
                        blank=True,
                        default=list,
                        help_text="Group names. public names everybody.",
                        validators=[purposeapp.models.validators.validate_names],
                        verbose_name="groups",
                    ),
                ),
                migrations.AlterField(
                    model_name="authpolicy",
                    name="name",
                    field=models.CharField(max_length=500, verbose_name="name"),
                ),
                migrations.AlterField(
                    model_name="authpolicy",
                    name="priority",
                    field=models.IntegerField(
                        default=0,
                        help_text="0 is normal; 1 overrides every policy of priority 0.",
                        verbose_name="priority",
                    ),
                ),
                migrations.AlterField(
                    model_name="authpolicy",
                    name="purpose",
                    field=models.ForeignKey(
                        blank=True,
                        help_text="Blank: an orphan.",
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="policies",
                        to="purposeapp.purpose",
                        verbose_name="purpose",
                    ),
                ),
                migrations.AlterField(
                    model_name="authpolicy",
                    name="qualified_name",
                    field=models.CharField(
                        blank=True,
                        help_text="Blank: a new one is made, as Atlas would.",
                        max_length=500,
                        verbose_name="qualified name",
                    ),
                ),
                migrations.AlterField(
                    model_name="authpolicy",
                    name="resources",
                    field=models.JSONField(
                        blank=True,
                        default=list,
                        help_text="The resources concerned, for example tag:PII.",
                        validators=[purposeapp.models.validators.validate_texts],
                        verbose_name="resources",
                    ),
                ),
                migrations.AlterField(
                    model_name="authpolicy",
                    name="roles",
                    field=models.JSONField(
                        blank=True,
                        default=list,
                        help_text="Names of effective roles.",
                        validators=[purposeapp.models.validators.validate_names],
                        verbose_name="roles",
                    ),
                ),
                migrations.AlterField(
                    model_name="authpolicy",
                    name="schedule",
                    field=models.JSONField(
                        blank=True,
                        default=list,
                        help_text="Validity windows; none means always.",
                        validators=[purposeapp.models.validators.validate_json_list],
                        verbose_name="schedule",
                    ),
                ),
                migrations.AlterField(
                    model_name="authpolicy",
                    name="service_name",
                    field=models.CharField(
                        blank=True, default="atlas_tag", max_length=100, verbose_name="service name"
                    ),
                ),
                migrations.AlterField(
                    model_name="authpolicy",
                    name="state",
                    field=models.CharField(
                        choices=[("ACTIVE", "Active"), ("DELETED", "Deleted")],
                        default="ACTIVE",
                        help_text="Deleted entities are kept but grant nothing.",
                        max_length=8,
                        verbose_name="state",
                    ),
                ),
                migrations.AlterField(
                    model_name="authpolicy",
                    name="sub_category",
                    field=models.CharField(
                        blank=True, default="metadata", max_length=40, verbose_name="sub category"
                    ),
                ),
                migrations.AlterField(
                    model_name="authpolicy",
                    name="tenant",
                    field=models.SlugField(
                        default="default", help_text="The tenant this belongs to.", verbose_name="tenant"
                    ),
                ),
                migrations.AlterField(
                    model_name="authpolicy",
                    name="type",
                    field=models.CharField(
                        default=purposeapp.domain.model.PolicyType["ALLOW"],
                        help_text="What it does to those it names.",
                        max_length=40,
                        verbose_name="type",
                    ),
                ),
                migrations.AlterField(
                    model_name="authpolicy",
                    name="updated_by",
                    field=models.CharField(blank=True, max_length=255, verbose_name="updated by"),
                ),
                migrations.AlterField(
                    model_name="authpolicy",
                    name="users",
                    field=models.JSONField(
                        blank=True,
                        default=list,
                        help_text="Usernames. {USER} names every signed-in user.",
                        validators=[purposeapp.models.validators.validate_names],
                        verbose_name="users",
                    ),
                ),
                migrations.AlterField(
                    model_name="groupnesting",
                    name="parent",
                    field=models.ForeignKey(
                        help_text="Members inherit the roles of this group, and of its parents.",
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="nested",
                        to="auth.group",
                        verbose_name="parent",
                    ),
                ),
                migrations.AlterField(
                    model_name="job",
                    name="asked_by",
                    field=models.CharField(
                        blank=True,
                        help_text="Who started it; blank for the schedule.",
                        max_length=255,
                        verbose_name="asked by",
                    ),
                ),
                migrations.AlterField(
                    model_name="job",
                    name="attempts",
                    field=models.PositiveSmallIntegerField(
                        default=0,
                        help_text="Workers that took it up since it last got further.",
                        verbose_name="attempts",
                    ),
                ),
                migrations.AlterField(
                    model_name="job",
                    name="beat",
                    field=models.DateTimeField(blank=True, null=True, verbose_name="beat"),
                ),
                migrations.AlterField(
                    model_name="job",
                    name="created",
                    field=models.DateTimeField(
                        default=django.utils.timezone.now, editable=False, verbose_name="created"
                    ),
                ),
                migrations.AlterField(
                    model_name="job",
                    name="finished",
                    field=models.DateTimeField(blank=True, null=True, verbose_name="finished"),
                ),
                migrations.AlterField(
                    model_name="job",
                    name="kind",
                    field=models.CharField(
                        choices=[("warm", "Warm-up of the directory cache"), ("review", "Access review")],
                        max_length=20,
                        verbose_name="kind",
                    ),
                ),
                migrations.AlterField(
                    model_name="job",
                    name="place",
                    field=models.CharField(
                        blank=True,
                        help_text="Where to go on after an interruption.",
                        max_length=255,
                        verbose_name="place",
                    ),
                ),
                migrations.AlterField(
                    model_name="job",
                    name="question",
                    field=models.JSONField(
                        blank=True,
                        default=dict,
                        help_text="What was asked for, as the job's kind has it.",
                        verbose_name="question",
                    ),
                ),
                migrations.AlterField(
                    model_name="job",
                    name="result",
                    field=models.JSONField(blank=True, default=dict, verbose_name="result"),
                ),
                migrations.AlterField(
                    model_name="job",
                    name="started",
                    field=models.DateTimeField(blank=True, null=True, verbose_name="started"),
                ),
                migrations.AlterField(
                    model_name="job",
                    name="state",
                    field=models.CharField(
                        choices=[
                            ("waiting", "Waiting"),
                            ("running", "Running"),
                            ("done", "Done"),
                            ("failed", "Failed"),
                            ("cancelled", "Cancelled"),
                        ],
                        default="waiting",
                        max_length=20,
                        verbose_name="state",
                    ),
                ),
                migrations.AlterField(
                    model_name="job",
                    name="tenant",
                    field=models.SlugField(
                        default="default", help_text="The tenant this belongs to.", verbose_name="tenant"
                    ),
                ),
                migrations.AlterField(
                    model_name="persona",
                    name="attributes",
                    field=models.JSONField(
                        blank=True,
                        default=dict,
                        help_text="Further Atlas attributes by their Atlas names, as a JSON object.",
                        validators=[purposeapp.models.validators.validate_attributes],
                        verbose_name="attributes",
                    ),
                ),
                migrations.AlterField(
                    model_name="persona",
                    name="created_by",
                    field=models.CharField(blank=True, max_length=255, verbose_name="created by"),
                ),
                migrations.AlterField(
                    model_name="persona",
                    name="description",
                    field=models.TextField(blank=True, verbose_name="description"),
                ),
                migrations.AlterField(
                    model_name="persona",
                    name="display_name",
                    field=models.CharField(
                        blank=True,
                        help_text="Shown instead of the name, if given.",
                        max_length=500,
                        verbose_name="display name",
                    ),
                ),
                migrations.AlterField(
                    model_name="persona",
                    name="groups",
                    field=models.JSONField(
                        blank=True,
                        default=list,
                        help_text="Group names.",
                        validators=[purposeapp.models.validators.validate_names],
                        verbose_name="groups",
                    ),
                ),
                migrations.AlterField(
                    model_name="persona",
                    name="name",
                    field=models.CharField(max_length=500, verbose_name="name"),
                ),
                migrations.AlterField(
                    model_name="persona",
                    name="qualified_name",
                    field=models.CharField(
                        blank=True,
                        help_text="Blank: a new one is made, as Atlas would.",
                        max_length=500,
                        verbose_name="qualified name",
                    ),
                ),
                migrations.AlterField(
                    model_name="persona",
                    name="role_id",
                    field=models.CharField(
                        blank=True,
                        help_text="The id of its role in the directory.",
                        max_length=255,
                        verbose_name="role id",
                    ),
                ),
                migrations.AlterField(
                    model_name="persona",
                    name="state",
                    field=models.CharField(
                        choices=[("ACTIVE", "Active"), ("DELETED", "Deleted")],
                        default="ACTIVE",
                        help_text="Deleted entities are kept but grant nothing.",
                        max_length=8,
                        verbose_name="state",
                    ),
                ),
                migrations.AlterField(
                    model_name="persona",
                    name="tenant",
                    field=models.SlugField(
                        default="default", help_text="The tenant this belongs to.", verbose_name="tenant"
                    ),
                ),
                migrations.AlterField(
                    model_name="persona",
                    name="updated_by",
                    field=models.CharField(blank=True, max_length=255, verbose_name="updated by"),
                ),
                migrations.AlterField(
                    model_name="persona",
                    name="users",
                    field=models.JSONField(
                        blank=True,
                        default=list,
                        help_text="Usernames.",
                        validators=[purposeapp.models.validators.validate_names],
                        verbose_name="users",
                    ),
                ),
                migrations.AlterField(
                    model_name="purpose",
                    name="attributes",
                    field=models.JSONField(
                        blank=True,
                        default=dict,
                        help_text="Further Atlas attributes by their Atlas names, as a JSON object.",
                        validators=[purposeapp.models.validators.validate_attributes],
                        verbose_name="attributes",
                    ),
                ),
                migrations.AlterField(
                    model_name="purpose",
                    name="classifications",
                    field=models.JSONField(
                        blank=True,
                        default=list,
                        help_text="Tags this purpose is about.",
                        validators=[purposeapp.models.validators.validate_texts],
                        verbose_name="classifications",
                    ),
                ),
                migrations.AlterField(
                    model_name="purpose",
                    name="created_by",
                    field=models.CharField(blank=True, max_length=255, verbose_name="created by"),
                ),
                migrations.AlterField(
                    model_name="purpose",
                    name="description",
                    field=models.TextField(blank=True, verbose_name="description"),
                ),
                migrations.AlterField(
                    model_name="purpose",
                    name="display_name",
                    field=models.CharField(
                        blank=True,
                        help_text="Shown instead of the name, if given.",
                        max_length=500,
                        verbose_name="display name",
                    ),
                ),
                migrations.AlterField(
                    model_name="purpose",
                    name="name",
                    field=models.CharField(max_length=500, verbose_name="name"),
                ),
                migrations.AlterField(
                    model_name="purpose",
                    name="qualified_name",
                    field=models.CharField(
                        blank=True,
                        help_text="Blank: a new one is made, as Atlas would.",
                        max_length=500,
                        verbose_name="qualified name",
                    ),
                ),
                migrations.AlterField(
                    model_name="purpose",
                    name="state",
                    field=models.CharField(
                        choices=[("ACTIVE", "Active"), ("DELETED", "Deleted")],
                        default="ACTIVE",
                        help_text="Deleted entities are kept but grant nothing.",
                        max_length=8,
                        verbose_name="state",
                    ),
                ),
                migrations.AlterField(
                    model_name="purpose",
                    name="tenant",
                    field=models.SlugField(
                        default="default", help_text="The tenant this belongs to.", verbose_name="tenant"
                    ),
                ),
                migrations.AlterField(
                    model_name="purpose",
                    name="updated_by",
                    field=models.CharField(blank=True, max_length=255, verbose_name="updated by"),
                ),
                migrations.AlterField(
                    model_name="review",
                    name="tenant",
                    field=models.SlugField(
                        default="default", help_text="The tenant this belongs to.", verbose_name="tenant"
                    ),
                ),
                migrations.AlterField(
                    model_name="role",
                    name="attributes",
                    field=models.JSONField(
                        blank=True,
                        default=dict,
                        help_text="Further attributes: a JSON object of a text or a list of texts per name.",
                        validators=[purposeapp.models.validators.validate_attributes],
                        verbose_name="attributes",
                    ),
                ),
                migrations.AlterField(
                    model_name="role",
                    name="composites",
                    field=models.ManyToManyField(
                        blank=True,
                        help_text="Roles that whoever holds this one holds as well.",
                        related_name="part_of",
                        to="purposeapp.role",
                        verbose_name="composites",
                    ),
                ),
                migrations.AlterField(
                    model_name="role",
                    name="description",
                    field=models.CharField(blank=True, max_length=500, verbose_name="description"),
                ),
                migrations.AlterField(
                    model_name="role",
                    name="groups",
                    field=models.ManyToManyField(
                        blank=True,
                        help_text="Members of these groups, and of groups within them.",
                        related_name="directory_roles",
                        to="auth.group",
                        verbose_name="groups",
                    ),
                ),
                migrations.AlterField(
                    model_name="role",
                    name="level",
                    field=models.CharField(
                        blank=True,
                        help_text="For workspace roles, shown by whoami.",
                        max_length=50,
                        verbose_name="level",
                    ),
                ),
                migrations.AlterField(
                    model_name="role",
                    name="name",
                    field=models.CharField(
                        help_text="Exact; policies name it. Case matters.",
                        max_length=255,
                        verbose_name="name",
                    ),
                ),
                migrations.AlterField(
                    model_name="role",
                    name="summary",
                    field=models.CharField(
                        blank=True,
                        help_text="For workspace roles, shown by whoami.",
                        max_length=500,
                        verbose_name="summary",
                    ),
                ),
                migrations.AlterField(
                    model_name="role",
                    name="tenant",
                    field=models.SlugField(
                        default="default", help_text="The tenant this belongs to.", verbose_name="tenant"
                    ),
                ),
                migrations.AlterField(
                    model_name="role",
                    name="users",
                    field=models.ManyToManyField(
                        blank=True,
                        related_name="directory_roles",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="users",
                    ),
                ),
                migrations.AlterField(
                    model_name="tenant",
                    name="audience",
                    field=models.CharField(
                        help_text="The “aud” its tokens must carry; several separated by commas, any of which will do.",
                        max_length=500,
                        verbose_name="audience",
                    ),
                ),
                migrations.AlterField(
                    model_name="tenant",
                    name="auditor_role",
                    field=models.CharField(
                        default="access-auditor",
                        help_text="Who holds this role may ask about anybody of the tenant.",
                        max_length=255,
                        verbose_name="auditor role",
                    ),
                ),
                migrations.AlterField(
                    model_name="tenant",
                    name="elasticsearch_index",
                    field=models.CharField(
                        blank=True,
                        help_text="Index or alias of its Atlas entities. Blank: policies kept here.",
                        max_length=255,
                        verbose_name="elasticsearch index",
                    ),
                ),
                migrations.AlterField(
                    model_name="tenant",
                    name="is_active",
                    field=models.BooleanField(
                        default=True,
                        help_text="Tokens of an inactive tenant are refused.",
                        verbose_name="is active",
                    ),
                ),
                migrations.AlterField(
                    model_name="tenant",
                    name="issuer",
                    field=models.CharField(
                        help_text="Exactly the “iss” of its tokens, for example https://sso.example.com/realms/acme.",
                        max_length=500,
                        unique=True,
                        verbose_name="issuer",
                    ),
                ),
                migrations.AlterField(
                    model_name="tenant",
                    name="keycloak_realm",
                    field=models.CharField(
                        blank=True,
                        help_text="Name of the realm of its users. Blank: users kept here.",
                        max_length=255,
                        verbose_name="keycloak realm",
                    ),
                ),
                migrations.AlterField(
                    model_name="tenant",
                    name="local_issuer",
                    field=models.BooleanField(
                        default=False,
                        help_text="Its tokens are signed by this service itself, with its own key.",
                        verbose_name="local issuer",
                    ),
                ),
                migrations.AlterField(
                    model_name="tenant",
                    name="name",
                    field=models.CharField(help_text="For people.", max_length=200, verbose_name="name"),
                ),
                migrations.AlterField(
                    model_name="tenant",
                    name="slug",
                    field=models.SlugField(
                        help_text="Short name in logs and metrics. Cannot change: local data carries it.",
                        unique=True,
                        verbose_name="slug",
                    ),
                ),
                migrations.AlterField(
                    model_name="tenantuser",
                    name="attributes",
                    field=models.JSONField(
                        blank=True,
                        default=dict,
                        help_text="Further user attributes: a JSON object of a text or a list of texts per name.",
                        validators=[purposeapp.models.validators.validate_attributes],
                        verbose_name="attributes",
                    ),
                ),
                migrations.AlterField(
                    model_name="tenantuser",
                    name="designation",
                    field=models.CharField(
                        blank=True, help_text="Job title.", max_length=255, verbose_name="designation"
                    ),
                ),
                migrations.AlterField(
                    model_name="tenantuser",
                    name="profile_role",
                    field=models.CharField(
                        blank=True,
                        help_text="What the user does in the catalogue.",
                        max_length=255,
                        verbose_name="profile role",
                    ),
                ),
                migrations.AlterField(
                    model_name="tenantuser",
                    name="profile_role_other",
                    field=models.CharField(
                        blank=True,
                        help_text="In free words, if none fits.",
                        max_length=255,
                        verbose_name="profile role other",
                    ),
                ),
                migrations.AlterField(
                    model_name="tenantuser",
                    name="tenant",
                    field=models.SlugField(
                        default="default", help_text="The tenant this belongs to.", verbose_name="tenant"
                    ),
                ),
            ]
        )
    ]
