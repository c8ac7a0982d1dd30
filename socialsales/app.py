"""Putting the parts together: the only module that knows every feature."""

from __future__ import annotations

from typing import Any

from flask import Flask, Response, has_request_context, request
from flask_babel import Babel
from flask_wtf import CSRFProtect
from sqlalchemy import text
from werkzeug.middleware.proxy_fix import ProxyFix

from socialsales.community.events import Readers
from socialsales.core.db import db, init_db
from socialsales.core.files import bundle
from socialsales.feed import views as feed_views
from socialsales.identity import views as identity_views
from socialsales.identity.security import init_security
from socialsales.navigation import Navigation
from socialsales.settings import Settings, from_environment, secret_key
from socialsales.threads import live as thread_live
from socialsales.threads import views as thread_views
from socialsales.web import assets, formats, headers, live, log, requests, words
from socialsales.web.viewer import LANGUAGES, current_viewer

BLUEPRINTS = (feed_views.bp, identity_views.bp, thread_views.bp)


def create_app(settings: Settings | None = None, **config: Any) -> Flask:
    """An application for these settings (else those of the environment); `config` overrides Flask's own."""
    settings = settings or from_environment()
    app = Flask("socialsales", template_folder=str(bundle("templates")), static_folder=str(bundle("static")))
    app.config.from_mapping(_flask_config(settings), **config)
    app.extensions["settings"] = settings
    app.extensions["readers"] = Readers()
    app.wsgi_app = ProxyFix(app.wsgi_app, x_for=1, x_proto=1, x_host=1)  # type: ignore[method-assign]
    _init_machinery(app, settings)
    _init_features(app)
    _init_health(app)
    return app


def _flask_config(settings: Settings) -> dict[str, Any]:
    settings.data.mkdir(parents=True, exist_ok=True)
    return {
        "SECRET_KEY": secret_key(settings),
        "SQLALCHEMY_DATABASE_URI": settings.sqlalchemy_url,
        "MAX_CONTENT_LENGTH": settings.body_limit,
        "MAX_FORM_MEMORY_SIZE": min(settings.body_limit, 1_000_000),
        "MAX_FORM_PARTS": 500,
        "WTF_CSRF_TIME_LIMIT": None,
        "BABEL_DEFAULT_LOCALE": settings.language,
        "BABEL_DEFAULT_TIMEZONE": settings.time_zone,
        "BABEL_TRANSLATION_DIRECTORIES": str(bundle("translations")),
        "TEMPLATES_AUTO_RELOAD": False,
    }


def _init_machinery(app: Flask, settings: Settings) -> None:
    log.init_log(settings)
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.add_extension("jinja2.ext.do")
    init_db(app, str(bundle("migrations")))
    Babel(app, locale_selector=_locale, timezone_selector=_time_zone)
    CSRFProtect(app)
    requests.init_requests(app)
    headers.init_headers(app)
    init_security(app, settings)
    assets.install(app)
    words.init_words(app)
    formats.register(app)
    live.init_live(app, settings)
    app.context_processor(_reader)


def _reader() -> dict[str, Any]:
    viewer = current_viewer()
    return {"viewer": viewer, "nav": Navigation(viewer)}


def _init_features(app: Flask) -> None:
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    live.announcers(app).extend(thread_live.ANNOUNCERS)


def _locale() -> str | None:
    """The person's choice, else this browser's earlier choice, else what the browser asks for."""
    if not has_request_context():
        return None
    viewer = current_viewer()
    chosen = (viewer.language if viewer else None) or request.cookies.get("language")
    return chosen if chosen in LANGUAGES else request.accept_languages.best_match(LANGUAGES)


def _time_zone() -> str | None:
    viewer = current_viewer()
    return viewer.time_zone if viewer else None


def _init_health(app: Flask) -> None:
    @app.get("/healthz")
    def healthz() -> Response:
        """The process answers."""
        return Response("ok\n", mimetype="text/plain")

    @app.get("/readyz")
    def readyz() -> Response:
        """The process can serve: its database answers."""
        db.session.execute(text("SELECT 1 FROM person LIMIT 1"))
        return Response("ready\n", mimetype="text/plain")
