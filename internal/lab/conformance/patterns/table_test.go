package patterns_test

// rule is a pattern with events. All texts are JSON.
type rule struct {
	about   string
	pattern string
	matches []string
	misses  []string
}

// refusal is a pattern that is refused, with words of the reason.
type refusal struct {
	about   string
	pattern string
	reason  string
}

type events = []string

var rules = map[string][]rule{
	"value": valueRules, "exists": existsRules, "text": textRules, "case": caseRules, "wildcard": wildcardRules, "anything-but": butRules,
	"number": numberRules, "address": addressRules, "structure": structureRules, "array": arrayRules, "or": orRules,
	"subscriber": subscriberRules,
}

var valueRules = []rule{
	{"a string equals", `{"a":["x"]}`, events{`{"a":"x"}`, `{"a":"x","b":1}`}, events{`{"a":"X"}`, `{"a":"xx"}`, `{"b":"x"}`, `{}`}},
	{"one of several", `{"a":["x","y",1,null]}`, events{`{"a":"x"}`, `{"a":"y"}`, `{"a":1}`, `{"a":null}`}, events{`{"a":"z"}`, `{"a":"1"}`, `{"a":"null"}`}},
	{"the empty string", `{"a":[""]}`, events{`{"a":""}`}, events{`{"a":null}`, `{"a":" "}`, `{}`, `{"a":[]}`}},
	{"null", `{"a":[null]}`, events{`{"a":null}`}, events{`{}`, `{"a":""}`, `{"a":"null"}`, `{"a":0}`, `{"a":false}`, `{"a":[]}`, `{"a":{}}`}},
	{"booleans", `{"a":[true]}`, events{`{"a":true}`}, events{`{"a":false}`, `{"a":"true"}`, `{"a":1}`, `{"a":null}`}},
	{"a string is no number", `{"a":["1"]}`, events{`{"a":"1"}`}, events{`{"a":1}`, `{"a":"1.0"}`}},
	{"exactly is a string too", `{"a":[{"exactly":"x"}]}`, events{`{"a":"x"}`}, events{`{"a":"X"}`}},
	{"escapes are resolved on both sides", `{"a":["\u00e9\n\"\\\/"]}`, events{`{"a":"é\u000a\u0022\\/"}`}, events{`{"a":"é\\n\"\\/"}`}},
	{"characters beyond the first plane", `{"a":["😀"]}`, events{`{"a":"😀"}`, `{"a":"\ud83d\ude00"}`}, events{`{"a":"😁"}`}},
	{"composed is not decomposed", `{"a":["é"]}`, events{`{"a":"\u00e9"}`}, events{`{"a":"e\u0301"}`}},
	{"an object is no value", `{"a":["x"]}`, nil, events{`{"a":{"x":"x"}}`, `{"a":{"a":"x"}}`}},
}

var existsRules = []rule{
	{"something is there", `{"a":[{"exists":true}]}`, events{`{"a":"x"}`, `{"a":""}`, `{"a":null}`, `{"a":false}`, `{"a":[1]}`}, events{`{}`, `{"b":1}`}},
	{"only leaves are there", `{"a":[{"exists":true}]}`, nil, events{`{"a":{"b":1}}`, `{"a":{}}`, `{"a":[]}`, `{"a":[{"b":1}]}`}},
	{"nothing is there", `{"a":[{"exists":false}]}`, events{`{}`, `{"b":1}`, `{"a":{"b":1}}`, `{"a":[]}`, `{"a":{}}`}, events{`{"a":"x"}`, `{"a":null}`, `{"a":""}`, `{"a":[1]}`}},
	{"below a name", `{"a":{"b":[{"exists":true}]}}`, events{`{"a":{"b":1}}`, `{"a":[{"b":1}]}`}, events{`{"a":{"c":1}}`, `{"a":1}`, `{}`}},
	{"nothing below a name", `{"a":{"b":[{"exists":false}]}}`, events{`{"a":{"c":1}}`, `{"a":1}`, `{}`}, events{`{"a":{"b":1}}`, `{"a":[{"c":1},{"b":1}]}`}},
	{"nothing, or a value", `{"a":[{"exists":false},"x"]}`, events{`{}`, `{"a":"x"}`, `{"a":["y","x"]}`}, events{`{"a":"y"}`}},
	{"nothing here and a value there", `{"a":[{"exists":false}],"b":["x"]}`, events{`{"b":"x"}`}, events{`{"a":1,"b":"x"}`, `{}`}},
	{"an empty string exists and is empty", `{"a":[{"exists":true}],"b":[""]}`, events{`{"a":"","b":""}`}, events{`{"b":""}`}},
}

var textRules = []rule{
	{"prefix", `{"a":[{"prefix":"ab"}]}`, events{`{"a":"ab"}`, `{"a":"abc"}`}, events{`{"a":"a"}`, `{"a":"cab"}`, `{"a":"Abc"}`, `{}`}},
	{"the empty prefix", `{"a":[{"prefix":""}]}`, events{`{"a":""}`, `{"a":"x"}`}, events{`{"a":1}`, `{"a":null}`, `{"a":true}`}},
	{"prefix of strings alone", `{"a":[{"prefix":"1"}]}`, events{`{"a":"12"}`}, events{`{"a":12}`}},
	{"suffix", `{"a":[{"suffix":".png"}]}`, events{`{"a":".png"}`, `{"a":"x.png"}`}, events{`{"a":"x.png.gz"}`, `{"a":"x.PNG"}`, `{"a":"png"}`}},
	{"the empty suffix", `{"a":[{"suffix":""}]}`, events{`{"a":""}`, `{"a":"x"}`}, events{`{"a":1}`, `{"a":null}`}},
	{"prefix and suffix may overlap in an alternative", `{"a":[{"prefix":"ab"},{"suffix":"bc"}]}`, events{`{"a":"abc"}`, `{"a":"abx"}`, `{"a":"xbc"}`}, events{`{"a":"xbcx"}`}},
	{"bytes of a character are not split", `{"a":[{"prefix":"é"}]}`, events{`{"a":"éa"}`}, events{`{"a":"è"}`, `{"a":"Ã©"}`}},
}

var caseRules = []rule{
	{"equals-ignore-case", `{"a":[{"equals-ignore-case":"AbC"}]}`, events{`{"a":"abc"}`, `{"a":"ABC"}`, `{"a":"aBc"}`}, events{`{"a":"abcd"}`, `{"a":"ab"}`, `{"a":""}`}},
	{"of the empty string", `{"a":[{"equals-ignore-case":""}]}`, events{`{"a":""}`}, events{`{"a":"a"}`, `{"a":null}`}},
	{"of letters beyond ASCII", `{"a":[{"equals-ignore-case":"ÄÉñ"}]}`, events{`{"a":"äéÑ"}`}, events{`{"a":"aen"}`}},
	{"of digits and signs", `{"a":[{"equals-ignore-case":"1-x_"}]}`, events{`{"a":"1-X_"}`}, events{`{"a":"1-x-"}`}},
	{"sharp s has two capitals", `{"a":[{"equals-ignore-case":"ß"}]}`, events{`{"a":"ß"}`, `{"a":"SS"}`}, events{`{"a":"ss"}`, `{"a":"Ss"}`}},
	{"the Kelvin sign is a capital k", `{"a":[{"equals-ignore-case":"\u212a"}]}`, events{`{"a":"k"}`, `{"a":"\u212a"}`}, events{`{"a":"K"}`}},
	{"prefix", `{"a":[{"prefix":{"equals-ignore-case":"eventB"}}]}`, events{`{"a":"EventBridge"}`, `{"a":"EVENTB"}`}, events{`{"a":"event"}`, `{"a":"xeventb"}`}},
	{"suffix", `{"a":[{"suffix":{"equals-ignore-case":".PnG"}}]}`, events{`{"a":"x.png"}`, `{"a":".PNG"}`}, events{`{"a":"x.pngg"}`, `{"a":"png"}`}},
	{"suffix of which the capital is longer", `{"a":[{"suffix":{"equals-ignore-case":"aß"}}]}`, events{`{"a":"xASS"}`, `{"a":"xAß"}`}, events{`{"a":"xAS"}`}},
}

var wildcardRules = []rule{
	{"an asterisk for anything", `{"a":[{"wildcard":"a*c"}]}`, events{`{"a":"ac"}`, `{"a":"abc"}`, `{"a":"abcbc"}`, `{"a":"a*c"}`}, events{`{"a":"abcd"}`, `{"a":"xabc"}`, `{"a":"a"}`}},
	{"alone", `{"a":[{"wildcard":"*"}]}`, events{`{"a":""}`, `{"a":"x"}`}, events{`{"a":1}`, `{"a":null}`, `{"a":true}`}},
	{"at the start", `{"a":[{"wildcard":"*.png"}]}`, events{`{"a":".png"}`, `{"a":"a/b.png"}`}, events{`{"a":"x.png.gz"}`}},
	{"at the end", `{"a":[{"wildcard":"dir/*"}]}`, events{`{"a":"dir/"}`, `{"a":"dir/x"}`}, events{`{"a":"dir"}`}},
	{"several", `{"a":[{"wildcard":"*/bin/*.jar"}]}`, events{`{"a":"/bin/.jar"}`, `{"a":"a/bin/b/bin/c.jar"}`}, events{`{"a":"a/bin.jar"}`, `{"a":"a/bin/c.jars"}`}},
	{"no character counts twice", `{"a":[{"wildcard":"ab*ba"}]}`, events{`{"a":"abba"}`, `{"a":"ababa"}`}, events{`{"a":"aba"}`}},
	{"not too many in several", `{"a":[{"wildcard":"*:stack/One/*"},{"wildcard":"*:stack/Two/*"},{"wildcard":"*:stack/Six/*"}]}`, events{`{"a":"x:stack/Two/"}`}, events{`{"a":"x:stack/Ten/"}`}},
	{"none at all", `{"a":[{"wildcard":"abc"}]}`, events{`{"a":"abc"}`}, events{`{"a":"abcd"}`, `{"a":"ABC"}`}},
	{"an escaped asterisk", `{"a":[{"wildcard":"a\\*b"}]}`, events{`{"a":"a*b"}`}, events{`{"a":"axb"}`, `{"a":"a\\*b"}`}},
	{"an escaped backslash", `{"a":[{"wildcard":"a\\\\*"}]}`, events{`{"a":"a\\"}`, `{"a":"a\\b"}`}, events{`{"a":"ab"}`, `{"a":"a*"}`}},
	{"a quotation mark and no string's end", `{"a":[{"wildcard":"a*\"b"}]}`, events{`{"a":"a\"b"}`, `{"a":"ax\"b"}`}, events{`{"a":"ab"}`}},
	{"characters of several bytes", `{"a":[{"wildcard":"é*😀"}]}`, events{`{"a":"é😀"}`, `{"a":"éß😀"}`}, events{`{"a":"é😁"}`}},
}

var butRules = []rule{
	{"a string", `{"a":[{"anything-but":"x"}]}`, events{`{"a":"y"}`, `{"a":""}`, `{"a":"X"}`, `{"a":"xx"}`}, events{`{"a":"x"}`, `{}`}},
	{"values of other types pass", `{"a":[{"anything-but":"x"}]}`, events{`{"a":1}`, `{"a":null}`, `{"a":true}`}, events{`{"a":{}}`, `{"a":[]}`}},
	{"a list of strings", `{"a":[{"anything-but":["x","y"]}]}`, events{`{"a":"z"}`, `{"a":1}`}, events{`{"a":"x"}`, `{"a":"y"}`, `{}`}},
	{"a number", `{"a":[{"anything-but":123}]}`, events{`{"a":124}`, `{"a":"123"}`, `{"a":null}`}, events{`{"a":123}`, `{"a":123.0}`, `{"a":1.23e2}`, `{}`}},
	{"a list of numbers", `{"a":[{"anything-but":[100,200,300]}]}`, events{`{"a":150}`, `{"a":"100"}`}, events{`{"a":100}`, `{"a":2e2}`}},
	{"zero", `{"a":[{"anything-but":0}]}`, events{`{"a":1}`, `{"a":"0"}`}, events{`{"a":0}`, `{"a":-0.0}`}},
	{"a prefix", `{"a":[{"anything-but":{"prefix":"init"}}]}`, events{`{"a":"post-init"}`, `{"a":"Init"}`, `{"a":1}`, `{"a":null}`}, events{`{"a":"init"}`, `{"a":"initializing"}`, `{}`}},
	{"several prefixes", `{"a":[{"anything-but":{"prefix":["init","error"]}}]}`, events{`{"a":"ok"}`}, events{`{"a":"initial"}`, `{"a":"errors"}`}},
	{"a suffix", `{"a":[{"anything-but":{"suffix":".txt"}}]}`, events{`{"a":".txt.rtf"}`, `{"a":"x.TXT"}`}, events{`{"a":"x.txt"}`}},
	{"several suffixes", `{"a":[{"anything-but":{"suffix":[".txt",".rtf"]}}]}`, events{`{"a":"x.png"}`}, events{`{"a":"x.txt"}`, `{"a":"x.rtf"}`}},
	{"a string in any case", `{"a":[{"anything-but":{"equals-ignore-case":"Stopped"}}]}`, events{`{"a":"started"}`, `{"a":"stoppedd"}`}, events{`{"a":"STOPPED"}`, `{"a":"stopped"}`}},
	{"several strings in any case", `{"a":[{"anything-but":{"equals-ignore-case":["x","Y"]}}]}`, events{`{"a":"z"}`, `{"a":null}`}, events{`{"a":"X"}`, `{"a":"y"}`}},
	{"a wildcard", `{"a":[{"anything-but":{"wildcard":"*/lib/*"}}]}`, events{`{"a":"a/libs/b"}`, `{"a":1}`}, events{`{"a":"a/lib/b"}`, `{"a":"/lib/"}`}},
	{"several wildcards", `{"a":[{"anything-but":{"wildcard":["*/lib/*","*/bin/*"]}}]}`, events{`{"a":"a/obj/b"}`}, events{`{"a":"a/lib/b"}`, `{"a":"a/bin/b"}`}},
	{"the empty wildcard", `{"a":[{"anything-but":{"wildcard":""}}]}`, events{`{"a":"x"}`, `{"a":1}`}, events{`{"a":""}`}},
	{"one element is enough", `{"a":[{"anything-but":"x"}]}`, events{`{"a":["x","y"]}`}, events{`{"a":["x","x"]}`}},
	{"together with what it denies", `{"a":[{"anything-but":["x","y"]},"x"]}`, events{`{"a":"x"}`, `{"a":"z"}`}, events{`{"a":"y"}`}},
	{"together with absence", `{"a":[{"anything-but":"x"},{"exists":false}]}`, events{`{}`, `{"a":"y"}`}, events{`{"a":"x"}`}},
}
