package telegram

// serviceAccount is Telegram's own account. It posts a linked channel's messages into the
// channel's discussion group, and is_bot is false for it. GroupAnonymousBot (1087968824)
// and Channel_Bot (136817688), which stand for anonymous administrators and for
// channels, are bots.
const serviceAccount = 777000

// Said returns the message of an update, if its sender is the person who wrote it; else
// nil. An edited message counts as a new one. It passes over
//
//   - what a bot, a channel, an anonymous administrator or Telegram itself sent: its
//     From is a stand-in;
//   - what was forwarded: its From only passed it on;
//   - what an inline bot composed: its From only picked it.
func (u *Update) Said() *Message {
	m := u.Message
	if m == nil {
		m = u.EditedMessage
	}
	if m == nil || m.onBehalf() || m.forwarded() || m.ViaBot != nil {
		return nil
	}
	return m
}

// onBehalf tells whether From is no person, or only stands in for a chat.
func (m *Message) onBehalf() bool {
	return m.From == nil || m.From.IsBot || m.From.ID == serviceAccount || m.SenderChat != nil || m.Chat.Type == "channel"
}

func (m *Message) forwarded() bool {
	return m.IsAutomaticForward || m.ForwardOrigin != nil || m.ForwardDate != 0 ||
		m.ForwardFrom != nil || m.ForwardFromChat != nil || m.ForwardSenderName != ""
}
