"""The pages of a round, and what is said where it is closed, or open, and should not be."""

from flask_babel import gettext as _
from werkzeug.wrappers import Response

from forms.office import blueprint, go_to
from survey_data.errors import RoundClosed, RoundStillOpen


@blueprint.errorhandler(RoundClosed)
def round_is_closed(fault: RoundClosed) -> Response:
    """Wherever something can only be done while a round is open."""
    return go_to("overview", closed_words(fault))


def closed_words(fault: RoundClosed) -> str:
    """Which round is closed, so that something can no longer be done in it."""
    return _("Omgången %(year)s är redan stängd.", year=fault.year)


def still_open_words(fault: RoundStillOpen) -> str:
    """Which round has to be closed first."""
    return _("Omgången %(year)s är fortfarande öppen. Stäng den först.", year=fault.year)
