"""A cache that may vanish: without Redis a figure is worked out again, and no page fails."""

from __future__ import annotations

import logging
from typing import Any

from django.core.cache.backends.base import DEFAULT_TIMEOUT
from django.core.cache.backends.redis import RedisCache
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)


class VanishingRedisCache(RedisCache):
    """Redis as a convenience: what cannot be read is not there, what cannot be kept is not kept."""

    def get(self, key: Any, default: Any = None, version: int | None = None) -> Any:
        try:
            return super().get(key, default, version)
        except RedisError:
            logger.warning("cache not readable: Redis does not answer")
            return default

    def set(self, key: Any, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> None:
        try:
            super().set(key, value, timeout, version)
        except RedisError:
            logger.warning("cache not written: Redis does not answer")
