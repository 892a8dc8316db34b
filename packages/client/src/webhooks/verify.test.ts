import fc from 'fast-check';
import { Webhook } from 'standardwebhooks';
import { describe, expect, it } from 'vitest';
import { webhooks, WebhookVerificationError, type ReceivedWebhook } from './webhooks.ts';

const NOW = Date.parse('2026-01-02T03:04:06.000Z');
const secretOf = (byte: number): string => `whsec_${Buffer.alloc(32, byte).toString('base64')}`;
const secret = secretOf(5);
const body = JSON.stringify({
  type: 'goal.succeeded',
  timestamp: '2026-01-02T03:04:05.678Z',
  data: {
    id: 'goal_1',
    status: 'succeeded',
    links: { self: '/v1/goals/goal_1', events: '/v1/goals/goal_1/events' },
  },
});
const message = { id: 'msg_goal_1_0', ...(JSON.parse(body) as object) };

/** A message as the project's own library signs it. */
function signed(fields: { payload?: string; secret?: string; sentAt?: number; id?: string } = {}) {
  const { payload = body, secret: signer = secret, sentAt = NOW, id = 'msg_goal_1_0' } = fields;
  return {
    payload,
    headers: {
      'webhook-id': id,
      'webhook-timestamp': String(Math.floor(sentAt / 1_000)),
      'webhook-signature': new Webhook(signer).sign(id, new Date(sentAt), payload),
    },
    secret,
    now: NOW,
  };
}

async function failureOf(received: ReceivedWebhook): Promise<string> {
  const error: unknown = await webhooks.verify(received).then(
    () => null,
    (reason: unknown) => reason,
  );
  if (!(error instanceof WebhookVerificationError)) throw new Error(`It is no refusal: ${String(error)}`);
  return error.failure;
}

describe('a message', () => {
  it('that the library of Standard Webhooks signed is believed', async () => {
    expect(await webhooks.verify(signed())).toEqual(message);
    expect(await webhooks.verify({ ...signed(), payload: Buffer.from(body) })).toEqual(message);
  });

  it('is believed whoever of several signed it, and whichever of several secrets is known', async () => {
    const [older, newer, other] = [secretOf(1), secretOf(2), secretOf(3)];
    const { headers } = signed({ secret: newer });
    const both = `${signed({ secret: older }).headers['webhook-signature']} ${headers['webhook-signature']}`;
    const twice = { ...signed(), headers: { ...headers, 'webhook-signature': both } };
    for (const known of [older, newer, [other, older], `${other}, ${newer}`, newer.slice('whsec_'.length)]) {
      expect(await webhooks.verify({ ...twice, secret: known })).toEqual(message);
    }
    expect(await failureOf({ ...twice, secret: other })).toBe('no_match');
    expect(await failureOf({ ...twice, secret: [other, secretOf(4)] })).toBe('no_match');
  });

  it('is found among signatures of other kinds', async () => {
    const received = signed();
    const right = received.headers['webhook-signature'];
    const wrong = 'Ceo5qEr07ixe2NLpvHk3FH9bwy/WavXrAFQ/9tdO6mc=';
    const given = (signatures: string) => ({
      ...received,
      headers: { ...received.headers, 'webhook-signature': signatures },
    });
    expect(await webhooks.verify(given(`v1,${wrong} v2,${wrong} ${right} v1a,${wrong}`))).toEqual(message);
    for (const signatures of [`v2${right.slice(2)}`, right.slice(3), right.slice(0, 8), 'v1,', `${right}=`]) {
      expect(await failureOf(given(signatures))).toBe('no_match');
    }
  });

  it('is not believed when anything of it was changed', async () => {
    const received = signed();
    const { headers } = received;
    const changed = (fields: object) => ({ ...received, headers: { ...headers, ...fields } });
    expect(await failureOf({ ...received, payload: `${body} ` })).toBe('no_match');
    expect(await failureOf(changed({ 'webhook-id': 'msg_goal_1_1' }))).toBe('no_match');
    const later = String(Number(headers['webhook-timestamp']) + 1);
    expect(await failureOf(changed({ 'webhook-timestamp': later }))).toBe('no_match');
    // Another way to write what was signed.
    expect(await failureOf(changed({ 'webhook-timestamp': `0${headers['webhook-timestamp']}` }))).toBe(
      'no_match',
    );
  });

  it('is of now', async () => {
    const at = (seconds: number, toleranceSeconds?: number) => ({
      ...signed({ sentAt: NOW + seconds * 1_000 }),
      toleranceSeconds,
    });
    for (const received of [at(-300), at(300), at(-1_000, 1_000), at(0, 0)]) {
      expect(await webhooks.verify(received)).toEqual(message);
    }
    for (const received of [at(-301), at(-1, 0)]) expect(await failureOf(received)).toBe('too_old');
    for (const received of [at(301), at(1, 0)]) expect(await failureOf(received)).toBe('too_new');
    await expect(webhooks.verify(at(-301))).rejects.toThrow(/sent 301 s ago: 300 s are accepted/);
    for (const tolerance of [NaN, -1])
      await expect(webhooks.verify(at(0, tolerance))).rejects.toThrow(TypeError);
    await expect(webhooks.verify({ ...signed(), now: NaN })).rejects.toThrow(TypeError);
    const present = signed({ sentAt: Date.now() });
    expect(await webhooks.verify({ ...present, now: undefined })).toEqual(message);
  });

  it.each(['hello', '-5', '1e9', '1767323046.5', ' 1767323046', '9'.repeat(400)])(
    'is refused with %j as its time',
    async (timestamp) => {
      const { headers, ...received } = signed();
      const changed = { ...headers, 'webhook-timestamp': timestamp };
      expect(await failureOf({ ...received, headers: changed })).toBe('malformed_header');
    },
  );

  it.each([
    '',
    '{',
    '[]',
    'null',
    '"text"',
    '{"test": 2432232314}',
    '{"type":"goal.failed","data":{"id":1}}',
  ])("is refused when it is signed and says %s, which is none of Baton's", async (payload) =>
    expect(await failureOf(signed({ payload }))).toBe('malformed_body'),
  );
});

describe('headers', () => {
  const { headers, ...received } = signed();
  const upper = Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name.toUpperCase(), value]),
  );
  class OnlyGet {
    readonly #fields = headers as Record<string, string>;
    get(name: string): string | undefined {
      return this.#fields[name];
    }
  }

  it.each([
    ['of fetch', new Headers(headers)],
    ['of Node', { ...headers, host: 'x', 'set-cookie': ['a', 'b'] }],
    ['in capitals', upper],
    ['in a Map', new Map(Object.entries(upper))],
    ['in pairs', Object.entries(headers)],
    ['in lists', Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value]]))],
    ['to ask for', new OnlyGet()],
  ])('%s are read', async (_kind, given) => {
    expect(await webhooks.verify({ ...received, headers: given })).toEqual(message);
  });

  it.each(Object.keys(headers))('without %s are refused', async (name) => {
    const others = Object.entries(headers).filter(([other]) => other !== name);
    for (const given of [others, new Headers(others), Object.fromEntries(others), [...others, [name, '']]]) {
      const attempt = { ...received, headers: given as ReceivedWebhook['headers'] };
      expect(await failureOf(attempt)).toBe('missing_header');
      await expect(webhooks.verify(attempt)).rejects.toThrow(`There is no ${name} header.`);
    }
  });

  it('that are there twice are refused, but for signatures', async () => {
    const twice = (name: keyof typeof headers) => [
      ...Object.entries(headers),
      [name, headers[name]] as const,
    ];
    expect(await failureOf({ ...received, headers: twice('webhook-id') })).toBe('malformed_header');
    expect(await failureOf({ ...received, headers: twice('webhook-timestamp') })).toBe('malformed_header');
    expect(await webhooks.verify({ ...received, headers: twice('webhook-signature') })).toEqual(message);
  });
});

describe('a wrong call', () => {
  it.each([undefined, null, '', ' , ', [], [''], [secret, undefined], 'whsec_', 'whsec_~', 7])(
    'with %j for a secret is no verdict on the message',
    async (wrong) => {
      const call = webhooks.verify({ ...signed(), secret: wrong as string });
      await expect(call).rejects.toThrow(TypeError);
      await expect(call).rejects.toThrow(/secret/i);
    },
  );

  it('with a parsed body says what is wanted', async () => {
    const call = webhooks.verify({ ...signed(), payload: JSON.parse(body) as string });
    await expect(call).rejects.toThrow(/payload must be the body as it came/);
  });

  it('shows no secret', async () => {
    const wrong = `whsec_${'A'.repeat(20)}~not-base64`;
    const error: unknown = await webhooks.verify({ ...signed(), secret: wrong }).catch((reason) => reason);
    expect(`${String(error)} ${JSON.stringify(error)} ${String((error as Error).cause)}`).not.toContain(
      'AAA',
    );
  });
});

describe('whatever is sent', () => {
  const bytes = fc.uint8Array({ minLength: 24, maxLength: 64 });
  const secrets = bytes.map((key) => `whsec_${Buffer.from(key).toString('base64')}`);
  const bodies = fc
    .record({ type: fc.string(), timestamp: fc.string(), data: fc.record({ id: fc.string() }) })
    .map((value) => JSON.stringify(value));

  it('by the library is believed with its secret and no other', async () => {
    await fc.assert(
      fc.asyncProperty(
        secrets,
        secrets,
        bodies,
        fc.string({ minLength: 1 }),
        async (mine, other, payload, id) => {
          const received = { ...signed({ secret: mine, payload, id }), secret: mine };
          const believed = await webhooks.verify(received);
          expect(believed).toEqual({ id, ...(JSON.parse(payload) as object) });
          if (mine !== other) expect(await failureOf({ ...received, secret: other })).toBe('no_match');
        },
      ),
      { numRuns: 50 },
    );
  });

  it('is refused in words that hold neither secret nor signature', async () => {
    const fields = fc.record({
      id: fc.string(),
      timestamp: fc.oneof(fc.string(), fc.constant(String(NOW / 1_000))),
      signature: fc.oneof(
        fc.string(),
        fc.base64String().map((text) => `v1,${text}`),
      ),
      payload: fc.oneof(fc.string(), fc.uint8Array()),
    });
    const right = (id: string, payload: string | Uint8Array) =>
      new Webhook(secret).sign(id, new Date(NOW), Buffer.from(payload));
    await fc.assert(
      fc.asyncProperty(fields, async ({ id, timestamp, signature, payload }) => {
        const headers = { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signature };
        const error: unknown = await webhooks
          .verify({ payload, headers, secret, now: NOW })
          .catch((reason: unknown) => reason);
        expect(error).toBeInstanceOf(WebhookVerificationError);
        const said = String(error) + JSON.stringify(error);
        expect(said).not.toContain(secret.slice(6));
        expect(said).not.toContain(right(id, payload).slice(3));
      }),
      { numRuns: 200 },
    );
  });
});
