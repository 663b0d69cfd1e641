package tables

import (
	"encoding/base64"
	"strings"
)

// otherSizes names the difference if the records agree except for SizeBytes.
const otherSizes = "SizeBytes of the stream's records"

// withoutSizes returns the records without SizeBytes.
func withoutSizes(records object) object {
	return eachRecord(records, func(change object) any {
		return lacking(change, func(name string, _ any) bool { return name == "SizeBytes" })
	})
}

// eachRecord applies f to the change in each record.
func eachRecord(records object, f func(change object) any) object {
	out := object{}
	for key, list := range records {
		var changed []any
		for _, r := range list.([]any) {
			change, _ := dig(r, "dynamodb").(object)
			changed = append(changed, object{"eventName": dig(r, "eventName"), "dynamodb": f(change)})
		}
		out[key] = changed
	}
	return out
}

// sizesAsMeasured tells whether our sizes are those of keys and images as items are
// measured, and theirs the lengths of their JSON.
func sizesAsMeasured(ours, theirs object) bool {
	return everyRecord(ours, measured) && everyRecord(theirs, func(v any) int {
		if v == nil {
			return 0
		}
		return len(text(v))
	})
}

func everyRecord(records object, size func(v any) int) bool {
	for _, list := range records {
		for _, r := range list.([]any) {
			change, _ := dig(r, "dynamodb").(object)
			want := size(change["Keys"]) + size(change["OldImage"]) + size(change["NewImage"])
			if change["SizeBytes"] != float64(want) {
				return false
			}
		}
	}
	return true
}

// measured is the size of an item (Developer Guide, "DynamoDB item sizes and
// formats").
func measured(item any) int {
	fields, _ := item.(object)
	n := 0
	for name, v := range fields {
		n += len(name) + measuredValue(v)
	}
	return n
}

func measuredValue(v any) int {
	a, _ := v.(attribute)
	n := 0
	for kind, content := range a {
		list, _ := content.([]any)
		switch kind {
		case "L":
			n = 3 + len(list)
			for _, e := range list {
				n += measuredValue(e)
			}
		case "M":
			fields, _ := content.(object)
			n = 3 + len(fields) + measured(fields)
		case "SS", "NS", "BS":
			for _, e := range list {
				n += measuredScalar(kind[:1], e)
			}
		default:
			n = measuredScalar(kind, content)
		}
	}
	return n
}

func measuredScalar(kind string, content any) int {
	written, _ := content.(string)
	switch kind {
	case "S":
		return len(written)
	case "B":
		b, _ := base64.StdEncoding.DecodeString(written)
		return len(b)
	case "N":
		return measuredNumber(written)
	}
	return 1
}

// measuredNumber counts two digits per byte on each side of the decimal point, one byte
// more, and one for the sign (dynoxide's types.rs, measured on AWS). The number is
// written without an exponent, as both sides answer it.
func measuredNumber(written string) int {
	digits := strings.TrimPrefix(written, "-")
	n := 1 + len(written) - len(digits)
	whole, fraction, _ := strings.Cut(digits, ".")
	whole = strings.TrimLeft(whole, "0")
	if fraction == "" {
		return n + (len(strings.TrimRight(whole, "0"))+1)/2
	}
	if whole == "" {
		fraction = strings.TrimLeft(fraction, "0")
	}
	return n + (len(whole)+1)/2 + (len(fraction)+1)/2
}
