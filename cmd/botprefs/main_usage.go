package main

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/peterbourgon/ff/v4"
)

// misused says what is wrong with a command line that ff could not parse, and
// where to look. ff's own text tells of its parser and of Go's.
func misused(command string, args []string, err error) error {
	_, text, _ := strings.Cut(err.Error(), "parse args: ")
	flag, _, isSet := strings.Cut(text, ": set")
	var number *strconv.NumError
	switch {
	case errors.Is(err, ff.ErrUnknownFlag):
		text = "unknown flag " + dashed(text, args)
	case text == "missing value": // only the last argument can lack one
		text = args[len(args)-1] + " needs a value"
	case isSet && strings.HasSuffix(text, "missing argument"):
		text = flag + " needs a value"
	case isSet && errors.As(err, &number):
		text = flag + ": " + notA(number)
	case isSet:
		_, value, _ := strings.Cut(text, ": set ")
		text = flag + ": " + strings.Replace(value, ": parse error: ", ": ", 1)
	case text == "":
		return err
	}
	return fmt.Errorf("%s: %s (%s --help lists the flags)", command, text, help(command))
}

// fullName is how a command is called, without the program's name where that is not all.
func fullName(c *ff.Command) string {
	if parent := c.GetParent(); parent != nil && parent.GetParent() != nil {
		return fullName(parent) + " " + c.Name
	}
	return c.Name
}

// help is what has a --help for this command.
func help(command string) string {
	if command == "botprefs" {
		return command
	}
	return "botprefs " + command
}

// dashed is the flag at the end of ff's text, as it was typed: with one dash where
// no argument begins so with two.
func dashed(text string, args []string) string {
	quoted := text[strings.Index(text, `"`):]
	name, err := strconv.Unquote(quoted)
	if err != nil {
		return quoted
	}
	typed := func(arg string) bool { return arg == "--"+name || strings.HasPrefix(arg, "--"+name+"=") }
	if len(name) == 1 && !slices.ContainsFunc(args, typed) {
		return fmt.Sprintf("%q", "-"+name)
	}
	return fmt.Sprintf("%q", "--"+name)
}

// notA says of what kind the value had to be.
func notA(e *strconv.NumError) string {
	kind := map[string]string{"ParseFloat": "a number", "ParseBool": "true or false"}[e.Func]
	if kind == "" {
		kind = "a whole number"
	}
	if errors.Is(e.Err, strconv.ErrRange) {
		return fmt.Sprintf("%s is too large", e.Num)
	}
	return fmt.Sprintf("%q is not %s", e.Num, kind)
}

// checkEmpty refuses flags that were given without a text, as an unset variable
// in --queue "$URL" leaves them: what the command does without them is seldom
// what was meant.
func checkEmpty(flags *ff.FlagSet) error {
	return flags.WalkFlags(func(f ff.Flag) error {
		name, _ := f.GetLongName()
		if f.IsSet() && f.GetValue() == "" {
			return fmt.Errorf("--%s is empty: give it a value, or leave it out", name)
		}
		return nil
	})
}
