package dynamodb

import (
	"errors"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/go-json-experiment/json"

	"github.com/bot-preferences/bot-preferences/internal/localaws/wire"
)

// Limits of transactions.
const (
	maxTransaction      = 100
	maxTransactionBytes = 4 << 20
	tokenLife           = 10 * time.Minute // of a ClientRequestToken
)

type transactWriteInput struct {
	TransactItems               []transactItem
	ClientRequestToken          string
	ReturnConsumedCapacity      string
	ReturnItemCollectionMetrics string
}

type transactItem struct {
	ConditionCheck *checkInput
	Put            *putInput
	Delete         *deleteInput
	Update         *updateInput
}

type transactWriteOutput struct {
	ConsumedCapacity []*consumed `json:",omitzero"`
}

// tokenUse remembers a transaction by its ClientRequestToken.
type tokenUse struct {
	at      time.Time
	request string
	units   map[string]usage // read units, which a repetition costs
}

// transactWrite carries out all writes or none.
func (s *Service) transactWrite(in *transactWriteInput) (*transactWriteOutput, error) {
	if err := in.check(); err != nil {
		return nil, err
	}
	request, repeated, err := s.repeated(in)
	if err != nil {
		return nil, err
	}
	if repeated != nil {
		return &transactWriteOutput{s.reportWrites(in, repeated, true)}, nil
	}
	list, err := s.prepareTransaction(in.TransactItems)
	if err != nil {
		return nil, err
	}
	writes, err := meetAll(list)
	if err != nil {
		return nil, err
	}
	units, again := map[string]usage{}, map[string]usage{}
	for _, w := range writes {
		units[w.table.config.Name] = units[w.table.config.Name].plus(w.usage(2))
		again[w.table.config.Name] = again[w.table.config.Name].plus(usage{table: 2 * readUnits(w.larger(), true)})
		w.commit(nil)
	}
	if in.ClientRequestToken != "" {
		s.tokens[in.ClientRequestToken] = tokenUse{s.w.Now(), request, again}
	}
	return &transactWriteOutput{s.reportWrites(in, units, false)}, nil
}

func (in *transactWriteInput) check() error {
	if err := first(
		required(in.TransactItems != nil, "transactItems"), checkReturnCapacity(in.ReturnConsumedCapacity),
		oneOf(in.ReturnItemCollectionMetrics, "returnItemCollectionMetrics", "SIZE", "NONE"), checkTransaction(len(in.TransactItems)),
	); err != nil {
		return err
	}
	if len(in.ClientRequestToken) > 36 {
		return constraint(in.ClientRequestToken, "clientRequestToken", "Member must have length less than or equal to 36")
	}
	for _, i := range in.TransactItems {
		if err := i.check(); err != nil {
			return err
		}
	}
	return nil
}

func checkTransaction(items int) error {
	switch {
	case items == 0:
		return constraint("[]", "transactItems", "Member must have length greater than or equal to 1")
	case items > maxTransaction:
		return constraint("[...]", "transactItems", "Member must have length less than or equal to %d", maxTransaction)
	}
	return nil
}

func (i transactItem) check() error {
	n := 0
	for _, present := range []bool{i.ConditionCheck != nil, i.Put != nil, i.Delete != nil, i.Update != nil} {
		if present {
			n++
		}
	}
	if n == 0 {
		return validation("Invalid Request: TransactWriteRequest should contain Delete or Put or Update request")
	}
	if n > 1 {
		return validation("TransactItems can only contain one of Check, Put, Update or Delete")
	}
	return nil
}

// repeated recognizes a request that was already carried out under the same token, and
// then returns its units.
func (s *Service) repeated(in *transactWriteInput) (request string, units map[string]usage, err error) {
	for token, use := range s.tokens {
		if s.w.Now().Sub(use.at) > tokenLife {
			delete(s.tokens, token)
		}
	}
	if in.ClientRequestToken == "" {
		return "", nil, nil
	}
	text, err := json.Marshal(in.TransactItems, json.Deterministic(true))
	if err != nil {
		return "", nil, err
	}
	use, ok := s.tokens[in.ClientRequestToken]
	if ok && use.request != string(text) {
		return "", nil, wire.Errorf("IdempotentParameterMismatchException", "Specified idempotent token was used with different request parameters within the idempotency window")
	}
	return string(text), use.units, nil
}

// A planned write is a write of a transaction, or the reason why it cannot be made.
type planned struct {
	*prepared
	err error
}

func (s *Service) prepareTransaction(items []transactItem) ([]planned, error) {
	var list []planned
	seen, size := map[string]bool{}, 0
	for _, i := range items {
		p, err := s.prepareTransactItem(i)
		if err != nil && (p == nil || isEmptyKey(err)) {
			return nil, err
		}
		if list = append(list, planned{p, err}); err != nil {
			continue
		}
		key := p.table.config.Name + "/" + p.key
		if seen[key] {
			return nil, validation("Transaction request cannot include multiple operations on one item")
		}
		seen[key] = true
		size += p.item.Size()
	}
	if size > maxTransactionBytes {
		return nil, validation("Transaction payload size cannot exceed 4MB. Payload Size: %d", size)
	}
	return list, nil
}

func (s *Service) prepareTransactItem(i transactItem) (*prepared, error) {
	switch {
	case i.ConditionCheck != nil:
		return s.prepareCheck(i.ConditionCheck)
	case i.Put != nil:
		return s.preparePut(i.Put)
	case i.Delete != nil:
		return s.prepareDelete(i.Delete)
	}
	if err := required(i.Update.UpdateExpression != nil, "updateExpression"); err != nil {
		return nil, err
	}
	return s.prepareUpdate(i.Update)
}

// meetAll calls meet for every write. If one cannot be made, the error has a reason for
// each. DynamoDB looks for requests that do not fit their tables before it looks at any
// item, and stops at the first.
func meetAll(list []planned) ([]*write, error) {
	writes, reasons := make([]*write, len(list)), make([]cancellation, len(list))
	if i := slices.IndexFunc(list, func(p planned) bool { return p.err != nil }); i >= 0 {
		return nil, cancelledAt(i, len(list), list[i].err)
	}
	for i, p := range list {
		w, err := p.meet()
		if isEmptyKey(err) {
			return nil, err
		}
		writes[i], reasons[i] = w, reason(err)
	}
	return writes, cancelled(reasons)
}

// cancelledAt is the error of a transaction of which one part does not fit its table.
func cancelledAt(at, parts int, err error) error {
	reasons := slices.Repeat([]cancellation{{Code: noReason}}, parts)
	reasons[at] = reason(err)
	return cancelled(reasons)
}

// cancelled is the error of a transaction in which something is impossible; nil if
// everything is possible.
func cancelled(reasons []cancellation) error {
	if !slices.ContainsFunc(reasons, func(r cancellation) bool { return r.Code != noReason }) {
		return nil
	}
	codes := make([]string, len(reasons))
	for i, r := range reasons {
		codes[i] = r.Code
	}
	message := "Transaction cancelled, please refer cancellation reasons for specific reasons [" + strings.Join(codes, ", ") + "]"
	return &wire.Error{Code: "TransactionCanceledException", Message: message,
		Members: map[string]any{"Message": message, "CancellationReasons": reasons}}
}

// cancellation is a CancellationReason on the wire.
type cancellation struct {
	Code    string
	Message string `json:",omitzero"`
	Item    any    `json:",omitzero"`
}

const noReason = "None"

func reason(err error) cancellation {
	if err == nil {
		return cancellation{Code: noReason}
	}
	c := cancellation{Code: "ValidationError", Message: err.Error()}
	var e *wire.Error
	if errors.As(err, &e) {
		c.Message = e.Message
		if e.Code == "ConditionalCheckFailedException" {
			c.Code, c.Item = "ConditionalCheckFailed", e.Members["Item"]
		}
	}
	return c
}

// reportWrites reports the request and makes its ConsumedCapacity. A repeated request
// costs reads instead of writes.
func (s *Service) reportWrites(in *transactWriteInput, units map[string]usage, repeated bool) []*consumed {
	var list []*consumed
	for _, table := range slices.Sorted(maps.Keys(units)) {
		read, write := usage{}, units[table]
		if repeated {
			read, write = write, read
		}
		s.w.Tell(Request{Operation: "TransactWriteItems", Table: table, ReadUnits: read.total(), WriteUnits: write.total()})
		if c := reportTransaction(in.ReturnConsumedCapacity, table, read, write); c != nil {
			list = append(list, c)
		}
	}
	return list
}
