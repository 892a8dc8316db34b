/** A host that gives back no place for so long is slow, in ms. */
const PATIENCE = 1_000;

interface Host {
  taken: number;
  /** What waits for a place; told whether it has one. */
  readonly waiting: ((isMine: boolean) => void)[];
  /** Runs while somebody waits. */
  timer: NodeJS.Timeout | null;
  /** Nobody waits for it until it gives back a place. */
  isSlow: boolean;
}

export interface HostLimit {
  /**
   * Takes one of the host's places, or waits for one as long as others give theirs back; the function resolved to gives it
   * back. Null when too many wait already or the host is slow: whoever waited for it would hold up other hosts' messages.
   */
  take(host: string): Promise<(() => void) | null>;
  /** Sends away who waits; nobody waits from now on. */
  close(): void;
}

/** At most `most` at once per host, and `mostWaiting` behind them, first come, first served. */
export function limitPerHost(most: number, mostWaiting: number, patienceMs: number = PATIENCE): HostLimit {
  const hosts = new Map<string, Host>();

  let isClosed = false;

  function sendAway(host: Host): void {
    for (const tell of host.waiting.splice(0)) tell(false);
  }

  function watch(host: Host): void {
    if (host.timer !== null) clearTimeout(host.timer);
    host.timer = null;
    if (host.waiting.length === 0) return;
    host.timer = setTimeout(() => {
      host.isSlow = true;
      sendAway(host);
    }, patienceMs);
  }

  function give(name: string, host: Host): void {
    host.isSlow = false;
    const tell = host.waiting.shift();
    watch(host);
    if (tell) return tell(true);
    host.taken -= 1;
    if (host.taken === 0) hosts.delete(name);
  }

  function wait(host: Host): Promise<boolean> {
    if (isClosed || host.isSlow || host.waiting.length >= mostWaiting) return Promise.resolve(false);
    return new Promise((resolve) => {
      host.waiting.push(resolve);
      if (host.waiting.length === 1) watch(host);
    });
  }

  return {
    async take(name) {
      const host = hosts.get(name) ?? { taken: 0, waiting: [], timer: null, isSlow: false };
      hosts.set(name, host);
      if (host.taken < most) host.taken += 1;
      else if (!(await wait(host))) return null;
      return () => give(name, host);
    },
    close() {
      isClosed = true;
      for (const host of hosts.values()) {
        sendAway(host);
        watch(host);
      }
    },
  };
}
