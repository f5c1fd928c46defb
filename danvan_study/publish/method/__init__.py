"""How the figures were made, what they cannot tell, whom to ask, and from which data they stem."""

from danvan_study.publish.method.box import method_blocks
from danvan_study.publish.method.changed import changed_blocks
from danvan_study.publish.method.closing import contact_blocks, limit_blocks, origin_blocks

__all__ = ["changed_blocks", "contact_blocks", "limit_blocks", "method_blocks", "origin_blocks"]
