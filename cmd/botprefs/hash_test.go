package main

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/bot-preferences/bot-preferences/internal/localaws/runtime"
	"github.com/bot-preferences/bot-preferences/internal/localrun"
)

// The hash is the one that the functions log.
func TestTheHashIsTheLogs(t *testing.T) {
	t.Parallel()
	logged := make(chan string, 1000)
	env, err := localrun.Start(t.Context(), localrun.Options{
		Dir: ".", Build: built, AWSAddr: "127.0.0.1:0", HTTPAddr: "127.0.0.1:0", Output: func(l runtime.Line) { logged <- l.Text },
	})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = env.Close() }()
	out, err := stdout(t, pipelineAt(env, "hash", "--user", "tg:1001", "--conversation", "c42", "--output", "json")...)
	var list []hashedID
	if err != nil || json.Unmarshal([]byte(out), &list) != nil || len(list) != 2 || len(list[0].UserHash) != 12 || list[0].UserHash == list[1].ConversationHash {
		t.Fatalf("%v\n%s", err, out)
	}
	table, err := stdout(t, pipelineAt(env, "hash", "--user", "tg:1001", "--conversation", "c42")...)
	if want := list[0].UserHash + "  user_hash of tg:1001\n" + list[1].ConversationHash + "  conversation_hash of c42\n"; err != nil || table != want {
		t.Errorf("%v\n%s", err, table)
	}
	// A refusal is logged with both.
	if _, err := stdout(t, pipelineAt(env, "publish", "tg:1001", "a=1", "--conversation", "c42", "--id", "01HF9HZ6BR0000000000000000", "--force")...); err != nil {
		t.Fatal(err)
	}
	late := time.After(100 * time.Second)
	for {
		select {
		case text := <-logged:
			if strings.Contains(text, `"user_hash":"`+list[0].UserHash+`"`) && strings.Contains(text, `"conversation_hash":"`+list[1].ConversationHash+`"`) {
				return
			}
		case <-late:
			t.Fatal("no log line has the hashes")
		}
	}
}

func TestHashWithoutTheStack(t *testing.T) {
	env := start(t)
	endpoint := withoutCloudFormation(t, env.AWSURL)
	if _, err := stdout(t, "hash", "--user", "u", "--endpoint", endpoint); err == nil || err.Error() != "the id of stack bot-preferences-dev is not known: give --stack-id" {
		t.Errorf("%v", err)
	}
	one, errOne := stdout(t, "hash", "--user", "u", "--stack-id", "arn:a")
	two, errTwo := stdout(t, "hash", "--user", "u", "--stack-id", "arn:b")
	if errOne != nil || errTwo != nil || one == two || !strings.HasSuffix(one, "  user_hash of u\n") {
		t.Errorf("%v, %v: %q, %q", errOne, errTwo, one, two)
	}
	if _, err := stdout(t, "hash"); err == nil || err.Error() != "name a user or a conversation: --user U, or --conversation C" {
		t.Errorf("%v", err)
	}
}
