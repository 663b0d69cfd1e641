package main

import (
	"context"
	"fmt"
	"os"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/bot-preferences/bot-preferences/internal/profilestore"
	"github.com/bot-preferences/bot-preferences/internal/recovery"
)

// readAnnounced reads the file of --announced, before anything is asked of AWS.
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

// pass moves the profiles of the users in the file of --announced, and no other.
func (o *advanceOptions) pass(ctx context.Context, client *dynamodb.Client, std streams, announced recovery.Announced) error {
	store := profilestore.New(client, o.table)
	p := &recovery.Pass{Read: store.Read, Move: store.AdvanceRevision, DryRun: o.dryRun, Told: std.toldOf}
	c, err := p.Run(ctx, announced)
	if err != nil {
		fmt.Fprintf(std.err, "stopped after %s of %d users; the same command goes on\n", grouped(c.Users), len(announced))
		return err
	}
	did := fmt.Sprintf("%s of them moved", grouped(c.Moved))
	if o.dryRun {
		did = fmt.Sprintf("%s of them to move", grouped(c.Behind))
	}
	fmt.Fprintf(std.out, "%s announced users, %s past what was announced\n", grouped(c.Users), did)
	if c.Failed > 0 {
		return fmt.Errorf("%d users could not be moved; they are named above: docs/recovery.md, step 7, says what to do, then run this again", c.Failed)
	}
	return nil
}
