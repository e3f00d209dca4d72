# Deutsch. Dieselben Namen wie in en.ftl, in derselben Reihenfolge.

skip = Zum Inhalt springen
home = Startseite
search = Suchen
your-question = Ihre Frage
search-label = Was beschäftigt Sie?
search-hint = Ganze Sätze helfen am meisten: „Er wird still, sobald ich über die Zukunft spreche“.
footer-general = Was Sie hier finden, sind allgemeine Hinweise. Sie ersetzen weder ärztliche Hilfe noch eine Beratung noch den Notruf.
footer-privacy = Diese Seite speichert Ihre Fragen nicht. Der Verlauf Ihres Browsers schon.
articles-count = { $count } Artikel

locale = de_DE
site-description = Stellen Sie „{ $site }“ eine Frage in Ihren eigenen Worten und lesen Sie den Abschnitt, der sie beantwortet.
topic-description = { $topic }: { $count } Artikel mit Rat, Fragen und Antworten.

home-title = Fragen Sie in Ihren eigenen Worten
home-nothing-asked = Noch wurde nichts gefragt. Schreiben Sie unten eine Frage oder ein paar Wörter.
home-topics = Oder stöbern Sie nach Themen
home-newest = Neueste Artikel
topics-browse = Nach Themen stöbern
topics-all = Alle Themen

results-title = Antworten
results-corrected = Ergebnisse für
results-literal = Stattdessen nach „{ $question }“ suchen
results-nothing = Wir haben keinen Abschnitt mit diesen Wörtern gefunden.
results-ignored = In keinem Artikel steht: { $words }.
results-unsure = Dazu haben wir vielleicht noch keinen Rat. Diese Abschnitte kommen Ihrer Frage am nächsten.
results-count = { $passages ->
    [one] { $passages } Abschnitt
   *[other] { $passages } Abschnitte
} aus { $articles ->
    [one] { $articles } Artikel
   *[other] { $articles } Artikeln
}, der beste zuerst.
results-kind-faq = Frage und Antwort
results-in = in { $title }
results-copies = Mit denselben Worten auch in:
try-title = Was Sie versuchen können
try-simpler = Sagen Sie es einfacher oder mit anderen Wörtern.
try-shorter = Lassen Sie Namen und Orte weg; behalten Sie, was geschehen ist und wie es Ihnen damit geht.
try-plain = Lassen Sie Anführungszeichen und Minuszeichen weg, falls welche dabei sind.

article-updated = aktualisiert am { $date }
article-faqs = Fragen und Antworten

embed-title = Fragen Sie { $site }
embed-empty = Schreiben Sie zuerst eine Frage oder ein paar Wörter.
embed-wait = Wir suchen …
embed-failed = Die Suche antwortet im Moment nicht. Bitte versuchen Sie es später noch einmal.
embed-found = Gefundene Abschnitte: { $count }.
embed-all = Alle Ergebnisse ansehen

error-404 = Diese Seite gibt es hier nicht
error-404-explained = Vielleicht ist die Adresse vertippt, oder der Artikel wurde verschoben oder entfernt.
error-405 = Das geht an dieser Adresse nicht
error-405-explained = Sie antwortet nur auf GET-Anfragen.
error-500 = Bei uns ist etwas schiefgegangen
error-500-explained = Ihre Frage wurde nicht gespeichert. Bitte versuchen Sie es gleich noch einmal.
error-other = Das hat nicht funktioniert
error-next = Sie können neu suchen, das Feld oben benutzen oder nach Themen stöbern.
