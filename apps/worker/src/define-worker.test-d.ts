import { expectTypeOf, test } from 'vitest';
import { z } from 'zod';
import {
  defineTool,
  defineWorker,
  failed,
  partial,
  success,
  type RunContext,
  type TaskInput,
  type TaskResult,
  type Tool,
  type ToolAnswer,
  type Worker,
} from './define-worker.ts';

const about = { type: 'geocoder', description: 'd', bestFor: 'b', notFor: 'n' };

test('without a schema a worker gives text, whole or partial', () => {
  expectTypeOf(defineWorker({ ...about, run: () => 'text' })).toEqualTypeOf<Worker>();
  defineWorker({ ...about, run: async () => partial('text', 'not all') });
  defineWorker({ ...about, run: () => failed('nothing') });
  // @ts-expect-error an object is no text
  defineWorker({ ...about, run: () => ({ latitude: 1 }) });
});

test('with a schema a worker gives what fits it', () => {
  const output = z.object({ latitude: z.number() });
  defineWorker({ ...about, output, run: async () => ({ latitude: 1 }) });
  // @ts-expect-error latitude is a number
  defineWorker({ ...about, output, run: () => ({ latitude: 'north' }) });
});

test('the model gives an object of the schema it is asked with', () => {
  defineWorker({
    ...about,
    async run(_task, { model }) {
      const place = await model.object({ system: 's', prompt: 'p', schema: z.object({ name: z.string() }) });
      expectTypeOf(place).toEqualTypeOf<{ name: string }>();
      return place.name;
    },
  });
  expectTypeOf<RunContext['signal']>().toEqualTypeOf<AbortSignal>();
});

test('a worker may give a whole result, whose output is of the schema', () => {
  const output = z.object({ latitude: z.number() });
  defineWorker({ ...about, run: () => success('text', { pages: 2 }) });
  defineWorker({ ...about, output, run: async () => success({ latitude: 1 }) });
  defineWorker({
    ...about,
    run: (): TaskResult => ({ status: 'partial', output: 'half', errors: ['e'], metadata: {} }),
  });
  // @ts-expect-error latitude is a number
  defineWorker({ ...about, output, run: () => success({ latitude: 'north' }) });
  // @ts-expect-error a result has one of three states
  defineWorker({ ...about, run: (): TaskResult => ({ status: 'ok', output: '', errors: [], metadata: {} }) });
});

test('a task tells what it is to do, with what, and within which limits', () => {
  defineWorker({
    ...about,
    run: ({ description, requirements, context, constraints }, { revision, prompt, model }) => {
      expectTypeOf(description).toEqualTypeOf<string>();
      expectTypeOf(requirements).toEqualTypeOf<string[]>();
      expectTypeOf(context.dependencies[0]?.output).toEqualTypeOf<string | undefined>();
      expectTypeOf(constraints.seconds).toEqualTypeOf<number>();
      expectTypeOf(revision).toEqualTypeOf<TaskInput['context']['revision']>();
      return model.text(prompt('You find places.')).then(({ text }) => text);
    },
  });
});

test('a tool gets what its schema gives, and goes with a worker or is called by it', () => {
  const book = defineTool({
    name: 'book',
    description: 'd',
    idempotent: false,
    input: z.object({ place: z.string(), days: z.int().default(1) }),
    run(input, { idempotencyKey, signal }) {
      expectTypeOf(input).toEqualTypeOf<{ place: string; days: number }>();
      expectTypeOf(idempotencyKey).toEqualTypeOf<string>();
      expectTypeOf(signal).toEqualTypeOf<AbortSignal>();
    },
  });
  expectTypeOf(book).toEqualTypeOf<Tool>();
  // @ts-expect-error whether it may be called twice must be said
  defineTool({ name: 'book', description: 'd', input: z.object({}), run: () => '' });
  defineWorker({
    ...about,
    tools: [book, 'web_search'],
    async run(_task, { model, tools }) {
      expectTypeOf(await tools.call('book', { place: 'Faro' })).toEqualTypeOf<ToolAnswer>();
      const { text } = await model.text({ system: 's', prompt: 'p', tools: ['book'] });
      return text;
    },
  });
});
