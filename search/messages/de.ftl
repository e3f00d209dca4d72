# Deutsch. Dieselben Namen wie in en.ftl, in derselben Reihenfolge.

skip = Zum Inhalt springen
home = Startseite
search = Suchen
your-question = Ihre Frage
search-label = Was beschäftigt Sie?
suggest-label = Vorschläge
suggest-told = Vorschläge: { $count }. Auswahl mit den Pfeiltasten nach oben und unten.
search-hint = Ganze Sätze helfen am meisten: „Er wird still, sobald ich über die Zukunft spreche“.
letter-title = Als Brief schreiben
letter-link = Oder schreiben Sie einen Brief.
letter-hint = Schreiben Sie auf, was Sie belastet. Wir suchen nach jedem Anliegen darin.
letter-stored = Gespeichert wird nichts.
leave = Seite verlassen
left-title = Sie haben diese Seite verlassen
left-text = Zurückgehen zeigt nicht, was hier stand, falls jetzt jemand anderes hinschaut.
left-on = Weiter zur Startseite
leave-limits = „Seite verlassen“ oder dreimal die Umschalttaste öffnet sofort eine andere Website; den Verlauf Ihres Browsers löscht das nicht.
private-title = Private Suche
private-link = Privat suchen
private-on = Die private Suche ist an: Adresszeile und Verlauf zeigen nichts von Ihrer Frage.
private-off = Ausschalten
private-address = Ihre Frage steht weder in der Adresse noch im Titel noch im Verlauf Ihres Browsers. Auch hier wird nichts gespeichert.
private-limits = Wer auf diesen Bildschirm schaut oder das Gerät mit einem Programm überwacht, kann sie trotzdem sehen. Wenn das sein könnte, nehmen Sie ein Gerät, das nur Sie benutzen.
footer-general = Was Sie hier finden, sind allgemeine Hinweise. Sie ersetzen weder ärztliche Hilfe noch eine Beratung noch den Notruf.
footer-privacy = Diese Seite speichert Ihre Fragen nicht. Der Verlauf Ihres Browsers schon.
footer-counted = Diese Seite zählt Themen und Klicks je Tag, nie von wem sie kommen, und behält Wörter erst, wenn sie bei fünf Besuchen vorkamen. Im Verlauf Ihres Browsers stehen Ihre Fragen aber. Eine private Suche wird nicht gezählt und steht auch dort nicht.
articles-count = { $count } Artikel

locale = de_DE
site-description = Stellen Sie „{ $site }“ eine Frage in Ihren eigenen Worten und lesen Sie den Abschnitt, der sie beantwortet.
topic-description = { $topic }: { $count } Artikel mit Rat, Fragen und Antworten.

home-title = Fragen Sie in Ihren eigenen Worten
home-nothing-asked = Noch wurde nichts gefragt. Schreiben Sie unten eine Frage oder ein paar Wörter.
home-topics = Oder stöbern Sie nach Themen
home-newest = Neueste Artikel
home-situations = Was führt Sie her?
topic-questions = Fragen, die diese Artikel beantworten
topics-browse = Nach Themen stöbern
topics-all = Alle Themen

results-title = Antworten
results-corrected = Ergebnisse für
results-literal = Stattdessen nach „{ $question }“ suchen
results-nothing = Wir haben keinen Abschnitt mit diesen Wörtern gefunden.
results-ignored = In keinem Artikel steht: { $words }.
results-no-advice = Dazu haben wir noch keinen Rat.
results-nearest = Diese Abschnitte kommen Ihrer Frage am nächsten.
results-count = { $passages ->
    [one] { $passages } Abschnitt
   *[other] { $passages } Abschnitte
} aus { $articles ->
    [one] { $articles } Artikel
   *[other] { $articles } Artikeln
}, der beste zuerst.
results-passages = Abschnitte
results-kind-faq = Frage und Antwort
results-in = in { $title }
results-copies = Mit denselben Worten auch in:
composed-title = Was unsere Artikel sagen
composed-how = Sätze aus unseren Artikeln, Wort für Wort.
concerns-title = Was wir in Ihrem Brief lesen
concern-alone = Nur danach suchen
another-title = Ein anderer Blickwinkel
related-title = Verwandte Fragen
helping-country = Hilfe in
helping-any-country = einem anderen Land
helping-show = Zeigen
helping-as-of = Nummern und Zeiten können sich ändern. Stand: { $date }.
helping-private = Privat suchen
why-question = Hier wird fast dasselbe gefragt.
why-heading = Hier geht es fast um dasselbe.
why-meaning = Das meint Ähnliches wie Ihre Frage, mit anderen Worten.
why-both = Das meint Ähnliches wie Ihre Frage und spricht von { $words }.
why-words = Hier steht { $words }.
more-like = Mehr davon
more-title = Mehr wie „{ $title }“
more-back = Zurück zur Stelle in { $title }
more-nothing = Kein anderer Artikel hat etwas Ähnliches.
helpful-yes = Hilfreich
helpful-no = Nicht hilfreich
helpful-thanks = Danke
helpful-failed = Das konnte nicht gezählt werden.
helpful-counted = Wir haben diesen Klick für den Abschnitt gezählt; weder, was Sie gefragt haben, noch, wer Sie sind.
helpful-back = Mit „Zurück“ in Ihrem Browser kommen Sie wieder zu Ihren Ergebnissen.
facets-title = Eingrenzen
facets-kind = Art
facets-topic = Thema
facets-all = Alles zeigen
facets-nothing = Nichts davon passt zu Ihrer Frage.
kind-faq = Fragen und Antworten
kind-section = Abschnitte aus Artikeln
sort-by = Reihenfolge:
sort-relevance = das Beste zuerst
sort-date = das Neueste zuerst
pages-title = Ergebnisseiten
pages-go = Seite { $number }
try-title = Was Sie versuchen können
try-simpler = Sagen Sie es einfacher oder mit anderen Wörtern.
try-shorter = Lassen Sie Namen und Orte weg; behalten Sie, was geschehen ist und wie es Ihnen damit geht.
try-plain = Lassen Sie Anführungszeichen und Minuszeichen weg, falls welche dabei sind.

minutes = { $count } Min. Lesezeit
level-very-easy = sehr leicht zu lesen
level-easy = leicht zu lesen
level-medium = nicht schwer zu lesen
level-hard = anspruchsvoll
level-very-hard = schwer zu lesen
article-old = Dieser Artikel ist mehr als { $years ->
    [one] ein Jahr
   *[other] { $years } Jahre
} alt. Manches gilt vielleicht nicht mehr.
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
error-408 = Ihre Frage ist nicht ganz angekommen
error-408-explained = Die Verbindung war zu langsam, oder sie brach ab. Gespeichert wurde nichts. Bitte schicken Sie die Frage noch einmal.
error-429 = Einen Moment, bitte
error-429-explained = Über Ihren Anschluss kamen in kurzer Zeit sehr viele Anfragen, vielleicht von anderen, die ihn mitbenutzen. Sie haben nichts falsch gemacht, und gespeichert wurde nichts. Bitte warten Sie ein paar Sekunden und versuchen Sie es dann noch einmal. „Seite verlassen“ geht jederzeit. Wenn Sie jetzt in Gefahr sind, warten Sie nicht auf diese Seite: Rufen Sie den Notruf Ihres Landes an.
error-500 = Bei uns ist etwas schiefgegangen
error-500-explained = Ihre Frage wurde nicht gespeichert. Bitte versuchen Sie es gleich noch einmal.
error-other = Das hat nicht funktioniert
error-next = Sie können neu suchen, das Feld oben benutzen oder nach Themen stöbern.
