package sqs

type listDeadLetterSourceQueuesInput struct {
	QueueURL   string `json:"QueueUrl"`
	MaxResults *int
	NextToken  string
}

type listDeadLetterSourceQueuesOutput struct {
	QueueURLs []string `json:"queueUrls"`
	NextToken string   `json:",omitzero"`
}

// At implements wire.Located.
func (o listDeadLetterSourceQueuesOutput) At(base string) any {
	o.QueueURLs = allRelocated(o.QueueURLs, base)
	return o
}

func (s *Service) listDeadLetterSourceQueues(in *listDeadLetterSourceQueuesInput) (listDeadLetterSourceQueuesOutput, error) {
	q, err := s.byURL(in.QueueURL)
	if err != nil {
		return listDeadLetterSourceQueuesOutput{}, err
	}
	var names []string
	for _, source := range q.deadLetterSources() {
		names = append(names, source.name)
	}
	urls, next, err := s.pageOfQueues(names, in.MaxResults, in.NextToken)
	return listDeadLetterSourceQueuesOutput{urls, next}, err
}

type startMessageMoveTaskInput struct {
	SourceArn                    string
	DestinationArn               string
	MaxNumberOfMessagesPerSecond *int
}

type taskHandleOutput struct{ TaskHandle string }

func (s *Service) startMessageMoveTask(in *startMessageMoveTaskInput) (taskHandleOutput, error) {
	if in.SourceArn == "" {
		return taskHandleOutput{}, missingParameter("SourceArn")
	}
	rate := 0
	if n := in.MaxNumberOfMessagesPerSecond; n != nil {
		if rate = *n; rate < 1 || rate > maxMoveRate {
			return taskHandleOutput{}, invalidValue(rate, "MaxNumberOfMessagesPerSecond", "Must be between 1 and %d, if provided.", maxMoveRate)
		}
	}
	t, err := s.startMove(in.SourceArn, in.DestinationArn, rate)
	if err != nil {
		return taskHandleOutput{}, err
	}
	return taskHandleOutput{t.handle()}, nil
}

type listMessageMoveTasksInput struct {
	SourceArn  string
	MaxResults *int
}

type moveTaskJSON struct {
	TaskHandle                        string `json:",omitzero"`
	Status                            string
	SourceArn                         string
	DestinationArn                    string `json:",omitzero"`
	MaxNumberOfMessagesPerSecond      int    `json:",omitzero"`
	ApproximateNumberOfMessagesMoved  int
	ApproximateNumberOfMessagesToMove int
	FailureReason                     string `json:",omitzero"`
	StartedTimestamp                  int64
}

type listMessageMoveTasksOutput struct{ Results []moveTaskJSON }

func (s *Service) listMessageMoveTasks(in *listMessageMoveTasksInput) (listMessageMoveTasksOutput, error) {
	var out listMessageMoveTasksOutput
	if in.SourceArn == "" {
		return out, missingParameter("SourceArn")
	}
	if _, ok := s.QueueByARN(in.SourceArn); !ok {
		return out, errNotFound("The resource that you specified for the SourceArn parameter doesn't exist.")
	}
	size := 1
	if in.MaxResults != nil {
		size = *in.MaxResults
	}
	if size < 1 || size > movesListed {
		return out, invalidValue(size, "MaxResults", "Must be between 1 and %d, if provided.", movesListed)
	}
	for _, t := range s.movesOf(in.SourceArn) {
		if len(out.Results) == size {
			break
		}
		out.Results = append(out.Results, t.answer())
	}
	return out, nil
}

func (t *moveTask) answer() moveTaskJSON {
	out := moveTaskJSON{
		Status: t.status, SourceArn: t.source, DestinationArn: t.destination, MaxNumberOfMessagesPerSecond: t.rate,
		ApproximateNumberOfMessagesMoved: t.moved, ApproximateNumberOfMessagesToMove: t.total,
		FailureReason: t.failure, StartedTimestamp: t.started.UnixMilli(),
	}
	if t.status == moveRunning {
		out.TaskHandle = t.handle() // only what can still be cancelled has a handle
	}
	return out
}

type cancelMessageMoveTaskInput struct{ TaskHandle string }

type cancelMessageMoveTaskOutput struct{ ApproximateNumberOfMessagesMoved int }

func (s *Service) cancelMessageMoveTask(in *cancelMessageMoveTaskInput) (cancelMessageMoveTaskOutput, error) {
	if in.TaskHandle == "" {
		return cancelMessageMoveTaskOutput{}, missingParameter("TaskHandle")
	}
	t, err := s.cancelMove(in.TaskHandle)
	if err != nil {
		return cancelMessageMoveTaskOutput{}, err
	}
	return cancelMessageMoveTaskOutput{t.moved}, nil
}
