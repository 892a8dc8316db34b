import { expectTypeOf, test } from 'vitest';
import { z } from 'zod';
import { defineWorker, failed, partial, type RunContext, type Worker } from './define-worker.ts';

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
