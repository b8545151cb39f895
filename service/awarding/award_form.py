"""The form of one award, from what a person types to the `Award` that is decided.

A mistake stands beside its field, in the reader's words; the rooms below refuse once more.
"""

import json
from datetime import UTC, date, datetime, time
from typing import Final

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    DateField,
    Field,
    Form,
    HiddenField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length, Optional, ValidationError

from badge_classes.badge_class import BadgeClass
from issuer.activities import MAXIMUM_TITLE_CHARACTERS
from issuer.award import Award, Evidence, Recipient, parse_recipient
from issuer.cleaning import clean_text
from issuer.policy import (
    MAXIMUM_EVIDENCE,
    MAXIMUM_NARRATIVE_CHARACTERS,
    check_link,
    proposed_end,
)
from openbadges.errors import ExplainedError, RefusedError
from openbadges.strict import whole_second
from service.recipients import NO_RECIPIENT

MAXIMUM_RECIPIENT_CHARACTERS: Final = 400
_NOBODY: Final = _l("Say who receives it.")
NO_ACTIVITY: Final = ""
NEW_ACTIVITY: Final = "new"
END_OF_DAY: Final = time(23, 59, 59, tzinfo=UTC)


class AwardForm(Form):
    """What a trainer says of one award. `request_key` lets one form make one award."""

    request_key = HiddenField()
    issuer = SelectField(_l("Issuer"))
    language = SelectField(_l("Language of the badge"))
    recipient_kind = RadioField(_l("How is the person known?"), default="email")
    recipient = StringField(
        _l("Recipient"),
        [
            InputRequired(_NOBODY),
            Length(max=MAXIMUM_RECIPIENT_CHARACTERS, message=_l("That is too long.")),
        ],
    )
    wiki = StringField(_l("Wiki"), [Length(max=100, message=_l("That is too long."))])
    valid_from = DateField(
        _l("Awarded on"), [InputRequired(_l("Say on which day, such as 2026-03-01."))]
    )
    valid_until = DateField(_l("Valid until"), [Optional()])
    activity = SelectField(_l("Activity"), default=NO_ACTIVITY)
    activity_title = StringField(
        _l("Title of the new activity"),
        [Length(max=MAXIMUM_TITLE_CHARACTERS, message=_l("That is too long."))],
    )
    activity_day = DateField(_l("Day of the activity"), [Optional()])
    evidence = TextAreaField(_l("Links to what was done"))
    narrative = TextAreaField(
        _l("What the recipient did"),
        [Length(max=MAXIMUM_NARRATIVE_CHARACTERS, message=_l("That is too long."))],
    )
    again = BooleanField(_l("Award it to this person once more"))

    badge_class: BadgeClass

    def validate_recipient(self, field: Field) -> None:
        """Refuse what names nobody, in words for the kind that was chosen."""
        if self.recipient_kind.data not in RECIPIENT_KINDS:
            return  # that field says so itself
        try:
            self.parsed_recipient()
        except ExplainedError as error:
            kind = self.recipient_kind.data
            raise ValidationError(NO_RECIPIENT.get(kind, _NOBODY)) from error
        del field

    def validate_valid_until(self, field: Field) -> None:
        """Refuse an end before the beginning."""
        if field.data is not None and self.valid_from.data and field.data < self.valid_from.data:
            raise ValidationError(_("It would end before it begins."))

    def validate_activity_title(self, field: Field) -> None:
        """Ask for the title of a new activity."""
        if self.activity.data == NEW_ACTIVITY and not (field.data or "").strip():
            raise ValidationError(_("Give the new activity a title."))

    def validate_evidence(self, field: Field) -> None:
        """Refuse lines that are no links, too many of them, and none where they are asked for."""
        links = self.links()
        if len(links) > MAXIMUM_EVIDENCE:
            raise ValidationError(_("At most %(most)d links.", most=MAXIMUM_EVIDENCE))
        for link in links:
            try:
                check_link(link, what="evidence")
            except RefusedError as error:
                raise ValidationError(
                    _("This is no link that begins with https://: %(link)s", link=link[:120])
                ) from error
        if self.badge_class.evidence_required and not links and not self.told():
            raise ValidationError(_("This badge asks for evidence: a link, or what was done."))
        del field

    def parsed_recipient(self) -> Recipient:
        """Return whom the form names.

        Raises:
            RefusedError: nobody that could be found again.
        """
        text = (self.recipient.data or "").strip()
        if self.recipient_kind.data == "user":
            name = text.removeprefix("User:").removeprefix("user:")
            wiki = (self.wiki.data or "").strip()
            text = f"user:{name}" if "@" in name and not wiki else f"user:{name}@{wiki}"
        recipient = parse_recipient(text)
        if recipient.kind.value.split("_")[0] != self.recipient_kind.data:
            raise RefusedError(f"found {recipient.kind}, and {self.recipient_kind.data} was chosen")
        return recipient

    def links(self) -> list[str]:
        """Return the links to evidence, one a line."""
        return [line.strip() for line in (self.evidence.data or "").splitlines() if line.strip()]

    def told(self) -> str | None:
        """Return what the recipient did, cleaned of characters that nobody sees."""
        text, _notices = clean_text(self.narrative.data or "", what="the narrative")
        return text.strip() or None

    def digest(self) -> bytes:
        """Return what was asked for, without the key, to tell two requests apart."""
        asked = {
            name: str(value) for name, value in sorted(self.data.items()) if name != "request_key"
        }
        return json.dumps([self.badge_class.reference, asked]).encode()


RECIPIENT_KINDS: Final = {
    "email": _l("E-mail address"),
    "user": _l("Wiki user name"),
    "did": _l("DID"),
}


def award_of(form: AwardForm, *, now: datetime, awarded_by: str, activity_id: str | None) -> Award:
    """Return the award that a form asks for, whose fields were checked.

    A badge of today begins at this moment, one of another day with that day.
    """
    day, last = form.valid_from.data or now.date(), form.valid_until.data
    begins = whole_second(now) if day == now.date() else _at(day, time(tzinfo=UTC))
    links, told = form.links(), form.told()
    evidence = [Evidence(link, told if place == 0 else None) for place, link in enumerate(links)]
    if not evidence and told is not None:
        evidence = [Evidence(None, told)]
    return Award(
        badge_class=form.badge_class,
        recipient=form.parsed_recipient(),
        language=form.language.data,
        valid_from=begins,
        valid_until=None if last is None else _at(last, END_OF_DAY),
        evidence=tuple(evidence),
        awarded_by=awarded_by,
        activity_id=activity_id,
    )


def proposed_last_day(badge_class: BadgeClass, now: datetime) -> date | None:
    """Return the last day that an award of today is proposed to have."""
    end = proposed_end(now, badge_class.months)
    return None if end is None else end.date()


def _at(day: date, moment: time) -> datetime:
    return datetime.combine(day, moment)
