// German words of coming in: the page behind a one-time link, and signing in.

/** Messages of `join` and `signIn`. */
export const join: Record<keyof typeof import("../en/join").join, string> = {
  "join.tab": "Willkommen",
  "join.looking": "Einen Moment, dein Link wird geprüft",
  "join.first.title": "Du machst den Anfang",
  "join.first.text":
    "Damit wirst du Admin dieses Arbeitsbereichs. Trag ein, wer du bist; die anderen lädst du danach ein.",
  "join.invited.title": "Willkommen, {name}",
  "join.invited.text": "Du bist zu {workspace} eingeladen. Wähle ein Passwort, dann bist du dabei.",
  "join.invited.textUnnamed": "Du bist in diesen Arbeitsbereich eingeladen. Wähle ein Passwort, dann bist du dabei.",
  "join.space.title": "Komm zu {space}",
  "join.space.text":
    "Du bist eingeladen. Sag, wer du bist, und wähle ein Passwort, dann bist du dabei. Bist du schon hier? Dann nimm Adresse und Passwort, die du hast.",
  "join.space.here": "Du bist eingeladen, und du bist auf diesem Gerät angemeldet.",
  "join.space.join": "{space} beitreten",
  "join.space.other": "Ich bin jemand anderes",
  "join.reset.title": "Neues Passwort wählen",
  "join.reset.text": "Es ersetzt das alte. Überall, wo du gerade angemeldet bist, wirst du nach dem neuen gefragt.",
  "join.signsInAs": "Du meldest dich künftig als <0>{email}</0> an.",
  "join.name": "Dein Name",
  "join.name.hint": "So, wie ihn die anderen lesen",
  "join.email": "E-Mail-Adresse",
  "join.email.hint": "Damit meldest du dich an. Jetzt wird nichts dorthin geschickt.",
  "join.password": "Passwort",
  "join.password.hint": "Mindestens 10 Zeichen. Gut sind ein paar Wörter hintereinander.",
  "join.password.show": "Passwort anzeigen",
  "join.submit.first": "Arbeitsbereich anlegen",
  "join.submit.invited": "Loslegen",
  "join.submit.reset": "Passwort festlegen",
  "join.hours.title": "Wann dich etwas erreicht",
  "join.hours.text":
    "Du bist in <0>{place}</0> und arbeitest <1>{days}, {from} bis {to}</1>. Was für dich ist, erreicht dich in diesen Stunden; sonst will nichts etwas von dir.",
  "join.hours.textZone":
    "Nach der Uhr von <0>{place}</0> arbeitest du <1>{days}, {from} bis {to}</1>. Was für dich ist, erreicht dich in diesen Stunden; sonst will nichts etwas von dir.",
  "join.hours.differ": "Bei mir ist es anders",
  "join.hours.differHint": "Du wirst danach gefragt, sobald du drin bist.",
  "join.wrong.name": "Gib deinen Namen ein.",
  "join.wrong.email": "In einer Adresse steht ein @ mit etwas davor und danach, zum Beispiel ana@example.org.",
  "join.wrong.emailTaken": "Diese Adresse gehört hier schon jemand anderem. Nimm eine andere oder frag die Admins.",
  "join.wrong.short":
    "{missing, plural, one {Noch ein Zeichen, bitte: mindestens 10.} other {Noch # Zeichen, bitte: mindestens 10.}}",
  "join.wrong.same": "Dein Name und deine Adresse sind als Passwort zu leicht zu erraten. Nimm etwas anderes.",
  "join.gone.title": "Dieser Link gilt nicht mehr",
  "join.gone.text":
    "Er ist aufgebraucht, er ist abgelaufen, oder unterwegs ging ein Stück verloren. Bitte um einen neuen, wo du ihn herhast: Das dauert nur einen Moment.",
  "join.gone.signIn": "Mit Passwort anmelden",
  "join.bare.title": "Dafür brauchst du einen Link",
  "join.bare.text":
    "Diese Seite öffnet sich mit dem Link, den du bekommen hast. Öffne ihn noch einmal vollständig: Der Teil nach dem # gehört dazu.",
  "join.away.title": "Der Server ist nicht erreichbar",
  "join.away.text": "Dein Link gilt noch. Prüf, ob dieses Gerät online ist, und versuch es noch einmal.",
  "join.away.form":
    "Der Server ist nicht erreichbar. Was du geschrieben hast, bleibt hier; versuch es gleich noch einmal.",
  "join.again": "Noch einmal versuchen",
  "join.tooMany.title": "Zu viele Versuche",
  "join.tooMany.text":
    "Damit niemand durch Raten hereinkommt, wartet der Server eine Weile. Versuch es um {time} noch einmal.",
  "join.broken.title": "Das hat auf dem Server nicht geklappt",
  "signIn.tab": "Anmelden",
  "signIn.title": "Anmelden",
  "signIn.text": "Was inzwischen gesagt wurde, liegt für dich bereit.",
  "signIn.ended.title": "Bitte melde dich wieder an",
  "signIn.ended.text": "Deine Anmeldung auf diesem Gerät gilt nicht mehr. Alles ist noch so, wie du es verlassen hast.",
  "signIn.waiting":
    "{count, plural, one {Eine Sache wartet auf diesem Gerät und wird gesendet, sobald du angemeldet bist.} other {# Dinge warten auf diesem Gerät und werden gesendet, sobald du angemeldet bist.}}",
  "signIn.submit": "Anmelden",
  "signIn.email": "E-Mail-Adresse",
  "signIn.password": "Passwort",
  "signIn.needEmail": "Gib die Adresse ein, mit der du dich anmeldest.",
  "signIn.needPassword": "Gib dein Passwort ein.",
  "signIn.wrong": "Adresse und Passwort passen nicht zusammen. Prüf bitte beides noch einmal.",
  "signIn.tooMany": "Das waren zu viele Versuche. Versuch es um {time} noch einmal.",
  "signIn.away":
    "Der Server ist nicht erreichbar. Was du geschrieben hast, bleibt hier; versuch es gleich noch einmal.",
  "signIn.forgot": "Passwort vergessen? Die Admins deines Arbeitsbereichs können dir einen Link für ein neues geben.",
};
