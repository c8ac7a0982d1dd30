"""Structured logs: one line an event, JSON for machines or colours for people, each with its request's id."""

from __future__ import annotations

import logging
import sys

import structlog

from socialsales.settings import Settings


def init_log(settings: Settings) -> None:
    """Write logs to standard error, in the form the settings ask for."""
    render = structlog.processors.JSONRenderer() if settings.log_json else structlog.dev.ConsoleRenderer()
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            render,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )
