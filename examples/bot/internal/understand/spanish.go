package understand

var spanish = []rule{
	captured(keyName, `ll[aá]m[ae]me NAME|(?:me llamo|mi nombre es) NAME`),
	captured(KeyLanguage, `(?:h[aá]bl[ae]|escr[ií]b[ea]|resp[oó]nd[ea])(?:me)?(?: en)? LANGUAGE(?: conmigo)?`),
	fixed(KeyLanguage, nil, `olvid[ae] mi idioma`),
	fixed(keyTone, informal, `tut[eé][ae]me|tr[aá]tame de t[uú]|h[aá]blame de t[uú]|puedes tutearme`),
	fixed(keyTone, formal, `(?:tr[aá]t[ae]me|h[aá]bl[ae]me) de usted`),
	fixed(keyVerbosity, brief, `(?:s[eé]|sea) (?:m[aá]s )?(?:breve|conciso)|respuestas cortas`),
	fixed(keyVerbosity, detailed, `(?:s[eé]|sea) m[aá]s detallad[oa]|d[aeé]me m[aá]s detalles`),
	captured(keyQuietAfter, `(?:sin|no m[aá]s|nada de) (?:notificaciones|mensajes) despu[eé]s de las TIME|no me escribas despu[eé]s de las TIME`),
	fixed(keyEmoji, false, `sin (?:m[aá]s )?emojis?|no uses emojis?`),
	fixed(keyEmoji, true, `con emojis?|usa emojis?`),
}
