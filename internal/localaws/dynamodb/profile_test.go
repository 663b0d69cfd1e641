package dynamodb_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/google/go-cmp/cmp"

	"github.com/bot-preferences/bot-preferences/internal/localaws/dynamodb"
)

// These tests use the table as the profile store does: one top-level map
// attribute {v, t} per key, written in one request under conditions per key.

func entry(v, stamp string) types.AttributeValue {
	return &types.AttributeValueMemberM{Value: map[string]types.AttributeValue{"v": s(v), "t": s(stamp)}}
}

// fastPath is the one request that sets keys of a profile. All carry the stamp.
func fastPath(user, stamp, v string, keys ...string) *sdk.UpdateItemInput {
	sets := []string{"revision = if_not_exists(revision, :now) + :one"}
	conditions := []string{"(attribute_not_exists(cleared) OR cleared <= :min)"}
	names := map[string]string{}
	values := map[string]types.AttributeValue{":now": n("1000"), ":one": n("1"), ":min": s(stamp), ":s": s(stamp)}
	for i, k := range keys {
		names[fmt.Sprintf("#k%d", i)] = "p." + k
		values[fmt.Sprintf(":e%d", i)] = entry(v, stamp)
		sets = append(sets, fmt.Sprintf("#k%d = :e%d", i, i))
		conditions = append(conditions, fmt.Sprintf("(attribute_not_exists(#k%d) OR #k%d.t < :s)", i, i))
	}
	return &sdk.UpdateItemInput{
		TableName: aws.String("profiles"), Key: key(user), ReturnValues: types.ReturnValueAllNew,
		UpdateExpression:         aws.String("SET " + strings.Join(sets, ", ") + " REMOVE expires_at"),
		ConditionExpression:      aws.String(strings.Join(conditions, " AND ")),
		ExpressionAttributeNames: names, ExpressionAttributeValues: values,
		ReturnValuesOnConditionCheckFailure: types.ReturnValuesOnConditionCheckFailureAllOld,
	}
}

func stampOf(t *testing.T, av types.AttributeValue) string {
	t.Helper()
	m, ok := av.(*types.AttributeValueMemberM)
	if !ok {
		t.Fatalf("%T is no map", av)
	}
	return m.Value["t"].(*types.AttributeValueMemberS).Value
}

func TestFastPathCreatesAndUpdatesWithoutRead(t *testing.T) {
	l := newLocal(t)
	table := l.table("profiles", "")
	for i, want := range []string{"1001", "1002"} {
		out, err := l.db.UpdateItem(context.Background(), fastPath("u1", fmt.Sprintf("S%d", i), "fr", "language", "tone"))
		if err != nil {
			t.Fatal(err)
		}
		if got := out.Attributes["revision"].(*types.AttributeValueMemberN).Value; got != want {
			t.Errorf("revision %s, want %s", got, want)
		}
		if got := stampOf(t, out.Attributes["p.tone"]); got != fmt.Sprintf("S%d", i) {
			t.Errorf("stamp %s", got)
		}
	}
	records := table.Records("", 10)
	if len(records) != 2 || records[0].EventName != "INSERT" || records[1].EventName != "MODIFY" {
		t.Errorf("records %+v", records)
	}
}

func TestFailedConditionReturnsTheOldItem(t *testing.T) {
	l := newLocal(t)
	table := l.table("profiles", "")
	ctx := context.Background()
	if _, err := l.db.UpdateItem(ctx, fastPath("u1", "S5", "fr", "language")); err != nil {
		t.Fatal(err)
	}
	l.facts = nil
	_, err := l.db.UpdateItem(ctx, fastPath("u1", "S4", "de", "language", "tone"))
	var failed *types.ConditionalCheckFailedException
	if !errors.As(err, &failed) || failed.ErrorMessage() != "The conditional request failed" {
		t.Fatal(err)
	}
	if got := stampOf(t, failed.Item["p.language"]); got != "S5" {
		t.Errorf("stamp %s of the old item", got)
	}
	if len(table.Records("", 10)) != 1 {
		t.Error("a failed write left a record")
	}
	want := dynamodb.Request{Operation: "UpdateItem", Table: "profiles", WriteUnits: 1, Partition: "u1"}
	if len(l.facts) != 1 || l.facts[0] != want {
		t.Errorf("facts %+v, want the billed request alone", l.facts)
	}
}

func TestRemovalOfEachEntryUnderItsOwnStamp(t *testing.T) {
	l := newLocal(t)
	table := l.table("profiles", "")
	ctx := context.Background()
	if _, err := l.db.UpdateItem(ctx, fastPath("u1", "S1", "x", "a", "b")); err != nil {
		t.Fatal(err)
	}
	remove := func(stamp string) error {
		_, err := l.db.UpdateItem(ctx, &sdk.UpdateItemInput{
			TableName: aws.String("profiles"), Key: key("u1"),
			UpdateExpression:          aws.String("REMOVE #a, #b"),
			ConditionExpression:       aws.String("#a.t = :t AND #b.t = :t"),
			ExpressionAttributeNames:  map[string]string{"#a": "p.a", "#b": "p.b"},
			ExpressionAttributeValues: map[string]types.AttributeValue{":t": s(stamp)},
		})
		return err
	}
	if err := remove("S2"); code(err) != "ConditionalCheckFailedException" {
		t.Fatalf("%v, want a failed condition", err)
	}
	if err := remove("S1"); err != nil {
		t.Fatal(err)
	}
	item, _ := table.Get(dynamodb.Item{"pk": mustString("u1")})
	if diff := cmp.Diff(map[string]string{"pk": "u1", "revision": "1001"}, texts(item)); diff != "" {
		t.Error(diff)
	}
}

// In TestInterleavedWritersConverge eight writers write overlapping changes, one
// request at a time in random order. A writer whose condition failed removes from its
// change what the returned item supersedes.
func TestInterleavedWritersConverge(t *testing.T) {
	for seed := range uint64(5) {
		r := rand.New(rand.NewPCG(seed, 0))
		l := newLocal(t)
		l.table("profiles", "")
		want, writers := map[string]string{}, make([]*writer, 8)
		for i := range writers {
			writers[i] = &writer{t: t, l: l}
		}
		for i := range 60 {
			c := change{stamp: fmt.Sprintf("S%03d", i)}
			for _, k := range r.Perm(6)[:1+r.IntN(4)] {
				c.keys = append(c.keys, fmt.Sprint("k", k))
				want[fmt.Sprint("k", k)] = c.stamp
			}
			w := writers[r.IntN(len(writers))]
			w.changes = slices.Insert(w.changes, r.IntN(len(w.changes)+1), c)
		}
		for len(writers) > 0 {
			i := r.IntN(len(writers))
			if !writers[i].step() {
				writers = slices.Delete(writers, i, i+1)
			}
		}
		out, err := l.db.GetItem(context.Background(), &sdk.GetItemInput{TableName: aws.String("profiles"), Key: key("u1")})
		if err != nil {
			t.Fatal(err)
		}
		got := map[string]string{}
		for name, av := range out.Item {
			if k, ok := strings.CutPrefix(name, "p."); ok {
				got[k] = stampOf(t, av)
			}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatalf("seed %d: %s", seed, diff)
		}
	}
}

type change struct {
	stamp string
	keys  []string
}

type writer struct {
	t       *testing.T
	l       *local
	changes []change
}

// step makes one request. It returns false if there is none left.
func (w *writer) step() bool {
	if len(w.changes) == 0 {
		return false
	}
	c := &w.changes[0]
	_, err := w.l.db.UpdateItem(context.Background(), fastPath("u1", c.stamp, "v", c.keys...))
	var failed *types.ConditionalCheckFailedException
	if errors.As(err, &failed) {
		c.keys = slices.DeleteFunc(c.keys, func(k string) bool {
			old, ok := failed.Item["p."+k]
			return ok && stampOf(w.t, old) >= c.stamp
		})
	} else if err != nil {
		w.t.Fatal(err)
	}
	if err == nil || len(c.keys) == 0 {
		w.changes = w.changes[1:]
	}
	return true
}

func BenchmarkUpdateItem20KeysOf100000Items(b *testing.B) {
	l := newLocal(b)
	l.table("profiles", "")
	op := l.service.Wire().Operations["PutItem"]
	for i := range 100000 {
		call, err := op(fmt.Appendf(nil, `{"TableName":"profiles","Item":{"pk":{"S":"u%d"},"revision":{"N":"1"}}}`, i))
		if err == nil {
			_, err = call()
		}
		if err != nil {
			b.Fatal(err)
		}
	}
	l.facts = nil
	update := l.service.Wire().Operations["UpdateItem"]
	body := func(i int) []byte { return rawFastPath(fmt.Sprintf("u%d", i%100000), fmt.Sprintf("S%012d", i)) }
	b.ReportAllocs()
	i := 0
	for b.Loop() {
		b.StopTimer()
		call, err := update(body(i))
		i++
		if err != nil {
			b.Fatal(err)
		}
		b.StartTimer()
		if _, err := call(); err != nil {
			b.Fatal(err)
		}
		l.facts = l.facts[:0]
	}
}

// rawFastPath is a fast-path request of 20 keys as JSON.
func rawFastPath(user, stamp string) []byte {
	var sets, conditions, names, values []string
	for i := range 20 {
		sets = append(sets, fmt.Sprintf("#k%d = :e%d", i, i))
		conditions = append(conditions, fmt.Sprintf("(attribute_not_exists(#k%d) OR #k%d.t < :s)", i, i))
		names = append(names, fmt.Sprintf(`"#k%d":"p.key%d"`, i, i))
		values = append(values, fmt.Sprintf(`":e%d":{"M":{"v":{"S":"x"},"t":{"S":"%s"}}}`, i, stamp))
	}
	return fmt.Appendf(nil, `{"TableName":"profiles","Key":{"pk":{"S":"%s"}},"UpdateExpression":"SET %s, revision = revision + :one REMOVE expires_at","ConditionExpression":"%s","ExpressionAttributeNames":{%s},"ExpressionAttributeValues":{%s,":one":{"N":"1"},":s":{"S":"%s"}},"ReturnValues":"ALL_NEW"}`,
		user, strings.Join(sets, ", "), strings.Join(conditions, " AND "), strings.Join(names, ","), strings.Join(values, ","), stamp)
}
