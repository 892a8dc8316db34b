import { connect } from 'node:net';
import { describe, expect, it } from 'vitest';
import { errorParts, inShort, tellableMessage, WITHHELD } from './error-parts.ts';

const CANARY = 'canary-7f3a';

function named(name: string, message: string): Error {
  return Object.assign(new Error(message), { name });
}

function refused(address: string): Error {
  return Object.assign(new Error(CANARY), { syscall: 'connect', code: 'ECONNREFUSED', address, port: 6379 });
}

function thrownBy(run: () => unknown): unknown {
  try {
    return run();
  } catch (error) {
    return error;
  }
}

describe('the message of an error', () => {
  it.each([
    ['any error', new Error(`no ${CANARY}`)],
    ['a body that is no JSON', thrownBy(() => JSON.parse(`{"${CANARY}`))],
    ['a model error', named('ModelError', `400: "${CANARY}"`)],
    ['known words at another place', new Error(`${CANARY}: Command timed out`)],
    ['several errors, one of them any', new AggregateError([refused('::1'), new Error(CANARY)], CANARY)],
    ['several errors that are none', new AggregateError([], CANARY)],
    ['no error', CANARY],
  ])('is withheld: %s', (_what, error) => {
    expect(tellableMessage(error)).toBe(WITHHELD);
    expect(JSON.stringify(errorParts(error))).not.toContain(CANARY);
  });

  it.each([
    ['Command timed out', new Error('Command timed out')],
    ['Connection is closed', new Error(`Connection is closed. ${CANARY}`)],
    ['Missing lock for job goal_1.1.0', new Error(`Missing lock for job goal_1.1.0. ${CANARY}`)],
    ['Cannot read properties of undefined', thrownBy(() => (undefined as unknown as { x: string }).x)],
    [
      'WRONGPASS invalid username-password pair',
      named('ReplyError', 'WRONGPASS invalid username-password pair'),
    ],
    [
      'ERR unknown command …, with args beginning with: …',
      named('ReplyError', `ERR unknown command 'AUTH', with args beginning with: '${CANARY}'`),
    ],
    ['No replica is connected', named('NotDurableError', 'No replica is connected')],
    ['Sentinel a:1 knows none', named('NoPrimaryError', 'Sentinel a:1 knows none')],
  ])('is told as "%s"', (told, error) => {
    expect(tellableMessage(error)).toBe(told);
  });

  it('is made from all of them where a name has several addresses', () => {
    const error = new AggregateError([refused('::1'), refused('127.0.0.1')], CANARY);
    expect(tellableMessage(error)).toBe('connect ECONNREFUSED ::1:6379, connect ECONNREFUSED 127.0.0.1:6379');
  });

  it('is made from the fields of an error of the system', async () => {
    const error = await new Promise((resolve) => {
      connect(1, '127.0.0.1').once('error', resolve);
    });
    expect(errorParts(error)).toMatchObject({
      name: 'Error',
      code: 'ECONNREFUSED',
      message: 'connect ECONNREFUSED 127.0.0.1:1',
    });
  });
});

it('is the code, in short, where the message is withheld', () => {
  expect(inShort(Object.assign(new Error(CANARY), { code: 'SELF_SIGNED_CERT_IN_CHAIN' }))).toBe(
    'SELF_SIGNED_CERT_IN_CHAIN',
  );
  expect(inShort(Object.assign(new Error(CANARY), { code: `not a ${CANARY}` }))).toBe(WITHHELD);
  expect(inShort(new Error('Command timed out'))).toBe('Command timed out');
});

describe('of an error', () => {
  it('remains where it was thrown, without lines of its message', () => {
    const { stack = '' } = errorParts(new Error(`first\n    at ${CANARY} (${CANARY}:1:1)\n`));
    expect(stack).toContain('error-parts.test.ts');
    expect(stack).not.toContain(CANARY);
    const changed = new Error(CANARY);
    changed.message = 'other';
    expect(errorParts(changed).stack ?? '').not.toContain(CANARY);
  });

  it('remain codes, and its causes, some levels deep', () => {
    let error = Object.assign(new Error(CANARY), { code: CANARY.repeat(9) });
    for (let level = 0; level < 9; level += 1)
      error = Object.assign(new Error(CANARY, { cause: error }), { code: 'E1' });
    const parts = errorParts(
      Object.assign(error, { status: 429, type: 'overloaded_error', requestId: 'req_1' }),
    );
    expect(parts).toMatchObject({ code: 'E1', status: 429, type: 'overloaded_error', requestId: 'req_1' });
    expect(parts.cause?.cause?.cause?.code).toBe('E1');
    expect(parts.cause?.cause?.cause?.cause).toBeUndefined();
    expect(JSON.stringify(parts)).not.toContain(CANARY);
  });

  it('its getters are not asked', () => {
    const error = Object.defineProperty(new Error('x'), 'code', { get: () => CANARY });
    expect(errorParts(error).code).toBeUndefined();
  });
});
