"""How often somebody may do something."""

from accessviz import rate
from accessviz.rate import Rate


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_so_many_in_so_long_for_each_key() -> None:
    clock = Clock()
    limit = Rate(2, 60, clock)
    assert [limit.take("a"), limit.take("a"), limit.take("a"), limit.take("b")] == [True, True, False, True]
    clock.now = 60
    assert limit.take("a")


def test_asking_whether_it_is_spent_spends_nothing() -> None:
    limit = Rate(1, 60, Clock())
    assert not limit.spent("a")
    assert limit.take("a")
    assert limit.spent("a")
    limit.forget()
    assert not limit.spent("a")


def test_many_keys_do_not_fill_the_memory(monkeypatch) -> None:
    monkeypatch.setattr(rate, "MAX_KEYS", 3)
    limit = Rate(1, 60, Clock())
    assert all(limit.take(str(number)) for number in range(10))
    assert len(limit._times) <= 3
