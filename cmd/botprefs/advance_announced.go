package main

import (
	"context"
	"fmt"
	"os"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/bot-preferences/bot-preferences/internal/cli"
	"github.com/bot-preferences/bot-preferences/internal/profilestore"
	"github.com/bot-preferences/bot-preferences/internal/recovery"
)

// readAnnounced reads the file of --announced, before the first request to AWS.
func (o *advanceOptions) readAnnounced() (recovery.Announced, error) {
	if o.announced == "" {
		return nil, nil
	}
	file, err := os.Open(o.announced)
	if err != nil {
		return nil, fmt.Errorf("--announced: %w", err)
	}
	defer file.Close()
	announced, err := recovery.ReadAnnounced(file)
	if err != nil {
		return nil, fmt.Errorf("--announced %s: %w", o.announced, err)
	}
	return announced, nil
}

// pass moves the profiles of the users in the file of --announced, and no others.
func (o *advanceOptions) pass(ctx context.Context, client *dynamodb.Client, std cli.Streams, announced recovery.Announced) error {
	store := profilestore.New(client, o.table)
	p := &recovery.Pass{Read: store.Read, Move: store.AdvanceRevision, DryRun: o.dryRun, OnTrouble: reportItem(std)}
	c, err := p.Run(ctx, announced)
	if err != nil {
		fmt.Fprintf(std.Err, "stopped after %s of %d users; the same command goes on\n", cli.Grouped(c.Users), len(announced))
		return err
	}
	outcome := fmt.Sprintf("%s of them moved", cli.Grouped(c.Moved))
	if o.dryRun {
		outcome = fmt.Sprintf("%s of them to move", cli.Grouped(c.Behind))
	}
	fmt.Fprintf(std.Out, "%s announced users, %s past what was announced\n", cli.Grouped(c.Users), outcome)
	if c.Failed > 0 {
		return fmt.Errorf("%d users could not be moved; they are named above: docs/recovery.md, step 7, says what to do, then run this again", c.Failed)
	}
	return nil
}
