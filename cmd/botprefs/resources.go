package main

import (
	"context"
	"path/filepath"

	"github.com/bot-preferences/bot-preferences/cmd/botprefs/compile"
	"github.com/bot-preferences/bot-preferences/localaws/stack"
	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/peterbourgon/ff/v4"
)

func resourcesCommand(std streams) *ff.Command {
	flags := ff.NewFlagSet("resources")
	dir := flags.StringLong("dir", ".", "the repository, or a folder in it")
	stage := flags.StringLong("stage", "dev", "stage")
	template := flags.StringLong("template", "", "read this compiled CloudFormation template instead of serverless.yml")
	return &ff.Command{
		Name: "resources", Usage: "botprefs resources [flags]", Flags: flags,
		ShortHelp: "print the resources that the local run makes of serverless.yml, as JSON",
		LongHelp: "With --template it prints what it makes of a template that osls compiled.\n" +
			"The two are equal where serverless.yml is read right; CI compares them.",
		Exec: func(context.Context, []string) error {
			s, err := loadStack(*dir, *template, *stage)
			if err != nil {
				return err
			}
			return json.MarshalWrite(std.out, s, jsontext.Multiline(true), json.Deterministic(true))
		},
	}
}

func loadStack(dir, template, stage string) (*stack.Stack, error) {
	options := stack.Options{Stage: stage}
	if template != "" {
		return stack.LoadTemplate(template, options)
	}
	root, err := compile.Root(dir)
	if err != nil {
		return nil, err
	}
	return stack.Load(filepath.Join(root, "serverless.yml"), options)
}
