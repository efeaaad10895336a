"""What goes wrong outside a form, turned into pages in one place."""

from __future__ import annotations

from flask import Flask, Response, current_app, jsonify, render_template, request
from flask_babel import gettext as _
from flask_limiter import RateLimitExceeded
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException, NotFound

from forms.web import security_log

ErrorPage = tuple[str | Response, int]


def register(app: Flask) -> None:
    """Give the application its error pages, in the reader's language."""
    app.register_error_handler(CSRFError, _stale_form)
    app.register_error_handler(HTTPException, _plain)
    app.register_error_handler(OverflowError, _number_too_large)
    app.register_error_handler(Exception, _unexpected)


def _stale_form(fault: CSRFError) -> ErrorPage:
    security_log.note("csrf")
    return _page(
        400,
        _("Sidan har legat öppen för länge"),
        _("Gå tillbaka, ladda om sidan och försök igen. Det som redan är sparat finns kvar."),
    )


def _plain(fault: HTTPException) -> ErrorPage:
    code = fault.code or 500
    words = {
        403: (
            _("Den här sidan är inte för dig"),
            _("Du är inloggad, men din roll ger inte tillgång till sidan."),
        ),
        404: (
            _("Sidan finns inte"),
            _("Kontrollera adressen, eller börja från startsidan."),
        ),
        405: (_("Så går det inte att öppna sidan"), _("Börja från startsidan.")),
        413: (
            _("Det var för mycket på en gång"),
            _("Filen eller texten är för stor. Inget har sparats."),
        ),
        429: (
            _("Det blev för många försök"),
            _("Vänta en timme och försök igen.")
            if _is_hourly(fault)
            else _("Vänta en minut och försök igen."),
        ),
    }
    default = (_("Något gick fel"), _("Försök igen. Det som redan är sparat finns kvar."))
    return _page(code, *words.get(code, default))


def _is_hourly(fault: HTTPException) -> bool:
    return isinstance(fault, RateLimitExceeded) and fault.limit.limit.get_expiry() > 60


def _number_too_large(fault: OverflowError) -> ErrorPage:
    # An identifier past 2^63 fits in no table, so what it names is nowhere.
    return _plain(NotFound())


def _unexpected(fault: Exception) -> ErrorPage:
    # The traceback goes to the log; a person gets the truth and a way on.
    current_app.logger.exception("unexpected fault")
    return _page(
        500,
        _("Något gick fel hos oss"),
        _("Försök igen om en stund. Det som redan är sparat finns kvar."),
    )


def _page(code: int, title: str, text: str) -> ErrorPage:
    if request.accept_mimetypes.best == "application/json":
        return jsonify(said=f"{title}. {text}"), code
    return render_template("error.html", title=title, text=text), code
