"""XLSForm bytes in, :class:`~danvan_study.codebook.Codebook` out."""

from danvan_study.form.codebook import read_form

__all__ = ["read_form"]
