"""Putting the parts together: the only module that knows every feature."""

from __future__ import annotations

from typing import Any

from flask import Flask, Response, has_request_context, request
from flask_babel import Babel
from flask_wtf import CSRFProtect
from sqlalchemy import text
from werkzeug.middleware.proxy_fix import ProxyFix

from socialsales.admin import views as admin_views
from socialsales.community.beginning import open_company_space
from socialsales.community.events import Readers
from socialsales.competitors import live as competitor_live
from socialsales.competitors import search as competitor_search
from socialsales.competitors import views as competitor_views
from socialsales.core.db import db, engine_options, init_db
from socialsales.core.files import bundle
from socialsales.deals import accounts as account_views
from socialsales.deals import api as deals_api
from socialsales.deals import lists as deal_lists
from socialsales.deals import live as deal_live
from socialsales.deals import offering as deals_offered
from socialsales.deals import search as deal_search
from socialsales.deals import stakes as deal_stakes
from socialsales.deals import ties as deal_ties
from socialsales.deals import views as deal_views
from socialsales.directory import api as spaces_api
from socialsales.directory import live as space_live
from socialsales.directory import membership as membership_views
from socialsales.directory import search as people_search
from socialsales.directory import spaces as space_views
from socialsales.directory import views as directory_views
from socialsales.evidence import live as evidence_live
from socialsales.evidence import views as evidence_views
from socialsales.feed import api as feed_api
from socialsales.feed import bells as bell_views
from socialsales.feed import of_threads as following_of_threads
from socialsales.feed import search as feed_search
from socialsales.feed import views as feed_views
from socialsales.identity import api as identity_api
from socialsales.identity import views as identity_views
from socialsales.identity.queries import person_by_token
from socialsales.identity.security import init_security
from socialsales.importing import views as importing_views
from socialsales.importing.receiving import MOST_BYTES
from socialsales.moderation import api as moderation_api
from socialsales.moderation import live as moderation_live
from socialsales.moderation import views as moderation_views
from socialsales.moderation.queries import is_judged_by_others, keeps_order
from socialsales.navigation import Navigation
from socialsales.notifications import api as inbox_api
from socialsales.notifications import live as inbox_live
from socialsales.notifications import setting_up as notices
from socialsales.notifications import views as inbox_views
from socialsales.notifications.digest import setting_up as digests
from socialsales.notifications.digest import views as digest_views
from socialsales.notifications.mail import setting_up as mail
from socialsales.notifications.mail import views as mail_views
from socialsales.notifications.push import setting_up as push
from socialsales.notifications.push import views as push_views
from socialsales.notifications.quiet import views as quiet_views
from socialsales.notifications.replies import setting_up as replies
from socialsales.pipeline import views as pipeline_views
from socialsales.process import live as process_live
from socialsales.process import search as stage_search
from socialsales.process import views as process_views
from socialsales.process.actions import set_up_process
from socialsales.search import api as search_api
from socialsales.search import asking, explaining, indexing
from socialsales.search import views as search_views
from socialsales.settings import Settings, from_environment, secret_key
from socialsales.threads import api as threads_api
from socialsales.threads import live as thread_live
from socialsales.threads import pieces as thread_pieces
from socialsales.threads import search as post_search
from socialsales.threads import views as thread_views
from socialsales.threads.answers import views as answer_views
from socialsales.threads.arranging import api as arranging_api
from socialsales.threads.arranging import views as arranging_views
from socialsales.threads.attachments import api as files_api
from socialsales.threads.attachments import views as attachment_views
from socialsales.threads.attachments.setting_up import init_attachments
from socialsales.threads.drafts import views as draft_views
from socialsales.threads.drafts.writing import writing
from socialsales.threads.mentions import views as mention_views
from socialsales.threads.reactions import views as reaction_views
from socialsales.threads.reading import views as reading_views
from socialsales.threads.unfolding import views as unfolding_views
from socialsales.threads.unsigned import api as unsigned_api
from socialsales.threads.unsigned import views as unsigned_views
from socialsales.threads.unsigned.setting_up import init_unsigned
from socialsales.web import (
    assets,
    formats,
    fragments,
    headers,
    installing,
    keeping,
    live,
    log,
    openapi,
    requests,
    templating,
    words,
)
from socialsales.web.requests import IdConverter
from socialsales.web.templating import Application
from socialsales.web.turns import Turns
from socialsales.web.viewer import LANGUAGES, current_viewer

PAGES = (
    admin_views.bp, deal_views.bp, deal_lists.bp, account_views.bp, feed_views.bp, bell_views.bp, directory_views.bp,
    space_views.bp, membership_views.bp, moderation_views.bp, identity_views.bp, thread_views.bp,
    answer_views.bp, arranging_views.bp, reaction_views.bp, draft_views.bp, attachment_views.bp, mention_views.bp,
    unfolding_views.bp, unsigned_views.bp, reading_views.bp, process_views.bp, competitor_views.bp, pipeline_views.bp,
    evidence_views.bp, inbox_views.bp, mail_views.bp, mail_views.stopping, quiet_views.bp, digest_views.bp,
    digest_views.stopping, push_views.bp, search_views.bp, explaining.bp, importing_views.bp, installing.bp, openapi.bp,
)  # fmt: skip

KEPT_ON_DEVICES = (
    "feed.home", "inbox.index", "threads.show", "threads.new", "deal_list.index", "evidence.deal", "accounts.accounts",
    "accounts.show_account", "evidence.list_competitors", "evidence.competitor", "process.show", "process.stages",
    "evidence.stage", "evidence.tag", "spaces.index", "spaces.show",
)  # fmt: skip
"""Pages on which one reads and writes; none of files, people, settings, search, order or the company's administration."""

ONE_FILE = ("attachments.upload", "files_api.upload")
"""The doors to which a file is sent by itself."""
WITH_FILES = ("threads.publish", "threads.reply", "threads.edit")
"""The doors to which a browser without a script sends files together with the words."""

APIS = (
    threads_api.bp,
    unsigned_api.bp,
    arranging_api.bp,
    files_api.bp,
    moderation_api.bp,
    spaces_api.bp,
    feed_api.bp,
    inbox_api.bp,
    deals_api.bp,
    search_api.bp,
    identity_api.bp,
)

FOUND = (post_search.POSTS, competitor_search.COMPETITORS, stage_search.STAGES, people_search.PEOPLE, deal_search.ACCOUNTS,
         deal_search.DEALS)  # fmt: skip

FLAGS = (feed_search.FOLLOWED, feed_search.UNREAD)
"""What features add to the words behind `is:` and `has:`."""


def create_app(settings: Settings | None = None, **config: Any) -> Flask:
    """An application for these settings (else those of the environment); `config` overrides Flask's own."""
    settings = settings or from_environment()
    app = Application(
        "socialsales", template_folder=str(bundle("templates")), static_folder=str(bundle("static"))
    )
    app.config.from_mapping(_flask_config(settings), **config)
    app.url_map.converters["int"] = IdConverter
    app.extensions["settings"] = settings
    app.extensions["readers"] = Readers()
    app.wsgi_app = Turns(app.wsgi_app)  # type: ignore[method-assign]
    if trusted := settings.proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=trusted, x_proto=trusted, x_host=trusted)  # type: ignore[method-assign]
    _init_machinery(app, settings)
    _init_features(app)
    _init_health(app)
    return app


def _flask_config(settings: Settings) -> dict[str, Any]:
    settings.data.mkdir(parents=True, exist_ok=True)
    return {
        "SECRET_KEY": secret_key(settings),
        "SQLALCHEMY_DATABASE_URI": settings.sqlalchemy_url,
        "SQLALCHEMY_ENGINE_OPTIONS": engine_options(settings.sqlalchemy_url),
        "MAX_CONTENT_LENGTH": settings.body_limit,
        "MAX_FORM_MEMORY_SIZE": min(settings.body_limit, 1_000_000),
        "MAX_FORM_PARTS": 500,
        "BODY_LIMITS": {
            "importing.begin": MOST_BYTES,
            **dict.fromkeys(ONE_FILE, settings.file_limit + settings.body_limit),
            **dict.fromkeys(WITH_FILES, 2 * settings.file_limit + settings.body_limit),
        },
        "WTF_CSRF_TIME_LIMIT": None,
        "BABEL_DEFAULT_LOCALE": settings.language,
        "BABEL_DEFAULT_TIMEZONE": settings.time_zone,
        "BABEL_TRANSLATION_DIRECTORIES": str(bundle("translations")),
        "TEMPLATES_AUTO_RELOAD": False,
    }


def _init_machinery(app: Flask, settings: Settings) -> None:
    log.init_log(settings)
    init_db(app)
    Babel(app, locale_selector=_locale, timezone_selector=_time_zone)
    requests.init_requests(app)
    # After the frame of requests, which says how large a body may be: reading a form's secret word reads its body.
    protection = CSRFProtect(app)
    for blueprint in APIS:
        protection.exempt(blueprint)
    headers.init_headers(app)
    keeping.init_keeping(app, KEPT_ON_DEVICES)
    init_security(app, settings)
    assets.install(app)
    templating.init_templating(app)
    words.init_words(app)
    formats.register(app)
    live.init_live(app, settings)
    fragments.init_fragments(app)
    app.context_processor(_reader)


def _reader() -> dict[str, Any]:
    viewer = current_viewer()
    return {"viewer": viewer, "nav": Navigation(viewer)}


def _init_features(app: Flask) -> None:
    app.jinja_env.globals.update(
        card=thread_pieces.card, post=thread_pieces.post, answers=thread_pieces.answers, writing=writing
    )
    for blueprint in (*PAGES, *APIS):
        app.register_blueprint(blueprint)
    live.hearers(app)["reports"] = keeps_order
    app.extensions["by_token"] = person_by_token
    app.extensions["ties"] = (deal_ties.DEALS,)
    app.extensions["deals for threads"] = deals_offered.FOR_THREADS
    app.extensions["judged by others"] = is_judged_by_others
    app.extensions["stakes"] = deal_stakes.STAKES
    app.extensions["around deals"] = deal_stakes.around
    app.extensions["following of threads"] = following_of_threads.FOLLOWING
    app.extensions["beginnings"] = (open_company_space, set_up_process, push.have_keys)
    indexing.init_search(app, FOUND)
    asking.init_language(app, FLAGS)
    init_attachments(app, app.extensions["settings"])
    init_unsigned(app)
    notices.init_notices(app)
    mail.init_mail(app, app.extensions["settings"])
    replies.init_replies(app, app.extensions["settings"])
    digests.init_digest(app, app.extensions["settings"])
    push.init_push(app, app.extensions["settings"])
    for told in (
        thread_live,
        process_live,
        competitor_live,
        deal_live,
        evidence_live,
        space_live,
        moderation_live,
        inbox_live,
    ):
        live.announcers(app).extend(told.ANNOUNCERS)


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
