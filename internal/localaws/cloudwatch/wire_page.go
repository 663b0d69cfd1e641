package cloudwatch

import (
	"strconv"

	"github.com/bot-preferences/bot-preferences/internal/localaws/wire"
)

func tokenOf(offset int) string { return "from-" + strconv.Itoa(offset) }

func offset(token string, length int) (int, error) {
	if token == "" {
		return 0, nil
	}
	for i := range length {
		if tokenOf(i) == token {
			return i, nil
		}
	}
	return 0, &wire.Error{Code: "InvalidNextToken", Message: "The next token specified is invalid.", Query: "InvalidNextToken"}
}
