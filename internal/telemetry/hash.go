package telemetry

import (
	"crypto/sha256"
	"encoding/hex"
)

// hashDigits is how many hexadecimal digits of a hash a log line has. Two of a million
// users share 48 bits with a chance of one in 560.
const hashDigits = 12

// UserHash is what log lines show of a user id. It takes the SHA-256 of the stack's id, a
// line feed and the user id, and of that the first 12 hexadecimal digits in lower case.
// The same user has another hash in another stack. Who knows the stack's id can test whether a
// hash belongs to a user id, and cannot compute the id from the hash alone. An empty id
// has the hash "".
func UserHash(stackID, userID string) string { return hash(stackID, userID) }

// ConversationHash is what log lines show of a conversation id. It is made as UserHash
// is.
func ConversationHash(stackID, conversationID string) string { return hash(stackID, conversationID) }

func hash(salt, id string) string {
	if id == "" {
		return ""
	}
	text := make([]byte, 0, len(salt)+1+len(id))
	text = append(append(append(text, salt...), '\n'), id...)
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:hashDigits/2])
}

func (r *Reporter) salt() string {
	if r == nil {
		return ""
	}
	return r.StackID
}
