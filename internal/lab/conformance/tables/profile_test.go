package tables_test

import (
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/bot-preferences/bot-preferences/internal/lab/conformance"
)

// These cases are the requests of package profilestore. They check what it relies on in
// DynamoDB (see docs/decisions/0008-conditions-as-vetoes.md).

// stamp is a text that sorts by n.
func stamp(n int) string { return fmt.Sprintf("01%024d", n) }

// entry is a stored preference, or without a value a tombstone.
func entry(value string, n int) m {
	e := m{"t": stamp(n)}
	if value != "" {
		e["v"] = value
	}
	return e
}

// A merge builds one UpdateItem of package profilestore.
type merge struct {
	names       map[string]string
	values      m
	set, remove []string
	vetoes      []string
}

func newMerge() *merge { return &merge{names: map[string]string{}, values: m{}} }

func (g *merge) name(attribute string) string {
	p := fmt.Sprintf("#%d", len(g.names))
	g.names[p] = attribute
	return p
}

func (g *merge) value(v any) string {
	p := fmt.Sprintf(":%d", len(g.values))
	g.values[p] = v
	return p
}

func (g *merge) assign(attribute string, v any) {
	g.set = append(g.set, g.name(attribute)+"="+g.value(v))
}

func (g *merge) veto(attribute, comparator string, v any) {
	g.vetoes = append(g.vetoes, g.name(attribute)+comparator+g.value(v))
}

// prefer writes an entry unless there is one of the same or a later stamp.
func (g *merge) prefer(key, value string, n int) {
	g.assign("p."+key, entry(value, n))
	g.vetoes = append(g.vetoes, g.name("p."+key)+"."+g.name("t")+">="+g.value(stamp(n)))
}

// revise makes a revision and removes the expiry. The first revision is that of the
// time 1000.
func (g *merge) revise() {
	r := g.name("revision")
	g.set = append(g.set, r+"=if_not_exists("+r+","+g.value(1000)+")+"+g.value(1))
	g.remove = append(g.remove, g.name("expires_at"))
}

// raise raises the fence.
func (g *merge) raise(n int) {
	g.assign("cleared", stamp(n))
	g.veto("cleared", ">=", stamp(n))
}

// send returns the item after the write, or the unchanged item if a condition failed.
func (t *table) send(g *merge) (after map[string]types.AttributeValue, done bool) {
	expression := "SET " + strings.Join(g.set, ",")
	if g.set == nil {
		expression = ""
	}
	if g.remove != nil {
		expression += " REMOVE " + strings.Join(g.remove, ",")
	}
	out, err := t.tryUpdate(m{"pk": "u"}, expression, g.values, named(g.names), updateReturning(allNew), func(in *dynamodb.UpdateItemInput) {
		in.ConditionExpression = aws.String("NOT (" + strings.Join(g.vetoes, " OR ") + ")")
		in.ReturnValuesOnConditionCheckFailure = showOld
	})
	if code(err) == failed {
		return t.shown(err), false
	}
	return answer(t, "UpdateItem "+expression, out, err).Attributes, true
}

// sets merges a change of one key.
func (t *table) sets(key, value string, n int) (map[string]types.AttributeValue, bool) {
	g := newMerge()
	g.veto("cleared", ">", stamp(n))
	g.prefer(key, value, n)
	g.revise()
	return t.send(g)
}

func (t *table) lands(what string, done bool) {
	if !done {
		t.errorf("%s is vetoed", what)
	}
}

func (t *table) vetoed(what string, done bool) {
	if done {
		t.errorf("%s is not vetoed", what)
	}
}

var profileCases = append(cases("profile", "pk:S", map[string]func(t *table){
	"is made by its first change": func(t *table) {
		after, done := t.sets("language", `"fr"`, 5)
		t.lands("the change", done)
		t.is("the profile", after, m{"pk": "u", "p.language": entry(`"fr"`, 5), "revision": 1001})
	},
	"keeps the later stamp": func(t *table) {
		t.sets("language", `"fr"`, 5)
		before, done := t.sets("language", `"en"`, 4)
		t.vetoed("an earlier change", done)
		t.is("the profile", before, m{"pk": "u", "p.language": entry(`"fr"`, 5), "revision": 1001})
		_, done = t.sets("language", `"fr"`, 5)
		t.vetoed("the same change again", done)
		after, done := t.sets("language", "", 6)
		t.lands("a tombstone", done)
		t.is("the profile", after, m{"pk": "u", "p.language": entry("", 6), "revision": 1002})
	},
	"takes 100 keys in one request": func(t *table) {
		wide := func(n int) *merge {
			g := newMerge()
			g.veto("cleared", ">", stamp(n))
			for i := range 100 {
				g.prefer(fmt.Sprintf("%s%03d", strings.Repeat("k", 61), i), `"x"`, n)
			}
			g.revise()
			return g
		}
		after, done := t.send(wide(5))
		t.lands("the first", done)
		t.equal("attributes", len(after), 102)
		_, done = t.send(wide(5))
		t.vetoed("the same again", done)
		_, done = t.send(wide(6))
		t.lands("a later one", done)
	},
	"is stored whole or not at all": func(t *table) {
		t.sets("b", `"late"`, 9)
		g := newMerge()
		g.veto("cleared", ">", stamp(5))
		g.prefer("a", `"x"`, 5)
		g.prefer("b", `"x"`, 5)
		g.revise()
		_, done := t.send(g)
		t.vetoed("a change of which one key is late", done)
		t.holds("u", m{"pk": "u", "p.b": entry(`"late"`, 9), "revision": 1001})
	},
	"keeps what is below the fence out": func(t *table) {
		g := newMerge()
		g.raise(7)
		g.revise()
		after, done := t.send(g)
		t.lands("the fence", done)
		t.is("the profile", after, m{"pk": "u", "cleared": stamp(7), "revision": 1001})
		_, done = t.sets("a", `"x"`, 6)
		t.vetoed("an earlier change", done)
		_, done = t.sets("a", `"x"`, 7)
		t.lands("a change with the fence's own stamp", done)
		g = newMerge()
		g.raise(7)
		g.revise()
		_, done = t.send(g)
		t.vetoed("the same fence", done)
	},
	"loses what the fence hides, entry by entry": func(t *table) {
		t.sets("a", `"x"`, 1)
		t.sets("b", `"x"`, 9)
		remove := func(key string, n int) (map[string]types.AttributeValue, bool) {
			g := newMerge()
			g.vetoes = append(g.vetoes, "attribute_not_exists("+g.name("revision")+")", g.name("p."+key)+"."+g.name("t")+">"+g.value(stamp(n)))
			g.remove = append(g.remove, g.name("p."+key))
			return t.send(g)
		}
		after, done := remove("a", 1)
		t.lands("the removal", done)
		t.is("the profile", after, m{"pk": "u", "p.b": entry(`"x"`, 9), "revision": 1002})
		_, done = remove("b", 1)
		t.vetoed("the removal of a later entry", done)
		_, done = remove("a", 1)
		t.lands("the removal again", done)
	},
	"is not made by a removal": func(t *table) {
		g := newMerge()
		g.vetoes = append(g.vetoes, "attribute_not_exists("+g.name("revision")+")")
		g.remove = append(g.remove, g.name("p.a"))
		g.values = nil
		_, done := t.send(g)
		t.vetoed("a removal from nothing", done)
		t.holds("u", nil)
	},
	"expires under its revision alone": func(t *table) {
		t.sets("a", "", 1)
		expire := func(revision int) bool {
			g := newMerge()
			g.assign("expires_at", 4102444800)
			g.veto("revision", "<>", revision)
			_, done := t.send(g)
			return done
		}
		t.vetoed("of another revision", expire(1000))
		t.lands("of this revision", expire(1001))
		after, _ := t.sets("a", `"x"`, 2)
		t.is("the profile after a change", after, m{"pk": "u", "p.a": entry(`"x"`, 2), "revision": 1002})
	},
	"keeps a bound of its weight": func(t *table) {
		add := func(n, most int) bool {
			g := newMerge()
			w := g.name("weight")
			g.set = append(g.set, w+"=if_not_exists("+w+","+g.value(0)+")+"+g.value(n))
			g.vetoes = append(g.vetoes, w+">"+g.value(most-n), "attribute_exists("+g.name("revision")+") AND attribute_not_exists("+w+")")
			g.revise()
			_, done := t.send(g)
			return done
		}
		t.lands("60 of 100", add(60, 100))
		t.vetoed("50 more", add(50, 100))
		t.lands("40 more", add(40, 100))
	},
	"without a weight is found out": func(t *table) {
		t.put(m{"pk": "u", "revision": 1})
		g := newMerge()
		g.vetoes = append(g.vetoes, "attribute_exists("+g.name("revision")+") AND attribute_not_exists("+g.name("weight")+")")
		g.values = nil
		g.remove = append(g.remove, g.name("expires_at"))
		_, done := t.send(g)
		t.vetoed("a change", done)
	},
	"says that it is too large": func(t *table) {
		t.sets("a", strings.Repeat("x", 399<<10), 1)
		_, err := t.tryUpdate(m{"pk": "u"}, "SET b = :v", m{":v": strings.Repeat("x", 2<<10)})
		t.fails("too large", invalid, err)
		if !strings.Contains(strings.ToLower(message(err)), "item size") {
			t.errorf("the message is %q", message(err))
		}
	},
}), conformance.Case{Name: "profile/tells of each revision once", Check: onStream(types.StreamViewTypeNewAndOldImages, func(t *table) {
	t.sets("a", `"x"`, 5)
	t.sets("a", `"x"`, 5) // vetoed
	t.sets("a", `"y"`, 4) // vetoed
	t.sets("a", "", 6)
	first, second := m{"pk": "u", "p.a": entry(`"x"`, 5), "revision": 1001}, m{"pk": "u", "p.a": entry("", 6), "revision": 1002}
	t.equal("records", showRecords(t.records(2)), strings.Join([]string{
		`INSERT {pk: "u"}: - -> ` + show(item(first)), `MODIFY {pk: "u"}: ` + show(item(first)) + " -> " + show(item(second)),
	}, "\n"))
})})
