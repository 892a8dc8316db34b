#!/bin/sh
# Makes one Redis Cluster of the nodes whose names are given: the first half primaries, each other one a replica. Run
# again, it introduces them to each other anew, since a container may come back with another address.
set -eu
patience=60 # seconds

address() {
  found=$(getent hosts "$1") || {
    echo "no address of $1" >&2
    return 1
  }
  echo "${found%% *}"
}

known_nodes() {
  told=$(redis-cli -h "$1" cluster info)
  echo "$told" | tr -d '\r' | sed -n 's/^cluster_known_nodes://p'
}

serves() {
  redis-cli -h "$1" cluster info | grep -q '^cluster_state:ok'
}

addresses=
for node in "$@"; do addresses="$addresses $(address "$node"):6379"; done

known=$(known_nodes "$1")
if [ "$known" = 1 ]; then
  # shellcheck disable=SC2086 # one word for each node
  redis-cli --cluster create $addresses --cluster-replicas 1 --cluster-yes
else
  for node in "$@"; do
    for other in $addresses; do redis-cli -h "$node" cluster meet "${other%:*}" 6379 >/dev/null; done
  done
fi

for node in "$@"; do
  until serves "$node"; do
    patience=$((patience - 1))
    [ "$patience" -gt 0 ] || {
      echo "$node serves not all slots yet" >&2
      exit 1
    }
    sleep 1
  done
done
echo "the cluster of $* serves all slots"
