import type { Request, Response } from 'express';

/** s. */
const LONGEST_WAIT = 60;

/** The seconds that `Prefer: wait=<seconds>` (RFC 7240) asks for, at most 60; null when it asks for none that can be read. */
export function preferredWait(request: Request): number | null {
  const preferences = (request.get('prefer') ?? '').split(/[,;]/);
  const waits = preferences.flatMap((text) => /^\s*wait\s*=\s*"?(\d{1,9})"?\s*$/i.exec(text)?.[1] ?? []);
  const [first] = waits;
  return first === undefined ? null : Math.min(Number(first), LONGEST_WAIT);
}

/** Aborted when the client has gone, before now too. */
export function clientGone(response: Response): AbortSignal {
  const gone = new AbortController();
  if (response.closed) gone.abort();
  else response.once('close', () => gone.abort());
  return gone.signal;
}
