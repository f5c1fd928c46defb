"""Document forms: margins, letters, heads and signing block as an office's rules ask for them, a data file each."""

from danvan_study.publish.forms.form import Body, Enclosure, End, Form, Head, Line, Margins
from danvan_study.publish.forms.read import NEUTRAL, form_names, form_of, parse_form, read_form

__all__ = [
    "NEUTRAL",
    "Body",
    "Enclosure",
    "End",
    "Form",
    "Head",
    "Line",
    "Margins",
    "form_names",
    "form_of",
    "parse_form",
    "read_form",
]
