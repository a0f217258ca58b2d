import pytest

from domain.auto_reply import Audience, AutoReply, Reply


@pytest.mark.parametrize(
    ("auto_reply", "answers_anybody"),
    [
        (AutoReply(), False),
        (AutoReply(internal=Reply(body=None)), False),
        (AutoReply(internal=Reply(body=None, subject="Away", sent_directly_to_me=True)), False),
        (AutoReply(internal=Reply(body="")), True),
        (AutoReply(internal=Reply(body=None), external=Reply(body="Away.")), True),
        # Which outside senders get it is another question.
        (AutoReply(external=Reply(body="Away."), audience=Audience.NONE), True),
    ],
)
def test_somebody_is_answered_as_soon_as_one_side_has_a_text(auto_reply: AutoReply, answers_anybody: bool):
    assert auto_reply.answers_anybody is answers_anybody


def test_the_audiences_are_grommunios_numbers():
    assert [audience.value for audience in (Audience.NONE, Audience.KNOWN, Audience.ALL)] == [0, 1, 2]
