"""What stands before a page where guessing would pay: limits, and the second factor asked again."""

import hashlib
import io
from functools import wraps
from typing import IO, Any

from flask import (
    Flask,
    Request,
    Response,
    current_app,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask_babel import gettext as _
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.formparser import FormDataParser

from forms.web import logs
from forms.web.request_context import (
    Reply,
    View,
    has_shown_factor_lately,
    holder_of_link,
    survey_db,
)
from survey_data.staff import second_factor, sessions
from survey_data.staff.second_factor import LOCKED_MINUTES
from survey_data.typed_text import for_any_file, tidy_address

CODE = "factor_code"
NOTED: dict[str, str] = {
    "recovery": "recovery_code_used", "wrong": "factor_refused", "locked": "factor_locked",
}  # fmt: skip


def asks_again(view: View) -> View:
    """Let a form through that sends a code along, or was preceded by one a moment ago.

    Else the page asks for the code and carries all that was typed with it.
    """

    @wraps(view)
    def guarded(*args: Any, **kwargs: Any) -> Any:
        return (request.method == "POST" and ask_again()) or view(*args, **kwargs)

    return guarded


def asks_again_for_file(view: View) -> View:
    """The same for an address that gives a file, which is opened anew after the code."""

    @wraps(view)
    def guarded(*args: Any, **kwargs: Any) -> Any:
        if has_shown_factor_lately():
            return view(*args, **kwargs)
        return redirect(url_for("factor.again", next=request.full_path.rstrip("?")))

    return guarded


def ask_again() -> Reply | None:
    """The page that asks for a code before the form of this request; None where it may go on."""
    if has_shown_factor_lately():
        return None
    typed = request.form.get(CODE)
    fault = "" if typed is None else try_code(typed)
    if typed is not None and not fault:
        return None
    kept = [(n, v) for n, v in request.form.items(multi=True) if n not in (CODE, "csrf_token")]
    return render_template(
        "sign_in/again.html", fault=fault, kept=kept, action=request.full_path.rstrip("?")
    )


def try_code(typed: str) -> str:
    """Use a code up for the session of this request; what is wrong with it, "" if nothing."""
    who = holder_of_link()
    assert who is not None
    keys = current_app.config["FACTOR_KEYS"]
    outcome = second_factor.verify(survey_db(), who.id, typed, keys)
    if outcome in NOTED:
        logs.note_event(NOTED[outcome])
    if outcome in ("right", "recovery"):
        session["staff"] = sessions.note_factor(survey_db(), session["staff"])
        return ""
    if outcome == "locked":
        return str(_("För många fel koder. Vänta %(n)s minuter och försök igen.", n=LOCKED_MINUTES))
    return str(_("Koden stämmer inte, eller är redan använd. Vänta på nästa kod i appen."))


# Whole offices share an address, so these are far above what people do.
GUESSES = "60 per minute"
REQUESTS = "20 per minute"
# Each takes a second of typesetting.
PAPERS = "60 per minute"
# To one address, whoever asks: nobody can fill another's inbox.
MAILS = "10 per hour"


# Each is shown back where a form is refused; no page here has a tenth of it.
MOST_FIELDS = 5_000
# The names of our fields for files: one that comes under another is none of them, nor a text.
FILES = {"file", "logo", "report"}


class BoundedForms(FormDataParser):
    """Reads what a form sends: so many fields at most, texts that every file can hold, and files
    only where we ask for them.

    Werkzeug bounds the fields only where files are, and Flask-WTF takes a file for a field's text.
    """

    def parse(
        self,
        stream: IO[bytes],
        mimetype: str,
        content_length: int | None,
        options: dict[str, str] | None = None,
    ) -> Any:
        """The fields and files; raises RequestEntityTooLarge where there are too many."""
        if mimetype == "application/x-www-form-urlencoded":
            content = stream.read()
            if content.count(b"&") >= MOST_FIELDS:
                raise RequestEntityTooLarge
            stream = io.BytesIO(content)
        rest, fields, files = super().parse(stream, mimetype, content_length, options)
        fields = type(fields)([(n, for_any_file(text)) for n, text in fields.items(multi=True)])
        given = list(files.items(multi=True))
        for name, file in given:
            if name not in FILES:
                file.close()
        return rest, fields, type(files)([one for one in given if one[0] in FILES])


class BoundedRequest(Request):
    """A request whose form is bounded."""

    form_data_parser_class = BoundedForms


def protect(app: Flask) -> None:
    """Limit wrong links, wrong sign-in links, and how often mails and codes can be tried."""
    app.request_class = BoundedRequest
    # Registered before the limiter's own, so it runs after that.
    app.after_request(_say_limits_at_the_limit)
    limiter = Limiter(get_remote_address, app=app)
    # What is wrapped below refers to it weakly, and it keeps itself only while it is enabled.
    app.extensions["limits"] = limiter
    guessed = ("landing", "begin", "worksheet_of_link", "easy_landing")
    for endpoint in ("sign_in.enter", "set_up.begin", *(f"answer.{name}" for name in guessed)):
        _wrap(app, limiter.limit(GUESSES, deduct_when=_was_wrong), endpoint)
    for endpoint in ("worksheet_of_link", "worksheet_of_session", "receipt_file", "one_page"):
        _wrap(app, limiter.limit(PAPERS), f"answer.{endpoint}")
    mailed = ("sign_in.send", "answer.new_link", "answer.ask_colleague", "answer.another_code")
    for endpoint in (*mailed, "answer.use_code"):
        _wrap(app, limiter.limit(REQUESTS, methods=["POST"]), endpoint)
    # Counted together, and for unknown addresses too: the reply tells nothing.
    to_one = limiter.shared_limit(MAILS, "mails", key_func=_recipient, methods=["POST"])
    for endpoint in ("sign_in.send", "answer.new_link", "answer.ask_colleague"):
        _wrap(app, to_one, endpoint)


def _say_limits_at_the_limit(response: Response) -> Response:
    """Say how much is left only to who has none left: it stood on every first page."""
    if response.status_code != 429:
        for name in ("X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset"):
            response.headers.pop(name, None)
        if response.headers.get("Retry-After") == "0":
            del response.headers["Retry-After"]
    return response


def _wrap(app: Flask, limit: object, endpoint: str) -> None:
    app.view_functions[endpoint] = limit(app.view_functions[endpoint])  # type: ignore[operator]


def _recipient() -> str:
    typed = tidy_address(request.form.get("email", "")).casefold()
    return hashlib.sha256(typed.encode()).hexdigest()


def _was_wrong(response: Response) -> bool:
    return response.status_code in (404, 410)
