"""The hottest questions, answered on the event loop before Django: a caller's own purposes, and who they are.

Everything that an answer needs is in memory then: the token was verified a moment ago, the directory knows the person, the
snapshot has the policies. The rules, the bodies and the headers are those of discovery/ and api/. Whatever is unusual about
a request, and every refusal, is Django's: the edge answers 200 and 304, or passes on.

request   what is asked       callers   by whom       reads   the answers       given   those of a moment ago
headers   what the middleware adds    application   all of it as ASGI
"""
