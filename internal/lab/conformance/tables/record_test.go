package tables_test

import (
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/bot-preferences/bot-preferences/internal/lab/conformance"
)

const insertA = `INSERT {pk: "a"}: - -> `

var recordCases = append(streamed("record", types.StreamViewTypeNewAndOldImages, map[string]func(t *table){
	"of a new item is INSERT": func(t *table) {
		t.put(m{"pk": "a", "n": 1})
		t.tells(insertA + `{n: 1, pk: "a"}`)
	},
	"of a changed item is MODIFY": func(t *table) {
		t.put(m{"pk": "a", "n": 1})
		t.put(m{"pk": "a", "n": 2})
		t.tells(insertA+`{n: 1, pk: "a"}`, `MODIFY {pk: "a"}: {n: 1, pk: "a"} -> {n: 2, pk: "a"}`)
	},
	"of a removed item is REMOVE": func(t *table) {
		t.put(m{"pk": "a", "n": 1})
		t.delete(m{"pk": "a"})
		t.tells(insertA+`{n: 1, pk: "a"}`, `REMOVE {pk: "a"}: {n: 1, pk: "a"} -> -`)
	},
	"of an item that came back is INSERT": func(t *table) {
		t.put(m{"pk": "a"})
		t.delete(m{"pk": "a"})
		t.update(m{"pk": "a"}, "SET n = :v", m{":v": 1})
		t.tells(insertA+`{pk: "a"}`, `REMOVE {pk: "a"}: {pk: "a"} -> -`, insertA+`{n: 1, pk: "a"}`)
	},
	"has every type of value": func(t *table) {
		t.put(everything)
		t.tells(insertA + show(item(everything)))
	},
	"comes per item of a batch": func(t *table) {
		_, err := t.batchWrite(putting(m{"pk": "a", "n": 1}), putting(m{"pk": "b", "n": 2}))
		t.ok("BatchWriteItem", err)
		t.equal("records", sorted(strings.ReplaceAll(counted(t.records(2)), "\n", " ")), "1 2")
	},
	"comes per item of a transaction": func(t *table) {
		_, err := t.transact("", t.putItem(m{"pk": "a", "n": 1}, ""), t.putItem(m{"pk": "b", "n": 2}, ""))
		t.ok("TransactWriteItems", err)
		t.equal("records", sorted(counted(t.records(2))), "1 2")
	},
	"says where it comes from": func(t *table) {
		t.count(1)
		r := t.records(1)[0]
		t.equal("source, version", *r.EventSource+" "+*r.EventVersion, "aws:dynamodb 1.1")
		t.equal("view, identity", words(r.Dynamodb.StreamViewType, r.UserIdentity == nil), "NEW_AND_OLD_IMAGES true")
		t.equal("id, region", words(len(*r.EventID) > 0, len(*r.AwsRegion) > 0), "true true")
	},
	"says when, in whole seconds": func(t *table) {
		t.count(1)
		r := t.records(1)[0]
		at := aws.ToTime(r.Dynamodb.ApproximateCreationDateTime)
		if age := time.Since(at); age < -time.Minute || age > time.Minute || at.Nanosecond() != 0 {
			t.errorf("made at %v, now is %v", at, time.Now())
		}
	},
	"says its size": func(t *table) {
		t.put(m{"pk": "a", "v": "12345"})
		t.put(m{"pk": "a", "v": "1"})
		r := t.records(2)[1]
		t.equal("bytes of key, old and new image", *r.Dynamodb.SizeBytes, 3+9+5)
	},
	"has a number greater than the one before, in 21 to 40 digits": func(t *table) {
		t.count(12)
		last := ""
		for _, r := range t.records(12) {
			n := *r.Dynamodb.SequenceNumber
			if len(n) < 21 || len(n) > 40 || len(n) < len(last) || len(n) == len(last) && n <= last || strings.Trim(n, "0123456789") != "" {
				t.errorf("%s comes after %s", n, last)
			}
			last = n
		}
	},
	"comes in the order of the item's writes": func(t *table) {
		for i := range 10 {
			t.count(1)
			t.put(m{"pk": "b", "n": 100 + i})
		}
		got := strings.Fields(counted(t.records(20)))
		var a, b []string
		for _, n := range got {
			if len(n) < 3 {
				a = append(a, n)
			} else {
				b = append(b, n)
			}
		}
		t.equal("of a", strings.Join(a, " "), "1 2 3 4 5 6 7 8 9 10")
		t.equal("of b", strings.Join(b, " "), "100 101 102 103 104 105 106 107 108 109")
	},
}), append(viewCases(), silentCases()...)...)

// views lists what a MODIFY shows of the old and the new image.
var views = map[types.StreamViewType]string{
	types.StreamViewTypeNewAndOldImages: `{n: 1, pk: "a"} -> {n: 2, pk: "a"}`,
	types.StreamViewTypeNewImage:        `- -> {n: 2, pk: "a"}`,
	types.StreamViewTypeOldImage:        `{n: 1, pk: "a"} -> -`,
	types.StreamViewTypeKeysOnly:        `- -> -`,
}

func viewCases() []conformance.Case {
	var list []conformance.Case
	for view, want := range views {
		list = append(list, conformance.Case{Name: "record/has as images " + string(view), Check: onStream(view, func(t *table) {
			t.count(2)
			r := t.records(2)[1]
			t.equal("record", showRecord(r), `MODIFY {pk: "a"}: `+want)
			t.equal("view", r.Dynamodb.StreamViewType, view)
		})})
	}
	return list
}

// silent are writes to the item a that change nothing, and so leave no record.
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Streams.html
var silent = map[string]func(t *table){
	"a put of the same item":          func(t *table) { t.put(m{"pk": "a", "n": 1, "s": ss{"x", "y"}, "m": m{"k": l{1}}}) },
	"a put in another notation":       func(t *table) { t.put(m{"pk": "a", "n": num("1.0"), "s": ss{"y", "x"}, "m": m{"k": l{1}}}) },
	"an update without an expression": func(t *table) { t.update(m{"pk": "a"}, "", nil) },
	"an update to the same values":    func(t *table) { t.update(m{"pk": "a"}, "SET n = :v, m.k[0] = n", m{":v": 1}) },
	"a removal of nothing":            func(t *table) { t.update(m{"pk": "a"}, "REMOVE gone, m.gone", nil) },
	"adding what a set has":           func(t *table) { t.update(m{"pk": "a"}, "ADD s :v", m{":v": ss{"x"}}) },
	"adding zero":                     func(t *table) { t.update(m{"pk": "a"}, "ADD n :v", m{":v": 0}) },
	"taking what a set has not":       func(t *table) { t.update(m{"pk": "a"}, "DELETE s :v", m{":v": ss{"z"}}) },
	"a removal from a missing item":   func(t *table) { t.update(m{"pk": "none"}, "REMOVE n", nil) },
	"a delete of a missing item":      func(t *table) { t.delete(m{"pk": "none"}) },
	"a failed condition": func(t *table) {
		_, err := t.tryPut(m{"pk": "a"}, putIf("attribute_not_exists(pk)", nil))
		t.fails("put", failed, err)
	},
	"a cancelled transaction": func(t *table) {
		_, err := t.transact("", t.putItem(m{"pk": "b"}, ""), t.require("none", "attribute_exists(pk)"))
		t.fails("transaction", cancelled, err)
	},
	"a condition check": func(t *table) {
		_, err := t.transact("", t.require("a", "attribute_exists(pk)"))
		t.ok("transaction", err)
	},
}

func silentCases() []conformance.Case {
	var list []conformance.Case
	for what, write := range silent {
		list = append(list, conformance.Case{Name: "record/none of " + what, Check: onStream(types.StreamViewTypeNewAndOldImages, func(t *table) {
			t.put(m{"pk": "a", "n": 1, "s": ss{"x", "y"}, "m": m{"k": l{1}}})
			write(t)
			t.tells(insertA + show(item(m{"pk": "a", "n": 1, "s": ss{"x", "y"}, "m": m{"k": l{1}}})))
		})})
	}
	return list
}
