"""Survey and sentiment study kit: from field forms to a quarterly brief.

Importing computes nothing. Start at :mod:`danvan_study.pipeline` for the order of the stages and at
:mod:`danvan_study.tables` for what flows between them.
"""

__version__ = "0.1.0"
