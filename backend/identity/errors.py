"""What can go wrong while somebody says who they are."""

from __future__ import annotations

from backend.core.errors import (
    Conflict,
    Forbidden,
    Invalid,
    TooManyAttempts,
    Unauthenticated,
    Unavailable,
)


class WechatCodeInvalid(Invalid):
    """The log-in code of the phone is unknown, used or too old: one problem, one way out."""

    code = "wechat_code_invalid"


class WechatTooOften(TooManyAttempts):
    """WeChat takes no more log-ins of this person for the minute."""

    code = "wechat_too_often"


class WechatBlocked(Forbidden):
    """WeChat holds this account for a risk and gives it no log-in."""

    code = "wechat_blocked"


class PhoneForeign(Invalid):
    """WeChat knows a number of another country, or none that can be called here."""

    code = "phone_foreign"


class WechatUnavailable(Unavailable):
    """WeChat does not answer, or answers nothing that can be used."""

    code = "wechat_unavailable"


class CredentialsInvalid(Unauthenticated):
    """User name, password or one-time code is wrong: the answer does not say which."""

    code = "credentials_invalid"


class IdentityProven(Conflict):
    """The account was proven to be one person and cannot claim another."""

    code = "identity_already_proven"


class ClaimNotMatching(Conflict):
    """The account claims to be somebody else, or nobody yet."""

    code = "claim_not_matching"


class NobodyProven(Conflict):
    """No phone was proven to be this person's."""

    code = "nobody_proven"


class IdentityMissing(Conflict):
    """The account has not said yet who it is."""

    code = "identity_missing"


class OwnMandate(Invalid):
    """Nobody mandates himself."""

    code = "mandate_for_oneself"


class MandatePaperMissing(Conflict):
    """The mandate has no photo of the signed paper yet."""

    code = "mandate_paper_missing"


class NameInvalid(Invalid):
    """The name has signs that no name has."""

    code = "name_invalid"


class HelperHoldsMany(Conflict):
    """The helper acts for as many people as one who is no village cadre may; `count`, `most`."""

    code = "helper_holds_many"


class MandatesFull(Conflict):
    """The helper holds as many mandates as one may; `most`."""

    code = "mandates_full"


class MandatesTooMany(TooManyAttempts):
    """The helper began as many mandates within a day as anybody needs; `most`."""

    code = "mandates_too_many"
