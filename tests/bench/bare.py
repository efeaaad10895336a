"""The least that could be asked of a server: the same requests, commits and sizes of pages.

A minimal Flask application under the same server, with pages from a plain template. What it takes
is the limit that the product is held against in the same run.
"""

import signal
import socket
import sqlite3
import sys
import tempfile
import threading
from contextlib import suppress
from functools import partial
from pathlib import Path

import uvicorn
from flask import Flask, redirect, render_template, request
from flask_compress import Compress

from forms.start.dispatcher import Bridge
from forms.start.entrance import BoundedProtocol
from forms.start.server import look_after, take_port

LINE = "Exempelkooperativet svarar på en fråga om antalet anställda och om hur många de var i fjol."
TEMPLATE = """<!doctype html><title>{{ title }}</title>
{% for number in lines %}<p>{{ number }}: {{ line }}</p>
{% endfor %}"""


def bare_app(folder: Path) -> Flask:
    """Pages of a size (`/page?bytes=`), and forms that commit so many times (`/save?commits=`)."""
    app = Flask(__name__)
    app.config.update(
        COMPRESS_ALGORITHM=["br", "gzip"], COMPRESS_BR_LEVEL=3, SECRET_KEY="bare"
    )  # fmt: skip
    Compress(app)
    kept = threading.local()
    # Compiled once, as any template: from its text it would be at each page.
    lines_of = app.jinja_env.from_string(TEMPLATE)

    def db() -> sqlite3.Connection:
        if not hasattr(kept, "db"):
            kept.db = sqlite3.connect(folder / "bare.db", isolation_level=None)
            kept.db.execute("PRAGMA journal_mode = WAL")
            kept.db.execute("PRAGMA synchronous = FULL")
            kept.db.execute("PRAGMA busy_timeout = 10000")
            kept.db.execute("CREATE TABLE IF NOT EXISTS answer (text)")
        return kept.db

    @app.get("/page")
    def page() -> str:
        count = request.args.get("bytes", 0, type=int) // (len(LINE.encode()) + 13)
        return render_template(lines_of, title="Bare", lines=range(count), line=LINE)

    @app.post("/save")
    def save() -> object:
        for _ in range(request.args.get("commits", 0, type=int)):
            db().execute("INSERT INTO answer VALUES (?)", (str(request.form.to_dict()),))
        return redirect("/page", 303)

    return app


def main(port: int, workers: int) -> None:
    """Serve until stopped, with so many processes."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    listener = take_port("127.0.0.1", port)
    with tempfile.TemporaryDirectory() as folder:
        pages = partial(_serve, Path(folder), listener)
        if workers == 1:
            pages()
        else:
            look_after(pages, signal.pause, workers)


def _serve(folder: Path, listener: socket.socket) -> None:
    config = uvicorn.Config(
        Bridge(bare_app(folder), body_limit=1_000_000), http=BoundedProtocol, log_config=None,
        access_log=False, lifespan="off", server_header=False, loop="asyncio",
    )  # fmt: skip
    with suppress(KeyboardInterrupt):
        uvicorn.Server(config).run(sockets=[listener])


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
