import { expect, test } from 'vitest';
import { CallLog } from './call-log.ts';
import { TallyBook } from './call-stats.ts';

test('keeps the latest thousand requests and counts them all', () => {
  const log = new CallLog();
  for (let n = 0; n < 1_500; n += 1) log.open(`req_${n}`, 'now', {}).closed(false);
  expect(log.requests()).toHaveLength(1_000);
  expect(log.requests(2).map((request) => request.requestId)).toEqual(['req_1498', 'req_1499']);
  expect(log.requests(0)).toEqual([]);
  expect(log.stats()).toMatchObject({ calls: 1_500, inFlight: 0 });
});

test('keeps no more than 32 MB of bodies', () => {
  const log = new CallLog();
  const bodyText = 'x'.repeat(10 * 1_048_576);
  for (let n = 0; n < 10; n += 1) log.open(`req_${n}`, 'now', {}).received({ n }, bodyText);
  expect(log.requests().map((request) => request.requestId)).toEqual(['req_7', 'req_8', 'req_9']);
});

test('a reset while a call is open leaves the new counts right', () => {
  const log = new CallLog();
  const call = log.open('req_1', 'now', {});
  log.reset();
  call.paid(1, 1);
  call.closed(true);
  expect(log.stats()).toMatchObject({ calls: 0, paid: 0, aborted: 0, inFlight: 0 });
});

test('forgets the oldest keys past a hundred thousand', () => {
  const book = new TallyBook();
  for (let n = 0; n <= 100_000; n += 1) book.at(`k${n}`);
  const keys = Object.keys(book.snapshot());
  expect([keys.length, keys[0], keys.at(-1)]).toEqual([100_000, 'k1', 'k100000']);
});

test('keeps when each call came, was paid and ended, and what asks the same twice', () => {
  let now = 5_000;
  const log = new CallLog(() => now);
  const call = log.open('req_1', 'then', {});
  call.received({}, '{"a":1}');
  now = 5_010;
  call.paid(1, 1);
  now = 5_020;
  call.closed(true);
  const same = log.open('req_2', 'then', {});
  same.received({}, '{"a":1}');
  const { calls, forgotten } = log.calls(0);
  expect(forgotten).toBe(0);
  expect(calls[0]).toMatchObject({
    serial: 1,
    at: 5_000,
    paidAt: 5_010,
    endedAt: 5_020,
    aborted: true,
    status: 200,
  });
  expect(calls[1]).toMatchObject({
    serial: 2,
    at: 5_020,
    paidAt: null,
    endedAt: null,
    aborted: false,
    status: null,
  });
  expect(calls[0]?.requestHash).toMatch(/^[0-9a-f]{12}$/);
  expect(calls[1]?.requestHash).toBe(calls[0]?.requestHash);
  expect(log.calls(1).calls.map(({ serial }) => serial)).toEqual([2]);
});

test('forgets the oldest calls past a hundred thousand, and says so', () => {
  const log = new CallLog();
  for (let n = 0; n <= 100_000; n += 1) log.open(`req_${n}`, 'now', {});
  const { calls, forgotten } = log.calls(0);
  expect([forgotten, calls.length, calls[0]?.serial]).toEqual([1, 100_000, 2]);
  log.reset();
  expect(log.calls(0)).toEqual({ forgotten: 0, calls: [] });
});
