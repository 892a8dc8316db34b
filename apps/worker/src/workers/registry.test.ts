import { SetupError } from '@baton/shared/settings/setup-error';
import { expect, test } from 'vitest';
import { defineWorker } from '../define-worker.ts';
import { allWorkers, selectWorkers } from './registry.ts';

const workers = allWorkers([]);

test('without names every worker type is taken', () => {
  expect(selectWorkers(workers, undefined)).toEqual([...workers.values()]);
});

test('names choose worker types', () => {
  expect(selectWorkers(workers, ['writer', 'coder']).map(({ type }) => type)).toEqual(['writer', 'coder']);
});

test.each([
  [['writer', 'reseacher'], 'WORKER_TYPES: there is no worker type "reseacher". Did you mean researcher?'],
  [['orchestrator'], 'WORKER_TYPES: tasks of type "orchestrator" are goals of their own'],
  [['xylophonist'], 'WORKER_TYPES: there is no worker type "xylophonist". Known: researcher, '],
])('%j holds an unknown name, which ends the start in words', (names, said) => {
  const select = (): unknown => selectWorkers(workers, names);
  expect(select).toThrow(said);
  expect(select).toThrow(SetupError);
});

test('a worker type of the user that would never get a task ends the start in words', () => {
  const about = { description: 'Splits.', bestFor: 'Splitting', notFor: 'Joining' };
  const own = defineWorker({ type: 'orchestrator', ...about, run: () => 'done' });
  const all = (): unknown => allWorkers([own]);
  expect(all).toThrow('BATON_WORKERS: "orchestrator" is the type of tasks that are goals of their own');
  expect(all).toThrow(SetupError);
});
