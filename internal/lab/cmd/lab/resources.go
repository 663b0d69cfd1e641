package main

import (
	"github.com/spf13/cobra"

	"github.com/bot-preferences/bot-preferences/internal/build"
	"github.com/bot-preferences/bot-preferences/internal/cli"
	"github.com/bot-preferences/bot-preferences/internal/localaws/stack"
	"github.com/bot-preferences/bot-preferences/internal/stage"
)

const resourcesHelp = `Prints the resources that localaws creates from serverless.yml, as JSON. With --template it
reads a template that osls compiled. Both outputs are equal if localaws reads
serverless.yml as osls does; CI compares them.`

func resourcesCommand(std cli.Streams) *cobra.Command {
	var o resourceOptions
	c := &cobra.Command{
		Use:   "resources [flags]",
		Short: "print the resources that localaws creates from serverless.yml, as JSON",
		Long:  resourcesHelp,
		Args:  cli.NoArguments,
		RunE: func(*cobra.Command, []string) error {
			s, err := o.load()
			if err != nil {
				return err
			}
			text, err := s.JSON()
			if err != nil {
				return err
			}
			_, err = std.Out.Write(text)
			return err
		},
	}
	flags := c.Flags()
	flags.SortFlags = false
	flags.StringVar(&o.dir, "dir", ".", "the repository, or a `folder` in it")
	flags.StringVar(&o.file, "file", "", "another service's serverless.yml `file`, such as examples/skill/serverless.yml")
	flags.StringVar(&o.stage, "stage", stage.Default, "`stage` of serverless.yml")
	flags.StringToStringVar(&o.params, "param", nil, "a parameter of serverless.yml as `name=value`, like --param of osls; repeatable")
	flags.StringVar(&o.template, "template", "", "read this compiled CloudFormation `file` instead of serverless.yml")
	return c
}

type resourceOptions struct {
	dir, file, stage, template string
	params                     map[string]string
}

func (o *resourceOptions) load() (*stack.Stack, error) {
	file, err := build.ServiceFile(o.dir, o.file)
	if err != nil {
		return nil, err
	}
	s, err := stack.Load(file, stack.Options{Stage: o.stage, Params: o.params, Elsewhere: true})
	if err != nil || o.template == "" {
		return s, err
	}
	// A compiled template contains neither the service's name nor the stage's.
	return stack.LoadTemplate(o.template, stack.Options{Stage: o.stage, Service: s.Service, Region: s.Region, Elsewhere: true})
}
