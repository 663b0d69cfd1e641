package value

import (
	"encoding/base64"
	"maps"
	"slices"

	"github.com/go-json-experiment/json/jsontext"
)

// MarshalJSONTo writes the value as on the wire: {"S":"x"}.
func (v Value) MarshalJSONTo(e *jsontext.Encoder) error {
	w := writer{e: e}
	w.value(v)
	return w.err
}

// MarshalJSONTo writes the item as on the wire, sorted by attribute name.
func (i Item) MarshalJSONTo(e *jsontext.Encoder) error {
	w := writer{e: e}
	w.item(i)
	return w.err
}

// writer keeps the first error.
type writer struct {
	e   *jsontext.Encoder
	err error
}

func (w *writer) token(t jsontext.Token) {
	if w.err == nil {
		w.err = w.e.WriteToken(t)
	}
}

func (w *writer) item(i Item) {
	w.token(jsontext.BeginObject)
	for _, name := range slices.Sorted(maps.Keys(i)) {
		w.token(jsontext.String(name))
		w.value(i[name])
	}
	w.token(jsontext.EndObject)
}

func (w *writer) value(v Value) {
	w.token(jsontext.BeginObject)
	w.token(jsontext.String(v.kind.String()))
	switch v.kind {
	case BOOL:
		w.token(jsontext.Bool(v.flag))
	case NULL:
		w.token(jsontext.Bool(true))
	case M:
		w.item(v.fields)
	case L, SS, NS, BS:
		w.token(jsontext.BeginArray)
		for _, element := range v.list {
			if v.kind == L {
				w.value(element)
			} else {
				w.scalar(element)
			}
		}
		w.token(jsontext.EndArray)
	default:
		w.scalar(v)
	}
	w.token(jsontext.EndObject)
}

func (w *writer) scalar(v Value) {
	if v.kind == B {
		w.token(jsontext.String(base64.StdEncoding.EncodeToString([]byte(v.text))))
		return
	}
	w.token(jsontext.String(v.text))
}
