package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/bot-preferences/bot-preferences/events"
	"github.com/bot-preferences/bot-preferences/internal/cli"
	"github.com/bot-preferences/bot-preferences/internal/terminal"
	"github.com/bot-preferences/bot-preferences/internal/verdict"
)

// An editing is one letter being mended.
type editing struct {
	o      *redriveOptions
	std    cli.Streams
	office *letterOffice
	box    *letterbox
	letter *judged
	file   string // the mended body, for the editor
	keep   bool   // the file holds what would be lost
}

// mend opens the chosen letter in an editor until its change would pass, or until the
// editor leaves it as it was. It then sends it, and deletes the old letter after that.
func (o *redriveOptions) mend(ctx context.Context, std cli.Streams, office *letterOffice) error {
	box, l, err := o.one(office.boxes)
	if err != nil {
		return err
	}
	if l, err = box.keep(ctx, l); err != nil {
		return err
	}
	l.outcome = outcomeLeft
	if l.Truncated {
		return fmt.Errorf("letter %s: its body was cut off, so the change is not whole: mend nothing, discard it", l.ID)
	}
	folder, err := os.MkdirTemp("", "botprefs-letter-") // for this user alone
	if err != nil {
		return err
	}
	e := &editing{o: o, std: std, office: office, box: box, letter: l, file: filepath.Join(folder, "letter.json")}
	defer func() {
		if !e.keep {
			_ = os.RemoveAll(folder)
		}
	}()
	body, err := e.edit(ctx)
	if err != nil || body == "" {
		return err
	}
	return e.send(ctx, body)
}

// edit returns the mended body; "": the letter stays as it is.
func (e *editing) edit(ctx context.Context) (string, error) {
	text, problem := indented(e.letter.Body), e.letter.verdict.Why
	for {
		before := text
		if err := os.WriteFile(e.file, []byte(e.header(problem)+text), 0o600); err != nil {
			return "", err
		}
		if err := e.o.editor(ctx, e.std, e.file); err != nil {
			return "", err
		}
		read, err := os.ReadFile(e.file)
		if err != nil {
			return "", err
		}
		text = withoutHeader(string(read))
		if strings.TrimSpace(text) == strings.TrimSpace(before) {
			fmt.Fprintf(e.std.Out, "nothing was changed: letter %s stays as it is\n", e.letter.ID)
			return "", nil
		}
		body := compacted(text)
		judge := verdict.Judge{Read: e.office.judge.Read, Now: e.office.judge.Now}
		v := judge.Change(ctx, body, false)
		if v.Passes() {
			e.letter.verdict = v
			return body, nil
		}
		problem = v.Why
	}
}

// header tells what is wrong and what may be changed. Its lines begin with #.
func (e *editing) header(problem string) string {
	lines := []string{
		"Dead letter " + e.letter.ID + ", " + string(e.letter.Code) + ".",
		"What is wrong now: " + problem,
		"",
		"Mend the change below, save and close. Lines that begin with # are left out.",
		"Leave it unchanged to give up: the letter then stays as it is.",
		"Keep the ids and the time: they are the change's clock, and make a second attempt harmless.",
	}
	if e.needsNewID(problem) {
		lines = append(lines,
			"This letter needs a new detail.id. The change then counts as said now, and overrides what was said since:",
			"  "+events.NewClock().Next().String())
	}
	var b strings.Builder
	for _, line := range lines {
		b.WriteString(strings.TrimRight("# "+terminal.Visible(line), " ") + "\n")
	}
	return b.String()
}

// needsNewID tells whether only another id can help.
func (e *editing) needsNewID(problem string) bool {
	for _, code := range []events.Code{events.TooOld, events.FromTheFuture} {
		if strings.HasPrefix(problem, string(code)+":") {
			return true
		}
	}
	return strings.HasPrefix(problem, string(events.Malformed)+": id:")
}

// send asks, unless --send was given, and replaces the letter.
func (e *editing) send(ctx context.Context, body string) error {
	v := &e.letter.verdict
	fmt.Fprintf(e.std.Out, "%s: %s\n", spoken(v.Outcome), terminal.Visible(v.Why))
	e.sayOverridden(ctx, body)
	if e.o.dryRun {
		fmt.Fprintln(e.std.Out, "Nothing was sent.")
		return nil
	}
	if !e.o.send && !e.agreed() {
		fmt.Fprintf(e.std.Out, "Nothing was sent: letter %s stays as it is.\n", e.letter.ID)
		return nil
	}
	if err := e.office.changes.SendBody(ctx, body); err != nil {
		e.keep = true
		e.letter.outcome, e.letter.err = outcomeFailed, err
		return fmt.Errorf("not sent, and the letter stays: %w (the mended text is in %s; delete it when it is no longer needed)", err, e.file)
	}
	e.letter.outcome, e.letter.err = outcomeSent, e.box.held.Discard(ctx, e.letter.letter)
	if err := e.letter.err; err != nil {
		return fmt.Errorf("the mended change was sent, but the old letter is still there: discard it: %w", err)
	}
	fmt.Fprintf(e.std.Out, "sent the mended change, and deleted letter %s\n", e.letter.ID)
	return nil
}

// sayOverridden names what a new id overrides.
func (e *editing) sayOverridden(ctx context.Context, body string) {
	c := e.letter.verdict.Change
	if c == nil || clockOf(e.letter.Body) == clockOf(body) {
		return
	}
	old, _ := events.DecodeChange([]byte(e.letter.Body)) // the zero id where it cannot be read
	judge := verdict.Judge{Read: e.office.judge.Read}
	keys := judge.Overridden(ctx, c, old.ID)
	text := "The id is a new one, so the change counts as said at " + c.ID.Time().UTC().Format("2006-01-02 15:04:05Z") + "."
	if len(keys) > 0 {
		text += " It overrides what is stored of " + strings.Join(keys, ", ") + "."
	}
	fmt.Fprintln(e.std.Out, text)
}

// A clock is what gives a change its place in time: its id, or else that of its envelope.
type clock struct {
	ID     string `json:"id"`
	Time   string `json:"time"`
	Detail struct {
		ID string `json:"id"`
	} `json:"detail"`
}

// clockOf reads leniently, because the letter may be malformed elsewhere.
func clockOf(body string) clock {
	var c clock
	_ = json.Unmarshal([]byte(body), &c, jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))
	if c.Detail.ID != "" {
		c.ID, c.Time = "", ""
	}
	return c
}

// agreed asks for a yes.
func (e *editing) agreed() bool {
	fmt.Fprint(e.std.Out, "Send it? [y/N] ")
	var answer string
	_, _ = fmt.Fscanln(e.std.In, &answer)
	answer = strings.ToLower(answer)
	return answer == "y" || answer == "yes"
}

// runEditor runs the user's editor on a file.
func runEditor(ctx context.Context, std cli.Streams, file string) error {
	command := strings.Fields(os.Getenv("VISUAL"))
	if len(command) == 0 {
		command = strings.Fields(os.Getenv("EDITOR"))
	}
	if len(command) == 0 {
		command = []string{"vi"}
	}
	c := exec.CommandContext(ctx, command[0], append(command[1:], file)...)
	c.Stdin, c.Stdout, c.Stderr = std.In, std.Out, std.Err
	if err := c.Run(); err != nil {
		if errors.Is(err, exec.ErrNotFound) {
			return fmt.Errorf("there is no editor %s: set EDITOR", command[0])
		}
		return fmt.Errorf("the editor %s failed, so nothing was sent: %w", command[0], err)
	}
	return nil
}

func withoutHeader(text string) string {
	lines := strings.SplitAfter(text, "\n")
	for len(lines) > 0 && strings.HasPrefix(lines[0], "#") {
		lines = lines[1:]
	}
	return strings.Join(lines, "")
}

// indented lays a body out for an editor; as it is where it is not JSON.
func indented(body string) string {
	v := jsontext.Value(body)
	if v.Indent(jsontext.WithIndent("  "), jsontext.AllowDuplicateNames(true)) != nil {
		return body + "\n"
	}
	return string(v) + "\n"
}

// compacted takes the layout out again. The texts of strings and numbers stay as they are.
func compacted(text string) string {
	v := jsontext.Value(strings.TrimSpace(text))
	if v.Compact(jsontext.AllowDuplicateNames(true)) != nil {
		return strings.TrimSpace(text)
	}
	return string(v)
}
