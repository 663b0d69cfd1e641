package understand

var french = []rule{
	captured(keyName, `appel(?:le|ez)[- ]moi (?:plutôt |simplement )?NAME|(?:je m'appelle|mon nom est) NAME`),
	captured(KeyLanguage, `en LANGUAGE`), // in Spanish too
	captured(KeyLanguage, `(?:parlez?|écri[st]|écrivez|réponds|répondez)(?:[- ]moi)?(?: en)? LANGUAGE(?: avec moi)?`),
	fixed(KeyLanguage, nil, `oubliez? ma langue`),
	fixed(keyTone, informal, `(?:tutoie|tutoyez)[- ]moi|on (?:peut )?se tuto(?:ie|yer)|tu peux me tutoyer`),
	fixed(keyTone, formal, `(?:vouvoie|vouvoyez)[- ]moi`),
	fixed(keyVerbosity, brief, `(?:sois|soyez) (?:plus )?(?:bref|brève|concise?)|fais court`),
	fixed(keyVerbosity, detailed, `(?:sois|soyez) plus détaillée?|donnez?[- ]moi plus de détails`),
	captured(keyQuietAfter, `(?:pas|plus) de (?:notifications?|messages?) après TIME`),
	fixed(keyEmoji, false, `(?:pas d'|sans )(?:emojis?|émojis?)`),
	fixed(keyEmoji, true, `avec (?:des )?(?:emojis?|émojis?)`),
}
