"""Saying why there is no answer: an unknown name, an unknown relation and an empty result are three things."""

from __future__ import annotations

from assistant.ask.answer import phrase
from assistant.ask.form import Step
from assistant.ask.understand import LEAST, Session
from kg.types import Answer


def abstention(session: Session) -> Answer:
    """Say what was understood, looked for and not found."""
    reason, text = _reason(session)
    session.trace.update(reason=reason, milliseconds=session.took())
    tried = session.trace.get("tried", [])
    return Answer(text, (), tried[0]["query"] if tried else "", (), 0.0, True, session.trace)


def _reason(session: Session) -> tuple[str, str]:
    speech, lexicon = session.links.language, session.lexicon
    best = session.candidates[0] if session.candidates else None
    if best is not None and best.score >= LEAST:
        return "empty", speech.say("empty", form=phrase(best.form, lexicon))
    if session.links.unknown:
        names = speech.join([f"“{name}”" for name in session.links.unknown])
        return "unknown_name", speech.say("unknown_name", names=names)
    if session.links.names:
        near = ""
        if best is not None and isinstance(best.form, Step):
            near = speech.say("near", label=lexicon.called(best.form.relation, best.form.inverse))
        names = speech.join([name.text for name in session.links.names])
        return "unknown_relation", speech.say("unknown_relation", name=names, near=near)
    return "no_name", speech.say("no_name")
