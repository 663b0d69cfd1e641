package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/bot-preferences/bot-preferences/catalogue"
	"github.com/bot-preferences/bot-preferences/catalogue/source"
	"github.com/bot-preferences/bot-preferences/internal/build"
	"github.com/bot-preferences/bot-preferences/internal/cataloguegen"
	"github.com/bot-preferences/bot-preferences/internal/cli"
)

const catalogueHelp = `Checks and explains catalogue.yaml, which says what preferences mean: their schemas, their
defaults, and in which layers they may be set. docs/catalogue.md explains the file.

FILE is the catalogue.yaml beside the serverless.yml at or above this folder, if you leave
it out.`

func catalogueCommand(std cli.Streams) *cobra.Command {
	c := &cobra.Command{Use: "catalogue <subcommand> [flags]", Short: "check, compare and explain catalogue.yaml, and make code from it", Long: catalogueHelp}
	return cli.Group(c, append([]*cobra.Command{catalogueCheckCommand(std), catalogueDocsCommand(std), catalogueDiffCommand(std)}, catalogueGenerators(std)...)...)
}

// catalogueFile is what every subcommand with one FILE does first.
func catalogueFile(use, short, long string, act func(c *catalogue.Catalogue, file string) error) *cobra.Command {
	c := &cobra.Command{
		Use: use + " [FILE]", Short: short, Long: long,
		Args: cobra.MaximumNArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			read, file, err := openCatalogue(args)
			if err != nil {
				return err
			}
			return act(read, file)
		},
	}
	c.DisableFlagsInUseLine = true
	return c
}

// openCatalogue reads the named catalogue, or that of this pipeline.
func openCatalogue(args []string) (c *catalogue.Catalogue, file string, err error) {
	if len(args) == 1 {
		file = args[0]
	} else {
		service, err := build.ServiceFile(".", "")
		if err != nil {
			return nil, "", fmt.Errorf("%w: name the catalogue", err)
		}
		file = filepath.Join(filepath.Dir(service), "catalogue.yaml")
	}
	c, err = source.Open(file)
	if list, faulty := errors.AsType[source.Faults](err); faulty {
		err = fmt.Errorf("%s:\n%w", cli.Plural(int64(len(list)), "fault"), list)
	}
	return c, file, err
}

func catalogueCheckCommand(std cli.Streams) *cobra.Command {
	return catalogueFile("check", "name every fault of a catalogue",
		"Reads a catalogue and names every fault with file, line and rule. The status is 1 if there\nis one.",
		func(c *catalogue.Catalogue, file string) error {
			_, err := fmt.Fprintf(std.Out, "%s: version %d, %s, no fault\n", file, c.Version(), entryCount(c))
			return err
		})
}

func entryCount(c *catalogue.Catalogue) string {
	if n := len(c.Entries()); n != 1 {
		return cli.Grouped(int64(n)) + " entries"
	}
	return "1 entry"
}

func catalogueDocsCommand(std cli.Streams) *cobra.Command {
	return catalogueFile("docs", "print a catalogue as a Markdown page",
		"Prints a Markdown page with a table of all preferences, for the people who use them.\nThe page for the catalogue of this project is docs/catalogue-reference.md.",
		func(c *catalogue.Catalogue, file string) error {
			_, err := std.Out.Write(cataloguegen.Markdown(c, filepath.Base(file), "botprefs catalogue docs"))
			return err
		})
}

const catalogueDiffHelp = `Names every change between two catalogues that could make a stored value invalid, or give it
another meaning. The status is 1 if there is one. These are such changes:

  a schema accepts less: a type, an enum, a range, a length, a pattern, required members
  a default or a layer is removed; locked or set is added
  an entry refuses what it warned about; unknown keys are refused
  an entry is removed and unknown keys are refused
  an entry is added for keys that were unknown and accepted
  the version did not grow with another change

What cannot be compared is named too.`

func catalogueDiffCommand(std cli.Streams) *cobra.Command {
	c := &cobra.Command{
		Use: "diff OLD NEW", Short: "name what would break stored values", Long: catalogueDiffHelp,
		Example: "  git show HEAD~1:catalogue.yaml > /tmp/old.yaml\n  botprefs catalogue diff /tmp/old.yaml catalogue.yaml",
		Args:    cobra.ExactArgs(2),
		RunE: func(_ *cobra.Command, args []string) error {
			before, _, err := openCatalogue(args[:1])
			if err != nil {
				return err
			}
			after, _, err := openCatalogue(args[1:])
			if err != nil {
				return err
			}
			breaks := source.Diff(before, after)
			for _, b := range breaks {
				fmt.Fprintln(std.Out, b)
			}
			if len(breaks) > 0 {
				return fmt.Errorf("version %d may break what is stored under version %d: %s", after.Version(), before.Version(), cli.Plural(int64(len(breaks)), "change"))
			}
			_, err = fmt.Fprintln(std.Out, "no change breaks a stored value")
			return err
		},
	}
	c.DisableFlagsInUseLine = true
	return c
}

const generateHelp = `Prints typed accessors of all preferences in %s: a getter, a setter and one that forgets, or
Add, Remove, Has and All for a set. --out writes a file instead. For example:

  %s`

// catalogueGenerateCommand writes code of one language.
func catalogueGenerateCommand(std cli.Streams, name, language, example string, flags func(*cobra.Command), write func(c *catalogue.Catalogue, file string) ([]byte, error)) *cobra.Command {
	var out string
	c := catalogueFile(name, "write typed accessors in "+language, fmt.Sprintf(generateHelp, language, example),
		func(c *catalogue.Catalogue, file string) error {
			text, err := write(c, filepath.Base(file))
			if err != nil {
				return err
			}
			if out != "" {
				return os.WriteFile(out, text, 0o644)
			}
			_, err = std.Out.Write(text)
			return err
		})
	c.Use += " [flags]"
	c.Flags().StringVar(&out, "out", "", "write this `file` instead of standard output")
	if flags != nil {
		flags(c)
	}
	return c
}

func catalogueGenerators(std cli.Streams) []*cobra.Command {
	name := "prefs"
	return []*cobra.Command{
		catalogueGenerateCommand(std, "go", "Go", "//go:generate botprefs catalogue go ../catalogue.yaml --package prefs --out prefs.go",
			func(c *cobra.Command) {
				c.Flags().StringVar(&name, "package", name, "`name` of the package")
			},
			func(c *catalogue.Catalogue, file string) ([]byte, error) { return cataloguegen.Go(c, file, name) }),
		catalogueGenerateCommand(std, "ts", "TypeScript", "botprefs catalogue ts --out prefs.ts", nil, cataloguegen.TypeScript),
		catalogueGenerateCommand(std, "python", "Python", "botprefs catalogue python --out prefs.py", nil, cataloguegen.Python),
	}
}
