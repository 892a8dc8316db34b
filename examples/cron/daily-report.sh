#!/bin/sh
# One goal per day, whatever happens: run it as often as you like, also twice at once. Silent when all is well, so that cron
# mails only when something is wrong, and then with a status that is not 0.
#
# BATON_URL (default http://127.0.0.1:3000), BATON_API_KEY; REPORT_DATE=2026-01-31 makes up for a day that was missed.
set -eu

url=${BATON_URL:-http://127.0.0.1:3000}
day=${REPORT_DATE:-$(date -u +%Y-%m-%d)} # read once: midnight may pass meanwhile

fail() {
	echo "daily-report $day: $1" >&2
	exit 1
}

case $day in
[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]) ;;
*) fail "REPORT_DATE is no date such as 2026-01-31" ;;
esac

folder=$(mktemp -d) || fail "no temporary folder can be made"
trap 'rm -rf "$folder"' EXIT
trap 'exit 143' HUP INT TERM

# The key belongs to the day, and Baton makes one goal of it: no lock is needed here, and none can be left behind. What is sent
# must be the same all day: nothing that changes by the hour, and text from elsewhere only through `jq`.
body=$(
	cat <<END
{
  "goal": "Summarise what happened on $day in the field of renewable energy, in ten lines.",
  "labels": { "job": "daily-report", "day": "$day" }
}
END
)

# --retry sends the same request again after a timeout, 408, 429 and 5xx, when Retry-After says; the two others add lost connections.
# The API key goes in by stdin: arguments can be read by everybody on the machine.
status=$(
	if [ -n "${BATON_API_KEY:-}" ]; then printf 'header = "authorization: Bearer %s"\n' "$BATON_API_KEY"; fi |
		curl --config - --silent --show-error --output "$folder/reply" --write-out '%{http_code}' \
			--retry 5 --retry-connrefused --retry-all-errors --retry-max-time "${RETRY_FOR:-300}" \
			--connect-timeout 10 --max-time 60 \
			--header 'content-type: application/json' --header "idempotency-key: daily-report-$day" \
			--data "$body" "$url/v1/goals" 2>"$folder/errors"
) || fail "Baton can't be reached at $url; the next run tries again
$(cat "$folder/errors")"

case $status in
202 | 200) ;; # made now, or made before
422) fail "this day's goal was made with another text: $(cat "$folder/reply")" ;;
*) fail "Baton answered $status: $(cat "$folder/reply")" ;;
esac
