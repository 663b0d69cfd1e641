package main

import (
	"context"

	"github.com/bot-preferences/bot-preferences/internal/localaws/stack"
	"github.com/peterbourgon/ff/v4"
)

func resourcesCommand(std streams) *ff.Command {
	flags := ff.NewFlagSet("resources")
	dir := flags.StringLong("dir", ".", "the repository, or a folder in it")
	file := flags.StringLong("file", "", "another service's serverless.yml, such as examples/skill/serverless.yml")
	stage := flags.StringLong("stage", "dev", "stage")
	template := flags.StringLong("template", "", "read this compiled CloudFormation template instead of serverless.yml")
	return &ff.Command{
		Name: "resources", Usage: "botprefs resources [flags]", Flags: flags,
		ShortHelp: "print the resources that the local run makes of serverless.yml, as JSON",
		LongHelp: "With --template it prints what it makes of a template that osls compiled.\n" +
			"The two are equal where serverless.yml is read right; CI compares them.",
		Exec: func(context.Context, []string) error {
			s, err := loadStack(*dir, *file, *template, *stage)
			if err != nil {
				return err
			}
			text, err := s.JSON()
			if err != nil {
				return err
			}
			_, err = std.out.Write(text)
			return err
		},
	}
}

func loadStack(dir, file, template, stage string) (*stack.Stack, error) {
	file, err := serviceFile(dir, file)
	if err != nil {
		return nil, err
	}
	s, err := stack.Load(file, stack.Options{Stage: stage, Elsewhere: true})
	if err != nil || template == "" {
		return s, err
	}
	// A compiled template contains neither the service's name nor the stage's.
	return stack.LoadTemplate(template, stack.Options{Stage: stage, Service: s.Service, Region: s.Region, Elsewhere: true})
}
