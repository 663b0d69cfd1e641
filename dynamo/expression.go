package dynamo

import (
	"strconv"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/bot-preferences/bot-preferences/events"
)

// maxKeys is how many preferences one request writes. A change has at most as
// many, so it is one write. DynamoDB takes 4 KB of text and 300 operators per
// expression; a preference costs two operators and about 16 bytes of condition.
const maxKeys = events.MaxChangeKeys

// An update is one UpdateItem in the making. Its condition is NOT (veto OR veto
// OR ...): a comparison with an attribute that is missing is false (<> alone is
// true), so each veto is silent where there is nothing to protect. The plain
// form, with attribute_not_exists beside each comparison, costs twice the
// operators, and a change of 100 preferences would not fit.
type update struct {
	names        map[string]string // placeholder by attribute
	values       map[string]types.AttributeValue
	shared       map[string]string // placeholder by the text of an S or N
	set, remove  []string
	vetoes       []string
	placeholders int
}

func newUpdate() *update {
	return &update{names: map[string]string{}, values: map[string]types.AttributeValue{}, shared: map[string]string{}}
}

func (u *update) next() string {
	u.placeholders++
	return strconv.FormatInt(int64(u.placeholders), 36)
}

// name is the placeholder of an attribute. None is written out: the names of
// preferences have dots in them, and some others may become reserved words.
func (u *update) name(attribute string) string {
	p, ok := u.names[attribute]
	if !ok {
		p = "#" + u.next()
		u.names[attribute] = p
	}
	return p
}

func (u *update) value(v types.AttributeValue) string {
	p := ":" + u.next()
	u.values[p] = v
	return p
}

// text and number share the placeholder of equal values.
func (u *update) text(s string) string { return u.sharing("S"+s, text(s)) }

func (u *update) number(n int64) string {
	return u.sharing("N"+strconv.FormatInt(n, 10), number(n))
}

func (u *update) sharing(id string, v types.AttributeValue) string {
	p, ok := u.shared[id]
	if !ok {
		p = u.value(v)
		u.shared[id] = p
	}
	return p
}

func (u *update) assign(attribute, value string) {
	u.set = append(u.set, u.name(attribute)+"="+value)
}

// add makes a numeric attribute grow by n, from initial where it is missing.
func (u *update) add(attribute string, initial, n int64) {
	u.assign(attribute, "if_not_exists("+u.name(attribute)+","+u.number(initial)+")+"+u.number(n))
}

func (u *update) drop(attribute string) { u.remove = append(u.remove, u.name(attribute)) }

// unless refuses the write where the attribute exists and compares so, with <>
// also where it does not exist.
func (u *update) unless(attribute, comparator, value string) {
	u.vetoes = append(u.vetoes, u.name(attribute)+comparator+value)
}

// unlessMember is unless for a member of a map.
func (u *update) unlessMember(attribute, member, comparator, value string) {
	u.vetoes = append(u.vetoes, u.name(attribute)+"."+u.name(member)+comparator+value)
}

// unlessMissing refuses the write where the attribute does not exist.
func (u *update) unlessMissing(attribute string) {
	u.vetoes = append(u.vetoes, "attribute_not_exists("+u.name(attribute)+")")
}

// unlessOnly refuses the write where one attribute exists without the other.
func (u *update) unlessOnly(one, other string) {
	u.vetoes = append(u.vetoes, "attribute_exists("+u.name(one)+") AND attribute_not_exists("+u.name(other)+")")
}

func (u *update) input(table, userID string) *dynamodb.UpdateItemInput {
	names := make(map[string]string, len(u.names))
	for attribute, placeholder := range u.names {
		names[placeholder] = attribute
	}
	return &dynamodb.UpdateItemInput{
		TableName: aws.String(table), Key: key(userID),
		UpdateExpression:                    aws.String(u.expression()),
		ConditionExpression:                 aws.String("NOT (" + strings.Join(u.vetoes, " OR ") + ")"),
		ExpressionAttributeNames:            names,
		ExpressionAttributeValues:           u.values,
		ReturnValues:                        types.ReturnValueAllNew,
		ReturnValuesOnConditionCheckFailure: types.ReturnValuesOnConditionCheckFailureAllOld,
	}
}

func (u *update) expression() string {
	var clauses []string
	if len(u.set) > 0 {
		clauses = append(clauses, "SET "+strings.Join(u.set, ","))
	}
	if len(u.remove) > 0 {
		clauses = append(clauses, "REMOVE "+strings.Join(u.remove, ","))
	}
	return strings.Join(clauses, " ")
}
