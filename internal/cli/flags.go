package cli

import (
	"errors"
	"fmt"
	"slices"
	"strconv"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// flagError says what is wrong with a command's flags, and where they are listed.
// Pflag's own text quotes the errors of Go's parsers.
func flagError(c *cobra.Command, err error) error {
	var unknown *pflag.NotExistError
	var missing *pflag.ValueRequiredError
	var invalid *pflag.InvalidValueError
	text := ""
	switch {
	case errors.As(err, &unknown):
		text = fmt.Sprintf("unknown flag %q", dashed(unknown))
	case errors.As(err, &missing):
		text = "--" + missing.GetFlag().Name + " needs a value"
	case errors.As(err, &invalid):
		text = "--" + invalid.GetFlag().Name + ": " + badValue(invalid)
	case errors.Is(err, pflag.ErrHelp):
		return err
	default:
		text = err.Error()
	}
	return fmt.Errorf("%s%s (%s --help lists the flags)", prefix(c), text, c.CommandPath())
}

// dashed is a flag as somebody typed it, with one dash or two.
func dashed(e *pflag.NotExistError) string {
	if short := e.GetSpecifiedShortnames(); short != "" {
		return "-" + short
	}
	return "--" + e.GetSpecifiedName()
}

// badValue says which kind of value the flag takes.
func badValue(e *pflag.InvalidValueError) string {
	var number *strconv.NumError
	switch {
	case e.GetFlag().Value.Type() == "duration":
		return fmt.Sprintf("%q is not a duration such as 30s, 5m or 8h", e.GetValue())
	case !errors.As(e, &number):
		return fmt.Sprintf("%q: %v", e.GetValue(), errors.Unwrap(e))
	case errors.Is(number.Err, strconv.ErrRange):
		return number.Num + " is too large"
	}
	kind := "a whole number"
	switch number.Func {
	case "ParseFloat":
		kind = "a number"
	case "ParseBool":
		kind = "true or false"
	}
	return fmt.Sprintf("%q is not %s", number.Num, kind)
}

// RefuseEmpty returns an error if a flag was given without a text, as an unset
// variable in --queue "$URL" leaves it. What a command does without the flag is
// seldom what the caller wanted.
func RefuseEmpty(c *cobra.Command) error {
	var err error
	c.Flags().Visit(func(f *pflag.Flag) {
		if err == nil && isEmpty(f.Value) {
			err = fmt.Errorf("--%s is empty: give it a value, or leave it out", f.Name)
		}
	})
	return err
}

// isEmpty tells whether a value, or one value of a repeatable flag, has no text.
func isEmpty(v pflag.Value) bool {
	if list, ok := v.(pflag.SliceValue); ok {
		return slices.Contains(list.GetSlice(), "")
	}
	return v.String() == ""
}

// IntVar is pflag's, but reads decimal numbers alone: pflag takes 010 for 8.
func IntVar(flags *pflag.FlagSet, p *int, name string, value int, usage string) {
	*p = value
	flags.Var((*decimal)(p), name, usage)
}

// A decimal is an int flag.
type decimal int

// Set reads a decimal number.
func (d *decimal) Set(text string) error {
	n, err := strconv.Atoi(text)
	if err == nil {
		*d = decimal(n)
	}
	return err
}

// String is the number.
func (d *decimal) String() string { return strconv.Itoa(int(*d)) }

// Type is what help shows as the flag's type.
func (d *decimal) Type() string { return "int" }

// NoArguments is for commands that take flags alone.
func NoArguments(c *cobra.Command, args []string) error {
	if len(args) > 0 {
		return fmt.Errorf("%s takes no arguments, and got %q", Name(c), args[0])
	}
	return nil
}

// Complete offers values for a flag in the shell.
func Complete(c *cobra.Command, flag string, values ...cobra.Completion) {
	must(c.RegisterFlagCompletionFunc(flag, cobra.FixedCompletions(values, cobra.ShellCompDirectiveNoFileComp)))
}

// CompleteFile offers files for a flag in the shell: those with one of the
// extensions, or all if none is named.
func CompleteFile(c *cobra.Command, flag string, extensions ...string) {
	if len(extensions) == 0 {
		must(c.RegisterFlagCompletionFunc(flag, cobra.FixedCompletions(nil, cobra.ShellCompDirectiveDefault)))
		return
	}
	must(c.MarkFlagFilename(flag, extensions...))
}

// CompleteFolder offers folders for a flag in the shell.
func CompleteFolder(c *cobra.Command, flag string) { must(c.MarkFlagDirname(flag)) }

// must is for what fails only if the command has no such flag.
func must(err error) {
	if err != nil {
		panic(err)
	}
}
