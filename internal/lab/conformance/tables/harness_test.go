package tables_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/aws-sdk-go-v2/service/dynamodbstreams"
	"github.com/aws/smithy-go"

	"github.com/bot-preferences/bot-preferences/internal/lab/conformance"
)

// Codes of errors.
const (
	invalid   = "ValidationException"
	failed    = "ConditionalCheckFailedException"
	notFound  = "ResourceNotFoundException"
	cancelled = "TransactionCanceledException"
)

// A table is the table of a case. Its methods record errors and then return empty
// outputs, so that a case needs no error handling.
type table struct {
	ctx     context.Context
	db      *dynamodb.Client
	streams *dynamodbstreams.Client
	name    string
	errs    []error
}

func newTable(ctx context.Context, cfg aws.Config) *table {
	return &table{
		ctx: ctx, db: dynamodb.NewFromConfig(cfg), streams: dynamodbstreams.NewFromConfig(cfg), name: conformance.Name("table"),
	}
}

// without makes a Check that gets the name of a table that does not exist, and
// removes it if there is one in the end.
func without(f func(t *table)) func(context.Context, aws.Config) error {
	return func(ctx context.Context, cfg aws.Config) error {
		t := newTable(ctx, cfg)
		t.run(f)
		_ = t.drop() // there may be none
		return t.err()
	}
}

// on makes a Check that gets a table with the keys, such as "pk:S sk:N".
func on(keys string, f func(t *table)) func(context.Context, aws.Config) error {
	return onTable(keys, func(*dynamodb.CreateTableInput) {}, f)
}

func onTable(keys string, change func(*dynamodb.CreateTableInput), f func(t *table)) func(context.Context, aws.Config) error {
	return func(ctx context.Context, cfg aws.Config) error {
		t := newTable(ctx, cfg)
		in := creation(t.name, keys)
		change(in)
		if _, err := t.db.CreateTable(ctx, in); err != nil {
			return err
		}
		if err := t.active(); err != nil {
			return errors.Join(err, t.drop())
		}
		t.run(f)
		return errors.Join(t.err(), t.drop())
	}
}

// run calls f. If an answer lacks what f reads from it, that is recorded like any other
// error, because the table must still be removed.
func (t *table) run(f func(t *table)) {
	defer func() {
		if r := recover(); r != nil {
			t.errorf("the case cannot go on: %v", r)
		}
	}()
	f(t)
}

func creation(name, keys string) *dynamodb.CreateTableInput {
	in := &dynamodb.CreateTableInput{TableName: &name, BillingMode: types.BillingModePayPerRequest}
	for i, key := range strings.Fields(keys) {
		attribute, kind, _ := strings.Cut(key, ":")
		in.AttributeDefinitions = append(in.AttributeDefinitions, types.AttributeDefinition{AttributeName: &attribute, AttributeType: types.ScalarAttributeType(kind)})
		in.KeySchema = append(in.KeySchema, types.KeySchemaElement{AttributeName: &attribute, KeyType: []types.KeyType{types.KeyTypeHash, types.KeyTypeRange}[i]})
	}
	return in
}

// active waits until the table is ready.
func (t *table) active() error {
	return conformance.Eventually(t.ctx, 50*time.Second, func() error {
		out, err := t.db.DescribeTable(t.ctx, &dynamodb.DescribeTableInput{TableName: &t.name})
		if err == nil && out.Table.TableStatus != types.TableStatusActive {
			err = fmt.Errorf("the table is %s", out.Table.TableStatus)
		}
		return err
	})
}

func (t *table) drop() error {
	_, err := t.db.DeleteTable(t.ctx, &dynamodb.DeleteTableInput{TableName: &t.name})
	return err
}

func (t *table) errorf(format string, args ...any) {
	t.errs = append(t.errs, fmt.Errorf(format, args...))
}

// err returns the first errors, because later ones mostly follow from them.
func (t *table) err() error { return errors.Join(t.errs[:min(len(t.errs), 3)]...) }

// ok records an unexpected error.
func (t *table) ok(what string, err error) {
	if err != nil {
		t.errorf("%s: %w", what, err)
	}
}

// fails records an error unless it has the wanted code.
func (t *table) fails(what, want string, err error) {
	if got := code(err); got != want {
		t.errorf("%s: got %q (%w), want %s", what, got, err, want)
	}
}

func code(err error) string {
	var api smithy.APIError
	if errors.As(err, &api) {
		return api.ErrorCode()
	}
	return ""
}

func (t *table) equal(what string, got, want any) {
	if got, want := fmt.Sprint(got), fmt.Sprint(want); got != want {
		t.errorf("%s\n got %s\nwant %s", what, got, want)
	}
}

// is records an item that is not the wanted one; nil means no item.
func (t *table) is(what string, got map[string]types.AttributeValue, want m) {
	if (got == nil) != (want == nil) || show(got) != show(item(want)) {
		t.errorf("%s\n got %s\nwant %s", what, show(got), show(item(want)))
	}
}

// holds records an error unless the table has the item under its key pk.
func (t *table) holds(pk string, want m) { t.is("the item", t.get(m{"pk": pk}).Item, want) }

func answer[Out any](t *table, what string, out *Out, err error) *Out {
	if err != nil {
		t.errorf("%s: %w", what, err)
		return new(Out)
	}
	return out
}

func (t *table) put(i m, options ...func(*dynamodb.PutItemInput)) *dynamodb.PutItemOutput {
	out, err := t.tryPut(i, options...)
	return answer(t, "PutItem", out, err)
}

func (t *table) tryPut(i m, options ...func(*dynamodb.PutItemInput)) (*dynamodb.PutItemOutput, error) {
	return t.db.PutItem(t.ctx, with(&dynamodb.PutItemInput{TableName: &t.name, Item: item(i)}, options))
}

func (t *table) get(key m, options ...func(*dynamodb.GetItemInput)) *dynamodb.GetItemOutput {
	out, err := t.tryGet(key, options...)
	return answer(t, "GetItem", out, err)
}

func (t *table) tryGet(key m, options ...func(*dynamodb.GetItemInput)) (*dynamodb.GetItemOutput, error) {
	return t.db.GetItem(t.ctx, with(&dynamodb.GetItemInput{TableName: &t.name, Key: item(key), ConsistentRead: aws.Bool(true)}, options))
}

func (t *table) delete(key m, options ...func(*dynamodb.DeleteItemInput)) *dynamodb.DeleteItemOutput {
	out, err := t.tryDelete(key, options...)
	return answer(t, "DeleteItem", out, err)
}

func (t *table) tryDelete(key m, options ...func(*dynamodb.DeleteItemInput)) (*dynamodb.DeleteItemOutput, error) {
	return t.db.DeleteItem(t.ctx, with(&dynamodb.DeleteItemInput{TableName: &t.name, Key: item(key)}, options))
}

func (t *table) update(key m, expression string, values m, options ...func(*dynamodb.UpdateItemInput)) *dynamodb.UpdateItemOutput {
	out, err := t.tryUpdate(key, expression, values, options...)
	return answer(t, "UpdateItem "+expression, out, err)
}

func (t *table) tryUpdate(key m, expression string, values m, options ...func(*dynamodb.UpdateItemInput)) (*dynamodb.UpdateItemOutput, error) {
	in := &dynamodb.UpdateItemInput{TableName: &t.name, Key: item(key), ExpressionAttributeValues: item(values)}
	if expression != "" {
		in.UpdateExpression = &expression
	}
	return t.db.UpdateItem(t.ctx, with(in, options))
}

func with[In any](in *In, options []func(*In)) *In {
	for _, o := range options {
		o(in)
	}
	return in
}

// fill puts items with hash key "h" and range keys 1 to n.
func (t *table) fill(n int) {
	for i := range n {
		t.put(m{"pk": "h", "sk": i + 1, "even": i%2 == 1})
	}
}

// column joins an attribute of items.
func column(items []map[string]types.AttributeValue, name string) string {
	var texts []string
	for _, i := range items {
		if s, ok := i[name].(*types.AttributeValueMemberS); ok {
			texts = append(texts, s.Value)
			continue
		}
		texts = append(texts, showValue(i[name]))
	}
	return strings.Join(texts, " ")
}

// words joins values by spaces.
func words(values ...any) string { return strings.TrimSuffix(fmt.Sprintln(values...), "\n") }

func sorted(text string) string {
	parts := strings.Fields(text)
	slices.Sort(parts)
	return strings.Join(parts, " ")
}

// cases makes the cases of an area from what each does on a table.
func cases(area, keys string, what map[string]func(t *table)) []conformance.Case {
	var list []conformance.Case
	for name, f := range what {
		list = append(list, conformance.Case{Name: area + "/" + name, Check: on(keys, f)})
	}
	slices.SortFunc(list, func(a, b conformance.Case) int { return strings.Compare(a.Name, b.Name) })
	return list
}
