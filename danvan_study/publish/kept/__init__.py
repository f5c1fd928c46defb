"""What people keep by hand and a brief tells apart from the survey: what became of issues, and consultations."""

from danvan_study.publish.kept.consultations import Consultation, consultation_blocks, read_consultations
from danvan_study.publish.kept.follow_up import FollowUp, follow_up_blocks, read_follow_up

__all__ = [
    "Consultation",
    "FollowUp",
    "consultation_blocks",
    "follow_up_blocks",
    "read_consultations",
    "read_follow_up",
]
