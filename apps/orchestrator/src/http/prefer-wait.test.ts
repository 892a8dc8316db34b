import { get } from 'node:http';
import express, { type Request } from 'express';
import { expect, it } from 'vitest';
import { clientGone, preferredWait } from './prefer-wait.ts';
import { serve } from './testing/serve.ts';

function waitOf(prefer: string | undefined): number | null {
  return preferredWait({ get: () => prefer } as unknown as Request);
}

it.each([
  ['wait=30', 30],
  ['wait=0', 0],
  ['Wait = "5"', 5],
  ['respond-async, wait=10', 10],
  ['return=minimal; wait=3', 3],
  ['wait=61', 60],
  ['wait=999999999', 60],
  ['wait=2, wait=9', 2],
])('%s is %d seconds', (prefer, seconds) => expect(waitOf(prefer)).toBe(seconds));

it.each([undefined, '', 'wait', 'wait=', 'wait=-1', 'wait=1.5', 'wait=soon', 'await=3', 'return=minimal'])(
  '%s asks for no wait',
  (prefer) => expect(waitOf(prefer)).toBeNull(),
);

it.each(['before', 'after'])('a client that goes %s the wait begins is not waited for', async (when) => {
  const signals: AbortSignal[] = [];
  let isServed = false;
  const app = express().get('/', (_request, response) => {
    const wait = (): number => signals.push(clientGone(response));
    if (when === 'before') response.once('close', wait);
    else wait();
    isServed = true;
  });
  const request = get(await serve(app)).on('error', () => undefined);
  await expect.poll(() => isServed).toBe(true);
  request.destroy();
  await expect.poll(() => signals[0]?.aborted).toBe(true);
});
