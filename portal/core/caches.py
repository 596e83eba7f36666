"""A cache that may vanish: without Redis a figure is worked out again, and no page fails."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from typing import Any

from django.core.cache.backends.base import DEFAULT_TIMEOUT
from django.core.cache.backends.redis import RedisCache
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)

_LEFT_ALONE_SECONDS = 5.0  # a page asks many times: it waits for a frozen Redis once


class VanishingRedisCache(RedisCache):
    """Redis as a convenience: what cannot be read is not there, what cannot be kept is not kept."""

    _silent_until = 0.0

    def _attempt(self, what: Callable[[], Any], otherwise: Any) -> Any:
        if time.monotonic() < VanishingRedisCache._silent_until:
            return otherwise
        try:
            return what()
        except RedisError:
            VanishingRedisCache._silent_until = time.monotonic() + _LEFT_ALONE_SECONDS
            logger.warning("cache left alone for %s s: Redis does not answer", _LEFT_ALONE_SECONDS)
            return otherwise

    def get(self, key: Any, default: Any = None, version: int | None = None) -> Any:
        return self._attempt(lambda: super(VanishingRedisCache, self).get(key, default, version), default)

    def set(self, key: Any, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> None:
        self._attempt(lambda: super(VanishingRedisCache, self).set(key, value, timeout, version), None)

    def delete(self, key: Any, version: int | None = None) -> bool:
        return bool(self._attempt(lambda: super(VanishingRedisCache, self).delete(key, version), otherwise=False))
