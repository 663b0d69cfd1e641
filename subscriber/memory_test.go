package subscriber_test

import (
	"testing"

	"github.com/bot-preferences/bot-preferences/subscriber"
	"github.com/bot-preferences/bot-preferences/subscriber/storetest"
)

func TestMemory(t *testing.T) {
	storetest.Run(t, func(storetest.T) subscriber.Store { return subscriber.NewMemory() })
}
