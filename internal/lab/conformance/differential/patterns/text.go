package patterns

import (
	"fmt"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
)

// JSON as it is built here: object, list, string, or raw for the rest. Objects
// keep their order and may have one name twice.
type (
	object []member
	list   []any
	raw    string
)

type member struct {
	name  string
	value any
}

func text(v any) string {
	var b strings.Builder
	write(&b, v)
	return b.String()
}

func write(b *strings.Builder, v any) {
	switch v := v.(type) {
	case object:
		b.WriteByte('{')
		for i, m := range v {
			if i > 0 {
				b.WriteByte(',')
			}
			write(b, m.name)
			b.WriteByte(':')
			write(b, m.value)
		}
		b.WriteByte('}')
	case list:
		b.WriteByte('[')
		for i, e := range v {
			if i > 0 {
				b.WriteByte(',')
			}
			write(b, e)
		}
		b.WriteByte(']')
	case string:
		quoted, err := jsontext.AppendQuote(nil, v)
		if err != nil {
			panic(err) // the generator makes broken UTF-8
		}
		b.Write(quoted)
	case raw:
		b.WriteString(string(v))
	default:
		panic(fmt.Sprintf("%T is no JSON", v))
	}
}
