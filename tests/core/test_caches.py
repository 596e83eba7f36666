"""Redis may vanish at any moment (SEC promise 5)."""

import pytest

from portal.core.caches import VanishingRedisCache


@pytest.fixture(autouse=True)
def _as_if_redis_had_always_answered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(VanishingRedisCache, "_silent_until", 0.0)


def test_a_cache_whose_redis_is_gone_answers_that_nothing_is_there(caplog: pytest.LogCaptureFixture) -> None:
    cache = VanishingRedisCache("redis://127.0.0.1:1/0", {"OPTIONS": {"socket_connect_timeout": 1}})
    cache.set("figure", 1)
    assert cache.get("figure", "worked out again") == "worked out again"
    assert cache.delete("figure") is False
    # Asked once: each attempt at a Redis that is frozen takes a second, and a page asks many times.
    assert [record.levelname for record in caplog.records] == ["WARNING"]
