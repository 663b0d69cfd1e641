package profilestore

import (
	"strconv"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/bot-preferences/bot-preferences/events"
)

// maxRegisters is how many registers, of both origins together, one request writes. A
// change has at most as many keys, so it is one write. DynamoDB takes 4 KB of text and
// 300 operators per expression; a register costs two operators and about 16 bytes of
// condition.
const maxRegisters = events.MaxChangeKeys

// origins are those of a key's registers.
var origins = [...]events.Origin{events.Stated, events.Inferred}

// An update is one UpdateItem in the making. Its condition is NOT (veto OR veto
// OR ...). A comparison with an attribute that is missing is false (<> alone is
// true), so a veto does nothing where there is nothing to protect. The plain
// form, with attribute_not_exists beside each comparison, costs twice the
// operators, and a change of 100 preferences would not fit.
type update struct {
	names       placeholders // of attributes
	shared      placeholders // of values: texts and numbers
	values      map[string]types.AttributeValue
	set, remove strings.Builder
	vetoes      strings.Builder
	given       int // placeholders
}

// placeholders are few in nearly every update, and at most some hundred: going
// through them, the latest first, costs less than a map.
type placeholders []placeholder

type placeholder struct {
	kind    byte   // '#' an attribute, 'S' a text, 'N' a number
	meaning string // the attribute's name, or the value's text
	text    string // the placeholder itself, such as "#0"
}

func (list placeholders) find(kind byte, meaning string) (text string, ok bool) {
	for i := len(list) - 1; i >= 0; i-- {
		if list[i].kind == kind && list[i].meaning == meaning {
			return list[i].text, true
		}
	}
	return "", false
}

func newUpdate() *update {
	u := &update{names: make(placeholders, 0, usualPlaceholders), shared: make(placeholders, 0, usualPlaceholders), values: map[string]types.AttributeValue{}}
	u.set.Grow(clauseBytes)
	u.vetoes.Grow(clauseBytes)
	return u
}

// usualPlaceholders is how many attributes, and values, a change of one preference names.
const usualPlaceholders = 8

// clauseBytes is enough for the clauses of a change of one or two preferences.
const clauseBytes = 128

// Placeholders of one digit, as nearly all are, need not be made.
const (
	shortNames  = "#0#1#2#3#4#5#6#7#8#9#a#b#c#d#e#f#g#h#i#j#k#l#m#n#o#p#q#r#s#t#u#v#w#x#y#z"
	shortValues = ":0:1:2:3:4:5:6:7:8:9:a:b:c:d:e:f:g:h:i:j:k:l:m:n:o:p:q:r:s:t:u:v:w:x:y:z"
)

// next is the next placeholder of a kind.
func (u *update) next(short string) string {
	u.given++
	if n := u.given; n < len(short)/2 {
		return short[2*n : 2*n+2]
	}
	return short[:1] + strconv.FormatInt(int64(u.given), 36)
}

// name is the placeholder of an attribute. None is written out: the names of
// preferences have dots in them, and some others may become reserved words.
func (u *update) name(attribute string) string {
	p, ok := u.names.find('#', attribute)
	if !ok {
		p = u.next(shortNames)
		u.names = append(u.names, placeholder{'#', attribute, p})
	}
	return p
}

func (u *update) value(v types.AttributeValue) string {
	p := u.next(shortValues)
	u.values[p] = v
	return p
}

// text and number share the placeholder of equal values.
func (u *update) text(s string) string {
	p, ok := u.shared.find('S', s)
	if !ok {
		p = u.value(text(s))
		u.shared = append(u.shared, placeholder{'S', s, p})
	}
	return p
}

func (u *update) number(n int64) string {
	digits := strconv.FormatInt(n, 10)
	p, ok := u.shared.find('N', digits)
	if !ok {
		p = u.value(&types.AttributeValueMemberN{Value: digits})
		u.shared = append(u.shared, placeholder{'N', digits, p})
	}
	return p
}

func (u *update) assign(attribute, value string) { add(&u.set, ",", u.name(attribute), "=", value) }

// add makes a numeric attribute grow by n, from initial where it is missing.
func (u *update) add(attribute string, initial, n int64) {
	name := u.name(attribute)
	add(&u.set, ",", name, "=if_not_exists(", name, ",", u.number(initial), ")+", u.number(n))
}

func (u *update) drop(attribute string) { add(&u.remove, ",", u.name(attribute)) }

func (u *update) dropMember(attribute, member string) {
	add(&u.remove, ",", u.name(attribute), ".", u.name(member))
}

// veto refuses the write where a condition holds.
func (u *update) veto(condition ...string) { add(&u.vetoes, " OR ", condition...) }

// unless refuses the write where the attribute exists and compares so, with <>
// also where it does not exist.
func (u *update) unless(attribute, comparator, value string) {
	u.veto(u.name(attribute), comparator, value)
}

// unlessMember is unless for a member of a map.
func (u *update) unlessMember(attribute, member, comparator, value string) {
	u.veto(u.name(attribute), ".", u.name(member), comparator, value)
}

// unlessBelow refuses the write where the attribute is less, or does not exist.
func (u *update) unlessBelow(attribute, value string) {
	u.veto("NOT ", u.name(attribute), ">=", value)
}

// unlessMemberBelow is unlessBelow for a member of a map.
func (u *update) unlessMemberBelow(attribute, member, value string) {
	u.veto("NOT ", u.name(attribute), ".", u.name(member), ">=", value)
}

// unlessMissing refuses the write where the attribute does not exist.
func (u *update) unlessMissing(attribute string) {
	u.veto("attribute_not_exists(", u.name(attribute), ")")
}

// unlessOnly refuses the write where one attribute exists without the other.
func (u *update) unlessOnly(one, other string) {
	u.veto("attribute_exists(", u.name(one), ") AND attribute_not_exists(", u.name(other), ")")
}

// add adds a term to a clause.
func add(clause *strings.Builder, separator string, term ...string) {
	if clause.Len() > 0 {
		clause.WriteString(separator)
	}
	for _, part := range term {
		clause.WriteString(part)
	}
}

func (u *update) input(table, userID string) *dynamodb.UpdateItemInput {
	names := make(map[string]string, len(u.names))
	for _, p := range u.names {
		names[p.text] = p.meaning
	}
	if len(u.values) == 0 {
		u.values = nil // DynamoDB refuses an empty map
	}
	return &dynamodb.UpdateItemInput{
		TableName: aws.String(table), Key: key(userID),
		UpdateExpression:                    aws.String(u.expression()),
		ConditionExpression:                 aws.String("NOT (" + u.vetoes.String() + ")"),
		ExpressionAttributeNames:            names,
		ExpressionAttributeValues:           u.values,
		ReturnValues:                        types.ReturnValueAllNew,
		ReturnValuesOnConditionCheckFailure: types.ReturnValuesOnConditionCheckFailureAllOld,
	}
}

// expression has a clause for what is set, one for what is removed, or both.
func (u *update) expression() string {
	switch set, remove := u.set.String(), u.remove.String(); {
	case remove == "":
		return "SET " + set
	case set == "":
		return "REMOVE " + remove
	default:
		return "SET " + set + " REMOVE " + remove
	}
}
