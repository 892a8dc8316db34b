// Rungoal hands a goal to Baton, waits for its end and prints the answer.
//
//	go run ./rungoal "Compare tea and coffee" [idempotency-key]
//
// BATON_URL (default http://127.0.0.1:3000), BATON_API_KEY. Progress goes to stderr, the answer to stdout. Exit codes are those
// of the baton command: 0 succeeded, 2 usage or refused, 3 partially succeeded, 4 failed, 5 cancelled or expired, 6 Baton can't
// be reached.
package main

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"syscall"
)

var exitCodes = map[string]int{
	"succeeded": 0, "partially_succeeded": 3, "failed": 4, "cancelled": 5, "expired": 5,
}

func main() {
	if len(os.Args) < 2 || len(os.Args) > 3 {
		fmt.Fprintln(os.Stderr, `usage: rungoal "<goal>" [idempotency-key]`)
		os.Exit(2)
	}
	// Made once and sent with every attempt. Take one of your own, such as an order's number, to hold to it across restarts.
	key := newKey()
	if len(os.Args) == 3 {
		key = os.Args[2]
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()

	goal, err := run(ctx, newClient(), os.Args[1], key)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		var refused *refusal
		if errors.As(err, &refused) && !refused.mayPass() {
			os.Exit(2)
		}
		os.Exit(6)
	}
	os.Exit(exitCodes[goal.Status])
}

func run(ctx context.Context, baton *client, text, key string) (*goal, error) {
	accepted, err := baton.create(ctx, text, key)
	if err != nil {
		return nil, err
	}
	fmt.Fprintln(os.Stderr, accepted.ID, accepted.Status)
	if !accepted.ended() {
		err = baton.follow(ctx, accepted.ID, func(e event) {
			if e.Name != "output.delta" {
				fmt.Fprintln(os.Stderr, e.Name, e.Data.TaskID)
			}
		})
		if err != nil {
			return nil, err
		}
		if accepted, err = baton.get(ctx, accepted.ID); err != nil {
			return nil, err
		}
	}
	if accepted.Output != nil {
		fmt.Println(*accepted.Output)
	}
	for _, gap := range accepted.Missing {
		fmt.Fprintf(os.Stderr, "missing: %s: %s\n", gap.TaskID, gap.Reason)
	}
	if accepted.Error != nil {
		fmt.Fprintf(os.Stderr, "%s: %s\n", accepted.Status, accepted.Error.Message)
	}
	return accepted, nil
}

func newKey() string {
	bytes := make([]byte, 16)
	if _, err := rand.Read(bytes); err != nil {
		panic(err)
	}
	return hex.EncodeToString(bytes)
}
