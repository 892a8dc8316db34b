import { describe, expect, it } from 'vitest';
import { carrierOf, readCarrier, traceIdOf } from './trace-carrier.ts';

const traceparent = `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`;

describe('a place in a trace', () => {
  it('is read as it was kept', () => {
    const carrier = carrierOf(traceparent, 'vendor=1', traceparent);
    expect(carrier).toEqual({ traceparent, tracestate: 'vendor=1', link: traceparent });
    expect(readCarrier(JSON.stringify(carrier))).toEqual(carrier);
  });

  it.each([
    null,
    undefined,
    '',
    'no json',
    'null',
    '7',
    '[]',
    '{}',
    '{"traceparent":7}',
    '{"traceparent":""}',
  ])('is none in %j', (text) => {
    expect(readCarrier(text)).toBeNull();
  });

  it('leaves out what is no text', () => {
    expect(carrierOf(traceparent, ['a=1'], 7)).toEqual({ traceparent });
  });

  it('names its trace', () => {
    expect(traceIdOf({ traceparent })).toBe('a'.repeat(32));
    expect(traceIdOf({ traceparent: 'nonsense' })).toBeNull();
    expect(traceIdOf(null)).toBeNull();
  });
});
