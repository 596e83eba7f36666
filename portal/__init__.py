"""行业协会商会党建工作平台. Celery's application is loaded with Django, so that every `shared_task` finds it."""

from portal.celery import app as celery_app

__all__ = ("celery_app",)
