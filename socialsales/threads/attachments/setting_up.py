"""What an application needs for its files: where they are kept, who reads them, who sweeps."""

from __future__ import annotations

from flask import Flask

from socialsales.community.rounds import Rounds
from socialsales.core.s3 import Bucket, Keys
from socialsales.core.storage import Disk, Storage
from socialsales.settings import Settings
from socialsales.threads.attachments.forms import files_waiting
from socialsales.threads.attachments.lines import files_of, in_words
from socialsales.threads.attachments.reader import FileReader
from socialsales.threads.attachments.sweeping import PAUSE, sweep


def init_attachments(app: Flask, settings: Settings) -> None:
    """Give an application its storage, its reader of files, its sweeper, and its templates what they ask."""
    app.jinja_env.globals.update(
        files_waiting=files_waiting,
        files_of=files_of,
        in_words=in_words,
        file_limit=lambda: settings.file_limit,
    )
    app.extensions["storage"] = storage_for(settings)
    app.extensions["readers"].durable.append(FileReader())
    app.extensions.setdefault("beside", []).append(lambda app: Rounds(app, "file sweeper", sweep, PAUSE))


def storage_for(settings: Settings) -> Storage:
    """The bucket that the settings name, else a folder in the data folder."""
    if not settings.files_bucket:
        return Disk(settings.files_folder / "kept")
    keys = Keys(settings.files_bucket_key, settings.files_bucket_secret, settings.files_bucket_region)
    return Bucket(settings.files_bucket, keys)
