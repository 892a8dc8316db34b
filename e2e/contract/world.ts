import { createHash } from 'node:crypto';
import { afterEach, beforeAll, expect } from 'vitest';
import { Api } from '../api.ts';
import { useBaton, type Baton } from '../baton.ts';
import { faultsOf, operationOf, validator, type Validate } from './conformance.ts';
import { seenIn } from './coverage.ts';
import { addressOf, readContract, type Contract, type Operation } from './document.ts';
import { rawFetch } from './raw-fetch.ts';
import { recorder, type Exchange } from './recorder.ts';

export const scopes = ['submit', 'read', 'operate', 'admin'] as const;

/** One key of `BATON_API_KEYS`. */
export function entry(tenant: string, key: string, held: readonly string[] = scopes): string {
  return `${tenant}:${createHash('sha256').update(key).digest('hex')}:${held.join('+')}`;
}

const plain = scopes.filter((scope) => scope !== 'admin');

const keys = [
  entry('acme', 'acme'),
  entry('umbrella', 'umbrella'),
  ...scopes.map((scope) => entry('acme', `only-${scope}`, [scope])),
  ...plain.map((scope) =>
    entry(
      'acme',
      `without-${scope}`,
      plain.filter((other) => other !== scope),
    ),
  ),
].join(',');

/** A server whose replies are held to the document it gives: those of a test, when the test ends. */
export interface World {
  readonly baton: Baton;
  /** The server under this address, called with a key; requests are sent as `send` would. */
  client(key: string | undefined, send?: typeof rawFetch, url?: string): Api;
  contract(): Contract;
  /** What the document finds wrong with a value, fields that it does not name among it. */
  validate: Validate;
  /** Sends the operation's first example, for what is done with the id alone. */
  call(api: Api, operation: Operation, goalId: string): Promise<Response>;
  /** Of all replies until the last test that ended, as `described` names them. */
  readonly seen: ReadonlySet<string>;
}

export function useWorld(): World {
  const baton = useBaton({
    orchestrator: { BATON_API_KEYS: keys, WEBHOOK_ALLOW_PRIVATE: 'true' },
  });
  const { wrap, take } = recorder();
  const seen = new Set<string>();
  let contract: Contract | undefined;
  let validate: Validate | undefined;

  function known(): Contract {
    if (!contract) throw new Error('The document has not been read yet.');
    return contract;
  }

  beforeAll(async () => {
    contract = await readContract(baton.api);
    validate = validator(contract, { isStrict: true });
  });

  function note(exchange: Exchange): void {
    const operation = operationOf(known(), exchange);
    if (!operation) return;
    for (const part of seenIn(operation, exchange)) seen.add(part);
  }

  afterEach(async () => {
    const exchanges = await take();
    exchanges.forEach(note);
    const faults = await Promise.all(
      exchanges.map((exchange) => faultsOf(known(), exchange, world.validate)),
    );
    expect([...new Set(faults.flat())], 'what the document does not describe').toEqual([]);
  });

  const world: World = {
    baton,
    client: (key, send = fetch, url = baton.api.url) => new Api(url, key, wrap(send)),
    contract: known,
    validate: (schema, value) => {
      if (!validate) throw new Error('The document has not been read yet.');
      return validate(schema, value);
    },
    call(api, { method, template, body }, goalId) {
      const [example] = Object.values(body?.examples ?? {});
      return api.fetch(
        method,
        addressOf(template, goalId),
        example === undefined ? {} : { body: example.value },
      );
    },
    seen,
  };
  return world;
}
