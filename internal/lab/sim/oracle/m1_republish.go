package oracle

// took notes that the bus accepted a fold's announcement.
func (b *Batch) took(f *Fold, causes []string) {
	if b.causes == nil {
		b.causes = map[*Fold][]string{}
	}
	b.causes[f] = causes
}

// lost notes that a fold has a dead letter with a code.
func (b *Batch) lost(f *Fold, code string) {
	if b.letters == nil {
		b.letters = map[*Fold]string{}
	}
	b.letters[f] = code
}

// CountedRepublish compares the metrics of a run of republish that was not killed with
// what happened in it. Where it failed, it may have counted less: it does not know what
// was carried out without an answer.
func (l *Log) CountedRepublish(b *Batch, failed bool) {
	want := newTallies()
	want.exactly("AnnouncementsFailed", b.Reported)
	least := 1
	if failed {
		least = 0
	}
	for _, code := range b.letters {
		want.add("DeadLettered", least, 1)
		want.add("DeadLettered "+code, least, 1)
	}
	for user, folds := range b.Folds {
		for _, f := range folds {
			causes, taken := b.causes[f]
			if !taken || b.letters[f] != "" && !failed {
				continue
			}
			want.add("Announced", least, 1)
			for _, s := range causes {
				l.announcing(b, l.user(user).late[s], s, least, want)
			}
		}
	}
	want.compare(l, "republish", b.Metrics)
}

// announcing tallies the delay of one cause of an announcement.
func (l *Log) announcing(b *Batch, how lateness, stamp string, least int, want *tallies) {
	if how == late {
		return
	}
	if how&late != 0 {
		least = 0
	}
	shortest, longest := interval(b.Began, b.Ended, stamp)
	want.measure("ChangeToAnnounced", int64(least), shortest, longest)
}
