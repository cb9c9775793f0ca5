"""How big a made-up company is."""

from dataclasses import dataclass, replace


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
        grown = ("users", "groups", "purposes", "policies", "personas", "roles")
        more = {name: getattr(self, name) * growth for name in grown}
        return replace(self, name=f"{self.name}x{growth}", **more)


SIZES = {
    size.name: size
    for size in (
        Size("XS", users=60, groups=12, purposes=40, policies=200, personas=6, roles=10, groups_per_user=4),
        Size("S", 20_000, 1_000, 1_000, 5_000, 100, 100, 50),
        Size("M", 100_000, 2_000, 5_000, 25_000, 100, 200, 50),
    )
}
