package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math/rand"
	"net/http"
	"os"
	"strconv"
	"strings"
	"time"
)

const (
	attempts    = 6
	longestRest = time.Minute
	mostBytes   = 64 << 20
)

// A goal as GET /v1/goals/:id shows it, as far as it is needed here.
type goal struct {
	ID      string  `json:"id"`
	Status  string  `json:"status"`
	Output  *string `json:"output"`
	Missing []struct {
		TaskID string `json:"taskId"`
		Reason string `json:"reason"`
	} `json:"missing"`
	Error *struct {
		Message string `json:"message"`
	} `json:"error"`
}

func (g *goal) ended() bool {
	_, known := exitCodes[g.Status]
	return known
}

// A refusal is an answer of Baton's that is not a success.
type refusal struct {
	status     int
	body       string
	retryAfter time.Duration
}

func (r *refusal) Error() string { return fmt.Sprintf("Baton refused: %d %s", r.status, r.body) }

func (r *refusal) mayPass() bool {
	return r.status == http.StatusRequestTimeout || r.status == http.StatusTooManyRequests || r.status >= 500
}

type client struct {
	url, key string
	wait     string // seconds that the server holds the first reply
	http     *http.Client
}

func newClient() *client {
	return &client{
		url:  strings.TrimRight(environment("BATON_URL", "http://127.0.0.1:3000"), "/"),
		key:  os.Getenv("BATON_API_KEY"),
		wait: environment("BATON_WAIT", "20"),
		// No Timeout, which would end a stream too: calls have a deadline of their own, streams a limit of silence.
		http: &http.Client{},
	}
}

// create gives the goal, ended if that took less than the wait. The same key again gives the same goal, for a day.
func (c *client) create(ctx context.Context, text, key string) (*goal, error) {
	body, err := json.Marshal(map[string]any{"goal": text})
	if err != nil {
		return nil, err
	}
	return c.goal(ctx, http.MethodPost, "/v1/goals", body, http.Header{
		"Content-Type": {"application/json"}, "Idempotency-Key": {key}, "Prefer": {"wait=" + c.wait},
	})
}

func (c *client) get(ctx context.Context, id string) (*goal, error) {
	return c.goal(ctx, http.MethodGet, "/v1/goals/"+id, nil, http.Header{})
}

func (c *client) goal(ctx context.Context, method, path string, body []byte, header http.Header) (*goal, error) {
	var answer goal
	err := retried(ctx, func() error {
		ctx, cancel := context.WithTimeout(ctx, time.Minute)
		defer cancel()
		response, err := c.send(ctx, method, path, body, header)
		if err != nil {
			return err
		}
		defer response.Body.Close()
		return json.NewDecoder(io.LimitReader(response.Body, mostBytes)).Decode(&answer)
	})
	return &answer, err
}

// send gives a response whose body the caller closes, or a *refusal, or what kept Baton from being reached.
func (c *client) send(ctx context.Context, method, path string, body []byte, header http.Header) (*http.Response, error) {
	request, err := http.NewRequestWithContext(ctx, method, c.url+path, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	request.Header = header
	if c.key != "" {
		request.Header.Set("Authorization", "Bearer "+c.key)
	}
	response, err := c.http.Do(request)
	if err != nil {
		return nil, err
	}
	if response.StatusCode < 300 {
		return response, nil
	}
	defer response.Body.Close()
	text, _ := io.ReadAll(io.LimitReader(response.Body, 10_000))
	seconds, _ := strconv.Atoi(response.Header.Get("Retry-After"))
	return nil, &refusal{response.StatusCode, string(text), time.Duration(seconds) * time.Second}
}

// retried calls again what may pass: only for calls that may be sent twice.
func retried(ctx context.Context, call func() error) error {
	for attempt := 1; ; attempt++ {
		err := call()
		if err == nil || ctx.Err() != nil || attempt == attempts {
			return err
		}
		rest := time.Duration(float64(int(250)<<attempt)*(1+rand.Float64())) * time.Millisecond
		if refused, ok := err.(*refusal); ok {
			if !refused.mayPass() {
				return err
			}
			if refused.retryAfter > rest {
				rest = refused.retryAfter
			}
		}
		if err := sleep(ctx, rest); err != nil {
			return err
		}
	}
}

func sleep(ctx context.Context, rest time.Duration) error {
	if rest > longestRest {
		rest = longestRest
	}
	select {
	case <-time.After(rest):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func environment(name, unset string) string {
	if value := os.Getenv(name); value != "" {
		return value
	}
	return unset
}
