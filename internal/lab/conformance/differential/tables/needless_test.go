package tables

import "testing"

func item(n string) object { return object{"n": attribute{"N": n}} }

// record is one of a stream with the images that the view has.
func record(name, view string, old, recent object) object {
	change := object{"Keys": object{}}
	if old != nil && (view == "NEW_AND_OLD_IMAGES" || view == "OLD_IMAGE") {
		change["OldImage"] = old
	}
	if recent != nil && (view == "NEW_AND_OLD_IMAGES" || view == "NEW_IMAGE") {
		change["NewImage"] = recent
	}
	return object{"eventName": name, "dynamodb": change}
}

func TestNeedlessRecords(t *testing.T) {
	one, two := item("1"), item("2")
	touched := []touch{{nil, one}, {one, one}, {one, two}, {two, nil}}
	for _, view := range []string{"NEW_AND_OLD_IMAGES", "NEW_IMAGE", "OLD_IMAGE", "KEYS_ONLY"} {
		first, needless := record("INSERT", view, nil, one), record("MODIFY", view, one, one)
		change, last := record("MODIFY", view, one, two), record("REMOVE", view, two, nil)
		for _, tt := range []struct {
			name         string
			touched      []touch
			ours, theirs []any
			want         bool
		}{
			{"one that is needless", touched, []any{first, change, last}, []any{first, needless, change, last}, true},
			{"none", touched, []any{first, change, last}, []any{first, change, last}, true},
			{"two for one needless write", touched, []any{first, change, last}, []any{first, needless, needless, change, last}, false},
			{"one where each write changes something", []touch{{nil, one}, {one, two}, {two, nil}}, []any{first, change, last}, []any{first, needless, change, last}, false},
			{"one of a change that ours lacks", []touch{{nil, one}, {one, two}, {two, nil}}, []any{first, last}, []any{first, change, last}, false},
			{"one that theirs lacks", touched, []any{first, change, last}, []any{first, last}, false},
			{"one of ours that is needless", touched, []any{first, needless, change, last}, []any{first, needless, change, last}, false},
			{"one of another name", touched, []any{first, change, last}, []any{first, record("REMOVE", view, one, one), change, last}, false},
			{"another order", touched, []any{first, change, last}, []any{needless, first, change, last}, false},
		} {
			d := disagreement{subject: otherStream, touched: map[string][]touch{"k": tt.touched}, ours: answer{body: object{"k": tt.ours}}, theirs: answer{body: object{"k": tt.theirs}}}
			if reason, _ := excuse(d); (reason != "") != tt.want {
				t.Errorf("%s, %s: taken for %q", view, tt.name, reason)
			}
			d.touched = nil
			if reason, _ := excuse(d); reason != "" {
				t.Errorf("%s, %s, of an item that no request touched: taken for %q", view, tt.name, reason)
			}
		}
	}
}

func TestSizesOfRecords(t *testing.T) {
	key := object{"pk": attribute{"S": "a"}}
	with := func(size int) object {
		return object{"k": []any{object{"eventName": "INSERT", "dynamodb": object{"Keys": key, "NewImage": key, "SizeBytes": float64(size)}}}}
	}
	measured, inText := 2*3, 2*len(`{"pk":{"S":"a"}}`)
	for _, tt := range []struct {
		ours, theirs int
		want         bool
	}{{measured, inText, true}, {measured + 1, inText, false}, {measured, inText + 1, false}, {inText, measured, false}} {
		d := disagreement{subject: otherSizes, ours: answer{body: with(tt.ours)}, theirs: answer{body: with(tt.theirs)}}
		if reason, _ := excuse(d); (reason != "") != tt.want {
			t.Errorf("%d and %d bytes: taken for %q", tt.ours, tt.theirs, reason)
		}
	}
}
