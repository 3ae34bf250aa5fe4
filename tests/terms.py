"""Terms for tests to which the policy does not matter: some people, and how many of them."""

from datetime import timedelta

from rules.terms import Stage, Terms


def one_stage(*approvers: str, threshold: int = 1) -> Terms:
    """Return terms that ask these people and user groups, and nobody else."""
    stage = Stage("approval", "The approvers", approvers, threshold)
    return Terms(
        rules=("approval",),
        stages=(stage,),
        automatic=None,
        requesters=(),
        expires_after=timedelta(hours=72),
        valid_for=timedelta(hours=24),
        confidential=False,
    )
