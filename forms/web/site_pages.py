"""The pages that are for everyone, or of no other room: footer, microdata, and what goes wrong.

A year's microdata is a package, for analysts and coordinators who are signed in.
"""

import re
from functools import partial
from pathlib import Path
from urllib.parse import parse_qs

from flask import (
    Blueprint,
    Flask,
    Response,
    abort,
    current_app,
    jsonify,
    make_response,
    render_template,
    request,
    send_file,
)
from flask_babel import gettext as _
from flask_limiter import RateLimitExceeded
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException, MethodNotAllowed, NotFound

from forms.web import logs
from forms.web.guards import asks_again
from forms.web.request_context import Reply, actor, places, survey_db, turned_away
from survey_data.automation import retention
from survey_data.microdata import package as packages
from survey_data.staff import logo
from survey_data.staff.staff import MICRODATA

blueprint = Blueprint("site", __name__)


@blueprint.get("/tillganglighet")
def accessibility() -> str:
    """The accessibility statement."""
    return render_template("site/accessibility.html")


@blueprint.get("/personuppgifter")
def privacy() -> str:
    """What is collected about persons, why, and what they can ask for."""
    return render_template("site/privacy.html", kept=retention.periods(survey_db()))


@blueprint.get("/kontakt")
def contact() -> str:
    """Whom to call."""
    return render_template("site/contact.html")


@blueprint.get("/logotyp")
def show_logo() -> Response:
    """The association's logo, to be kept: its address changes with it."""
    path = Path(current_app.config["DATA_DIR"]) / logo.NAME
    if not path.exists():
        abort(404)
    return send_file(path, mimetype="image/png", max_age=365 * 24 * 3600)


def register_errors(app: Flask) -> None:
    """Give the application its error pages, in the reader's language."""
    app.register_error_handler(CSRFError, _stale_form)
    app.register_error_handler(HTTPException, _plain)
    # An identifier past 2^63 fits in no table, so what it names is nowhere.
    app.register_error_handler(OverflowError, lambda _fault: _plain(NotFound()))
    app.register_error_handler(Exception, _unexpected)


def _stale_form(fault: CSRFError) -> Reply:
    logs.note_event("csrf")
    return _page(
        400,
        _("Sidan har legat öppen för länge"),
        _("Gå tillbaka, ladda om sidan och försök igen. Det som redan är sparat finns kvar."),
    )


def _plain(fault: HTTPException) -> Reply:
    code = fault.code or 500
    if request.path.startswith("/data/") and current_app.config.get("HAS_DATA_PAGES", True):
        # Only while there is nothing for the data browser to show.
        return _page(503, _("Inga siffror att visa"),
                     _("Ingen utgåva finns att visa just nu. Försök igen senare."))  # fmt: skip
    is_hourly = isinstance(fault, RateLimitExceeded) and fault.limit.limit.get_expiry() > 60
    wait = (_("Vänta en timme och försök igen.") if is_hourly
            else _("Vänta en minut och försök igen."))  # fmt: skip
    words = {
        403: (_("Den här sidan är inte för dig"),
              _("Du är inloggad, men din roll ger inte tillgång till sidan.")),
        404: (_("Sidan finns inte"), _("Kontrollera adressen, eller börja från startsidan.")),
        405: (_("Så går det inte att öppna sidan"), _("Börja från startsidan.")),
        413: (_("Det var för mycket på en gång"),
              _("Filen eller texten är för stor. Inget har sparats.")),
        429: (_("Det blev för många försök"), wait),
    }  # fmt: skip
    default = (_("Något gick fel"), _("Försök igen. Det som redan är sparat finns kvar."))
    page = make_response(_page(code, *words.get(code, default)))
    if isinstance(fault, MethodNotAllowed):
        page.allow.update(fault.valid_methods or ())
    return page


def _unexpected(fault: Exception) -> Reply:
    # The traceback goes to the log; a person gets the truth and a way on.
    current_app.logger.exception("unexpected fault")
    return _page(
        500,
        _("Något gick fel hos oss"),
        _("Försök igen om en stund. Det som redan är sparat finns kvar."),
    )


def _page(code: int, title: str, text: str) -> Reply:
    if request.accept_mimetypes.best == "application/json":
        return jsonify(said=f"{title}. {text}"), code
    return render_template("error.html", title=title, text=text), code


microdata = Blueprint("microdata", __name__, url_prefix="/mikrodata")
microdata.before_request(partial(turned_away, MICRODATA))

# What the data browser gives as a file; a page to look at is none.
FILES = ("csv", "json", "xlsx", "blob")
TILDE = re.compile("~([0-9A-Fa-f]{2})")


@microdata.get("/")
def show() -> str:
    """Each year's package, and how to read one."""
    years = packages.years(places().analysts)
    return render_template(
        "microdata.html",
        years=years,
        example=packages.totals(places().analysts, years[0]) if years else None,
    )


@microdata.post("/<int:year>.zip")
@asks_again
def package(year: int) -> Response:
    """Everything there is of a year; who took it is written in the trail."""
    try:
        body = packages.download(survey_db(), places().analysts, year, actor())
    except LookupError:
        abort(404)
    logs.note_event("microdata_taken")
    named = f'attachment; filename="asf-{year}-mikrodata.zip"'
    return Response(body, content_type="application/zip", headers={"Content-Disposition": named})


def taken_home(path: str, query: bytes) -> str:
    """Which microdata an address of the data browser gives as a file; "" where it gives none.

    Only the address is noted: what was looked for is the analyst's own business.
    """
    # Where the path of the data pages stands twice, Datasette takes both away.
    inside = re.sub("^(/data)+/", "", path)
    name = TILDE.sub(lambda code: chr(int(code[1], 16)), inside)
    formats = parse_qs(query.decode("latin-1")).get("_format", [])
    is_file = name.endswith(tuple(f".{kind}" for kind in FILES)) or set(formats) & set(FILES)
    return name[:200] if re.match("analysts([./]|$)", name) and is_file else ""
