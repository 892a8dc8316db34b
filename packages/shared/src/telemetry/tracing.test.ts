import { afterEach, describe, expect, it } from 'vitest';
import {
  activeIds,
  activeSpan,
  activeTrace,
  errorType,
  inSpan,
  inTrace,
  isTracing,
  openSpan,
} from './tracing.ts';
import { tracedHere, type TracedHere } from './testing/traced-here.ts';

const traceparent = `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`;

describe('without a tracer', () => {
  it('work is done as it is', async () => {
    expect(isTracing()).toBe(false);
    const error = new Error('no');
    expect(await inSpan('work', {}, async (span) => (span.event('x'), 7))).toBe(7);
    await expect(inSpan('work', {}, () => Promise.reject(error))).rejects.toBe(error);
    expect(inTrace({ traceparent }, () => 8)).toBe(8);
    expect(openSpan('work').run(() => 9)).toBe(9);
    expect([activeTrace(), activeIds(), activeSpan().carrier]).toEqual([null, null, null]);
  });
});

describe('the name of an error', () => {
  it.each([
    [new TypeError('canary'), 'TypeError'],
    [Object.assign(new Error('canary'), { type: 'rate_limit_error' }), 'rate_limit_error'],
    [Object.assign(new Error('canary'), { name: 'a canary with words' }), '_OTHER'],
    ['canary', '_OTHER'],
  ])('is never its message: %s', (error, type) => {
    expect(errorType(error)).toBe(type);
  });
});

describe('with a tracer', () => {
  let traced: TracedHere;
  afterEach(() => traced.close());

  it('spans are nested as the work is, across await, and end with it', async () => {
    traced = tracedHere();
    await inSpan('outer', { inherited: { 'baton.goal.id': 'goal_1' } }, async () => {
      await inSpan('inner', { kind: 'client', attributes: { n: 1, none: null } }, async () => {
        await Promise.resolve();
        activeSpan().event('seen', { again: true });
      });
    });
    const [inner, outer] = traced.spans();
    expect(inner).toMatchObject({
      name: 'inner',
      parentId: outer?.id,
      kind: 'client',
      attributes: { 'baton.goal.id': 'goal_1', n: 1 },
      events: [{ name: 'seen', attributes: { again: true } }],
    });
    expect(outer).toMatchObject({ name: 'outer', parentId: null, traceId: inner?.traceId });
  });

  it('a failure is told by its name alone', async () => {
    traced = tracedHere();
    await expect(inSpan('work', {}, () => Promise.reject(new RangeError('canary')))).rejects.toThrow(
      'canary',
    );
    await expect(
      inSpan('work', { failsWith: () => false }, () => Promise.reject(new RangeError('canary'))),
    ).rejects.toThrow('canary');
    const [failed, other] = traced.spans();
    expect(failed).toMatchObject({ isFailed: true, attributes: { 'error.type': 'RangeError' }, events: [] });
    expect(other).toMatchObject({ isFailed: false, attributes: {} });
    expect(JSON.stringify(traced.spans())).not.toContain('canary');
  });

  it('goes on from a place that was kept, with its tracestate', async () => {
    traced = tracedHere();
    const parent = { traceparent, tracestate: 'vendor=1' };
    await inSpan('later', { parent }, async (span) => {
      expect(span.carrier).toMatchObject({ tracestate: 'vendor=1' });
      expect(JSON.parse(activeTrace() ?? '')).toEqual(span.carrier);
      expect(activeIds()?.traceId).toBe('a'.repeat(32));
    });
    expect(traced.spans()).toMatchObject([{ traceId: 'a'.repeat(32), parentId: 'b'.repeat(16) }]);
  });

  it.each([
    'nonsense',
    `00-${'0'.repeat(32)}-${'b'.repeat(16)}-01`,
    `00-${'a'.repeat(32)}-${'0'.repeat(16)}-01`,
    `ff-${'a'.repeat(32)}-${'b'.repeat(16)}-01`,
    `00-${'A'.repeat(32)}-${'b'.repeat(16)}-01`,
    `${traceparent}, ${traceparent}`,
    `${traceparent}-more`,
  ])('a traceparent that is none counts as none: %s', async (malformed) => {
    traced = tracedHere();
    await inSpan(
      'work',
      { parent: { traceparent: malformed, tracestate: 'vendor=1' } },
      async () => undefined,
    );
    const [span] = traced.spans();
    expect(span?.parentId).toBeNull();
    expect(span?.traceId).not.toBe('a'.repeat(32));
  });

  it('what is not sampled goes on unsampled, and is not recorded', async () => {
    traced = tracedHere();
    const parent = { traceparent: traceparent.replace(/01$/, '00') };
    await inSpan('work', { parent }, async (span) => {
      expect(span.isRecording).toBe(false);
      expect(span.carrier?.traceparent).toMatch(new RegExp(`^00-${'a'.repeat(32)}-[0-9a-f]{16}-00$`));
      expect(activeIds()).toBeNull();
    });
    expect(traced.spans()).toEqual([]);
  });

  it('two traces that meet name each other', async () => {
    traced = tracedHere();
    let kept: string | null = null;
    await inSpan('request', {}, async () => {
      inTrace({ traceparent }, () => {
        kept = activeTrace();
      });
    });
    const [request] = traced.spans();
    const carrier = JSON.parse(kept ?? '') as { traceparent: string; link: string };
    expect(carrier.traceparent).toBe(traceparent);
    expect(carrier.link).toContain(request?.id);
    await inSpan('job', { parent: carrier }, async () => undefined);
    expect(traced.spans()).toMatchObject([
      { name: 'request', links: ['b'.repeat(16)] },
      { name: 'job', parentId: 'b'.repeat(16), links: [request?.id] },
    ]);
  });

  it('in its own trace nothing is linked', async () => {
    traced = tracedHere();
    await inSpan('outer', { parent: { traceparent } }, async () => {
      expect(inTrace({ traceparent }, () => activeTrace())).toBe(JSON.stringify({ traceparent }));
    });
    expect(traced.spans()).toMatchObject([{ name: 'outer', links: [] }]);
  });

  it('what was set going elsewhere hands nothing on that it inherited', async () => {
    traced = tracedHere();
    await inSpan('outer', { inherited: { 'baton.goal.id': 'goal_1' } }, () =>
      inTrace({ traceparent }, () => inSpan('other', {}, async () => undefined)),
    );
    const other = traced.spans().find(({ name }) => name === 'other');
    expect(other?.attributes).toEqual({});
  });
});
