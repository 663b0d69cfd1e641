package copytable

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/bot-preferences/bot-preferences/events"
	"github.com/bot-preferences/bot-preferences/subscriber"
)

// The attributes, as the package comment draws them.
const (
	attrUserID    = "user_id"
	attrRevision  = "revision"
	attrInferred  = "inferred_keys"
	attrStale     = "stale"
	attrUpdatedAt = "updated_at"
	attrAsOf      = "as_of"
	attrExpiresAt = "expires_at"
	prefix        = "p."
)

// The conditions under which an item is put. They say what Copy.Replaces says.
const (
	newer        = "attribute_not_exists(#r) OR #r < :r"
	newerOrBlind = newer + " OR (#r = :r AND #s = :true)" // the stored copy is stale
	notOlder     = "attribute_not_exists(#r) OR #r <= :r" // a snapshot
)

func condition(c *subscriber.Copy, snapshot bool) string {
	switch {
	case c.Stale:
		return newer
	case snapshot:
		return notOlder
	}
	return newerOrBlind
}

type item = map[string]types.AttributeValue

func encode(c *subscriber.Copy) item {
	it := item{attrUserID: text(c.UserID), attrRevision: number(c.Revision)}
	for key, value := range c.Preferences {
		it[prefix+key] = text(value.JSON())
	}
	if len(c.InferredKeys) > 0 { // a set may not be empty
		it[attrInferred] = &types.AttributeValueMemberSS{Value: c.InferredKeys}
	}
	if c.Stale {
		it[attrStale] = &types.AttributeValueMemberBOOL{Value: true}
	}
	if !c.UpdatedAt.IsZero() {
		it[attrUpdatedAt] = text(events.FormatTime(c.UpdatedAt))
	}
	if !c.AsOf.IsZero() {
		it[attrAsOf] = text(c.AsOf.String())
	}
	return it
}

// decode reads an item; its errors name the attribute, never a value.
func decode(it item) (subscriber.Copy, error) {
	var c subscriber.Copy
	if len(it) == 0 {
		return c, nil
	}
	c.Preferences = events.Preferences{}
	for name, value := range it {
		if err := read(&c, name, value); err != nil {
			return subscriber.Copy{}, fmt.Errorf("copytable: the attribute %q %w", name, err)
		}
	}
	if c.UserID == "" || c.Revision < 1 {
		return subscriber.Copy{}, errors.New("copytable: an item without user_id or revision is no copy")
	}
	return c, nil
}

var errAttribute = errors.New("is not what a copy has there")

func read(c *subscriber.Copy, name string, value types.AttributeValue) (err error) {
	s, isText := value.(*types.AttributeValueMemberS)
	key, isPreference := strings.CutPrefix(name, prefix)
	switch {
	case isPreference && isText && s.Value != "":
		c.Preferences[key] = events.JSON(s.Value)
		return nil
	case isPreference:
		return errAttribute
	case name == attrRevision:
		n, ok := value.(*types.AttributeValueMemberN)
		if !ok {
			return errAttribute
		}
		c.Revision, err = strconv.ParseInt(n.Value, 10, 64)
	case name == attrInferred:
		keys, ok := value.(*types.AttributeValueMemberSS)
		if !ok {
			return errAttribute
		}
		c.InferredKeys = slices.Sorted(slices.Values(keys.Value))
	case name == attrStale:
		b, ok := value.(*types.AttributeValueMemberBOOL)
		if !ok {
			return errAttribute
		}
		c.Stale = b.Value
	case name == attrUserID && isText:
		c.UserID = s.Value
	case name == attrUpdatedAt && isText:
		c.UpdatedAt, err = time.Parse(time.RFC3339, s.Value)
	case name == attrAsOf && isText:
		c.AsOf, err = events.ParseStamp(s.Value)
	}
	if err != nil {
		return errAttribute // not err: it quotes what it read
	}
	return nil
}

func text(s string) types.AttributeValue { return &types.AttributeValueMemberS{Value: s} }

func number(n int64) types.AttributeValue {
	return &types.AttributeValueMemberN{Value: strconv.FormatInt(n, 10)}
}
