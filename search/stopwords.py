"""Words that a question is asked with, and that say nothing of what it is about.

A question drops them on top of the index's own stop words, unless nothing would be left. Words that turn a question
round ("not", "no", "never", "without", "stop") are none of them, and neither are the people in it or how they feel.
A longer list found less on judged questions: "always", "back", "again", "together" and "time" carry meaning here.
"""

QUESTION_WORDS = frozenset(
    """
    about any anyone anything can could do does else ever get getting go going got guess have how if is it know like
    make may maybe might much must need please really should so some someone something sometimes still tell than that
    there thing things think to too try trying very want wants was way ways we well what when where whether which while
    who why would
    """.split()
)
