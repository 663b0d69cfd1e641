// Package telegram reads updates in the form of the Telegram Bot API (types Update,
// Message, MessageOrigin, User and Chat of https://core.telegram.org/bots/api), as far as a bot needs
// them that only listens.
//
// Telegram delivers an update again until the bot has confirmed it, possibly out of
// order. Seen tells which updates were handled before.
package telegram

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"iter"

	"github.com/go-json-experiment/json"
)

// An Update is one event. At most one of its fields other than the ID is present in an
// update. Kinds of updates that are not listed here are ignored.
type Update struct {
	ID            int64    `json:"update_id"`
	Message       *Message `json:"message"`
	EditedMessage *Message `json:"edited_message"` // the whole new version
}

// A Message is what somebody sent to a chat that the bot is in.
type Message struct {
	ID   int64  `json:"message_id"` // unique within the chat
	From *User  `json:"from"`       // absent if a channel sent it
	Chat Chat   `json:"chat"`
	Date int64  `json:"date"` // seconds since 1970
	Text string `json:"text"` // absent for stickers, photos and the like

	// SenderChat is the chat on whose behalf the message was sent. From is then a
	// stand-in.
	SenderChat *Chat `json:"sender_chat"`
	ViaBot     *User `json:"via_bot"` // the inline bot that composed the text

	// IsAutomaticForward is true where Telegram posted a channel's message into the
	// channel's discussion group.
	IsAutomaticForward bool    `json:"is_automatic_forward"`
	ForwardOrigin      *Origin `json:"forward_origin"` // present if the message was forwarded

	// These four say so before Bot API 7.0 (2023). Servers that people run themselves
	// may be older.
	ForwardDate       int64  `json:"forward_date"`
	ForwardFrom       *User  `json:"forward_from"`
	ForwardFromChat   *Chat  `json:"forward_from_chat"`
	ForwardSenderName string `json:"forward_sender_name"`
}

// An Origin is where a forwarded message came from.
type Origin struct {
	Type string `json:"type"` // user, hidden_user, chat or channel
	Date int64  `json:"date"` // when it was first sent, in seconds since 1970
}

// A User is a person or a bot.
type User struct {
	ID           int64  `json:"id"` // up to 52 significant bits
	IsBot        bool   `json:"is_bot"`
	FirstName    string `json:"first_name"`
	LanguageCode string `json:"language_code"` // of the user's app
}

// A Chat is a conversation. A private one has the id of its user, a group a
// negative one.
type Chat struct {
	ID   int64  `json:"id"`
	Type string `json:"type"` // private, group, supergroup or channel
}

// maxLine bounds one update: a text has at most 4,096 characters.
const maxLine = 1 << 20

// Read reads updates, one JSON object per line. It skips empty lines. After the first
// error, which names the line, it stops.
func Read(r io.Reader) iter.Seq2[Update, error] {
	return func(yield func(Update, error) bool) {
		lines := bufio.NewScanner(r)
		lines.Buffer(nil, maxLine)
		n := 0
		for lines.Scan() {
			n++
			if len(lines.Bytes()) == 0 {
				continue
			}
			u, err := parse(lines.Bytes())
			if err != nil {
				err = fmt.Errorf("line %d: %w", n, err)
			}
			if !yield(u, err) || err != nil {
				return
			}
		}
		if err := lines.Err(); err != nil {
			yield(Update{}, fmt.Errorf("line %d: %w", n+1, err))
		}
	}
}

func parse(line []byte) (u Update, err error) {
	if err := json.Unmarshal(line, &u); err != nil {
		return u, fmt.Errorf("is not a Telegram update: %w", err)
	}
	if u.ID <= 0 {
		return u, errors.New("is not a Telegram update: update_id is required and must be positive")
	}
	return u, nil
}
