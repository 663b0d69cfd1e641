package pattern_test

import (
	"testing"

	"github.com/bot-preferences/bot-preferences/internal/localaws/pattern"
)

type matchCase struct {
	name    string
	pattern string
	event   string
	want    bool
}

func TestMatch(t *testing.T) {
	groups := map[string][]matchCase{
		"values": valueCases, "text operators": textCases, "numbers": numberCases,
		"addresses": addressCases, "structure": structureCases, "or": orCases, "arrays": arrayCases,
	}
	for group, cases := range groups {
		for _, c := range cases {
			t.Run(group+"/"+c.name, func(t *testing.T) {
				p, err := pattern.Compile([]byte(c.pattern))
				if err != nil {
					t.Fatalf("Compile(%s): %v", c.pattern, err)
				}
				got, err := p.Match([]byte(c.event))
				if err != nil {
					t.Fatalf("Match(%s): %v", c.event, err)
				}
				if got != c.want {
					t.Errorf("pattern %s, event %s: got %v, want %v", c.pattern, c.event, got, c.want)
				}
			})
		}
	}
}

var valueCases = []matchCase{
	{"equal string", `{"a":["x"]}`, `{"a":"x"}`, true},
	{"other string", `{"a":["x"]}`, `{"a":"X"}`, false},
	{"any of several", `{"a":["x","y"]}`, `{"a":"y"}`, true},
	{"empty string", `{"a":[""]}`, `{"a":""}`, true},
	{"empty string is not null", `{"a":[""]}`, `{"a":null}`, false},
	{"null", `{"a":[null]}`, `{"a":null}`, true},
	{"null is not absence", `{"a":[null]}`, `{}`, false},
	{"true", `{"a":[true]}`, `{"a":true}`, true},
	{"true is not false", `{"a":[true]}`, `{"a":false}`, false},
	{"true is not its name", `{"a":[true]}`, `{"a":"true"}`, false},
	{"number is not its text", `{"a":[1]}`, `{"a":"1"}`, false},
	{"text is not a number", `{"a":["1"]}`, `{"a":1}`, false},
	{"escapes are resolved on both sides", `{"a":["\u00e9\n"]}`, `{"a":"é\u000a"}`, true},
	{"exactly", `{"a":[{"exactly":"x"}]}`, `{"a":"x"}`, true},
	{"exists", `{"a":[{"exists":true}]}`, `{"a":null}`, true},
	{"exists needs a leaf", `{"a":[{"exists":true}]}`, `{"a":{"b":1}}`, false},
	{"exists on an empty array", `{"a":[{"exists":true}]}`, `{"a":[]}`, false},
	{"absent", `{"a":[{"exists":false}]}`, `{"b":1}`, true},
	{"absent, but there", `{"a":[{"exists":false}]}`, `{"a":1}`, false},
	{"absent, but an object there", `{"a":[{"exists":false}]}`, `{"a":{"b":1}}`, true},
	{"absent or a value, absent", `{"a":[{"exists":false},"x"]}`, `{}`, true},
	{"absent or a value, value", `{"a":[{"exists":false},"x"]}`, `{"a":"x"}`, true},
	{"absent or a value, other value", `{"a":[{"exists":false},"x"]}`, `{"a":"y"}`, false},
	{"a name twice in the event counts twice", `{"a":["x"]}`, `{"a":"x","a":"y"}`, true},
}

var textCases = []matchCase{
	{"prefix", `{"a":[{"prefix":"ab"}]}`, `{"a":"abc"}`, true},
	{"prefix of the middle", `{"a":[{"prefix":"bc"}]}`, `{"a":"abc"}`, false},
	{"empty prefix takes every string", `{"a":[{"prefix":""}]}`, `{"a":""}`, true},
	{"empty prefix takes no number", `{"a":[{"prefix":""}]}`, `{"a":1}`, false},
	{"prefix ignoring case", `{"a":[{"prefix":{"equals-ignore-case":"aB"}}]}`, `{"a":"Abc"}`, true},
	{"suffix", `{"a":[{"suffix":".png"}]}`, `{"a":"x.png"}`, true},
	{"suffix in the middle", `{"a":[{"suffix":".png"}]}`, `{"a":"x.png.gz"}`, false},
	{"suffix ignoring case", `{"a":[{"suffix":{"equals-ignore-case":".PnG"}}]}`, `{"a":"x.pNg"}`, true},
	{"suffix ignoring case, other", `{"a":[{"suffix":{"equals-ignore-case":".PnG"}}]}`, `{"a":"x.pNgg"}`, false},
	{"suffix ignoring case, upper case of another length", `{"a":[{"suffix":{"equals-ignore-case":"aﬁ"}}]}`, `{"a":"xAFI"}`, true},
	{"ignoring case", `{"a":[{"equals-ignore-case":"ÄbC"}]}`, `{"a":"äBc"}`, true},
	{"ignoring case, longer", `{"a":[{"equals-ignore-case":"ab"}]}`, `{"a":"abc"}`, false},
	{"sharp s equals SS", `{"a":[{"equals-ignore-case":"ß"}]}`, `{"a":"SS"}`, true},
	{"sharp s is not ss", `{"a":[{"equals-ignore-case":"ß"}]}`, `{"a":"ss"}`, false},
	{"an emoji never matches itself ignoring case", `{"a":[{"equals-ignore-case":"😀"}]}`, `{"a":"😀"}`, false},
	{"wildcard", `{"a":[{"wildcard":"a*c*e"}]}`, `{"a":"abbcde"}`, true},
	{"wildcard for nothing", `{"a":[{"wildcard":"a*c"}]}`, `{"a":"ac"}`, true},
	{"wildcard alone", `{"a":[{"wildcard":"*"}]}`, `{"a":""}`, true},
	{"wildcard, wrong end", `{"a":[{"wildcard":"a*c"}]}`, `{"a":"abcd"}`, false},
	{"wildcard does not use a character twice", `{"a":[{"wildcard":"ab*ba"}]}`, `{"a":"aba"}`, false},
	{"wildcard, escaped asterisk", `{"a":[{"wildcard":"a\\*b"}]}`, `{"a":"a*b"}`, true},
	{"wildcard, escaped asterisk is literal", `{"a":[{"wildcard":"a\\*b"}]}`, `{"a":"axb"}`, false},
	{"wildcard, escaped backslash", `{"a":[{"wildcard":"a\\\\*"}]}`, `{"a":"a\\b"}`, true},
	{"anything but a string", `{"a":[{"anything-but":"x"}]}`, `{"a":"y"}`, true},
	{"anything but a string, it", `{"a":[{"anything-but":"x"}]}`, `{"a":"x"}`, false},
	{"anything but a string, other type", `{"a":[{"anything-but":"x"}]}`, `{"a":null}`, true},
	{"anything but needs the field", `{"a":[{"anything-but":"x"}]}`, `{}`, false},
	{"anything but a list", `{"a":[{"anything-but":["x","y"]}]}`, `{"a":"y"}`, false},
	{"anything but a number", `{"a":[{"anything-but":1}]}`, `{"a":1.0}`, false},
	{"anything but numbers", `{"a":[{"anything-but":[1,2]}]}`, `{"a":3}`, true},
	{"anything but a number, its text", `{"a":[{"anything-but":1}]}`, `{"a":"1"}`, true},
	{"anything but a prefix", `{"a":[{"anything-but":{"prefix":"x"}}]}`, `{"a":"xy"}`, false},
	{"anything but prefixes", `{"a":[{"anything-but":{"prefix":["x","y"]}}]}`, `{"a":"zx"}`, true},
	{"anything but a suffix", `{"a":[{"anything-but":{"suffix":"x"}}]}`, `{"a":"yx"}`, false},
	{"anything but a wildcard", `{"a":[{"anything-but":{"wildcard":"*/x/*"}}]}`, `{"a":"a/x/b"}`, false},
	{"anything but wildcards", `{"a":[{"anything-but":{"wildcard":["*x","y*"]}}]}`, `{"a":"xy"}`, true},
	{"anything but ignoring case", `{"a":[{"anything-but":{"equals-ignore-case":["x"]}}]}`, `{"a":"X"}`, false},
	{"any element can be the other thing", `{"a":[{"anything-but":"x"}]}`, `{"a":["x","y"]}`, true},
}

var numberCases = []matchCase{
	{"equal by value, fraction", `{"a":[1]}`, `{"a":1.0}`, true},
	{"equal by value, exponent", `{"a":[300]}`, `{"a":3.00e2}`, true},
	{"minus zero is zero", `{"a":[0]}`, `{"a":-0.0}`, true},
	{"unequal", `{"a":[1]}`, `{"a":2}`, false},
	{"too precise to compare, same text", `{"a":[1.00000000000000000001]}`, `{"a":1.00000000000000000001}`, true},
	{"too precise to compare, not rounded", `{"a":[1]}`, `{"a":1.00000000000000000001}`, false},
	{"the smallest number, as Java writes it", `{"a":[{"numeric":[">",0]}]}`, `{"a":4.9e-324}`, true},
	{"the smallest number, written shorter", `{"a":[{"numeric":[">",0]}]}`, `{"a":5e-324}`, false},
	{"beyond a float64", `{"a":[{"numeric":[">",0]}]}`, `{"a":1e400}`, false},
	{"numeric equals", `{"a":[{"numeric":["=",5]}]}`, `{"a":5e0}`, true},
	{"numeric less", `{"a":[{"numeric":["<",5]}]}`, `{"a":5}`, false},
	{"numeric less or equal", `{"a":[{"numeric":["<=",5]}]}`, `{"a":5}`, true},
	{"numeric greater", `{"a":[{"numeric":[">",-1.5]}]}`, `{"a":-1.4}`, true},
	{"numeric greater or equal", `{"a":[{"numeric":[">=",5]}]}`, `{"a":4.99}`, false},
	{"within a range", `{"a":[{"numeric":[">",0,"<=",5]}]}`, `{"a":5}`, true},
	{"below a range", `{"a":[{"numeric":[">",0,"<=",5]}]}`, `{"a":0}`, false},
	{"above a range", `{"a":[{"numeric":[">=",0,"<",5]}]}`, `{"a":5}`, false},
	{"numeric takes no string", `{"a":[{"numeric":[">",0]}]}`, `{"a":"1"}`, false},
}

var addressCases = []matchCase{
	{"within a network", `{"a":[{"cidr":"10.0.0.0/24"}]}`, `{"a":"10.0.0.255"}`, true},
	{"outside a network", `{"a":[{"cidr":"10.0.0.0/24"}]}`, `{"a":"10.0.1.0"}`, false},
	{"host bits are ignored", `{"a":[{"cidr":"10.0.0.77/30"}]}`, `{"a":"10.0.0.78"}`, true},
	{"slashes at the end are ignored", `{"a":[{"cidr":"10.0.0.0/24/"}]}`, `{"a":"10.0.0.255"}`, true},
	{"IPv6 network", `{"a":[{"cidr":"2001:db8::/32"}]}`, `{"a":"2001:0db8:1::5"}`, true},
	{"outside an IPv6 network", `{"a":[{"cidr":"2001:db8::/32"}]}`, `{"a":"2001:db9::"}`, false},
	{"not an address", `{"a":[{"cidr":"10.0.0.0/24"}]}`, `{"a":"ten"}`, false},
	{"octet too large", `{"a":[{"cidr":"10.0.0.0/24"}]}`, `{"a":"10.0.0.256"}`, false},
	{"an address as a string matches all spellings", `{"a":["::1"]}`, `{"a":"0:0:0:0:0:0:0:1"}`, true},
	{"an address as a string, other address", `{"a":["10.0.0.1"]}`, `{"a":"10.0.0.2"}`, false},
	{"exactly takes one spelling", `{"a":[{"exactly":"::1"}]}`, `{"a":"0::1"}`, false},
}

var structureCases = []matchCase{
	{"all fields", `{"a":["x"],"b":["y"]}`, `{"a":"x","b":"y","c":1}`, true},
	{"one field wrong", `{"a":["x"],"b":["y"]}`, `{"a":"x","b":"z"}`, false},
	{"nested", `{"a":{"b":{"c":["x"]}}}`, `{"a":{"b":{"c":"x"}}}`, true},
	{"nested, elsewhere", `{"a":{"c":["x"]}}`, `{"b":{"c":"x"}}`, false},
	{"a dotted name is a path", `{"a":{"b":["x"]}}`, `{"a.b":"x"}`, true},
	{"names are case-sensitive", `{"a":["x"]}`, `{"A":"x"}`, false},
	{"the last tests of a field count", `{"a":["x"],"a":["y"]}`, `{"a":"x"}`, false},
	{"the last tests of a path count", `{"a":{"b":["x"]},"a.b":["y"]}`, `{"a":{"b":"y"}}`, true},
	{"the same name for different paths", `{"a":{"b":["x"]},"a":{"c":["y"]}}`, `{"a":{"b":"x","c":"y"}}`, true},
}

var orCases = []matchCase{
	{"first", `{"$or":[{"a":["x"]},{"b":["y"]}]}`, `{"a":"x"}`, true},
	{"second", `{"$or":[{"a":["x"]},{"b":["y"]}]}`, `{"b":"y"}`, true},
	{"neither", `{"$or":[{"a":["x"]},{"b":["y"]}]}`, `{"a":"y","b":"x"}`, false},
	{"together with others", `{"c":["z"],"$or":[{"a":["x"]},{"b":["y"]}]}`, `{"a":"x"}`, false},
	{"followed by others", `{"$or":[{"a":["x"]},{"b":["y"]}],"c":["z"]}`, `{"b":"y","c":"z"}`, true},
	{"an alternative of several fields", `{"$or":[{"a":["x"],"b":["y"]},{"c":["z"]}]}`, `{"a":"x"}`, false},
	{"below a field", `{"d":{"$or":[{"a":["x"]},{"b":["y"]}]}}`, `{"d":{"b":"y"}}`, true},
	{"nested", `{"$or":[{"a":["x"]},{"$or":[{"b":["y"]},{"c":["z"]}]}]}`, `{"c":"z"}`, true},
	{"two of them", `{"$or":[{"a":["x"]},{"b":["y"]}],"d":{"$or":[{"e":[1]},{"f":[1]}]}}`, `{"b":"y","d":{"f":1}}`, true},
	{"an alternative replaces the tests before it", `{"a":["x"],"$or":[{"a":["y"]},{"b":["z"]}]}`, `{"a":"y"}`, true},
	{"an alternative replaces tests for itself alone", `{"a":["x"],"$or":[{"a":["y"]},{"b":["z"]}]}`, `{"a":"y","b":"z"}`, true},
	{"tests behind $or replace those of its alternatives", `{"$or":[{"a":["y"]},{"b":["z"]}],"a":["x"]}`, `{"a":"y"}`, false},
	{"two of them, one fails", `{"$or":[{"a":["x"]},{"b":["y"]}],"d":{"$or":[{"e":[1]},{"f":[1]}]}}`, `{"b":"y","d":{"f":2}}`, false},
}

var arrayCases = []matchCase{
	{"any element", `{"a":["x"]}`, `{"a":["w","x"]}`, true},
	{"no element", `{"a":["x"]}`, `{"a":["w"]}`, false},
	{"empty array", `{"a":[null]}`, `{"a":[]}`, false},
	{"arrays in arrays", `{"a":["x"]}`, `{"a":[["w"],["x"]]}`, true},
	{"through an array of objects", `{"a":{"b":["x"]}}`, `{"a":[{"b":"w"},{"b":"x"}]}`, true},
	{"two fields of one element", `{"a":{"b":["x"],"c":["y"]}}`, `{"a":[{"b":"w","c":"y"},{"b":"x","c":"y"}]}`, true},
	{"two fields of different elements", `{"a":{"b":["x"],"c":["y"]}}`, `{"a":[{"b":"x","c":"z"},{"b":"w","c":"y"}]}`, false},
	{"a later choice is tried", `{"a":{"b":["x"],"c":["y"]}}`, `{"a":[{"b":"x"},{"b":"x","c":"y"}]}`, true},
	{"different arrays are independent", `{"a":{"b":["x"]},"c":{"d":["y"]}}`, `{"a":[{"b":"w"},{"b":"x"}],"c":[{"d":"y"},{"d":"z"}]}`, true},
	{"nested arrays of objects", `{"a":{"b":["x"],"c":{"d":["y"]}}}`, `{"a":[{"b":"x","c":[{"d":"z"}]},{"b":"w","c":[{"d":"y"}]}]}`, false},
	{"absent within the chosen element", `{"a":{"b":["x"],"c":[{"exists":false}]}}`, `{"a":[{"b":"x"},{"b":"w","c":1}]}`, true},
	{"absent before an element is chosen", `{"a":{"b":[{"exists":false}],"c":["y"]}}`, `{"a":[{"c":"y"},{"b":1,"c":"z"}]}`, false},
	{"objects and values mixed", `{"a":["x"]}`, `{"a":[{"b":1},"x"]}`, true},
}
