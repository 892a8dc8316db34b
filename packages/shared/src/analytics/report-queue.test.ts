import { expect, it } from 'vitest';
import { openReportQueue, TooManyReports } from './report-queue.ts';

function held() {
  let resolve: (made: string) => void = () => undefined;
  const promise = new Promise<string>((made) => (resolve = made));
  let hasBegun = false;
  const make = (): Promise<string> => {
    hasBegun = true;
    return promise;
  };
  return { make, end: () => resolve('made'), hasBegun: () => hasBegun };
}

const wanted = new AbortController().signal;
const settled = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));

it('makes so many at once, and the others in their order', async () => {
  const queue = openReportQueue(2, 5);
  const reports = [held(), held(), held(), held()];
  const made = reports.map(({ make }) => queue.run(make, wanted));
  const begun = (): boolean[] => reports.map((report) => report.hasBegun());
  await settled();
  expect(begun()).toEqual([true, true, false, false]);
  reports[1]?.end();
  await settled();
  expect(begun()).toEqual([true, true, true, false]);
  for (const { end } of reports) end();
  expect(await Promise.all(made)).toEqual(['made', 'made', 'made', 'made']);
  const last = held();
  last.end();
  expect(await queue.run(last.make, wanted)).toBe('made');
});

it('refuses whoever would wait behind too many', async () => {
  const queue = openReportQueue(1, 1);
  const [first, second] = [held(), held()];
  const made = [queue.run(first.make, wanted), queue.run(second.make, wanted)];
  await expect(queue.run(held().make, wanted)).rejects.toThrow(TooManyReports);
  first.end();
  second.end();
  await Promise.all(made);
});

it('passes over whoever has gone, and over a report that failed', async () => {
  const queue = openReportQueue(1, 5);
  const first = held();
  const failing = queue.run(() => first.make().then(() => Promise.reject(new Error('Not made.'))), wanted);
  const gone = new AbortController();
  const left = held();
  const given = queue.run(left.make, gone.signal);
  const third = held();
  const made = queue.run(third.make, wanted);
  gone.abort(new Error('Gone.'));
  await expect(given).rejects.toThrow('Gone.');
  first.end();
  await expect(failing).rejects.toThrow('Not made.');
  third.end();
  expect(await made).toBe('made');
  expect(left.hasBegun()).toBe(false);
  await expect(queue.run(held().make, gone.signal)).rejects.toThrow('Gone.');
});
