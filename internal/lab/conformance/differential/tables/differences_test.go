package tables

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/go-json-experiment/json"
)

// A sample is a request that the sides answer differently for a declared reason.
type sample struct {
	reason       string // its beginning
	shape        int
	what         string // where it is not the request's answer
	request      string // operation and body
	before       string // the item in the table
	after        string // the item that the request makes of it
	ours, theirs string // an answer, or code: message
	instead      string // the request that dynoxide is asked then

	// near replaces texts of the sample. The result is another disagreement, which must
	// not be excused.
	near [][2]string
}

// disagreement returns the sample as a case would produce it.
func (s sample) disagreement(t *testing.T) disagreement {
	t.Helper()
	d := disagreement{shape: s.shape, subject: s.what, request: requestOf(t, s.request), ours: answerOf(t, s.ours), theirs: answerOf(t, s.theirs)}
	key := ""
	if keys := d.request.written(); len(keys) == 1 {
		key = keyText(keys[0])
	}
	d.before, d.after = items{key: objectOf(t, s.before)}, items{key: objectOf(t, s.after)}
	d.theirsBefore, d.theirsAfter = d.before, d.after
	if s.what == "" {
		d.compare()
	}
	if d.subject == "" {
		t.Fatalf("the sides agree on %s", s.request)
	}
	return d
}

func requestOf(t *testing.T, text string) request {
	t.Helper()
	operation, body, _ := strings.Cut(text, " ")
	return request{operation: operation, body: objectOf(t, body)}
}

func objectOf(t *testing.T, text string) object {
	t.Helper()
	if text == "" {
		return nil
	}
	var o object
	if err := json.Unmarshal([]byte(text), &o); err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return o
}

func answerOf(t *testing.T, text string) answer {
	t.Helper()
	if code, message, ok := strings.Cut(text, ": "); ok && text[0] != '{' {
		return answer{code: code, message: message, body: object{}}
	}
	return answer{body: objectOf(t, text)}
}

// spoilt returns the sample with one text replaced in all requests and answers.
func (s sample) spoilt(t *testing.T, near [2]string) sample {
	t.Helper()
	other := s
	for _, at := range []*string{&other.request, &other.ours, &other.theirs, &other.before, &other.after, &other.what} {
		*at = strings.ReplaceAll(*at, near[0], near[1])
	}
	if other.request == s.request && other.ours == s.ours && other.theirs == s.theirs && other.before == s.before && other.after == s.after && other.what == s.what {
		t.Fatalf("%q is not in the sample", near[0])
	}
	return other
}

// excuse returns the declared difference that explains the disagreement.
func excuse(d disagreement) (reason string, instead request) {
	for _, known := range differences {
		if known.matches != nil && known.matches(d) {
			return known.reason, request{}
		}
		if known.instead != nil {
			if r, ok := known.instead(d, d.request); ok {
				return known.reason, r
			}
		}
	}
	return "", request{}
}

func TestDeclaredDifferencesExcuseTheirExamplesAlone(t *testing.T) {
	shown := map[string]int{}
	for _, s := range samples {
		t.Run(s.reason+"/"+s.request, func(t *testing.T) {
			got, instead := excuse(s.disagreement(t))
			if got == "" || !strings.HasPrefix(got, s.reason) {
				t.Fatalf("it is taken for %q", got)
			}
			shown[got]++
			if s.instead != "" && text(instead.body) != text(requestOf(t, s.instead).body) {
				t.Errorf("dynoxide is asked %s %s\nand not %s", instead.operation, text(instead.body), s.instead)
			}
			if len(s.near) == 0 {
				t.Error("it has no near miss")
			}
			for _, near := range s.near {
				if got, _ := excuse(s.spoilt(t, near).disagreement(t)); got != "" {
					t.Errorf("with %q for %q it is still taken for %q", near[1], near[0], got)
				}
			}
		})
	}
	for _, known := range differences {
		if shown[known.reason] == 0 && !slices.Contains(shownElsewhere, known.reason) {
			t.Errorf("no example: %s", known.reason)
		}
	}
}

// shownElsewhere are the differences of the streams: TestNeedlessRecords and
// TestSizesOfRecords.
var shownElsewhere = []string{differences[len(differences)-2].reason, differences[len(differences)-1].reason}

// TestTheExamplesAreWhatLocalawsAnswers holds the samples against localaws.
func TestTheExamplesAreWhatLocalawsAnswers(t *testing.T) {
	s, err := newSide(t.Context(), "localaws", local(t), "examples")
	if err != nil {
		t.Fatal(err)
	}
	for _, example := range samples {
		if example.before != "" {
			if _, err := s.must(t.Context(), example.shape, "PutItem", object{"TableName": tableName, "Item": objectOf(t, example.before)}); err != nil {
				t.Fatal(err)
			}
		}
		got, err := s.send(t.Context(), example.shape, requestOf(t, example.request))
		if err != nil {
			t.Fatal(err)
		}
		want := answerOf(t, example.ours)
		if example.what == "" && (got.code != want.code || !strings.Contains(got.reasons(), want.message) || want.code == "" && !alike(got.body, want.body)) {
			t.Errorf("%s is answered with %s\nand not %s", example.request, got, want)
		}
		if _, err := s.empty(t.Context(), example.shape); err != nil {
			t.Fatal(err)
		}
	}
}

// TestAMistakeOfLocalawsIsNotTakenForADeclaredDifference makes localaws refuse valid
// requests with the message of each sample.
func TestAMistakeOfLocalawsIsNotTakenForADeclaredDifference(t *testing.T) {
	refused := map[string]bool{}
	for _, s := range samples {
		if !strings.HasPrefix(s.ours, validationException+": ") || refused[s.ours] {
			continue
		}
		refused[s.ours] = true
		message := text(strings.TrimPrefix(s.ours, validationException+": "))
		a := altered{operation: "UpdateItem", old: regexp.MustCompile(`^\{.*\}$`), now: `{"__type":"x#ValidationException","message":` + message + `}`, status: 400}
		p, err := newPair(t.Context(), a.on(local(t)), local(t), differences, "mistakes")
		if err != nil {
			t.Fatal(err)
		}
		apart, found := 0, 0
		for seed := range uint64(8) {
			c := Generate(seed)
			c.requests = slices.DeleteFunc(c.requests, func(r request) bool { return r.operation != "PutItem" && r.operation != "UpdateItem" })
			o, err := p.play(t.Context(), c)
			if err != nil {
				t.Fatal(err)
			}
			if o.found != nil {
				found++
			}
			if o.diverged {
				apart++
			}
		}
		if found < apart || found < 3 {
			t.Errorf("%s: found in %d of %d cases that came apart", s.ours, found, apart)
		}
	}
}
