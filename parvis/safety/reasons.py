"""Why something is reported or decided on: two steps, in words that people understand.

Each reason stands for a category and a keyword of the statements of reasons that the Digital Services Act asks for
(Regulation (EU) 2022/2065, articles 17 and 24(5)), as the Commission's transparency database names them.
`severity` runs from 1 (can wait) to 4 (somebody may be in danger): it decides how soon a moderator should look.
"""

from dataclasses import dataclass
from typing import Any, Final

from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Reason:
    """The second step. `keyword` without its prefix KEYWORD_."""

    code: str
    keyword: str
    severity: int
    words: Any


@dataclass(frozen=True)
class Category:
    """The first step. `statement` without its prefix STATEMENT_CATEGORY_."""

    code: str
    statement: str
    words: Any
    reasons: tuple[Reason, ...]


CATEGORIES: Final = (
    Category(
        "minors",
        "PROTECTION_OF_MINORS",
        _("A child is harmed or in danger"),
        (
            Reason("child-abuse", "CHILD_SEXUAL_ABUSE_MATERIAL", 4, _("It shows sexual abuse of a child")),
            Reason("grooming", "GROOMING_SEXUAL_ENTICEMENT_MINORS", 4, _("An adult approaches a child sexually")),
            Reason("dare", "UNSAFE_CHALLENGES", 3, _("A dangerous dare for children")),
            Reason("not-for-children", "AGE_SPECIFIC_RESTRICTIONS_MINORS", 2, _("Children should not see this")),
        ),
    ),
    Category(
        "self-harm",
        "SELF_HARM",
        _("Self-harm or suicide"),
        (
            Reason("suicide", "SUICIDE", 4, _("Suicide, or somebody may be about to attempt it")),
            Reason("self-injury", "SELF_MUTILATION", 4, _("Hurting oneself")),
            Reason("starving", "CONTENT_PROMOTING_EATING_DISORDERS", 3, _("Praise for starving oneself")),
        ),
    ),
    Category(
        "violence",
        "VIOLENCE",
        _("Violence"),
        (
            Reason("call-for-violence", "INCITEMENT_VIOLENCE_HATRED", 4, _("A call for violence")),
            Reason("plan-to-harm", "COORDINATED_HARM", 4, _("People arrange to harm somebody")),
            Reason("trade-in-people", "HUMAN_TRAFFICKING", 4, _("People are traded or exploited")),
            Reason("cruel-pictures", "OTHER", 2, _("Bloody or cruel pictures")),
        ),
    ),
    Category(
        "terror",
        "RISK_FOR_PUBLIC_SECURITY",
        _("Terror or danger to the public"),
        (
            Reason("terror", "TERRORIST_CONTENT", 4, _("Terrorist content")),
            Reason("banned-group", "ILLEGAL_ORGANIZATIONS", 3, _("Promotion of a forbidden organisation")),
            Reason("health-risk", "RISK_PUBLIC_HEALTH", 2, _("A danger to public health")),
        ),
    ),
    Category(
        "hate",
        "ILLEGAL_OR_HARMFUL_SPEECH",
        _("Hate or insult"),
        (
            Reason("hate", "HATE_SPEECH", 3, _("Hate against a group of people")),
            Reason("discrimination", "DISCRIMINATION", 3, _("Discrimination")),
            Reason("defamation", "DEFAMATION", 2, _("Insult, or false claims about somebody")),
        ),
    ),
    Category(
        "bullying",
        "CYBER_VIOLENCE",
        _("Bullying or exposing somebody"),
        (
            Reason("intimate", "NON_CONSENSUAL_IMAGE_SHARING", 4, _("Intimate pictures without consent")),
            Reason("deepfake", "NON_CONSENSUAL_MATERIAL_DEEPFAKE", 3, _("Faked pictures of a real person")),
            Reason("bullying", "CYBER_BULLYING_INTIMIDATION", 3, _("Bullying or threats")),
            Reason("harassment", "CYBER_HARASSMENT", 3, _("Harassment")),
            Reason("stalking", "CYBER_STALKING", 3, _("Stalking")),
        ),
    ),
    Category(
        "privacy",
        "DATA_PROTECTION_AND_PRIVACY_VIOLATIONS",
        _("My privacy or somebody else's"),
        (
            Reason("without-consent", "MISSING_PROCESSING_GROUND", 2, _("It shows somebody or their data unasked")),
            Reason("to-be-forgotten", "RIGHT_TO_BE_FORGOTTEN", 1, _("Old things about a person that should be gone")),
        ),
    ),
    Category(
        "rights",
        "INTELLECTUAL_PROPERTY_INFRINGEMENTS",
        _("Somebody's work or brand"),
        (
            Reason("copyright", "COPYRIGHT_INFRINGEMENT", 2, _("Music, film or pictures used without permission")),
            Reason("brand", "TRADEMARK_INFRINGEMENT", 1, _("A brand is misused")),
        ),
    ),
    Category(
        "fraud",
        "SCAMS_AND_FRAUD",
        _("Fraud or pretence"),
        (
            Reason("impersonation", "IMPERSONATION_ACCOUNT_HIJACKING", 3, _("Somebody pretends to be another")),
            Reason("phishing", "PHISHING", 3, _("It asks for passwords or money by a trick")),
            Reason("pyramid", "PYRAMID_SCHEMES", 2, _("A scheme to get rich quickly")),
            Reason("fake-account", "INAUTHENTIC_ACCOUNTS", 1, _("Fake accounts, spam, bought likes")),
        ),
    ),
    Category(
        "goods",
        "UNSAFE_AND_PROHIBITED_PRODUCTS",
        _("Dangerous or forbidden goods"),
        (
            Reason("forbidden-goods", "PROHIBITED_PRODUCTS", 3, _("Drugs, weapons or other forbidden goods")),
            Reason("unsafe-goods", "UNSAFE_PRODUCTS", 2, _("A product that is not safe")),
        ),
    ),
    Category(
        "consumers",
        "CONSUMER_INFORMATION",
        _("Misleading offers or hidden advertising"),
        (
            Reason("hidden-ad", "HIDDEN_ADVERTISEMENT", 1, _("Advertising that does not say so")),
            Reason("false-offer", "MISLEADING_INFO_GOODS_SERVICES", 2, _("False claims about something for sale")),
        ),
    ),
    Category(
        "elections",
        "NEGATIVE_EFFECTS_ON_CIVIC_DISCOURSE_OR_ELECTIONS",
        _("False news or elections"),
        (
            Reason("false-news", "MISINFORMATION_DISINFORMATION", 2, _("False news that can do harm")),
            Reason("election-law", "VIOLATION_NATIONAL_LAW", 2, _("It breaks the rules of an election")),
        ),
    ),
    Category(
        "animals",
        "ANIMAL_WELFARE",
        _("Cruelty to animals"),
        (
            Reason("animal-harm", "ANIMAL_HARM", 2, _("An animal is hurt")),
            Reason("animal-sale", "UNLAWFUL_SALE_ANIMALS", 2, _("Forbidden trade in animals")),
        ),
    ),
    Category(
        "other",
        "OTHER_VIOLATION_TC",
        _("Nudity, or something else"),
        (
            Reason("sexual", "ADULT_SEXUAL_MATERIAL", 2, _("Sexual acts between adults")),
            Reason("nudity", "NUDITY", 1, _("Nudity")),
            Reason("other", "OTHER", 1, _("Something else that breaks the rules here")),
        ),
    ),
)
REASONS: Final = {reason.code: reason for category in CATEGORIES for reason in category.reasons}
# A clip removed for one of these may not return, whoever posts it. Left out is what hangs on who posts or agrees, on
# age or on words: a brand's own film, a picture that somebody consents to.
STAYS_OUT: Final = frozenset(
    {
        *("child-abuse", "grooming", "dare", "suicide", "self-injury", "starving", "call-for-violence", "plan-to-harm"),
        *("trade-in-people", "cruel-pictures", "terror", "banned-group", "health-risk", "hate", "discrimination"),
        *("intimate", "deepfake", "bullying", "copyright", "phishing", "forbidden-goods", "animal-harm", "sexual"),
    }
)
CATEGORY_OF: Final = {reason.code: category for category in CATEGORIES for reason in category.reasons}


def category(code: str) -> Category | None:
    """Return a category by its code, or None."""
    return next((one for one in CATEGORIES if one.code == code), None)
