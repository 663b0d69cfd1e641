package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/bot-preferences/bot-preferences/internal/cli"
	"github.com/bot-preferences/bot-preferences/internal/telemetry"
)

const hashHelp = `Prints what the logs show in place of a user id or a conversation id: user_hash and
conversation_hash. Each stack has other hashes. Search the logs for them:

  aws logs filter-log-events --log-group-name /aws/lambda/bot-preferences-dev-applyPreferenceChanges \
    --filter-pattern '{ $.user_hash = "2f0c4d9a1b7e" }'

The hash depends on the stack's id, which cloudformation:DescribeStacks tells. --stack-id
names it without that permission.`

// hashOptions are the command's flags.
type hashOptions struct {
	clientOptions
	users, conversations []string
	stackID              string
	format               cli.Format
}

func hashCommand(std cli.Streams) *cobra.Command {
	var o hashOptions
	c := &cobra.Command{
		Use:     "hash (--user U | --conversation C) ... [flags]",
		Short:   "print what the logs show in place of an id",
		Long:    hashHelp,
		Example: "  botprefs hash --stage prod --user tg:1001",
		Args:    cli.NoArguments,
		RunE: func(c *cobra.Command, _ []string) error {
			if err := cli.RefuseEmpty(c); err != nil {
				return err
			}
			return hash(c.Context(), std, o)
		},
	}
	o.clientOptions.register(c)
	flags := c.Flags()
	flags.StringArrayVar(&o.users, "user", nil, "the hash of this `user`; repeatable")
	flags.StringArrayVar(&o.conversations, "conversation", nil, "the hash of this `conversation`; repeatable")
	flags.StringVar(&o.stackID, "stack-id", "", "`ARN` of the stack; default that of --stage")
	o.format.Register(c)
	return c
}

// A hashedID is an id and its hash.
type hashedID struct {
	UserID           string `json:"user_id,omitempty"`
	UserHash         string `json:"user_hash,omitempty"`
	ConversationID   string `json:"conversation_id,omitempty"`
	ConversationHash string `json:"conversation_hash,omitempty"`
}

func hash(ctx context.Context, std cli.Streams, o hashOptions) error {
	if len(o.users)+len(o.conversations) == 0 {
		return errors.New("name a user or a conversation: --user U, or --conversation C")
	}
	for _, user := range o.users {
		if err := userID(user); err != nil {
			return fmt.Errorf("--user: %w", err)
		}
	}
	if err := o.findID(ctx, std); err != nil {
		return err
	}
	var list []hashedID
	for _, user := range o.users {
		list = append(list, hashedID{UserID: user, UserHash: telemetry.UserHash(o.stackID, user)})
	}
	for _, conversation := range o.conversations {
		list = append(list, hashedID{ConversationID: conversation, ConversationHash: telemetry.ConversationHash(o.stackID, conversation)})
	}
	if o.format == cli.JSON {
		return cli.WriteJSON(std.Out, list)
	}
	for _, h := range list {
		if h.UserID != "" {
			fmt.Fprintf(std.Out, "%s  user_hash of %s\n", h.UserHash, cli.Quoted(h.UserID))
			continue
		}
		fmt.Fprintf(std.Out, "%s  conversation_hash of %s\n", h.ConversationHash, cli.Quoted(h.ConversationID))
	}
	return nil
}

// findID finds the stack's id, unless a flag gives it.
func (o *hashOptions) findID(ctx context.Context, std cli.Streams) error {
	switch {
	case strings.HasPrefix(o.stackID, "arn:"):
		return nil
	case o.stackID != "": // any text gives a hash, which then finds nothing
		return fmt.Errorf("--stack-id: %q is not the ARN of a stack", o.stackID)
	}
	cfg, err := o.open(ctx)
	if err != nil {
		return err
	}
	r, err := o.findOnAWS(ctx, std, cfg)
	if err != nil {
		return err
	}
	if r.ID == "" {
		return fmt.Errorf("the id of stack %s is not known: give --stack-id", r.Stack)
	}
	o.stackID = r.ID
	return nil
}
