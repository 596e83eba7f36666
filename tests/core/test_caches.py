"""Redis may vanish at any moment (SEC promise 5)."""

import pytest

from portal.core.caches import VanishingRedisCache


def test_a_cache_whose_redis_is_gone_answers_that_nothing_is_there(caplog: pytest.LogCaptureFixture) -> None:
    cache = VanishingRedisCache("redis://127.0.0.1:1/0", {"OPTIONS": {"socket_connect_timeout": 1}})
    cache.set("figure", 1)
    assert cache.get("figure", "worked out again") == "worked out again"
    assert [record.levelname for record in caplog.records] == ["WARNING", "WARNING"]
