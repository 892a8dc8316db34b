package main

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"net/http"
	"strconv"
	"strings"
	"time"
)

const tolerance = 300 * time.Second

// keysOf gives the keys of WEBHOOK_SECRET: whsec_…, several while one is replaced.
func keysOf(secrets string) ([][]byte, error) {
	var keys [][]byte
	for _, secret := range strings.FieldsFunc(secrets, func(r rune) bool { return r == ',' || r == ' ' }) {
		key, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(secret, "whsec_"))
		if err != nil {
			return nil, errors.New("it is not base64 after whsec_") // without the secret
		}
		keys = append(keys, key)
	}
	if len(keys) == 0 {
		return nil, errors.New("it is not set")
	}
	return keys, nil
}

// verify says why a message is not to be believed: https://www.standardwebhooks.com. The body is that which came, byte by byte.
func verify(header http.Header, body []byte, keys [][]byte, now time.Time) error {
	id, sent := header.Get("webhook-id"), header.Get("webhook-timestamp")
	signatures := strings.Fields(header.Get("webhook-signature"))
	seconds, err := strconv.ParseInt(sent, 10, 64)
	if id == "" || len(signatures) == 0 || err != nil {
		return errors.New("a header of Standard Webhooks is missing or malformed")
	}
	if age := now.Sub(time.Unix(seconds, 0)); age > tolerance || age < -tolerance {
		return errors.New("it was sent too long ago, or a clock is wrong")
	}
	for _, key := range keys {
		mac := hmac.New(sha256.New, key)
		mac.Write([]byte(id + "." + sent + "."))
		mac.Write(body)
		right := "v1," + base64.StdEncoding.EncodeToString(mac.Sum(nil))
		for _, given := range signatures {
			if hmac.Equal([]byte(given), []byte(right)) {
				return nil
			}
		}
	}
	return errors.New("no signature matches")
}
