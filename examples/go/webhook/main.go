// Webhook takes Baton's messages: it believes those that are signed and does the work of each once.
//
//	WEBHOOK_SECRET=whsec_… go run ./webhook [port]
package main

import (
	"encoding/json"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"os"
	"sync"
	"time"
)

const (
	path      = "/hooks/baton"
	mostBytes = 64 << 10
)

type message struct {
	ID        string `json:"-"` // the webhook-id: a message that comes twice has the same one
	Type      string `json:"type"`
	Timestamp string `json:"timestamp"`
	Data      struct {
		ID     string `json:"id"`
		Status string `json:"status"`
	} `json:"data"`
}

// work is yours.
func work(m message) { fmt.Println(m.ID, m.Type, m.Data.ID) }

type receiver struct {
	keys [][]byte
	// In memory: what was answered and not yet done is lost with the process. Insert into a table with a unique key where
	// that matters.
	seen sync.Map
	todo chan message
}

func (r *receiver) ServeHTTP(w http.ResponseWriter, request *http.Request) {
	if request.URL.Path != path || request.Method != http.MethodPost {
		http.NotFound(w, request)
		return
	}
	// What is signed is the body as it came.
	body, err := io.ReadAll(http.MaxBytesReader(w, request.Body, mostBytes))
	if err != nil {
		http.Error(w, err.Error(), http.StatusRequestEntityTooLarge)
		return
	}
	var m message
	if err := verify(request.Header, body, r.keys, time.Now()); err != nil {
		log.Print("refused: ", err)
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	if err := json.Unmarshal(body, &m); err != nil {
		http.Error(w, "it is no message of Baton's", http.StatusBadRequest)
		return
	}
	m.ID = request.Header.Get("webhook-id")
	if _, twice := r.seen.LoadOrStore(m.ID, true); !twice {
		select {
		case r.todo <- m:
		default: // Too much to do: Baton sends it again.
			r.seen.Delete(m.ID)
			w.Header().Set("Retry-After", "30")
			w.WriteHeader(http.StatusServiceUnavailable)
			return
		}
	}
	w.WriteHeader(http.StatusNoContent) // before the work, which may take longer than Baton waits
}

func main() {
	keys, err := keysOf(os.Getenv("WEBHOOK_SECRET"))
	if err != nil {
		log.Fatal("WEBHOOK_SECRET, which is the orchestrator's: ", err)
	}
	port := "8084"
	if len(os.Args) > 1 {
		port = os.Args[1]
	}
	r := &receiver{keys: keys, todo: make(chan message, 1_000)}
	go func() {
		for m := range r.todo {
			work(m)
		}
	}()

	listener, err := net.Listen("tcp", "127.0.0.1:"+port)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("listening on http://%s%s\n", listener.Addr(), path)
	server := &http.Server{Handler: r, ReadTimeout: 15 * time.Second, IdleTimeout: time.Minute}
	log.Fatal(server.Serve(listener))
}
