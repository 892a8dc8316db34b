package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
	"time"
)

// The server sends a heartbeat every 15 s: a connection that is silent for longer than this is dead.
const longestSilence = 45 * time.Second

type event struct {
	ID, Name string
	Data     struct {
		TaskID string `json:"taskId"`
	}
}

// follow tells each event once and in order, across connections that are cut, until there are no more.
func (c *client) follow(ctx context.Context, id string, tell func(event)) error {
	lastID := ""
	for fruitless := 0; fruitless < attempts; fruitless++ {
		header := http.Header{"Accept": {"text/event-stream"}}
		if lastID != "" {
			header.Set("Last-Event-ID", lastID)
		}
		over, err := c.stream(ctx, id, header, func(e event) {
			lastID, fruitless = e.ID, 0
			tell(e)
		})
		if over || ctx.Err() != nil {
			return ctx.Err()
		}
		if err != nil {
			if _, isRefusal := err.(*refusal); isRefusal {
				return err
			}
			fmt.Fprintln(os.Stderr, "cut off:", err)
		}
		if err := sleep(ctx, time.Duration(fruitless)*time.Second); err != nil {
			return err
		}
	}
	return fmt.Errorf("%d connections in a row brought no event", attempts)
}

// stream reads one connection to its end; over: the goal has ended, and that was all.
func (c *client) stream(ctx context.Context, id string, header http.Header, tell func(event)) (over bool, err error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	silence := time.AfterFunc(longestSilence, cancel)
	defer silence.Stop()

	var response *http.Response
	err = retried(ctx, func() error {
		silence.Reset(longestSilence)
		response, err = c.send(ctx, http.MethodGet, "/v1/goals/"+id+"/events", nil, header)
		return err
	})
	if err != nil {
		return false, err
	}
	defer response.Body.Close()
	if response.StatusCode == http.StatusNoContent {
		return true, nil
	}

	var current event
	var data string
	for reader := bufio.NewReader(response.Body); ; {
		line, err := reader.ReadString('\n')
		if err == io.EOF {
			return false, nil // an event that was cut off is sent again
		} else if err != nil {
			return false, err
		}
		silence.Reset(longestSilence)
		name, value, _ := strings.Cut(strings.TrimRight(line, "\r\n"), ":")
		value = strings.TrimPrefix(value, " ")
		switch {
		case name == "id":
			current.ID = value
		case name == "event":
			current.Name = value
		case name == "data": // Baton writes an event's data in one line
			data = value
		case line == "\n" || line == "\r\n":
			if data != "" {
				if err := json.Unmarshal([]byte(data), &current.Data); err != nil {
					return false, err
				}
				tell(current)
			}
			current, data = event{}, ""
		}
	}
}
