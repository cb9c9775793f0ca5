"""How big a made-up company is."""

from dataclasses import dataclass, replace

_GROWN = ("users", "groups", "purposes", "policies", "personas", "roles")


@dataclass(frozen=True, slots=True)
class Size:
    """Numbers of entities. `roles` are the ordinary realm roles; personas bring a role each on top."""

    name: str
    users: int
    groups: int
    purposes: int
    policies: int
    personas: int
    roles: int
    groups_per_user: int

    def times(self, growth: int) -> "Size":
        """A company that has grown: more of everything, while each person is in as many groups as before."""
        if growth == 1:
            return self
        more = {name: getattr(self, name) * growth for name in _GROWN}
        return replace(self, name=f"{self.name}x{growth}", **more)

    def over(self, share: int) -> "Size":
        """The company when it was a fraction of what it is; each person was in as many groups."""
        less = {name: getattr(self, name) // share for name in _GROWN}
        return replace(self, name=f"{self.name}{share}", **less)


_XS = Size("XS", users=60, groups=12, purposes=40, policies=200, personas=6, roles=10, groups_per_user=4)
_S = Size("S", 20_000, 1_000, 1_000, 5_000, 100, 100, 50)
_M = Size("M", 100_000, 2_000, 5_000, 25_000, 100, 200, 50)

SIZES = {size.name: size for size in (_XS, _S.over(16), _S.over(4), _S, _M.over(16), _M.over(4), _M)}
