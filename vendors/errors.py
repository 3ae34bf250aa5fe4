"""Why a call to a vendor failed, sorted by what to do next: the tree is the retry policy.

VendorError
├── TransientError          wait, then call again
│   ├── RateLimitError      429; `retry_after` says how long
│   └── UnavailableError    never sent, or lost or 5xx on a call that may be repeated
├── AmbiguousError          it may have happened: `find` before calling again
└── PermanentError          calling again cannot help; raised itself for a wrong configuration
    ├── CredentialError     401: nobody is let in with it, until an operator acts
    │   └── ForbiddenError  403: it is let in, and may not do this
    ├── RejectedError       other 4xx: the vendor refuses this person or access
    │   ├── NotFoundError   404, 410 in the vendor's own shape
    │   └── ConflictError   409: already there
    └── ResponseError       2xx, but the body is not what the vendor documents

Every message is a sentence that a manager may read: it holds no secret, no e-mail, no body.
"""

from typing import ClassVar


class VendorError(Exception):
    """A vendor could not be asked, or did not do what was asked.

    ``vendor`` is the vendor's name ("axiom"), ``sentence`` what a person reads, ``status`` the
    HTTP status where one came, ``trace`` the id by which the vendor's support finds the call.
    ``kind`` names the class; ``failure`` its branch: "transient", "ambiguous" or "permanent".
    """

    kind: ClassVar[str] = "vendor"
    failure: ClassVar[str] = "permanent"

    def __init__(
        self, vendor: str, sentence: str, status: int | None = None, trace: str | None = None
    ) -> None:
        super().__init__(vendor, sentence, status, trace)
        self.vendor = vendor
        self.sentence = sentence
        self.status = status
        self.trace = trace

    def __str__(self) -> str:
        return self.sentence


class TransientError(VendorError):
    """Wait, then call again."""

    kind = "transient"
    failure = "transient"


class RateLimitError(TransientError):
    """The vendor is called too often; ``retry_after`` is how many seconds it wants to be left."""

    kind = "rate_limit"

    def __init__(
        self,
        vendor: str,
        sentence: str,
        status: int | None = None,
        trace: str | None = None,
        *,
        retry_after: float = 60.0,
    ) -> None:
        super().__init__(vendor, sentence, status, trace)
        self.retry_after = retry_after


class UnavailableError(TransientError):
    """The call was never sent (``unsent``), or it was lost or answered 5xx and may be repeated."""

    kind = "unavailable"

    def __init__(
        self, vendor: str, sentence: str, status: int | None = None, trace: str | None = None,
        *, unsent: bool = False,
    ) -> None:  # fmt: skip
        super().__init__(vendor, sentence, status, trace)
        self.unsent = unsent


class AmbiguousError(VendorError):
    """The change may have happened: look the person up before calling again."""

    kind = "ambiguous"
    failure = "ambiguous"


class PermanentError(VendorError):
    """Calling again cannot help; raised itself where the configuration is wrong."""

    kind = "permanent"


class CredentialError(PermanentError):
    """The vendor does not accept the credential, for anybody: it is left alone until it does."""

    kind = "credential"


class ForbiddenError(CredentialError):
    """The credential is accepted, and may not do this; others may fare better."""

    kind = "forbidden"


class RejectedError(PermanentError):
    """The vendor refuses this person or this access."""

    kind = "rejected"


class NotFoundError(RejectedError):
    """The vendor says, in its own shape, that what was named does not exist."""

    kind = "not_found"


class ConflictError(RejectedError):
    """The vendor says that what was to be made is already there."""

    kind = "conflict"


class ResponseError(PermanentError):
    """The vendor said yes in a form that it does not document."""

    kind = "response"
