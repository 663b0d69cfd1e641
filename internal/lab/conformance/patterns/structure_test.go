package patterns_test

var numberRules = []rule{
	{"equal by value", `{"a":[300]}`, events{`{"a":300}`, `{"a":300.0}`, `{"a":3.0e2}`, `{"a":3E+2}`}, events{`{"a":"300"}`, `{"a":301}`, `{"a":30}`}},
	{"minus zero is zero", `{"a":[0]}`, events{`{"a":-0}`, `{"a":0.00}`, `{"a":0e5}`}, events{`{"a":null}`, `{"a":false}`, `{"a":""}`}},
	{"an account is a number like others", `{"a":[123456789012]}`, events{`{"a":123456789012}`, `{"a":1.23456789012e11}`}, events{`{"a":"123456789012"}`}},
	{"numeric =", `{"a":[{"numeric":["=",3.018e2]}]}`, events{`{"a":301.8}`, `{"a":301.80}`}, events{`{"a":301.81}`, `{"a":"301.8"}`, `{}`}},
	{"numeric <", `{"a":[{"numeric":["<",10]}]}`, events{`{"a":9.999}`, `{"a":-1e9}`}, events{`{"a":10}`, `{"a":10.5}`, `{"a":"9"}`, `{"a":null}`}},
	{"numeric <=", `{"a":[{"numeric":["<=",10]}]}`, events{`{"a":10}`, `{"a":10.0}`}, events{`{"a":10.000001}`}},
	{"numeric >", `{"a":[{"numeric":[">",-1.5]}]}`, events{`{"a":-1.4999}`, `{"a":0}`}, events{`{"a":-1.5}`, `{"a":-2}`}},
	{"numeric >=", `{"a":[{"numeric":[">=",5]}]}`, events{`{"a":5}`, `{"a":1e300}`}, events{`{"a":4.9999999}`}},
	{"a range, open below", `{"a":[{"numeric":[">",0,"<=",5]}]}`, events{`{"a":5}`, `{"a":0.0001}`}, events{`{"a":0}`, `{"a":5.0001}`}},
	{"a range, open above", `{"a":[{"numeric":[">=",0,"<",5]}]}`, events{`{"a":0}`, `{"a":4.9}`}, events{`{"a":5}`, `{"a":-0.1}`}},
	{"ranges as alternatives", `{"a":[{"numeric":["<",0]},{"numeric":[">",10]}]}`, events{`{"a":-1}`, `{"a":11}`}, events{`{"a":5}`}},
	{"what a double holds is compared by value", `{"a":[{"numeric":["=",0.30000000000000004]}]}`, events{`{"a":0.30000000000000004}`}, events{`{"a":0.3}`}},
	{"what it does not hold is no number", `{"a":[{"numeric":[">",0]}]}`, events{`{"a":9007199254740992}`}, events{`{"a":9007199254740993}`, `{"a":0.123456789012345678901}`, `{"a":1e400}`}},
	{"but equals by its text", `{"a":[12345678901234567890.5]}`, events{`{"a":12345678901234567890.5}`}, events{`{"a":12345678901234567890.50}`}},
	{"the smallest double", `{"a":[{"numeric":[">",0]}]}`, events{`{"a":4.9e-324}`}, events{`{"a":5e-324}`}},
	{"a double that Java 17 prints too long", `{"a":[{"numeric":[">=",1e23]}]}`, events{`{"a":1e23}`}, events{`{"a":9e22}`}},
}

var addressRules = []rule{
	{"a network", `{"a":[{"cidr":"10.0.0.0/24"}]}`, events{`{"a":"10.0.0.0"}`, `{"a":"10.0.0.255"}`}, events{`{"a":"10.0.1.0"}`, `{"a":"9.255.255.255"}`, `{"a":"10.0.0.256"}`, `{"a":"ten"}`, `{"a":""}`, `{}`}},
	{"bits of the host are ignored", `{"a":[{"cidr":"10.0.0.77/30"}]}`, events{`{"a":"10.0.0.76"}`, `{"a":"10.0.0.79"}`}, events{`{"a":"10.0.0.80"}`, `{"a":"10.0.0.75"}`}},
	{"all of IPv4", `{"a":[{"cidr":"0.0.0.0/0"}]}`, events{`{"a":"0.0.0.0"}`, `{"a":"255.255.255.255"}`}, events{`{"a":"x"}`}},
	{"a network of IPv6", `{"a":[{"cidr":"2001:db8::/32"}]}`, events{`{"a":"2001:db8::"}`, `{"a":"2001:0DB8:ffff::1"}`}, events{`{"a":"2001:db9::"}`, `{"a":"2001:db7:ffff::"}`}},
	{"two addresses of IPv6", `{"a":[{"cidr":"2001:db8::2/127"}]}`, events{`{"a":"2001:db8::3"}`}, events{`{"a":"2001:db8::1"}`, `{"a":"2001:db8::4"}`}},
	{"a string that is an address has many spellings", `{"a":["2001:db8::1"]}`, events{`{"a":"2001:DB8:0:0::1"}`}, events{`{"a":"2001:db8::2"}`}},
	{"of IPv4 too", `{"a":["10.0.0.1"]}`, events{`{"a":"10.0.0.1"}`, `{"a":"10.0.0.01"}`}, events{`{"a":"10.0.0.11"}`, `{"a":"10.0.0"}`}},
	{"but exactly is one spelling", `{"a":[{"exactly":"::1"}]}`, events{`{"a":"::1"}`}, events{`{"a":"0::1"}`}},
	{"what is no address stays a string", `{"a":["10.0.0.256"]}`, events{`{"a":"10.0.0.256"}`}, events{`{"a":"10.0.0.0256"}`}},
}

var structureRules = []rule{
	{"all fields have to match", `{"a":["x"],"b":["y"]}`, events{`{"a":"x","b":"y"}`, `{"b":"y","c":1,"a":"x"}`}, events{`{"a":"x"}`, `{"a":"x","b":"z"}`, `{"a":"y","b":"x"}`}},
	{"below names", `{"a":{"b":{"c":["x"]}}}`, events{`{"a":{"b":{"c":"x","d":1}}}`}, events{`{"a":{"c":"x"}}`, `{"b":{"c":"x"}}`, `{"a":{"b":"x"}}`}},
	{"a name with a dot is a path", `{"a.b":["x"]}`, events{`{"a":{"b":"x"}}`, `{"a.b":"x"}`}, events{`{"a":"x"}`}},
	{"a path is a name with a dot", `{"a":{"b.c":["x"]}}`, events{`{"a.b":{"c":"x"}}`, `{"a":{"b":{"c":"x"}}}`, `{"a.b.c":"x"}`}, events{`{"a":{"c":"x"}}`}},
	{"names have a case", `{"a":["x"]}`, nil, events{`{"A":"x"}`}},
	{"names in any script", `{"é":{"日":["x"]}}`, events{`{"\u00e9":{"日":"x"}}`}, events{`{"e":{"日":"x"}}`}},
	{"an operator's name is a name", `{"prefix":{"exists":["x"]}}`, events{`{"prefix":{"exists":"x"}}`}, events{`{"prefix":"x"}`}},
	{"a name twice in an event has both values", `{"a":["x"]}`, events{`{"a":"x","a":"y"}`, `{"a":"y","a":"x"}`}, events{`{"a":"y","a":"z"}`}},
	{"a name twice in a pattern has the last tests", `{"a":["x"],"a":["y"]}`, events{`{"a":"y"}`}, events{`{"a":"x"}`}},
	{"a path twice in a pattern has the last tests", `{"a":{"b":["x"]},"a.b":["y"]}`, events{`{"a":{"b":"y"}}`}, events{`{"a":{"b":"x"}}`}},
	{"a name twice for several paths keeps both", `{"a":{"b":["x"]},"a":{"c":["y"]}}`, events{`{"a":{"b":"x","c":"y"}}`}, events{`{"a":{"b":"x"}}`, `{"a":{"c":"y"}}`}},
}

var arrayRules = []rule{
	{"any element", `{"a":["x","y"]}`, events{`{"a":["w","x"]}`, `{"a":["y"]}`}, events{`{"a":["w"]}`, `{"a":[]}`}},
	{"arrays in arrays are as if not there", `{"a":["x"]}`, events{`{"a":[["w"],[["x"]]]}`}, events{`{"a":[[]]}`}},
	{"a null within", `{"a":[null]}`, events{`{"a":[1,null]}`}, events{`{"a":[]}`}},
	{"objects and values mixed", `{"a":["x"]}`, events{`{"a":[{"b":1},"x"]}`}, events{`{"a":[{"b":"x"}]}`}},
	{"through an array of objects", `{"a":{"b":["x"]}}`, events{`{"a":[{"b":"w"},{"b":"x"}]}`, `{"a":[{"b":["w","x"]}]}`}, events{`{"a":[{"c":"x"}]}`}},
	{"two fields of one element", `{"a":{"b":["x"],"c":["y"]}}`, events{`{"a":[{"b":"w"},{"b":"x","c":"y"}]}`}, events{`{"a":[{"b":"x","c":"z"},{"b":"w","c":"y"}]}`}},
	{"two fields of one inner element", `{"a":{"b":{"c":["x"],"d":["y"]}}}`, events{`{"a":[{"b":[{"c":"w"},{"c":"x","d":"y"}]}]}`}, events{`{"a":[{"b":[{"c":"x"},{"d":"y"}]}]}`, `{"a":[{"b":{"c":"x"}},{"b":{"d":"y"}}]}`}},
	{"an outer and an inner field", `{"a":{"b":["x"],"c":{"d":["y"]}}}`, events{`{"a":[{"b":"x","c":[{"d":"z"},{"d":"y"}]}]}`}, events{`{"a":[{"b":"x","c":[{"d":"z"}]},{"b":"w","c":[{"d":"y"}]}]}`}},
	{"other arrays are independent", `{"a":{"b":["x"]},"c":{"d":["y"]}}`, events{`{"a":[{"b":"w"},{"b":"x"}],"c":[{"d":"y"},{"d":"z"}]}`}, nil},
	{"elements that are values do not bind", `{"a":["x"],"b":["y"]}`, events{`{"a":["w","x"],"b":["y","z"]}`}, nil},
	{"outside and inside of an array", `{"a":{"b":["x"],"c":["y"]}}`, events{`{"a":[{"b":"x"},{"c":"z"}],"a.c":"y"}`}, nil},
	{"absent from the element that matched", `{"a":{"b":["x"],"c":[{"exists":false}]}}`, events{`{"a":[{"b":"x"},{"b":"w","c":1}]}`}, events{`{"a":[{"b":"x","c":1}]}`}},
	{"absence is asked in the order of paths", `{"a":{"b":[{"exists":false}],"c":["y"]}}`, events{`{"a":[{"c":"y"}]}`}, events{`{"a":[{"c":"y"},{"b":1,"c":"z"}]}`}},
}

var orRules = []rule{
	{"one or another", `{"$or":[{"a":["x"]},{"b":["y"]}]}`, events{`{"a":"x"}`, `{"b":"y"}`, `{"a":"x","b":"y"}`}, events{`{"a":"y","b":"x"}`, `{}`}},
	{"three", `{"$or":[{"a":["x"]},{"b":["y"]},{"c":[{"numeric":[">",1]}]}]}`, events{`{"c":2}`}, events{`{"c":1}`}},
	{"with others before it", `{"c":["z"],"$or":[{"a":["x"]},{"b":["y"]}]}`, events{`{"b":"y","c":"z"}`}, events{`{"b":"y"}`, `{"c":"z"}`}},
	{"with others behind it", `{"$or":[{"a":["x"]},{"b":["y"]}],"c":["z"]}`, events{`{"a":"x","c":"z"}`}, events{`{"a":"x"}`, `{"c":"z"}`}},
	{"an alternative of two fields", `{"$or":[{"a":["x"],"b":["y"]},{"c":["z"]}]}`, events{`{"a":"x","b":"y"}`, `{"c":"z"}`}, events{`{"a":"x"}`}},
	{"below a name", `{"d":{"$or":[{"a":["x"]},{"b":["y"]}]}}`, events{`{"d":{"b":"y"}}`}, events{`{"b":"y"}`, `{"d":"y"}`}},
	{"within an alternative", `{"$or":[{"a":["x"]},{"b":["y"],"$or":[{"c":[1]},{"d":[1]}]}]}`, events{`{"a":"x"}`, `{"b":"y","d":1}`}, events{`{"b":"y"}`, `{"d":1}`}},
	{"two of them", `{"$or":[{"a":["x"]},{"b":["y"]}],"d":{"$or":[{"e":[1]},{"f":[1]}]}}`, events{`{"b":"y","d":{"f":1}}`}, events{`{"b":"y"}`, `{"b":"y","d":{"f":2}}`}},
	{"two at one place", `{"$or":[{"a":["x"]},{"b":["y"]}],"$or":[{"c":[1]},{"d":[1]}]}`, events{`{"a":"x","d":1}`}, events{`{"a":"x"}`, `{"d":1}`}},
	{"an alternative that something is absent", `{"$or":[{"a":[{"exists":false}]},{"b":["y"]}]}`, events{`{}`, `{"a":1,"b":"y"}`}, events{`{"a":1}`}},
	{"the same path in each", `{"$or":[{"a":["x"],"b":[1]},{"a":["y"],"b":[2]}]}`, events{`{"a":"x","b":1}`, `{"a":"y","b":2}`}, events{`{"a":"x","b":2}`}},
	{"an alternative replaces earlier tests", `{"a":["x"],"$or":[{"a":["y"]},{"b":["z"]}]}`, events{`{"a":"y"}`, `{"a":"x","b":"z"}`}, events{`{"a":"x"}`}},
	{"each consistent with arrays by itself", `{"a":{"$or":[{"b":["x"],"c":["y"]},{"d":["z"]}]}}`, events{`{"a":[{"b":"x"},{"d":"z"}]}`}, events{`{"a":[{"b":"x"},{"c":"y"}]}`}},
}
