package localrun

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/bot-preferences/bot-preferences/events"
	"github.com/bot-preferences/bot-preferences/internal/localaws"
	"github.com/bot-preferences/bot-preferences/internal/localaws/sqs"
	"github.com/bot-preferences/bot-preferences/internal/terminal"
)

type cloud = localaws.Cloud

// report prints how the sample ended: latencies, dead letters, profiles.
func (r *run) report(ctx context.Context) error {
	var b strings.Builder
	b.WriteString("\nHow long each hop took\n\n")
	r.tracer.mu.Lock()
	r.tracer.latencies.print(&b)
	users := slices.Sorted(maps.Keys(r.tracer.seen))
	r.tracer.mu.Unlock()
	r.others.print(&b)
	b.WriteString("\nWhat AWS would bill for it, one change at a time as it is here (docs/performance.md has other loads)\n\n")
	r.costs.print(&b)
	b.WriteString("\nDead letters\n\n")
	r.deadLetters(&b)
	b.WriteString("\nThe profiles, as GET " + r.env.APIURL + "/preferences?user_id=... gives them\n\n")
	if err := r.profiles(ctx, &b, users); err != nil {
		return err
	}
	verdict := checkProfiles(ctx, r.env)
	if verdict == nil {
		b.WriteString("\nThese are the profiles that the conversation must end in (" + expected + ").\n")
	}
	r.printer.block(b.String())
	return verdict
}

func (r *run) deadLetters(w io.Writer) {
	var letters []sqs.Message
	r.env.Do(func(c *cloud) {
		if q, ok := c.Queues.Queue(r.tracer.names.deadLetter); ok {
			letters = q.Messages()
		}
	})
	if len(letters) == 0 {
		fmt.Fprintln(w, "  none")
	}
	for _, m := range letters {
		reason := m.Attributes["ERROR_CODE"].StringValue
		if reason == "" {
			reason = "redrive"
		}
		fmt.Fprintf(w, "  %s (%s)\n    %s\n", terminal.Visible(reason), terminal.Visible(m.Attributes["ERROR_MESSAGE"].StringValue), abbreviate(terminal.Visible(detailOf(m.Body)), lineWidth))
	}
}

// lineWidth is how many bytes of a message a line shows.
const lineWidth = 100

// detailOf returns the part of a message that its sender wrote: the detail of an
// envelope, or the whole message if it is none.
func detailOf(body string) string {
	if e, err := events.DecodeEnvelope([]byte(body)); err == nil && len(e.Detail) > 0 {
		return string(e.Detail)
	}
	return body
}

func abbreviate(text string, max int) string {
	if len(text) > max {
		return strings.ToValidUTF8(text[:max], "") + " ..."
	}
	return text
}

func (r *run) profiles(ctx context.Context, w io.Writer, users []string) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "  user\trevision\tpreferences")
	for _, user := range users {
		p, err := getProfile(ctx, r.env.APIURL, user)
		if err != nil {
			return err
		}
		fmt.Fprintf(t, "  %s\t%d\t%s\n", user, p.Revision, p.Preferences)
	}
	return t.Flush()
}

// profile is the answer of the HTTP API. A 404 has no preferences.
type profile struct {
	Revision    int64           `json:"revision"`
	Preferences json.RawMessage `json:"preferences"`
}

func getProfile(ctx context.Context, api, user string) (profile, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, api+"/preferences?user_id="+url.QueryEscape(user), nil)
	if err != nil {
		return profile{}, err
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return profile{}, err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK && response.StatusCode != http.StatusNotFound {
		return profile{}, fmt.Errorf("GET /preferences?user_id=%s: %s", user, response.Status)
	}
	p := profile{Preferences: json.RawMessage("(nothing)")}
	if err := json.NewDecoder(response.Body).Decode(&p); err != nil {
		return profile{}, fmt.Errorf("GET /preferences?user_id=%s: %w", user, err)
	}
	return p, nil
}
