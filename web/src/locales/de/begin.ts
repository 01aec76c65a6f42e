// German: what a new workspace begins with, to try things on.
export const begin = {
  "begin.these": "Diese drei Themen sind zum Ausprobieren da.",
  "begin.remove": "Entfernen",
  "begin.hours.title": "Einmal sagen: es erreicht alle zu einer guten Stunde",
  "begin.hours.text":
    "Was hier steht, bleibt, und niemand muss sofort hinsehen. Jeder sagt unter **Stunden & freie Tage**, wann etwas ankommen darf; bis dahin will nichts etwas von ihm. So ist Zeit, nachzudenken und es gut zu schreiben.\n\nProbier es an diesem Thema:\n\n- schreib unten eine Antwort und nimm sie mit **Rückgängig** zurück, solange sie noch nicht weg ist\n- sende eine andere später, mit der Uhr neben **Senden**\n- zeig auf einen Beitrag und setze ein Emoji darauf",
  "begin.ask.title": "Um eine Antwort bitten, bis zu einem Tag, der für alle geht",
  "begin.ask.text":
    "Das meiste braucht keine Antwort, und sagt das auch. Wo du eine brauchst, drück unter deinem Text auf **Keine Antwort nötig**: bitte um eine Antwort, eine Entscheidung oder ein „Gelesen“, von wem und bis wann. Über **Senden** sagt ein Satz, wann es sie erreicht.\n\nWer gefragt ist, findet es unter **Heute** und im **Eingang**; du findest dort, auf wen du wartest. Lade jemanden unter **Einstellungen, Personen** ein und frag, was er davon hält.",
  "begin.find.title": "Wiederfinden, und mitbringen, was du hast",
  "begin.find.text":
    "- `/` sucht in all deinen Spaces, auch in Dateien\n- `Strg K` bringt dich mit ein paar Buchstaben überallhin, und tut etwas\n- `?` zeigt alle Tasten\n\nEin Slack-Export kommt unter **Einstellungen, Import** herein, mit Personen, Themen und Dateien; wie Mailarchive hereinkommen, steht in der Anleitung.",
};
