package value

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/go-json-experiment/json"
)

func TestNumberIsNormalized(t *testing.T) {
	tests := []struct{ name, text, want, err string }{
		{name: "zero with a sign", text: "-0.00", want: "0"},
		{name: "leading and trailing zeros", text: "+0012.3400", want: "12.34"},
		{name: "point at the end", text: "1.", want: "1"},
		{name: "point at the beginning", text: ".5", want: "0.5"},
		{name: "exponent with sign and zeros", text: "1E+003", want: "1000"},
		{name: "negative exponent", text: "-15e-4", want: "-0.0015"},
		{name: "zero with the greatest exponent", text: "0e125", want: "0"},
		{name: "zero with an exponent too great", text: "0e126", err: numberOverflow},
		{name: "zero with the smallest exponent", text: "-0.0e-129", want: "0"},
		{name: "zero with an exponent too small", text: "0.0e-130", err: numberTooSmall},
		{name: "greatest", text: "9.9e125", want: "99" + strings.Repeat("0", 124)},
		{name: "smallest", text: "1e-130", want: "0." + strings.Repeat("0", 129) + "1"},
		{name: "38 digits", text: strings.Repeat("9", 38), want: strings.Repeat("9", 38)},
		{name: "38 digits and zeros", text: strings.Repeat("9", 38) + "00", want: strings.Repeat("9", 38) + "00"},
		{name: "39 digits", text: strings.Repeat("9", 39), err: tooManyDigits},
		{name: "too great", text: "1e126", err: numberOverflow},
		{name: "too small", text: "-1e-131", err: numberTooSmall},
		{name: "empty", text: "", err: noNumber},
		{name: "space", text: " 1", err: noNumber + ":  1"},
		{name: "only a point", text: ".", err: noNumber + ": ."},
		{name: "exponent without digits", text: "1e", err: noNumber + ": 1e"},
		{name: "exponent beyond 32 bits", text: "1e99999999999", err: numberOverflow},
		{name: "negative exponent beyond 32 bits", text: "1e-99999999999", err: numberTooSmall},
		{name: "exponent beyond 64 bits", text: "1e99999999999999999999", err: noNumber + ": 1e99999999999999999999"},
		{name: "underscore", text: "1_0", err: noNumber + ": 1_0"},
		{name: "hexadecimal", text: "0x1", err: noNumber + ": 0x1"},
		{name: "not a number", text: "NaN", err: noNumber + ": NaN"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			v, err := Number(tt.text)
			if tt.err != "" {
				if err == nil || err.Error() != tt.err {
					t.Fatalf("error %v, want %q", err, tt.err)
				}
				return
			}
			if err != nil || v.Text() != tt.want {
				t.Fatalf("%q %v, want %q", v.Text(), err, tt.want)
			}
		})
	}
}

func number(t *testing.T, text string) Value {
	t.Helper()
	v, err := Number(text)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func TestArithmeticIsExact(t *testing.T) {
	nines := strings.Repeat("9", 38)
	tests := []struct{ name, a, b, sum, difference string }{
		{"small", "2", "-3", "-1", "5"},
		{"fractions", "0.1", "0.2", "0.3", "-0.1"},
		{"carry beyond 38 digits", nines, "1", "1" + strings.Repeat("0", 38), strings.Repeat("9", 37) + "8"},
		{"far apart", "1", "1e-37", "1." + strings.Repeat("0", 36) + "1", "0." + strings.Repeat("9", 37)},
		{"too many digits", "1", "1e-38", tooManyDigits, "0." + strings.Repeat("9", 38)},
		{"overflow", "9e125", "1e125", numberOverflow, "8" + strings.Repeat("0", 125)},
		{"cancel out", "1e-130", "1e-130", "0." + strings.Repeat("0", 129) + "2", "0"},
		{"underflow", "9.9e-130", "9.8e-130", "0." + strings.Repeat("0", 128) + "197", numberTooSmall},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			a, b := decimalOf(t, tt.a), decimalOf(t, tt.b)
			for want, got := range map[string]func(Value) (Value, error){tt.sum: a.Add, tt.difference: a.Subtract} {
				v, err := got(b)
				if err != nil && err.Error() != want || err == nil && v.Text() != want {
					t.Errorf("%q %v, want %q", v.Text(), err, want)
				}
			}
		})
	}
}

// decimalOf makes numbers with more precision than Number allows, as sums of
// tiny numbers need them.
func decimalOf(t *testing.T, text string) Value {
	t.Helper()
	d, ok := parseDecimal(text)
	if !ok {
		t.Fatalf("no number: %s", text)
	}
	return Value{kind: N, text: d.String()}
}

func TestOrderedBytesOrderLikeValues(t *testing.T) {
	texts := []string{"0", "1", "-1", "1.5", "-1.5", "-1.25", "10", "100", "0.1", "0.01", "-0.01", "12", "123", "-12", "-123", "1e20", "-1e20", "1e125", "-1e125", "1e-130", "-1e-130"}
	values := make([]Value, len(texts))
	for i, text := range texts {
		values[i] = number(t, text)
	}
	for range 50 {
		r := rand.New(rand.NewPCG(1, uint64(len(values))))
		v, _ := Number(decimal{negative: r.IntN(2) == 0, digits: "1" + string(rune('1'+r.IntN(9))), exponent: r.IntN(200) - 100}.String())
		values = append(values, v)
	}
	for _, a := range values {
		for _, b := range values {
			bytes := slices.Compare(a.AppendOrdered(nil), b.AppendOrdered(nil))
			if order := a.Compare(b); (order < 0) != (bytes < 0) || (order == 0) != (bytes == 0) {
				t.Errorf("%s and %s: %d by value, %d by bytes", a.Text(), b.Text(), order, bytes)
			}
		}
	}
}

func TestSizes(t *testing.T) {
	tests := []struct {
		name, json string
		want       int
	}{
		{"string in bytes", `{"S":"né"}`, 3},
		{"binary", `{"B":"YWJj"}`, 3},
		{"zero", `{"N":"0"}`, 1},
		{"one digit", `{"N":"7"}`, 2},
		{"two digits in one pair", `{"N":"12"}`, 2},
		{"two digits in two pairs", `{"N":"1.2"}`, 3},
		{"negative", `{"N":"-12"}`, 3},
		{"three digits", `{"N":"123"}`, 3},
		{"trailing zeros are free", `{"N":"1200"}`, 2},
		{"trailing zeros in the middle of a pair are free", `{"N":"120"}`, 2},
		{"leading zeros of a fraction are free", `{"N":"0.012"}`, 2},
		{"three digits around the point", `{"N":"1.23"}`, 3},
		{"null", `{"NULL":true}`, 1},
		{"bool", `{"BOOL":false}`, 1},
		{"string set", `{"SS":["a","bcd"]}`, 4},
		{"empty list", `{"L":[]}`, 3},
		{"list", `{"L":[{"S":"ab"},{"N":"1"}]}`, 3 + 2 + 2 + 2},
		{"map", `{"M":{"key":{"S":"ab"}}}`, 3 + 1 + 3 + 2},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := decoded(t, tt.json).Size(); got != tt.want {
				t.Errorf("%d bytes, want %d", got, tt.want)
			}
		})
	}
}

func decoded(t *testing.T, text string) Value {
	t.Helper()
	var v Value
	if err := json.Unmarshal([]byte(text), &v); err != nil {
		t.Fatal(err)
	}
	return v
}

func TestJSONRoundTrip(t *testing.T) {
	for _, text := range []string{
		`{"S":""}`, `{"S":"x"}`, `{"N":"-1.5"}`, `{"B":"AP8="}`, `{"BOOL":true}`, `{"NULL":true}`,
		`{"SS":["b","a"]}`, `{"NS":["1","2"]}`, `{"BS":["AP8=",""]}`, `{"L":[{"S":"x"},{"L":[]}]}`, `{"M":{"a":{"M":{}},"b":{"N":"1"}}}`,
	} {
		v := decoded(t, text)
		out, err := json.Marshal(v)
		if err != nil || string(out) != text || v.Problem() != "" {
			t.Errorf("%s became %s, %v, %q", text, out, err, v.Problem())
		}
	}
}

func TestProblems(t *testing.T) {
	tests := []struct{ name, json, want string }{
		{"no type", `{}`, emptyValue},
		{"null content", `{"S":null}`, emptyValue},
		{"unknown type", `{"X":"a"}`, emptyValue},
		{"two types", `{"S":"a","N":"1"}`, severalTypes},
		{"bad number beside another type", `{"S":"a","N":"b"}`, noNumber + ": b"},
		{"false null", `{"NULL":false}`, falseNull},
		{"empty string set", `{"SS":[]}`, emptyStringSet},
		{"empty number set", `{"NS":[]}`, emptyNumberSet},
		{"empty binary set", `{"BS":[]}`, emptyBinarySet},
		{"equal strings", `{"SS":["a","a"]}`, invalidPrefix + "Input collection [a, a] contains duplicates."},
		{"equal numbers", `{"NS":["1","1.0"]}`, sameNumbers},
		{"equal binaries", `{"BS":["YQ==","YQ=="]}`, invalidPrefix + "Input collection [YQ==, YQ==]of type BS contains duplicates."},
		{"deep inside", `{"L":[{"M":{"a":{"SS":[]}}}]}`, emptyStringSet},
		{"map with an empty name", `{"M":{"":{"S":"x"}}}`, emptyName},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := decoded(t, tt.json).Problem(); got != tt.want {
				t.Errorf("%q, want %q", got, tt.want)
			}
		})
	}
}

func TestWrongJSONIsAnError(t *testing.T) {
	for _, text := range []string{`"x"`, `[]`, `{"S":1}`, `{"N":1}`, `{"BOOL":"true"}`, `{"SS":"a"}`, `{"SS":[1]}`, `{"L":[null]}`, `{"B":"?"}`, `{"M":[]}`} {
		var v Value
		if err := json.Unmarshal([]byte(text), &v); err == nil {
			t.Errorf("%s was taken for %v", text, v)
		}
	}
}

func TestEqual(t *testing.T) {
	tests := []struct {
		name, a, b string
		want       bool
	}{
		{"numbers by value", `{"N":"1.0"}`, `{"N":"1"}`, true},
		{"sets without order", `{"SS":["a","b"]}`, `{"SS":["b","a"]}`, true},
		{"different sets", `{"SS":["a","b"]}`, `{"SS":["a","c"]}`, false},
		{"lists with order", `{"L":[{"S":"a"},{"S":"b"}]}`, `{"L":[{"S":"b"},{"S":"a"}]}`, false},
		{"maps", `{"M":{"a":{"NS":["1","2"]}}}`, `{"M":{"a":{"NS":["2.0","1"]}}}`, true},
		{"maps with other names", `{"M":{"a":{"S":"x"}}}`, `{"M":{"b":{"S":"x"}}}`, false},
		{"types", `{"S":"1"}`, `{"N":"1"}`, false},
		{"bools", `{"BOOL":true}`, `{"BOOL":false}`, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := decoded(t, tt.a).Equal(decoded(t, tt.b)); got != tt.want {
				t.Errorf("%v, want %v", got, tt.want)
			}
		})
	}
}
