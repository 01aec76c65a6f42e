// German words of coming in: the page behind a one-time link, and signing in.

/** Messages of `join` and `signIn`. */
export const join: Record<keyof typeof import("../en/join").join, string> = {
  "join.tab": "Hereinkommen",
  "join.looking": "Einen Moment, dein Link wird gelesen",
  "join.first.title": "Du bist die erste Person hier",
  "join.first.text": "Damit wirst du Admin dieses Arbeitsbereichs. Sag, wer du bist; die anderen lädst du danach ein.",
  "join.invited.title": "Willkommen, {name}",
  "join.invited.text": "Du bist zu {workspace} eingeladen. Wähle ein Passwort, dann bist du da.",
  "join.invited.textUnnamed": "Du bist in diesen Arbeitsbereich eingeladen. Wähle ein Passwort, dann bist du da.",
  "join.reset.title": "Neues Passwort wählen",
  "join.reset.text": "Es ersetzt das alte. Wo du jetzt angemeldet bist, wirst du nach dem neuen gefragt.",
  "join.signsInAs": "Du meldest dich künftig als <0>{email}</0> an.",
  "join.name": "Dein Name",
  "join.name.hint": "So, wie die anderen ihn lesen",
  "join.email": "E-Mail-Adresse",
  "join.email.hint": "Damit meldest du dich an. Jetzt wird nichts dorthin geschickt.",
  "join.password": "Passwort",
  "join.password.hint": "Mindestens 10 Zeichen. Ein paar Wörter hintereinander sind gut.",
  "join.password.show": "Passwort zeigen",
  "join.submit.first": "Arbeitsbereich beginnen",
  "join.submit.invited": "Hereinkommen",
  "join.submit.reset": "Dieses Passwort setzen",
  "join.wrong.name": "Sag, wie du heißt.",
  "join.wrong.email": "Eine Adresse hat ein @ mit etwas auf beiden Seiten, zum Beispiel ana@example.org.",
  "join.wrong.emailTaken":
    "Diese Adresse gehört hier schon jemand anderem. Nimm eine andere oder frag eine Admin-Person.",
  "join.wrong.short":
    "{missing, plural, one {Noch ein Zeichen, bitte: mindestens 10.} other {Noch # Zeichen, bitte: mindestens 10.}}",
  "join.wrong.same": "Ein Passwort ist weder dein Name noch deine Adresse. Nimm ein anderes.",
  "join.gone.title": "Dieser Link gilt nicht mehr",
  "join.gone.text":
    "Er wurde schon benutzt, er ist abgelaufen, oder unterwegs ging ein Stück verloren. Bitte eine Admin-Person deines Arbeitsbereichs um einen neuen: Das dauert nur einen Moment.",
  "join.gone.signIn": "Ich habe ein Passwort: anmelden",
  "join.bare.title": "Hier braucht es einen Link",
  "join.bare.text":
    "Diese Seite öffnet sich mit dem Link, den du bekommen hast. Öffne ihn noch einmal ganz: Was hinter dem # steht, gehört dazu.",
  "join.away.title": "Der Server ist nicht erreichbar",
  "join.away.text":
    "Dein Link ist nicht verbraucht. Sieh nach, ob dieses Gerät online ist, und versuch es noch einmal.",
  "join.away.form":
    "Der Server ist nicht erreichbar. Was du geschrieben hast, bleibt hier; versuch es gleich noch einmal.",
  "join.again": "Noch einmal versuchen",
  "join.tooMany.title": "Zu viele Versuche",
  "join.tooMany.text": "Damit niemand raten kann, wartet der Server eine Weile. Versuch es um {time} noch einmal.",
  "join.broken.title": "Der Server konnte das nicht tun",
  "signIn.tab": "Anmelden",
  "signIn.title": "Anmelden",
  "signIn.text": "Was inzwischen gesagt wurde, ist für dich aufgehoben.",
  "signIn.ended.title": "Noch einmal anmelden",
  "signIn.ended.text": "Deine Anmeldung auf diesem Gerät ist zu Ende. Alles liegt noch da, wo du es gelassen hast.",
  "signIn.waiting":
    "{count, plural, one {Etwas wartet auf diesem Gerät und geht hinaus, sobald du angemeldet bist.} other {# Dinge warten auf diesem Gerät und gehen hinaus, sobald du angemeldet bist.}}",
  "signIn.submit": "Anmelden",
  "signIn.email": "E-Mail-Adresse",
  "signIn.password": "Passwort",
  "signIn.needEmail": "Sag, mit welcher Adresse du dich anmeldest.",
  "signIn.needPassword": "Sag dein Passwort.",
  "signIn.wrong": "Diese Adresse und dieses Passwort gehören nicht zusammen. Sieh beide noch einmal an.",
  "signIn.tooMany": "Das waren zu viele Versuche. Versuch es um {time} noch einmal.",
  "signIn.away":
    "Der Server ist nicht erreichbar. Was du geschrieben hast, bleibt hier; versuch es gleich noch einmal.",
  "signIn.forgot":
    "Passwort vergessen? Eine Admin-Person deines Arbeitsbereichs kann dir einen Link für ein neues machen.",
};
