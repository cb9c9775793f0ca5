"""`manage.py makemessages`, which finds the phrases of the domain, too."""

from django.core.management.commands import makemessages


class Command(makemessages.Command):
    xgettext_options = [
        *makemessages.Command.xgettext_options,
        "--keyword=Phrase",
        "--keyword=counted:1,2",
    ]
