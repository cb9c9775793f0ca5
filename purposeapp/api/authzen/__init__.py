"""OpenID AuthZEN Authorization API 1.0: this service as a policy decision point.

A subject is a `user` by username, a resource a `purpose` or `persona` by guid, an action `view` or one of a policy.
What a caller says in `properties` is read and counts for nothing: groups and roles come from the directory.
"""
