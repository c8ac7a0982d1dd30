"""For WSGI servers that want a module: `gunicorn --workers 1 --threads 256 wsgi:app`."""

from socialsales.app import create_app
from socialsales.web.serve import start_readers

app = create_app()
start_readers(app)
