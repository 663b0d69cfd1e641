package understand

var german = []rule{
	captured(keyName, `(?:nenne?|nennen sie) mich (?:bitte |einfach |lieber )*NAME|(?:ich hei(?:ß|ss)e|mein name ist) NAME`),
	captured(KeyLanguage, `auf LANGUAGE`),
	captured(KeyLanguage, `(?:sprich|sprechen sie|rede|reden sie|schreib|schreiben sie|antworte|antworten sie)(?: mit)?(?: mir)?(?: bitte)?(?: auf)? LANGUAGE(?: mit mir)?`),
	fixed(KeyLanguage, nil, `(?:vergiss|vergessen sie) meine sprache`),
	fixed(keyTone, informal, `(?:sag|sagen sie)(?: bitte)? du(?: zu mir)?|duze? mich|duzen sie mich|du kannst mich(?: ruhig)? duzen|sie können mich(?: ruhig)? duzen`),
	fixed(keyTone, formal, `sieze? mich|siezen sie mich(?: bitte)?|(?:sag|sagen sie)(?: bitte)? sie zu mir`),
	fixed(keyVerbosity, brief, `(?:fass|halte?) dich(?: bitte)? kurz|fassen sie sich(?: bitte)? kurz|kurze antworten`),
	fixed(keyVerbosity, detailed, `(?:antworte|schreib|erklär)(?: mir)?(?: bitte)? ausführlich(?:er)?|ausführliche(?:re)? antworten`),
	captured(keyQuietAfter, `keine (?:benachrichtigungen|nachrichten)(?: mehr)? nach TIME|nach TIME keine (?:benachrichtigungen|nachrichten)(?: mehr)?`),
	fixed(keyEmoji, false, `(?:keine|ohne) emojis?(?: mehr)?`),
	fixed(keyEmoji, true, `mit emojis?|emojis? sind (?:ok|okay|in ordnung)`),
}
