package understand

var english = []rule{
	captured(keyName, `(?:call me|my name is) NAME`),
	captured(KeyLanguage, `(?:speak|talk|write|answer|reply)(?: to me)?(?: in)? LANGUAGE(?: (?:to|with) me)?`),
	captured(KeyLanguage, `(?:in|switch to) LANGUAGE`),
	fixed(KeyLanguage, nil, `forget my language`),
	fixed(keyTone, formal, `be (?:more )?formal(?: with me)?`),
	fixed(keyTone, informal, `be (?:more )?(?:informal|casual)(?: with me)?`),
	fixed(keyVerbosity, brief, `(?:be|keep it) (?:more )?(?:brief|short|concise)`),
	fixed(keyVerbosity, detailed, `be (?:more )?(?:detailed|verbose)|give me (?:more )?details`),
	captured(keyQuietAfter, `no (?:more )?(?:notifications?|messages?) after TIME`),
	captured(keyQuietAfter, `(?:don't|do not) (?:notify|message|write to) me after TIME`),
	fixed(keyEmoji, false, `(?:no|without) (?:more )?emojis?|(?:don't|do not) use emojis?|stop using emojis?`),
	fixed(keyEmoji, true, `use (?:more )?emojis?|emojis? are (?:fine|ok|okay)`),
}
