"""行业协会商会党建工作平台. Celery's application is loaded with Django, so that every `shared_task` finds it."""

from portal.celery import app as celery_app

__all__ = ("__version__", "celery_app")

__version__ = "0.9.0"  # the one place: the page footer and CHANGELOG.md follow it
