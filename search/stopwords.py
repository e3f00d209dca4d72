"""Words that a question is asked with, and that say nothing of what it is about.

A question drops them on top of the index's own stop words, unless nothing would be left. Words that turn a question
round ("not", "no", "never", "without", "stop") are none of them, and neither are the people in it ("he", "friend").
"""

QUESTION_WORDS = frozenset(
    """
    about actually advice advise after again all already always any anybody anymore anyone anything anyway around
    ask asking back become becomes before best bit both bring call can come could deal each either else especially
    etc even ever every everyone everything explain fact feel feeling feels few find first for get gets getting
    give given go goes going gonna good got great guess guy guys happen happened happening happens hard having
    hello help helps hey hi how i'd i'll instead keep keeps kind knew know knows kinda last lately least let like
    likely little look looking looks lot lots made make makes making many matter may maybe mean means might more
    most much must need needs new now often okay one only other others ought over own part people perhaps person
    please possible possibly pretty probably put question quite rather really reason regarding right said same saw
    say saying says see seem seems several shall should since some somebody someone something sometimes somewhat
    soon sort still such suggest suggestions sure take takes taking tell than thank thanks thing things think
    thinking thought through til till time times tips together told too toward towards tried tries true try trying
    until up upon use used using usually various very want wanted wants was way ways well went what whatever when
    whenever where whether which while who whole whom whose why wonder wondering would wrong yes yet
    """.split()
)
