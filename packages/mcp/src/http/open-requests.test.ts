import { EventEmitter } from 'node:events';
import type { ServerResponse } from 'node:http';
import { expect, it } from 'vitest';
import { OpenRequests, type Caller } from './open-requests.ts';

class FakeResponse extends EventEmitter {
  isCut = false;

  destroy(): void {
    this.isCut = true;
    this.emit('close');
  }
}

function responseIn(open: OpenRequests, caller: Caller, id: string | number): FakeResponse {
  const response = new FakeResponse();
  open.add(caller, id, response as object as ServerResponse);
  return response;
}

const caller: Caller = { session: 's-1', apiKey: 'k-1' };

it('cuts the request that its caller cancels', () => {
  const open = new OpenRequests();
  const [one, other] = [responseIn(open, caller, 7), responseIn(open, caller, 8)];
  open.cancel(caller, 7);
  open.cancel(caller, 7);
  expect([one.isCut, other.isCut]).toEqual([true, false]);
});

it.each([
  ['of another client', { ...caller, session: 's-2' }, 7],
  ['with another key', { ...caller, apiKey: 'k-2' }, 7],
  ['without a key', { ...caller, apiKey: null }, 7],
  ['with another id', caller, '7'],
])('leaves it alone when the cancellation is one %s', (_which, canceller, id) => {
  const open = new OpenRequests();
  const response = responseIn(open, caller, 7);
  open.cancel(canceller, id);
  expect(response.isCut).toBe(false);
});

it('knows nothing of clients that have no name', () => {
  const open = new OpenRequests();
  const nameless = { session: null, apiKey: null };
  const response = responseIn(open, nameless, 7);
  open.cancel(nameless, 7);
  expect(response.isCut).toBe(false);
});

it('knows the last request of an id, and none that has ended', () => {
  const open = new OpenRequests();
  const [first, second] = [responseIn(open, caller, 7), responseIn(open, caller, 7)];
  first.emit('close');
  open.cancel(caller, 7);
  expect([first.isCut, second.isCut]).toEqual([false, true]);
});
