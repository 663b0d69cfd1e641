package profilestore

import (
	"context"
	"errors"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/bot-preferences/bot-preferences/internal/profilestore/item"
)

// ErrNoRevision is AdvanceRevision's error of an item that somebody has to
// repair.
var ErrNoRevision = errors.New("profilestore: the item has no revision")

// AdvanceRevision raises a stored profile's revision to to, unless it is that
// or more already. It changes nothing else: neither preferences nor updated_at
// nor when the item expires. moved tells whether it did. units is the write
// capacity that it cost, as far as DynamoDB says. The item need not be
// readable, but its revision must. That there is no item (any more) is no
// error. The error is ErrNoRevision or an *Error.
//
// It is for a table that was restored from a backup: its revisions are behind
// those that were announced, and subscribers drop what is behind.
func (s *Store) AdvanceRevision(ctx context.Context, userID string, to int64) (moved bool, units float64, err error) {
	u := newUpdate()
	u.assign(item.Revision, u.number(to))
	u.unless(item.Revision, ">=", u.number(to))
	u.veto("NOT attribute_type(", u.name(item.Revision), ",", u.text("N"), ")")
	in := u.input(s.table, userID)
	in.ReturnValues = types.ReturnValueNone
	in.ReturnConsumedCapacity = types.ReturnConsumedCapacityTotal
	out, err := s.client.UpdateItem(ctx, in)
	old, refused := refusedBy(err)
	switch {
	case err == nil && out.ConsumedCapacity != nil && out.ConsumedCapacity.CapacityUnits != nil:
		return true, *out.ConsumedCapacity.CapacityUnits, nil
	case err == nil:
		return true, 1, nil
	case refused && len(old) > 0 && !isNumber(old[item.Revision]):
		return false, 1, ErrNoRevision
	case refused:
		return false, 1, nil
	}
	return false, 0, &Error{Operation: "UpdateItem", Err: err}
}

func isNumber(v types.AttributeValue) bool {
	_, ok := v.(*types.AttributeValueMemberN)
	return ok
}
