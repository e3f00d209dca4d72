# English. One message a line or block; names say where a message stands.

skip = Skip to content
home = Home
search = Search
your-question = Your question
search-label = What is on your mind?
suggest-label = Suggestions
suggest-told = Suggestions: { $count }. Choose with the up and down arrow keys.
search-hint = Whole sentences work best: “he goes quiet whenever I bring up the future”.
letter-title = Write it as a letter
letter-link = Or write a letter.
letter-hint = Write down all that weighs on you. We look for each concern in it.
letter-stored = Nothing is stored.
leave = Leave this page
left-title = You left this page
left-text = Going back does not show what was here, in case somebody else is looking now.
left-on = Go on to the start page
leave-limits = “Leave this page”, or pressing Shift three times, opens another site at once; it does not clear your browser’s history.
private-title = Private search
private-link = Search privately
private-on = Private search is on: the address bar and the history show nothing of your question.
private-off = Turn it off
private-address = Your question is not in the address, the title or the history of your browser. Nothing is stored here either.
private-limits = Who looks at this screen, or watches this device with a program, can still see it. If that may be so, use a device that only you use.
footer-general = What you find here is general information. It does not replace a doctor, a counsellor or the emergency services.
footer-privacy = This site does not store your questions. Your browser’s history does.
footer-counted = This site counts topics and clicks by day, never whose they are, and keeps words only once five visits have brought them. Your browser’s history does store your questions. A private search is neither counted nor in it.
articles-count = { $count ->
    [one] { $count } article
   *[other] { $count } articles
}

locale = en_US
site-description = Ask { $site } a question in your own words, and read the passage that answers it.
topic-description = { $topic }: { $count ->
    [one] { $count } article
   *[other] { $count } articles
} with advice, and questions with their answers.

home-title = Ask in your own words
home-nothing-asked = Nothing was asked yet. Write a question or a few words below.
home-topics = Or browse by topic
home-newest = Newest articles
home-situations = What brings you here?
topic-questions = Questions that these articles answer
topics-browse = Browse by topic
topics-all = All topics

results-title = Answers
results-corrected = Showing results for
results-literal = Search instead for “{ $question }”
results-nothing = We found no passage with these words.
results-ignored = No article has: { $words }.
results-no-advice = We have no advice on this yet.
results-nearest = These passages are the nearest that we have.
results-count = { $passages ->
    [one] { $passages } passage
   *[other] { $passages } passages
} from { $articles ->
    [one] { $articles } article
   *[other] { $articles } articles
}, best first.
results-passages = Passages
results-kind-faq = Question and answer
results-in = in { $title }
results-copies = Said in the same words in:
composed-title = What our articles say
composed-how = Sentences from our articles, word for word.
concerns-title = What we read in your letter
concern-alone = Search for this alone
another-title = Another point of view
related-title = Related questions
helping-country = Helplines of
helping-any-country = another country
helping-show = Show
helping-as-of = Numbers and hours can change. These are as of { $date }.
helping-private = Search privately
why-question = It asks nearly what you ask.
why-heading = It is about nearly what you ask.
why-meaning = It means something near to your question, in other words.
why-both = It means something near to your question, and speaks of { $words }.
why-words = It speaks of { $words }.
more-like = More like this
more-title = More like “{ $title }”
more-back = Back to it in { $title }
more-nothing = No other article has something like it.
helpful-yes = Helpful
helpful-no = Not helpful
helpful-thanks = Thank you
helpful-failed = This could not be counted.
helpful-counted = We counted this click for the passage; not what you asked, nor who you are.
helpful-back = To go back to your results, use “Back” in your browser.
facets-title = Narrow down
facets-kind = Kind
facets-topic = Topic
facets-all = Show all
facets-nothing = Nothing of this kind fits your question.
kind-faq = Questions and answers
kind-section = Sections of articles
sort-by = Order:
sort-relevance = best first
sort-date = newest first
pages-title = Pages of results
pages-go = Page { $number }
try-title = What you can try
try-simpler = Say it more simply, or with other words: “shuts me out” instead of “stonewalling”.
try-shorter = Leave out names and places; keep what happened and how you feel.
try-plain = Leave out quotation marks and minus signs, if you used any.

minutes = { $count } min read
level-very-easy = very easy to read
level-easy = easy to read
level-medium = not hard to read
level-hard = demanding
level-very-hard = hard to read
article-old = This article is more than { $years ->
    [one] { $years } year
   *[other] { $years } years
} old. Some of it may no longer hold.
article-updated = updated { $date }
article-faqs = Questions and answers

embed-title = Ask { $site }
embed-empty = Write a question or a few words first.
embed-wait = Searching…
embed-failed = The search does not answer at the moment. Please try again later.
embed-found = Passages found: { $count }.
embed-all = See all results

error-404 = This page is not here
error-404-explained = The address may be mistyped, or the article was moved or taken down.
error-405 = This address cannot do that
error-405-explained = It only answers to GET requests.
error-408 = Your question did not arrive whole
error-408-explained = The connection was too slow, or it broke off. Nothing was stored. Please send the question again.
error-429 = One moment, please
error-429-explained = A lot was asked from your connection within a short time, perhaps by others who share it. You did nothing wrong, and nothing was stored. Please wait a few seconds and try again. “Leave this page” works at any time. If you are in danger now, do not wait for this site: call the emergency services of your country.
error-500 = Something broke on our side
error-500-explained = Your question was not stored. Please try again in a moment.
error-other = This did not work
error-next = You can start a new search, use the box above, or browse by topic.
